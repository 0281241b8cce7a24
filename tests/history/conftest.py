"""Committed changes by named people, and the owner's hand that can rewrite everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from typing import Any

import psycopg2
import pytest

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.address import Role
from gisreg.database.connection import transaction
from tests.support.databases import Database

Sql = Callable[..., list[tuple[Any, ...]]]

LAN = Actor("Lan", "Sở", "r-1", "vì", organisation_id=1, roles=frozenset({PersonRole.AUTHORITY}))


def change(query: str, *parameters: Any, actor: Actor = LAN) -> list[tuple[Any, ...]]:
    """Run statements in a transaction of their own, as the worker with an actor, and return the rows."""
    with transaction(Role.WORKER, actor) as connection, connection.cursor() as cursor:
        cursor.execute(query, parameters or None)
        return cursor.fetchall() if cursor.description else []


def pole(code: str, actor: Actor = LAN, visibility: str = "public", owner: int | None = None) -> int:
    """Put up a pole and return its id."""
    ((number,),) = change(
        "INSERT INTO registry.pole (code, visibility, owner_id, geom)"
        " VALUES (%s, %s, %s, ST_SetSRID(ST_MakePoint(106.3, 20.4), 4326)) RETURNING id",
        code,
        visibility,
        owner,
        actor=actor,
    )
    return int(number)


def recorded() -> datetime:
    """Return when the newest change set was recorded."""
    ((moment,),) = change("SELECT recorded_at FROM gisreg.change_set ORDER BY id DESC LIMIT 1")
    assert isinstance(moment, datetime)
    return moment


@pytest.fixture(scope="module", autouse=True)
def organisations(fresh_database: Database) -> None:
    """Enter the organisations of the people of these tests."""
    change(
        "INSERT INTO registry.organisation (id, code, name, kind)"
        " VALUES (77, 'seventy-seven', 'VNPT', 'carrier'), (78, 'seventy-eight', 'Viettel', 'carrier')"
    )


@pytest.fixture
def owner(fresh_database: Database) -> Iterator[Sql]:
    """Return a function that runs a statement as the owner of all tables and commits it."""
    with closing(psycopg2.connect(fresh_database.urls[Role.OWNER])) as own:
        own.autocommit = True

        def run(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
            with own.cursor() as cursor:
                cursor.execute(query, parameters or None)
                return cursor.fetchall() if cursor.description else []

        yield run
