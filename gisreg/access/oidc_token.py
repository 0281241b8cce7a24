"""What makes an ID token good (OpenID Connect Core 1.0, 3.1.3.7; RFC 8725)."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from typing import Any

import jwt
from jwt import PyJWK

from gisreg.errors import SignInRefusedError
from gisreg.said import Said, both

ALGORITHMS = ("RS256", "ES256")
"""Signatures with a public key only: `none` and shared secrets are never taken."""

LEEWAY_S = 30
"""How far two clocks may differ."""

OLDEST_S = 600
"""A token is taken this long after it was issued, whatever its own end says."""


def verified(
    token: str, key_of: Callable[[str | None, str], PyJWK], *, issuer: str, client_id: str, nonce: str
) -> dict[str, Any]:
    """Return the claims of an ID token after checking who signed it, for whom, when and for which sign-in.

    Args:
        token: the compact JWS.
        key_of: gives the provider's key for a `kid` (None where the token names none) and an algorithm.
        issuer: who must have issued it.
        client_id: for whom it must be.
        nonce: what was asked for in this very sign-in.

    Raises:
        SignInRefusedError: it is not good, with `reason` "token".
    """
    try:
        header = jwt.get_unverified_header(token)
        algorithm, number = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS or not isinstance(number, str | None):
            raise _refused(
                both("loại chữ ký không được nhận", "its signature is of a kind that is not taken")
            )
        claims: dict[str, Any] = jwt.decode(
            token,
            key_of(number, algorithm),
            algorithms=[algorithm],
            audience=client_id,
            issuer=issuer,
            leeway=LEEWAY_S,
            options={"require": ["iss", "sub", "aud", "exp", "iat"], "enforce_minimum_key_length": True},
        )
    except jwt.PyJWTError as error:
        kind = type(error).__name__
        raise _refused(both(f"thẻ không hợp lệ ({kind})", kind)) from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != client_id:
        raise _refused(both("thẻ được cấp cho chương trình khác", "it was given to another program"))
    if claims["iat"] < time.time() - OLDEST_S - LEEWAY_S:
        raise _refused(both("thẻ đã quá cũ", "it is too old"))
    given = claims.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
        raise _refused(both("thẻ thuộc về lần đăng nhập khác", "it belongs to another sign-in"))
    if not 1 <= len(claims["sub"]) <= 255 or not claims["sub"].isprintable():
        raise _refused(both("thẻ không nêu người nào", "it names nobody"))
    return claims


def _refused(why: Said) -> SignInRefusedError:
    return SignInRefusedError(
        Said(
            "Thẻ đăng nhập của bên cung cấp bị từ chối: {0}.",
            "The provider's token was refused: {0}.",
            (why,),
        ),
        hint=both("Hãy bắt đầu lại tại /sign-in.", "Begin again at /sign-in."),
        reason="token",
    )
