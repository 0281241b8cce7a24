"""One exception tree: a message says what, where and what to do, in both languages."""

from __future__ import annotations

from typing import Any

from gisreg.said import Said, both


class GisregError(Exception):
    """gisreg could not do what was asked."""

    code = "error"
    vi = "gisreg không làm được việc được yêu cầu."
    """The docstring's first line, for people who read Vietnamese: what is said where nothing else is."""

    def __init__(self, said: Said | None = None, *, hint: Said | None = None, **detail: Any):
        """Keep what is wrong and where, what to do next, and facts for machines."""
        self.said = said or both(self.vi, (self.__doc__ or "").strip().splitlines()[0])
        self.advice = hint
        self.detail = detail
        super().__init__(self.said)

    @property
    def message(self) -> str:
        """Return what is wrong and where, in English as logs are."""
        return self.said.en

    @property
    def hint(self) -> str | None:
        """Return what to do next, in English."""
        return self.advice.en if self.advice else None

    def __str__(self) -> str:
        """Return message and hint as one English text."""
        return f"{self.message} {self.hint}" if self.advice else self.message


class UsageError(GisregError):
    """The request cannot be understood."""

    code = "usage"
    vi = "Không hiểu được yêu cầu này."


class InvalidInputError(GisregError):
    """The data given cannot be taken into the registry."""

    code = "invalid-input"
    vi = "Dữ liệu này không đưa vào sổ đăng ký được."


class NotFoundError(GisregError):
    """There is no such object."""

    code = "not-found"
    vi = "Không có đối tượng này."


class ConflictError(GisregError):
    """The object was changed by somebody else in the meantime."""

    code = "conflict"
    vi = "Người khác vừa sửa đối tượng này."


class StaleVersionError(ConflictError):
    """The object has a newer version than the one this edit was made on."""

    code = "stale-version"
    vi = "Đối tượng đã có phiên bản mới hơn phiên bản mà lần sửa này dựa vào."


class VersionRequiredError(GisregError):
    """An edit must say on which version it was made."""

    code = "version-required"
    vi = "Khi sửa phải nêu phiên bản mà mình đang sửa."


class OutdatedProposalError(ConflictError):
    """The object was changed after this was proposed."""

    code = "outdated-proposal"
    vi = "Đối tượng đã được sửa sau khi có đề xuất này."


class InUseError(ConflictError):
    """The object cannot be removed because others depend on it."""

    code = "in-use"
    vi = "Không xóa được vì còn đối tượng khác phụ thuộc vào nó."


class ForbiddenError(GisregError):
    """This is not allowed for the signed-in person."""

    code = "forbidden"
    vi = "Tài khoản đang đăng nhập không được phép làm việc này."


class SignInRefusedError(ForbiddenError):
    """The provider's sign-in cannot be taken as that of a person here; `reason` says which way."""

    code = "sign-in-refused"
    vi = "Không thể nhận lần đăng nhập ở bên cung cấp là của một người ở đây."


class NotYoursError(ForbiddenError):
    """The object belongs to somebody else; it may be seen but not changed."""

    code = "not-yours"
    vi = "Đối tượng này của đơn vị khác: được xem, không được sửa."


class NotSignedInError(GisregError):
    """This needs a signed-in person or a valid key."""

    code = "not-signed-in"
    vi = "Việc này cần đăng nhập hoặc có khóa hợp lệ."


class TooManyRequestsError(GisregError):
    """There were too many requests in a short time; `retry_after_s` says how long to wait."""

    code = "too-many-requests"
    vi = "Quá nhiều yêu cầu trong thời gian ngắn."


class TooManyAttemptsError(TooManyRequestsError):
    """There were too many attempts in a short time."""

    code = "too-many-attempts"
    vi = "Quá nhiều lần thử trong thời gian ngắn."


class ProviderUnavailableError(GisregError):
    """The sign-in provider cannot be reached."""

    code = "provider-unavailable"
    vi = "Không liên lạc được với bên cung cấp đăng nhập."


class DatabaseUnavailableError(GisregError):
    """The database cannot be reached."""

    code = "database-unavailable"
    vi = "Không kết nối được với cơ sở dữ liệu."


class BusyError(DatabaseUnavailableError):
    """All database connections are in use."""

    code = "busy"
    vi = "Mọi kết nối tới cơ sở dữ liệu đang bận."


class DeliveryError(GisregError):
    """A message could not be delivered."""

    code = "delivery"
    vi = "Không chuyển được thông báo."


class ClusterError(GisregError):
    """The private PostGIS cluster cannot be run."""

    code = "cluster"
    vi = "Không chạy được cụm PostGIS riêng."
