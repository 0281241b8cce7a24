"""Accounts in the history: who changed whom, before and after, never what proves who somebody is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg2
import pytest
from psycopg2.extensions import connection
from typer.testing import CliRunner

from gisreg.access import keys, oidc_people, people, sessions
from gisreg.access.actor import Actor, PersonRole
from gisreg.access.keys import Scope
from gisreg.cli.history import app as history_app
from gisreg.cli.key import app as key_app
from gisreg.cli.user import app as user_app
from gisreg.database.connection import Role, transaction
from gisreg.history import chain
from gisreg.history.changes import Change, Wanted, changes
from gisreg.history.verify import verify
from tests.access.conftest import Later
from tests.access.rights import COLUMNS
from tests.support.databases import Database
from tests.support.served import key_of, person, serving, session_cookie

WORD = "đường dây đi ngầm"
OTHER = "một mật khẩu khác"
BOSS = Actor("Quản trị viên", "Sở", request_id="yêu-cầu-7", reason="nhân sự mới")
ADMINISTRATOR = Actor("Xem", roles=frozenset({PersonRole.ADMINISTRATOR}))


@pytest.fixture
def since(fresh_database: Database) -> datetime:
    return datetime.now(UTC)


def told(since: datetime, actor: Actor | None = ADMINISTRATOR) -> list[Change]:
    with transaction(actor=actor) as own:
        return changes(own, Wanted(since, datetime.now(UTC) + timedelta(seconds=1), "account"), 1000)


def made(login: str, actor: Actor = BOSS, **given: Any) -> int:
    with transaction(Role.WORKER, actor) as own:
        return people.create(own, login, f"Bà {login}", **given)


def test_a_person_from_the_first_day_to_the_last(since: datetime) -> None:
    number = made("lan", email="lan@so.example", password=WORD)
    with transaction(Role.WORKER, BOSS) as own:
        people.grant(own, "lan", PersonRole.ENGINEER, "so")
        oidc_people.link(own, "lan", "https://login.example.vn", "s-17")
    with transaction(Role.WORKER, BOSS) as own:
        people.revoke(own, "lan", PersonRole.ENGINEER)
        oidc_people.unlink(own, "lan")
        people.set_active(own, "lan", False)
    found = told(since)
    assert {(one.person, one.organisation, one.reason, one.request_id) for one in found} == {
        ("Quản trị viên", "Sở", "nhân sự mới", "yêu-cầu-7")
    }
    assert {one.id for one in found} == {number}
    assert [(one.part, one.operation) for one in found] == [
        ("person", "insert"),
        ("person", "update"),
        ("role_grant", "insert"),
        ("person", "update"),
        ("person", "update"),
        ("role_grant", "delete"),
    ]
    assert found[0].fields["email"] == {"before": None, "after": "lan@so.example"}
    assert found[1].fields["oidc_subject"] == {"before": None, "after": "s-17"}
    assert found[2].fields["role"] == {"before": None, "after": "engineer"}
    assert found[3].fields["oidc_subject"] == {"before": "s-17", "after": None}
    assert found[4].fields == {"is_active": {"before": True, "after": False}}
    assert found[5].fields["role"] == {"before": "engineer", "after": None}


def test_a_role_that_holds_longer_is_told_with_its_end_before(since: datetime, later: Later) -> None:
    made("hoa")
    first, second = later(timedelta(0)) + timedelta(days=1), later(timedelta(0)) + timedelta(days=9)
    for end in (first, second):
        with transaction(Role.WORKER, BOSS) as own:
            people.grant(own, "hoa", PersonRole.AUTHORITY, "so", valid_to=end)
    ends = [one.fields["valid_to"] for one in told(since) if one.part == "role_grant"]
    assert [{name: _moment(at) for name, at in end.items()} for end in ends] == [
        {"before": None, "after": first},
        {"before": first, "after": second},
    ]


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def test_that_a_password_was_set_is_told_and_nothing_of_it(since: datetime) -> None:
    made("mai", password=WORD)
    with transaction(Role.WORKER, BOSS) as own:
        people.set_password(own, "mai", OTHER)
    changed = [one for one in told(since) if one.operation == "update"]
    assert [list(one.fields) for one in changed] == [["password_set_at"]]
    _nothing_of_secrets(own_hashes=2)


def test_a_key_is_told_by_its_name(since: datetime) -> None:
    made("nam")
    with transaction(Role.WORKER, BOSS) as own:
        key = keys.create(own, "nam", "QGIS", [Scope.READ], timedelta(days=3))
    with transaction(Role.WORKER, BOSS) as own:
        keys.revoke(own, key)
    entered, revoked = (one for one in told(since) if one.part == "api_key")
    assert entered.fields["prefix"]["after"] == keys.prefix_of(key)
    assert (entered.fields["name"]["after"], entered.fields["scopes"]["after"]) == ("QGIS", ["read"])
    assert list(revoked.fields) == ["revoked_at"]
    _nothing_of_secrets(own_hashes=1)


def _nothing_of_secrets(own_hashes: int) -> None:
    """No hash of any person or key stands in any history table."""
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(
            "SELECT password_hash FROM access.person WHERE password_hash IS NOT NULL UNION ALL"
            " SELECT encode(key_hash, 'hex') FROM access.api_key"
        )
        secrets = [secret for (secret,) in cursor.fetchall()]
        assert len(secrets) >= min(own_hashes, 1)
        for table in ("person", "role_grant", "api_key"):
            cursor.execute(f"SELECT coalesce(string_agg(h::text, ' '), '') FROM history.{table} AS h")
            ((text,),) = cursor.fetchall()
            assert "argon2" not in text
            assert [secret for secret in secrets if secret in text] == []


def test_what_moves_by_itself_leaves_no_trace(since: datetime, later: Later) -> None:
    made("tuan", password=WORD)
    with transaction(Role.WORKER, BOSS) as own:
        key = keys.create(own, "tuan", "x", [Scope.READ], timedelta(days=1))
    before = len(told(since))
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM gisreg.change_set")
        ((sets,),) = cursor.fetchall()
    for word in ("wrong wrong wrong", WORD):
        with transaction(Role.WORKER) as own:
            sessions.sign_in(own, "tuan", word)
    with transaction(Role.WORKER) as own:
        assert keys.holder(own, key) is not None
    assert len(told(since)) == before
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM gisreg.change_set")
        assert cursor.fetchall() == [(sets,)]


@pytest.mark.parametrize("role", COLUMNS, ids=lambda role: role or "visitor")
def test_administrators_alone_see_it(
    since: datetime, connect: Callable[[Role], connection], role: PersonRole | None
) -> None:
    made(f"cua-{role or 'ai'}".replace("_", "-"))
    actor = role and Actor("Thử", "Sở", organisation_id=1, person_id=7, roles=frozenset({role}))
    shown = role is PersonRole.ADMINISTRATOR
    assert bool(told(since, actor)) is shown
    with transaction(actor=actor) as own, own.cursor() as cursor:
        for table in ("person", "role_grant", "api_key"):
            cursor.execute(f"SELECT count(*) FROM history.{table}")
            ((number,),) = cursor.fetchall()
            assert (number > 0) is (shown and number > 0)
            for write in (f"DELETE FROM history.{table}", f"UPDATE history.{table} SET operation = 'D'"):
                cursor.execute("SAVEPOINT here")
                with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                    cursor.execute(write)
                cursor.execute("ROLLBACK TO SAVEPOINT here")


def test_a_forged_account_is_found_by_the_chain(since: datetime) -> None:
    made("binh")
    chain.seal()
    with transaction(Role.OWNER) as own, own.cursor() as cursor:
        cursor.execute("UPDATE history.person SET login = 'other' WHERE login = 'binh'")
    with transaction(Role.WORKER) as own:
        broken = verify(own).broken
    assert broken is not None
    assert broken.table == "person"
    with transaction(Role.OWNER) as own, own.cursor() as cursor:
        cursor.execute("UPDATE history.person SET login = 'binh' WHERE login = 'other'")


@pytest.fixture
def site(fresh_database: Database) -> Iterator[str]:
    with serving() as address:
        yield address


def test_the_page_of_the_account_names_the_person(site: str, since: datetime) -> None:
    person("phuong", PersonRole.VIEWER, name="Chị Phương", password=WORD)
    start = datetime.now(UTC)
    with httpx.Client(base_url=site, timeout=30) as browser:
        browser.cookies.set("gisreg", session_cookie(site, "phuong", WORD))
        token = browser.get("/session").json()["csrf_token"]
        form = {"csrf_token": token, "name": "Máy trạm", "days": "3", "scopes": "read"}
        assert browser.post("/account/keys", data=form).status_code == 200
        form = {"csrf_token": token, "old": WORD, "new": OTHER, "again": OTHER}
        assert browser.post("/account/password", data=form).status_code == 303
    found = told(start)
    assert [(one.part, one.person, one.request_id is None) for one in found] == [
        ("api_key", "Chị Phương", False),
        ("person", "Chị Phương", False),
    ]
    admin = {"X-Api-Key": key_of("quan-tri", PersonRole.ADMINISTRATOR)}
    so = {"X-Api-Key": key_of("so-xem", PersonRole.AUTHORITY)}
    query = {"from": start.isoformat(), "layer": "account"}
    with httpx.Client(base_url=site, timeout=30) as client:
        shown = client.get("/changes", params=query, headers=admin).json()["changes"]
        assert {one["person"] for one in shown} >= {"Chị Phương"}
        assert client.get("/changes", params=query, headers=so).json()["changes"] == []
        assert client.get("/changes", params=query).json()["changes"] == []
        everything = client.get("/changes", params={"from": start.isoformat()}, headers=so).text
        assert "Máy trạm" not in everything


def test_the_command_line_names_who_runs_it(since: datetime) -> None:
    run = CliRunner(env={"COLUMNS": "200"}).invoke
    added = run(user_app, ["add", "cli-1", "--name", "Ông Tư", "--role", "viewer", "--generate"])
    assert added.exit_code == 0, added.output
    made = run(key_app, ["add", "cli-1", "--name", "k", "--days", "2"])
    key = made.output.split()[-1]
    assert run(user_app, ["disable", "cli-1"]).exit_code == 0
    assert run(key_app, ["revoke", key]).exit_code == 0
    people_ = {one.person for one in told(since)}
    assert len(people_) == 1
    assert str(people_.pop()).endswith("(command line)")
    shown = run(history_app, ["changes", "--from", since.isoformat(), "--layer", "account"])
    assert shown.exit_code == 0, shown.output
    assert "account" in shown.output
    assert "cli-1" in shown.output
    assert key.split("_")[2] not in shown.output
