"""One exception tree: a message says what, where and what to do; the docstring is the default."""

from __future__ import annotations

from typing import Any


class GisregError(Exception):
    """gisreg could not do what was asked."""

    code = "error"

    def __init__(self, message: str | None = None, *, hint: str | None = None, **detail: Any):
        """Keep the message (what and where), the hint (what to do next) and facts for machines."""
        self.message = message or (self.__doc__ or "").strip().splitlines()[0]
        self.hint = hint
        self.detail = detail
        super().__init__(self.message)

    def __str__(self) -> str:
        """Return message and hint as one text."""
        return f"{self.message} {self.hint}" if self.hint else self.message


class UsageError(GisregError):
    """The request cannot be understood."""

    code = "usage"


class InvalidInputError(GisregError):
    """The data given cannot be taken into the registry."""

    code = "invalid-input"


class NotFoundError(GisregError):
    """There is no such object."""

    code = "not-found"


class ConflictError(GisregError):
    """The object was changed by somebody else in the meantime."""

    code = "conflict"


class StaleVersionError(ConflictError):
    """The object has a newer version than the one this edit was made on."""

    code = "stale-version"


class VersionRequiredError(GisregError):
    """An edit must say on which version it was made."""

    code = "version-required"


class OutdatedProposalError(ConflictError):
    """The object was changed after this was proposed."""

    code = "outdated-proposal"


class InUseError(ConflictError):
    """The object cannot be removed because others depend on it."""

    code = "in-use"


class ForbiddenError(GisregError):
    """This is not allowed for the signed-in person."""

    code = "forbidden"


class SignInRefusedError(ForbiddenError):
    """The provider's sign-in cannot be taken as that of a person here; `reason` says which way."""

    code = "sign-in-refused"


class NotYoursError(ForbiddenError):
    """The object belongs to somebody else; it may be seen but not changed."""

    code = "not-yours"


class NotSignedInError(GisregError):
    """This needs a signed-in person or a valid key."""

    code = "not-signed-in"


class TooManyRequestsError(GisregError):
    """There were too many requests in a short time; `retry_after_s` says how long to wait."""

    code = "too-many-requests"


class TooManyAttemptsError(TooManyRequestsError):
    """There were too many attempts in a short time."""

    code = "too-many-attempts"


class ProviderUnavailableError(GisregError):
    """The sign-in provider cannot be reached."""

    code = "provider-unavailable"


class DatabaseUnavailableError(GisregError):
    """The database cannot be reached."""

    code = "database-unavailable"


class BusyError(DatabaseUnavailableError):
    """All database connections are in use."""

    code = "busy"


class DeliveryError(GisregError):
    """A message could not be delivered."""

    code = "delivery"


class ClusterError(GisregError):
    """The private PostGIS cluster cannot be run."""

    code = "cluster"
