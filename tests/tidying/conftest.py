"""A flagged network that is committed, with several carriers and wards, for the tests of tidying."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest

from gisreg.database.address import Role
from tests.support.databases import Database
from tests.support.network import Network

EVERYWHERE = [[(-50.0, -50.0), (900.0, -50.0), (900.0, 250.0), (-50.0, 250.0)]]


@pytest.fixture(scope="module")
def town(fresh_database: Database) -> Iterator[Network]:
    """Return three carriers' cables over twelve poles in two wards, and one without an owner; all flagged."""
    with closing(psycopg2.connect(fresh_database.urls[Role.WORKER])) as own:
        made = Network(own)
        made.unit("west", [(-60, -60), (95, -60), (95, 300), (-60, 300)])
        made.unit("east", [(95, -60), (200, -60), (200, 300), (95, 300)])
        owners = [
            made.sql(
                "INSERT INTO registry.organisation (code, name, kind) VALUES (%s, %s, 'carrier') RETURNING id",
                name,
                name,
            )[0][0]
            for name in ("one", "two", "three")
        ]
        for n in range(12):
            made.pole(f"P{n}", (n * 30, 0))
        for owner in [*owners, None]:
            made.cable(f"k{owner}", [(0, 0.2), (330, 0.1)], owner_id=owner)
        made.zone("z", EVERYWHERE)
        made.build()
        made.flag()
        own.commit()
        yield made


@pytest.fixture
def segments(town: Network) -> list[int]:
    """Return all segments, set back to flagged, as of now."""
    town.connection.rollback()
    town.sql("UPDATE registry.segment_state SET tidying_state = 'flagged'")
    town.connection.commit()
    return [row[0] for row in town.sql("SELECT segment_id FROM registry.segment_state ORDER BY 1")]
