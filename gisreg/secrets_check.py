"""gisreg has no default secret; what people set by hand must not be one that everybody knows."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from gisreg.errors import UsageError
from gisreg.said import both
from gisreg.settings import Settings

_KNOWN = frozenset(
    {"password", "passwd", "secret", "changeme", "change-me", "gisreg", "postgres", "admin", "administrator"}
    | {"test", "example", "default", "letmein", "matkhau", "12345678", "123456789", "1234567890"}
    | {"gisreg_app", "gisreg_owner", "gisreg_worker", "client-secret", "your-client-secret"}
)
_SHORTEST = 8
_MAKE_ONE = "python3 -c 'import secrets; print(secrets.token_urlsafe(24))'"


def require_real_secrets(settings: Settings) -> None:
    """Refuse to serve with a secret out of a manual.

    Raises:
        UsageError: a password of the database, or the provider's secret, is missing, short, well known or
            the name of its own user; or two database roles share one.
    """
    database = settings.database
    seen: dict[str, str] = {}
    for name, address in {
        "GISREG_DATABASE_URL": database.url,
        "GISREG_DATABASE_OWNER_URL": database.owner_url,
        "GISREG_DATABASE_WORKER_URL": database.worker_url,
    }.items():
        if address is None:
            continue
        parts = urlsplit(address.get_secret_value())
        if parts.password is None:
            continue  # the server knows the role by other means: a certificate, the socket, a password file
        word = unquote(parts.password)
        _require(name, word, parts.username or "")
        if word in seen:
            raise UsageError(
                both(
                    f"{name} trùng mật khẩu với {seen[word]}.",
                    f"{name} has the same password as {seen[word]}.",
                ),
                hint=both(
                    "Mỗi vai trò của cơ sở dữ liệu cần mật khẩu riêng: mật khẩu của ứng dụng không được mở "
                    "được gì khác.",
                    "Give each database role its own: the application's must open nothing else.",
                ),
            )
        seen[word] = name
    if settings.oidc.issuer is not None:
        try:
            secret = settings.oidc.secret()
        except OSError as error:
            raise UsageError(
                both(
                    f"Không đọc được GISREG_OIDC_CLIENT_SECRET_FILE: {error.strerror}.",
                    f"GISREG_OIDC_CLIENT_SECRET_FILE cannot be read: {error.strerror}.",
                ),
                hint=both(
                    "Hãy nêu tệp mà tài khoản này đọc được.", "Name a file that this account can read."
                ),
            ) from None
        if secret is not None:
            _require("GISREG_OIDC_CLIENT_SECRET", secret, settings.oidc.client_id or "")


def _require(name: str, word: str, user: str) -> None:
    if len(word) < _SHORTEST or word.lower() in _KNOWN or word.lower() == user.lower():
        raise UsageError(
            both(
                f"Khóa bí mật trong {name} ngắn hơn {_SHORTEST} ký tự hoặc là loại ai cũng biết.",
                f"The secret in {name} is shorter than {_SHORTEST} letters or one that everybody knows.",
            ),
            hint=both(f"Hãy tạo mới: {_MAKE_ONE}", f"Make one: {_MAKE_ONE}"),
        )
