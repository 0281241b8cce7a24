"""A policy on rows must not stop the spatial index: the mark that PostGIS lacks makes the difference."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from psycopg2.extensions import connection

from tests.support.databases import Database

TILE = "ST_MakeEnvelope(106.30, 20.40, 106.303, 20.403, 4326)"
QUERY = f"SELECT id FROM registry.pole WHERE geom && {TILE} AND ST_Intersects(geom, {TILE})"


@pytest.fixture
def guarded(database: Database) -> Iterator[connection]:
    """Return an administrator's transaction with 20,000 poles under a policy, rolled back afterwards."""
    with closing(psycopg2.connect(database.admin)) as opened:
        with opened.cursor() as cursor:
            cursor.execute(
                "INSERT INTO registry.pole (geom)"
                " SELECT ST_SetSRID(ST_MakePoint(106.3 + i % 200 * 0.001, 20.4 + i / 200 * 0.001), 4326)"
                " FROM generate_series(0, 19999) AS i"
            )
            cursor.execute("ALTER TABLE registry.pole ENABLE ROW LEVEL SECURITY")
            cursor.execute(
                "CREATE POLICY of_a_test ON registry.pole TO gisreg_app"
                " USING (visibility = (SELECT current_setting('gisreg.of_a_test')))"
            )
            cursor.execute("SET LOCAL gisreg.of_a_test = 'partner'")
            cursor.execute("ANALYZE registry.pole")
        yield opened
        opened.rollback()


def plan(own: connection) -> str:
    """Return how the application's role would look up a tile's poles."""
    with own.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE gisreg_app")
        cursor.execute("EXPLAIN " + QUERY)
        text = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("RESET ROLE")
    return text


def test_the_index_is_used_under_a_policy(guarded: connection) -> None:
    assert "pole_geom_idx" in plan(guarded)


def test_without_the_mark_it_would_not_be(guarded: connection) -> None:
    with guarded.cursor() as cursor:
        cursor.execute("ALTER FUNCTION public.geometry_overlaps(geometry, geometry) NOT LEAKPROOF")
    assert "pole_geom_idx" not in plan(guarded)


def test_the_policy_holds(guarded: connection) -> None:
    with guarded.cursor() as cursor:
        cursor.execute(
            "UPDATE registry.pole SET visibility = 'secret' WHERE id IN (SELECT id FROM registry.pole LIMIT 7)"
        )
        cursor.execute("SET LOCAL ROLE gisreg_app")
        cursor.execute("SELECT count(*) FROM registry.pole")
        assert cursor.fetchone() == (19_993,)
