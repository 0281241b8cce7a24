"""The demo's people: made once, with passwords of their own, kept in one closed file."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from gisreg.access import people, sessions
from gisreg.access.actor import PersonRole
from gisreg.database.connection import Role, transaction
from gisreg.demo.accounts import ACCOUNTS, accounts_file, ensure_accounts
from gisreg.demo.build import build, ensure_built
from gisreg.settings import get_settings
from tests.support.databases import Database

SIZE = {"poles": 300, "cables": 80, "towers": 4}


@pytest.fixture(scope="module")
def passwords(fresh_database: Database, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the passwords of a small demo town's people, as the file has them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GISREG_DATA_DIR", str(tmp_path_factory.mktemp("demo") / "home"))
        get_settings.cache_clear()
        build(seed=5, **SIZE)
        made: dict[str, str] = json.loads(accounts_file().read_text(encoding="utf-8"))
        assert stat.S_IMODE(accounts_file().stat().st_mode) == 0o600
        assert ensure_built() is False
        assert json.loads(accounts_file().read_text(encoding="utf-8")) == made
    get_settings.cache_clear()
    return made


def test_everybody_can_sign_in_and_is_who_he_should_be(passwords: dict[str, str]) -> None:
    assert set(passwords) == {account.login for account in ACCOUNTS}
    assert len(set(passwords.values())) == len(ACCOUNTS)
    for account in ACCOUNTS:
        with transaction(Role.WORKER) as connection:
            token = sessions.sign_in(connection, account.login, passwords[account.login])
            assert token is not None
            actor = sessions.signed_in(connection, token)
        assert actor is not None
        assert actor.roles == {account.role}
        assert (actor.organisation is not None) == (account.organisation is not None)
        assert (actor.areas is not None) == account.bound
        assert len(actor.areas or [1]) == 1
    assert {account.role for account in ACCOUNTS} == set(PersonRole) - {PersonRole.ADMINISTRATOR}


def test_replacing_the_town_makes_other_passwords(
    passwords: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GISREG_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()
    build(seed=5, replace=True, **SIZE)
    fresh = ensure_accounts()
    assert set(fresh) == set(passwords)
    assert not set(fresh.values()) & set(passwords.values())
    with transaction(Role.WORKER) as connection:
        assert {one.login for one in people.people(connection)} == set(fresh)
    monkeypatch.undo()
    get_settings.cache_clear()
