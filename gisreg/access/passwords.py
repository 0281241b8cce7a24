"""Passwords: Argon2 through a library, and the same work for people who do not exist."""

from __future__ import annotations

import secrets
from functools import lru_cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from gisreg.errors import InvalidInputError
from gisreg.said import both

MIN_LENGTH = 12
MAX_LENGTH = 200

_hashes = PasswordHash((Argon2Hasher(),))


def hashed(password: str) -> str:
    """Return the Argon2id hash of a password, salt and parameters included.

    Raises:
        InvalidInputError: the password is too short or too long.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise InvalidInputError(
            both(
                f"Mật khẩu phải có từ {MIN_LENGTH} đến {MAX_LENGTH} ký tự.",
                f"A password has {MIN_LENGTH} to {MAX_LENGTH} letters.",
            ),
            hint=both(
                "Nên ghép vài từ lại: dễ nhớ hơn ký hiệu.",
                "Several words together are easier to remember than signs.",
            ),
        )
    return _hashes.hash(password)


def verified(password: str, stored: str | None) -> tuple[bool, str | None]:
    """Tell whether a password is right, and its hash made anew where the stored one is outdated.

    Args:
        password: what was typed.
        stored: the hash that is kept, None for an unknown person or one without a password: then a
            hash of nobody's is verified, so that the answer takes as long.
    """
    try:
        right, fresh = _hashes.verify_and_update(password[: MAX_LENGTH + 1], stored or _nobodys())
    except UnknownHashError:
        right, fresh = False, None
    return (right, fresh) if stored else (False, None)


def generated() -> str:
    """Return a random password of 120 bits that can be typed."""
    return secrets.token_urlsafe(15)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hashes.hash(secrets.token_urlsafe(32))
