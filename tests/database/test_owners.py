"""Poles and cables belong to organisations that are there, without a foreign key; ids of bulks are those of others."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg2
import pytest
from psycopg2 import errors as pg

from gisreg.database.address import Role
from tests.support.databases import Database

POLE = "INSERT INTO registry.pole (code, owner_id, geom) VALUES ('P', %s, ST_SetSRID(ST_MakePoint(106.3, 20.4), 4326))"
CABLE = (
    "INSERT INTO registry.cable (code, owner_id, geom)"
    " VALUES ('K', %s, ST_SetSRID(ST_MakeLine(ST_MakePoint(106.3, 20.4), ST_MakePoint(106.301, 20.4)), 4326))"
)
ORGANISATION = "INSERT INTO registry.organisation (code, name, kind) VALUES (%s, %s, 'carrier') RETURNING id"


@pytest.fixture
def two(
    fresh_database: Database,
) -> Iterator[tuple[psycopg2.extensions.connection, psycopg2.extensions.connection]]:
    """Yield two connections of the worker's role."""
    both = (
        psycopg2.connect(fresh_database.urls[Role.WORKER]),
        psycopg2.connect(fresh_database.urls[Role.WORKER]),
    )
    yield both
    for one in both:
        one.close()


def organisation(connection: psycopg2.extensions.connection, code: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(ORGANISATION, (code, code))
        ((number,),) = cursor.fetchall()
    connection.commit()
    return int(number)


@pytest.mark.parametrize("statement", [POLE, CABLE])
def test_nobody_owns_who_is_not_there(two, statement):
    first, _ = two
    number = organisation(first, f"A{len(statement)}")
    with first.cursor() as cursor:
        with pytest.raises(pg.ForeignKeyViolation) as caught:
            cursor.execute(statement, (4711,))
        assert "There is no organisation 4711" in str(caught.value)
        assert caught.value.diag.constraint_name in ("pole_owner_id_fkey", "cable_owner_id_fkey")
        first.rollback()
        cursor.execute(statement, (number,))
        cursor.execute(statement, (None,))
        table = statement.split()[2]
        with pytest.raises(pg.ForeignKeyViolation):
            cursor.execute(f"UPDATE {table} SET owner_id = 4711 WHERE owner_id IS NULL")
        first.rollback()


@pytest.mark.parametrize("statement", [POLE, CABLE])
def test_an_organisation_that_owns_something_stays(two, statement):
    first, _ = two
    number = organisation(first, f"B{len(statement)}")
    with first.cursor() as cursor:
        cursor.execute(statement, (number,))
        for change in ("DELETE FROM registry.organisation", "UPDATE registry.organisation SET id = 4711"):
            cursor.execute("SAVEPOINT before")
            with pytest.raises(pg.ForeignKeyViolation) as caught:
                cursor.execute(f"{change} WHERE id = %s", (number,))
            assert "still owns objects" in str(caught.value)
            cursor.execute("ROLLBACK TO SAVEPOINT before")
        cursor.execute(f"DELETE FROM {statement.split()[2]}")
        cursor.execute("DELETE FROM registry.organisation WHERE id = %s", (number,))
        assert cursor.rowcount == 1
    first.rollback()


def test_who_removes_an_owner_waits_for_who_writes_him(two):
    first, second = two
    number = organisation(first, "C")
    with first.cursor() as cursor:
        cursor.execute(POLE, (number,))
    answer: list[object] = []

    def remove() -> None:
        with second.cursor() as cursor:
            try:
                cursor.execute("DELETE FROM registry.organisation WHERE id = %s", (number,))
                answer.append(cursor.rowcount)
            except pg.ForeignKeyViolation as error:
                answer.append(error)
            second.rollback()

    removing = threading.Thread(target=remove)
    removing.start()
    removing.join(1)
    assert removing.is_alive()
    first.commit()
    removing.join(20)
    assert isinstance(answer[0], pg.ForeignKeyViolation)
    with first.cursor() as cursor:
        cursor.execute("DELETE FROM registry.pole")
    first.commit()


@pytest.mark.parametrize("goes", [True, False])
def test_who_writes_an_owner_waits_for_who_removes_him(two, goes):
    first, second = two
    number = organisation(first, f"D{goes}")
    with first.cursor() as cursor:
        cursor.execute("DELETE FROM registry.organisation WHERE id = %s", (number,))
    answer: list[object] = []

    def write() -> None:
        with second.cursor() as cursor:
            try:
                cursor.execute(POLE, (number,))
                answer.append(cursor.rowcount)
            except pg.ForeignKeyViolation as error:
                answer.append(error)
            second.rollback()

    writing = threading.Thread(target=write)
    writing.start()
    writing.join(1)
    assert writing.is_alive()
    if goes:
        first.commit()
    else:
        first.rollback()
    writing.join(20)
    assert isinstance(answer[0], pg.ForeignKeyViolation) if goes else answer == [1]


def test_ids_of_bulks_are_those_of_others(fresh_database: Database):
    with psycopg2.connect(fresh_database.urls[Role.OWNER]) as own, own.cursor() as cursor:
        cursor.execute("SELECT gisreg.new_id(), currval('gisreg.object_number') FROM generate_series(1, 200)")
        made = cursor.fetchall()
        cursor.execute("SELECT gisreg.id_of(n) FROM unnest(%s) AS n", ([number for _, number in made],))
        assert [found for (found,) in cursor.fetchall()] == [new_id for new_id, _ in made]
        cursor.execute("SELECT has_function_privilege('gisreg_app', 'gisreg.id_of(bigint)', 'EXECUTE')")
        assert cursor.fetchall() == [(False,)]
