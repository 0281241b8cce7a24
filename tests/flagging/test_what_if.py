"""What a run would change: as a run then changes it, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gisreg.access.actor import operator
from gisreg.database.address import Role
from gisreg.database.connection import transaction
from gisreg.errors import InvalidInputError, NotFoundError
from gisreg.flagging import partial
from gisreg.flagging.run import run
from gisreg.flagging.what_if import Difference, summed, what_if
from tests.support.databases import Database
from tests.support.served import Query

DAY = date(2026, 7, 1)

STANDING = "SELECT object_id, zone_id, rule_id, outcome, measured_value, metres_inside FROM registry.finding"


@pytest.fixture(scope="module", autouse=True)
def leaning(seeded_network: Database) -> None:
    with transaction(Role.WORKER, operator()) as connection:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE registry.pole SET lean_deg = (right(code, 1)::integer * 1.5)")
        run(connection, DAY)


def tried(objects: Callable[[Any], Any] = lambda _: None, **asked: Any) -> list[Difference]:
    with transaction(Role.WORKER, operator()) as connection:
        return what_if(connection, objects(connection), day=DAY, **asked)


def by_rule(found: list[Difference]) -> dict[str | None, dict[str, int]]:
    return {key: counts for key, counts, _ in summed(found, "rule")}


def test_nothing_changes_without_a_change() -> None:
    assert tried() == []


def test_a_stricter_limit_adds_and_nothing_is_written(query: Query) -> None:
    before = query(STANDING)
    runs = query("SELECT count(*) FROM registry.flag_run")
    strict = by_rule(tried(instead={"pole_lean_warn_deg": 2.0}))["P02"]
    assert (strict["new"], strict["gone"]) == (20 * 2, 0)  # poles that lean by 3 and 4.5 degrees
    assert by_rule(tried(instead={"pole_lean_warn_deg": None}))["P02"]["gone"] == 20 * 6
    assert query(STANDING) == before
    assert query("SELECT count(*) FROM registry.flag_run") == runs
    assert query("SELECT count(*) FROM pg_tables WHERE schemaname = 'staging' AND tablename ~ '^flag_'") == [
        (0,)
    ]


def test_a_zone_that_grows(query: Query) -> None:
    zone = query("SELECT ST_AsBinary(geom) FROM registry.zone")
    found = tried(grow={"Z1": 50.0})
    counts = by_rule(found)["Z03"]
    assert counts["gone"] == 0 < counts["new"]
    assert sum(one.metres for one in found) > 0
    assert {one.carrier for one in found} == {"VNPT", "VTL"}
    assert query("SELECT ST_AsBinary(geom) FROM registry.zone") == zone
    assert by_rule(tried(grow={"Z1": -50.0}))["Z03"]["new"] == 0


def test_a_part_of_the_registry() -> None:
    whole = by_rule(tried(instead={"pole_lean_warn_deg": 2.0}))["P02"]["new"]
    inside = by_rule(tried(lambda c: partial.of_zone(c, "Z1"), instead={"pole_lean_warn_deg": 2.0}))["P02"][
        "new"
    ]
    along = by_rule(tried(lambda c: partial.of_street(c, "S2"), instead={"pole_lean_warn_deg": 2.0}))["P02"][
        "new"
    ]
    assert 0 < inside < whole
    assert 0 < along < whole


def test_wrong_questions() -> None:
    with pytest.raises(NotFoundError):
        tried(instead={"nothing": 1.0})
    with pytest.raises(InvalidInputError):
        tried(instead={"pole_lean_warn_deg": -1.0})
    with pytest.raises(NotFoundError):
        tried(grow={"nowhere": 1.0})


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0, 20), st.floats(0, 20))
def test_loosening_never_adds_a_finding(one: float, other: float) -> None:
    strict, loose = sorted((one, other))
    with transaction(Role.WORKER, operator()) as connection:

        def keys(limit: float) -> set[tuple[Any, ...]]:
            run(connection, DAY, instead={"pole_lean_warn_deg": limit})
            with connection.cursor() as cursor:
                cursor.execute("SELECT object_id, rule_id FROM registry.finding WHERE rule_id = 'P02'")
                found = set(cursor.fetchall())
                cursor.execute(
                    "SELECT count(*) FROM registry.finding WHERE rule_id = 'P02'"
                    " AND (measured_value <= threshold_value OR threshold_value <> %s)",
                    (limit,),
                )
                assert cursor.fetchone() == (0,), "a value that does not fail"
            again = run(connection, DAY, instead={"pole_lean_warn_deg": limit})
            assert (again.fresh, again.gone, again.changed, again.segments_touched) == (0, 0, 0, 0)
            return found

        assert keys(loose) <= keys(strict)
        connection.rollback()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0, 20))
def test_what_was_told_is_what_a_run_does(limit: float) -> None:
    told = by_rule(tried(instead={"pole_lean_warn_deg": limit})).get(
        "P02", {"new": 0, "gone": 0, "changed": 0}
    )
    with transaction(Role.WORKER, operator()) as connection:
        report = run(connection, DAY, instead={"pole_lean_warn_deg": limit})
        connection.rollback()
    assert (report.fresh, report.gone, report.changed) == (told["new"], told["gone"], told["changed"])
