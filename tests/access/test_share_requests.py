"""Sharing requests are between whoever asks, whoever is asked, and the authority; so is what S04 finds of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import psycopg2
import pytest

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from gisreg.flagging.run import run
from gisreg.flagging.subject import Subject, queries
from gisreg.flagging.why import why
from tests.access.rights import COLUMNS, table
from tests.support.carriers import organisation, row
from tests.support.databases import Database
from tests.support.network import DAY, Network

ASKED = f"{DAY - timedelta(days=90)} 09:00+07"
NEW = (
    "INSERT INTO registry.share_request ({thing}_id, owner_id, asker_id, wish, state, asked_at)"
    " VALUES (%s, %s, %s, 'hai cáp', %s, '" + ASKED + "')"
)


@pytest.fixture(scope="module")
def world(fresh_database: Database) -> Iterator[Network]:
    """Return POWER's poles: of A VTL asked and waits too long; C is hidden from all but POWER and the authority."""
    with closing(psycopg2.connect(fresh_database.urls[Role.WORKER])) as own:
        made = Network(own)
        power, vtl, _ = (organisation(made, code) for code in ("POWER", "VTL", "FPT"))
        pole = made.pole("A", (0, 0), owner_id=power, visibility="public")
        made.pole("B", (30, 0), owner_id=power, visibility="public")
        made.pole("C", (60, 0), owner_id=power, visibility="secret")
        row(made, "share_request", pole_id=pole, owner_id=power, asker_id=vtl, wish="x", asked_at=ASKED)
        run(own, DAY)
        own.commit()
        yield made


def somebody(world: Network, role: PersonRole | None, code: str | None) -> Actor | None:
    number = world.ids["organisation", code] if code else None
    return role and Actor("Thử", code, organisation_id=number, roles=frozenset({role}))


@pytest.mark.parametrize("role", COLUMNS, ids=lambda role: role or "visitor")
@pytest.mark.parametrize("code", ["POWER", "VTL", "FPT"])
def test_who_sees_a_request(world: Network, role: PersonRole | None, code: str) -> None:
    level = table()["request"][role]
    expected = level == "tất cả" or (level == "của mình" and code in ("POWER", "VTL"))
    with transaction(Role.APP, somebody(world, role, code)) as own, own.cursor() as cursor:
        for name in ("registry.share_request", "history.share_request", "registry.open_share_request"):
            cursor.execute(f"SELECT count(*) FROM {name}")
            assert cursor.fetchone() == (int(expected),), name


@pytest.mark.parametrize(
    ("role", "code", "sees"),
    [
        (PersonRole.ENGINEER, "POWER", True),
        (PersonRole.AUTHORITY, None, True),
        (PersonRole.ENGINEER, "VTL", False),
        (PersonRole.INSPECTOR, None, False),
        (PersonRole.WARD_SUPERVISOR, None, False),
        (None, None, False),
    ],
)
def test_who_learns_that_the_answer_is_overdue(
    world: Network, role: PersonRole | None, code: str | None, sees: bool
) -> None:
    pole = world.ids["pole", "A"]
    with transaction(Role.APP, somebody(world, role, code)) as own, own.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registry.finding WHERE rule_id = 'S04'")
        assert cursor.fetchone() == (int(sees),)
        if queries.shown(own, object=pole):
            told = {one["rule"]: one["outcome"]["key"] for one in why(own, Subject("pole", pole), DAY)}
            assert told.get("S04") == ("fail" if sees else None)
        else:
            assert not sees


@pytest.mark.parametrize(
    ("role", "asker", "owner", "pole", "state", "may"),
    [
        (PersonRole.ENGINEER, "VTL", "POWER", "A", "submitted", True),
        (PersonRole.COORDINATOR, "VTL", "POWER", "A", "submitted", True),
        (PersonRole.VIEWER, "VTL", "POWER", "A", "submitted", False),
        (PersonRole.INSPECTOR, "VTL", "POWER", "A", "submitted", False),
        (PersonRole.ENGINEER, "FPT", "POWER", "A", "submitted", False),  # in another's name
        (PersonRole.ENGINEER, "VTL", "FPT", "A", "submitted", False),  # of whom it is not
        (PersonRole.ENGINEER, "VTL", "POWER", "C", "submitted", False),  # what one does not see
        (PersonRole.ENGINEER, "VTL", "POWER", "A", "withdrawn", False),
        (PersonRole.AUTHORITY, "FPT", "POWER", "A", "submitted", True),
    ],
)
def test_who_asks(
    world: Network, role: PersonRole, asker: str, owner: str, pole: str, state: str, may: bool
) -> None:
    ids = world.ids
    values = (ids["pole", pole], ids["organisation", owner], ids["organisation", asker], state)
    with transaction(Role.APP, somebody(world, role, "VTL")) as own, own.cursor() as cursor:
        if may:
            cursor.execute(NEW.format(thing="pole"), values)
        else:
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(NEW.format(thing="pole"), values)
        own.rollback()


@pytest.mark.parametrize(
    ("role", "code", "state", "may"),
    [
        (PersonRole.ENGINEER, "POWER", "accepted", True),
        (PersonRole.COORDINATOR, "POWER", "refused", True),
        (PersonRole.VIEWER, "POWER", "refused", False),
        (PersonRole.ENGINEER, "VTL", "accepted", False),
        (PersonRole.ENGINEER, "VTL", "withdrawn", True),
        (PersonRole.ENGINEER, "POWER", "withdrawn", False),
        (PersonRole.ENGINEER, "FPT", "withdrawn", False),
        (PersonRole.AUTHORITY, None, "refused", True),
    ],
)
def test_who_answers_and_who_withdraws(
    world: Network, role: PersonRole, code: str | None, state: str, may: bool
) -> None:
    answered = "now()" if state in ("accepted", "refused") else "NULL"
    with transaction(Role.APP, somebody(world, role, code)) as own, own.cursor() as cursor:
        statement = f"UPDATE registry.share_request SET state = %s, answered_at = {answered}"
        try:
            cursor.execute(statement, (state,))
            assert cursor.rowcount == int(may)
        except psycopg2.errors.InsufficientPrivilege:
            assert not may
        own.rollback()


@pytest.mark.parametrize("column", ["asked_at", "due_on", "owner_id", "asker_id", "pole_id", "wish"])
def test_nobody_turns_the_clock_back(world: Network, column: str) -> None:
    with transaction(Role.APP, somebody(world, PersonRole.AUTHORITY, None)) as own, own.cursor() as cursor:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute(f"UPDATE registry.share_request SET {column} = {column}")
        own.rollback()
    with transaction(Role.APP, somebody(world, PersonRole.AUTHORITY, None)) as own, own.cursor() as cursor:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("DELETE FROM registry.share_request")
        own.rollback()
