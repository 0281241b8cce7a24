"""The provider as it describes itself: endpoints and keys, fetched when needed and kept for a while."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import quote_plus

import httpx
from jwt import PyJWK
from jwt.exceptions import PyJWKError, PyJWTError

from gisreg.errors import ProviderUnavailableError, SignInRefusedError
from gisreg.said import Said, both
from gisreg.settings import OidcSettings, is_trustworthy

KEPT_S = 3600.0
"""How long description and keys are used before they are asked for anew."""

MISSED_S = 30.0
"""How long nobody asks again after the provider had no such key."""

DOWN_S = 5.0
"""How long a provider that did not describe itself is not asked again: waiting requests hold threads."""

_TIMEOUT_S = 5.0
_LARGEST_BYTES = 1_000_000
_KINDS = {"RS256": ("RSA", None), "ES256": ("EC", "P-256")}


@dataclass(frozen=True)
class Description:
    """What the discovery document says (OpenID Connect Discovery 1.0)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None
    secret_in_body: bool
    names_issuer: bool


class Provider:
    """One provider; threads share it. Nothing is fetched before the first sign-in."""

    def __init__(self, settings: OidcSettings) -> None:
        """Take the settings of a provider (`issuer` and `client_id` are set)."""
        self.settings = settings
        self.issuer = settings.issuer or ""
        self.client_id = settings.client_id or ""
        self._lock = Lock()
        self._described: tuple[float, Description] | None = None
        self._keys: tuple[float, list[dict[str, Any]]] | None = None
        self._missed_at = -MISSED_S
        self._down: tuple[float, ProviderUnavailableError] | None = None

    def description(self) -> Description:
        """Return endpoints. Raises ProviderUnavailableError."""
        with self._lock:
            if self._described is None or self._described[0] < time.monotonic() - KEPT_S:
                self._described = time.monotonic(), self._describe()
            return self._described[1]

    def _describe(self) -> Description:
        if self._down is not None and self._down[0] > time.monotonic() - DOWN_S:
            raise ProviderUnavailableError(self._down[1].said, hint=self._down[1].advice)
        try:
            url = self.issuer.rstrip("/") + "/.well-known/openid-configuration"
            return _described(self._fetch("GET", url)[1], self.issuer)
        except ProviderUnavailableError as error:
            self._down = time.monotonic(), error
            raise

    def key(self, number: str | None, algorithm: str) -> PyJWK:
        """Return the key with which a token was signed; unknown ones are asked for, in case keys rotated.

        Args:
            number: the token's `kid`; None where it names none, then the provider may have one key only.
            algorithm: RS256 or ES256.

        Raises:
            SignInRefusedError: the provider has no such key.
            ProviderUnavailableError: it cannot be asked.
        """
        source = self.description().jwks_uri
        with self._lock:
            moment = time.monotonic()
            # A key without a number cannot be seen to be another one: then nothing that is kept is good.
            fresh = number is not None and self._keys is not None and self._keys[0] >= moment - KEPT_S
            found = self._fitting(number, algorithm) if fresh else []
            if len(found) != 1 and (not fresh or self._missed_at <= moment - MISSED_S):
                keys = self._fetch("GET", source)[1].get("keys")
                known = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
                self._keys = moment, known
                found = self._fitting(number, algorithm)
                if len(found) != 1:
                    self._missed_at = moment
        if len(found) != 1:
            raise SignInRefusedError(
                both(
                    "Bên cung cấp không có khóa nào cho thẻ đăng nhập này.",
                    "The provider has no key for this token.",
                ),
                reason="token",
            )
        try:
            return PyJWK(found[0], algorithm)
        except (PyJWKError, PyJWTError) as error:
            raise SignInRefusedError(
                both("Không dùng được khóa của bên cung cấp.", "The provider's key cannot be used."),
                reason="token",
            ) from error

    def exchange(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Return status and answer of the token endpoint to a form. Raises ProviderUnavailableError."""
        described = self.description()
        try:
            secret = self.settings.secret()
        except OSError as error:
            raise ProviderUnavailableError(
                both(
                    "Không đọc được mã bí mật dùng với bên cung cấp đăng nhập.",
                    "The secret for the sign-in provider cannot be read.",
                ),
                hint=both(
                    "Hãy kiểm tra GISREG_OIDC_CLIENT_SECRET_FILE.", "Check GISREG_OIDC_CLIENT_SECRET_FILE."
                ),
            ) from error
        sent: dict[str, Any] = {"data": form}
        if secret is None or described.secret_in_body:
            sent["data"] = (
                form | {"client_id": self.client_id} | ({"client_secret": secret} if secret else {})
            )
        else:
            sent["auth"] = httpx.BasicAuth(_quoted(self.client_id), _quoted(secret))
        return self._fetch("POST", described.token_endpoint, refusals=True, **sent)

    def _fitting(self, number: str | None, algorithm: str) -> list[dict[str, Any]]:
        kind, curve = _KINDS[algorithm]
        return [
            key
            for key in (self._keys[1] if self._keys else [])
            if key.get("kty") == kind
            and (curve is None or key.get("crv") == curve)
            and key.get("use", "sig") == "sig"
            and key.get("alg", algorithm) == algorithm
            and (number is None or key.get("kid") == number)
        ]

    def _fetch(
        self, method: str, url: str, *, refusals: bool = False, **sent: Any
    ) -> tuple[int, dict[str, Any]]:
        """Return status and JSON object of an answer; `refusals` lets 400 and 401 through."""
        try:
            with (
                httpx.Client(timeout=_TIMEOUT_S, follow_redirects=False) as client,
                client.stream(method, url, headers={"Accept": "application/json"}, **sent) as answer,
            ):
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > _LARGEST_BYTES:
                        raise _unavailable(both("câu trả lời quá lớn", "its answer is too large"))
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            kind = type(error).__name__
            raise _unavailable(both(f"không kết nối được ({kind})", kind)) from error
        if status != 200 and not (refusals and status in (400, 401)):
            raise _unavailable(both(f"bên đó trả lời {status}", f"it answered {status}"))
        try:
            found = json.loads(body)
        except ValueError as error:
            raise _unavailable(both("câu trả lời không phải JSON", "its answer is no JSON")) from error
        if not isinstance(found, dict):
            raise _unavailable(
                both("câu trả lời không phải là đối tượng JSON", "its answer is no JSON object")
            )
        return status, found


def _described(document: dict[str, Any], issuer: str) -> Description:
    if document.get("issuer") != issuer:
        raise _unavailable(
            both(
                "bên đó tự xưng khác với GISREG_OIDC_ISSUER",
                "it names itself otherwise than GISREG_OIDC_ISSUER",
            )
        )
    needed = {name: document.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
    for name, url in needed.items():
        if not isinstance(url, str) or not is_trustworthy(url):
            raise _unavailable(
                both(f"{name} của bên đó không phải địa chỉ https", f"its {name} is no https address")
            )
    end = document.get("end_session_endpoint")
    methods = document.get("token_endpoint_auth_methods_supported")
    return Description(
        issuer=issuer,
        end_session_endpoint=end if isinstance(end, str) and is_trustworthy(end) else None,
        secret_in_body=isinstance(methods, list) and "client_secret_basic" not in methods,
        names_issuer=document.get("authorization_response_iss_parameter_supported") is True,
        **{name: str(url) for name, url in needed.items()},
    )


def _unavailable(why: Said) -> ProviderUnavailableError:
    return ProviderUnavailableError(
        Said(
            "Hiện không dùng được bên cung cấp đăng nhập: {0}.",
            "The sign-in provider cannot be used now: {0}.",
            (why,),
        ),
        hint=both(
            "Hãy thử lại sau vài phút, hoặc đăng nhập bằng mật khẩu.",
            "Try again in a few minutes, or sign in with a password.",
        ),
    )


def _quoted(text: str) -> str:
    """Return a credential as RFC 6749, 2.3.1 wants it in basic authentication."""
    return quote_plus(text)
