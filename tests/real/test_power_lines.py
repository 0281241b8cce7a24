"""Real supports and lines: every support carries a span, and what two extracts share is stored once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gisreg.database.connection import Actor, Role, transaction
from gisreg.topology.build import build
from tests.real.conftest import Importer, ask, region
from tests.support.databases import Database

ON_A_SPAN = (
    "SELECT count(*), count(*) FILTER (WHERE EXISTS ("
    "  SELECT FROM registry.span AS s WHERE p.id IN (s.pole_a_id, s.pole_b_id)))"
    " FROM registry.pole AS p"
)


@pytest.fixture(autouse=True)
def empty(fresh_database: Database) -> Iterator[None]:
    """Leave no poles, cables and what topology made of them to the next test."""
    yield
    with transaction(Role.OWNER, Actor("tester")) as connection, connection.cursor() as cursor:
        cursor.execute("TRUNCATE registry.pole, registry.cable CASCADE")


def tie() -> None:
    """Tie the cables to the poles."""
    with transaction(Role.WORKER, Actor("tester")) as connection:
        build(connection)


def test_all_437_supports_of_north_bayreuth_carry_a_span(bring: Importer):
    file = "osm-north-bayreuth/north-bayreuth_clean.osm.pbf"
    with region(25832, (11.0, 49.5, 12.5, 50.5)):
        assert bring("pole", file).inserted == 437
        assert bring("cable", file).inserted == 24
        tie()

        assert ask(ON_A_SPAN) == [(437, 437)]
        assert ask("SELECT kind, count(*) FROM registry.pole GROUP BY kind ORDER BY kind") == [
            ("power_hv", 130),
            ("power_mv", 307),
        ]
        assert ask("SELECT sum(length_m) / 1000 BETWEEN 74 AND 75 FROM registry.cable") == [(True,)]
        before = ask("SELECT count(*) FROM history.pole")
        assert bring("pole", file).unchanged == 437
        assert bring("cable", file).unchanged == 24
        assert ask("SELECT count(*) FROM history.pole") == before


def test_poles_in_both_extracts_of_district_3_are_stored_once(bring: Importer):
    first, second = (f"osm-hcmc-district3/hcmc_{name}_clean.osm.pbf" for name in ("d3_2025", "d5_2026"))
    with region(9210, (106.0, 10.0, 107.5, 11.5)):
        assert bring("pole", first).inserted == 83
        again = bring("pole", second)
        assert (again.read, again.inserted) == (78, 0)
        assert bring("cable", first).inserted == 3
        assert bring("cable", second).inserted == 0
        tie()

        assert ask("SELECT count(*), count(DISTINCT code) FROM registry.pole") == [(83, 83)]
        assert ask(ON_A_SPAN) == [(83, 83)]
        assert ask("SELECT DISTINCT kind FROM registry.pole") == [("power_hv",)]
        assert ask("SELECT round((sum(length_m) / 1000)::numeric, 1)::float FROM registry.cable") == [(5.8,)]
