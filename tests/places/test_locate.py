"""Where units overlap, the one in which the point lies deeper counts; then the lower code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from psycopg2.extensions import connection

from gisreg.database.connection import Role, transaction
from gisreg.places.locate import locate
from tests.support.databases import Database

DAY = date(2026, 1, 1)


@pytest.fixture
def registry(database: Database) -> Iterator[connection]:
    """Yield a connection whose changes are undone: A and B overlap by 0.02°, C is old."""
    with transaction(Role.WORKER) as opened, opened.cursor() as cursor:
        for code, west, east, first, last in (
            ("B", 106.00, 106.06, "2025-07-01", None),
            ("A", 106.04, 106.10, "2025-07-01", None),
            ("C", 106.00, 106.10, "2000-01-01", "2025-07-01"),
        ):
            cursor.execute(
                "INSERT INTO registry.admin_unit (gso_code, level, kind, name, valid_from, valid_to, geom)"
                " VALUES (%s, 'commune', 'xa', 'Xã ' || %s, %s, %s,"
                "  ST_Multi(ST_MakeEnvelope(%s, 20.0, %s, 20.1, 4326)))",
                (code, code, first, last, west, east),
            )
        yield opened
        opened.rollback()


def codes(registry: connection, lon: float, day: date = DAY) -> list[str]:
    return [unit.gso_code for unit in locate(registry, lon, 20.05, day)]


def test_outside_and_in_one(registry):
    assert codes(registry, 105.9) == []
    assert codes(registry, 106.01) == ["B"]


def test_in_both_the_deeper_counts(registry):
    assert codes(registry, 106.045) == ["B", "A"]
    assert codes(registry, 106.055) == ["A", "B"]


def test_equally_deep_the_lower_code_counts(registry):
    assert codes(registry, 106.05) == ["A", "B"]


def test_a_unit_ends_on_the_day_that_the_next_begins(registry):
    assert codes(registry, 106.05, date(2025, 6, 30)) == ["C"]
    assert codes(registry, 106.01, date(2025, 7, 1)) == ["B"]


def test_the_edge_belongs_to_the_unit(registry):
    assert codes(registry, 106.10) == ["A"]
