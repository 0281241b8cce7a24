"""The demo's people: made once, with passwords of their own, kept in one closed file."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gisreg.access import people, sessions
from gisreg.access.actor import PersonRole
from gisreg.database.connection import Role, transaction
from gisreg.demo.accounts import ACCOUNTS, accounts_file, ensure_accounts
from gisreg.demo.build import build, ensure_built
from gisreg.demo.coordination import MADE_UP
from gisreg.settings import get_settings
from tests.support.databases import Database
from tests.support.served import serving, session_cookie

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


@pytest.fixture(scope="module")
def pages(passwords: dict[str, str]) -> Iterator[dict[str, httpx.Client]]:
    """Return a browser of each of the demo's people, signed in."""
    with serving() as address:
        made = {login: httpx.Client(base_url=address, timeout=60) for login in passwords}
        for login, browser in made.items():
            browser.cookies.set("gisreg", session_cookie(address, login, passwords[login]))
        yield made
        for browser in made.values():
            browser.close()


@pytest.mark.parametrize("login", [account.login for account in ACCOUNTS])
def test_everybody_finds_somebody_to_call_something_said_and_something_told(
    pages: dict[str, httpx.Client], login: str
) -> None:
    contacts = pages[login].get("/contacts").json()["contacts"]
    assert len(contacts) >= (2 if login == "xem" else 15), "who only looks sees those of his own"
    assert all(MADE_UP in one["name"] for one in contacts)
    proposals = pages[login].get("/proposals").json()["features"]
    assert proposals
    assert all(MADE_UP in one["properties"]["reason"] for one in proposals)
    assert pages[login].get("/notices").json()["notices"]
    for page in ("/contacts", "/proposals", "/notices"):
        shown = pages[login].get(page, headers={"Accept": "text/html"})
        assert shown.status_code == 200
        assert MADE_UP in shown.text


def test_proposals_of_every_kind_deputies_and_an_alert_of_each_state(pages: dict[str, httpx.Client]) -> None:
    authority = pages["sogiamsat"]
    said = authority.get("/proposals", params={"limit": 500}).json()["features"]
    states = {one["properties"]["state"] for one in said}
    assert states == {"open", "escalated", "confirmed", "disputed", "withdrawn"}
    alerts = authority.get("/alerts", params={"closed": True}).json()["alerts"]
    assert {bool(one["closed_at"]) for one in alerts} == {True, False}
    asked = {"organisation": "VNPT", "subject": "proposal"}
    answering = authority.get("/contacts/answering", params=asked).json()["answering"]
    assert answering[0]["rank"] == 2, "the first one is on leave"


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
