"""Passwords are kept as Argon2 hashes, and nobody's password takes as long as somebody's."""

from __future__ import annotations

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from gisreg.access import passwords
from gisreg.errors import InvalidInputError


def test_a_hash_is_argon2_with_a_salt() -> None:
    word = passwords.generated()
    first, second = passwords.hashed(word), passwords.hashed(word)
    assert first.startswith("$argon2id$")
    assert first != second
    assert word not in first
    assert passwords.verified(word, first) == (True, None)
    assert passwords.verified(word + "x", first) == (False, None)


@pytest.mark.parametrize("word", ["", "short", "x" * 11, "x" * 201])
def test_too_short_or_long(word: str) -> None:
    with pytest.raises(InvalidInputError):
        passwords.hashed(word)


def test_an_outdated_hash_is_made_anew() -> None:
    old = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8192),)).hash("một hai ba bốn")
    right, fresh = passwords.verified("một hai ba bốn", old)
    assert right
    assert fresh is not None
    assert passwords.verified("một hai ba bốn", fresh) == (True, None)


@pytest.mark.parametrize("stored", ["", "plain", "$2b$12$abc"])
def test_what_is_no_hash_lets_nobody_in(stored: str) -> None:
    assert passwords.verified("plain", stored or None) == (False, None)


def test_a_hash_of_nobodys_is_verified_for_an_unknown_person(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    real = PasswordHash.verify_and_update

    def noting(self: PasswordHash, password: str, stored: str) -> tuple[bool, str | None]:
        verified.append(stored)
        return real(self, password, stored)

    monkeypatch.setattr(PasswordHash, "verify_and_update", noting)
    assert passwords.verified("whatever it is", None) == (False, None)
    own = passwords.hashed("whatever it is")
    passwords.verified("whatever it is", own)
    nobodys, somebodys = verified
    assert nobodys.rsplit("$", 2)[0] == somebodys.rsplit("$", 2)[0]  # the same parameters: the same work
