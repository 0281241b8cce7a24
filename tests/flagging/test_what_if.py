"""What a run would change: as a run then changes it, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gisreg.access.actor import PersonRole, operator
from gisreg.database.address import Role
from gisreg.database.connection import transaction
from gisreg.errors import InvalidInputError, NotFoundError
from gisreg.flagging import partial
from gisreg.flagging.run import LEAST_METRES_INSIDE, run
from gisreg.flagging.thresholds import shipped
from gisreg.flagging.what_if import Difference, summed, what_if
from tests.support.databases import Database
from tests.support.served import Query, key_of

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


@pytest.mark.parametrize(
    "key", [key for key, shipped_one in shipped().items() if shipped_one.value is not None]
)
def test_only_the_rules_that_need_a_threshold_hang_on_it(key: str) -> None:
    """What the trial of some rules tells is what the trial of all tells."""
    value = (shipped()[key].value or 0.0) * 0.5
    with transaction(Role.WORKER, operator()) as connection:
        asked = {
            "as_of": DAY,
            "objects": None,
            "instead": json.dumps({key: value}),
            "least_m": LEAST_METRES_INSIDE,
            "reach_m": 20.0,
        }
        every = [Difference(*row) for row in partial.queries.attempt(connection, rules=None, **asked)]
        connection.rollback()
    assert tried(instead={key: value}) == every


def test_over_http(client: httpx.Client, address: str, query: Query) -> None:
    before = query(STANDING)
    told = client.post("/what-if", json={"set": {"pole_lean_warn_deg": 2.0}}).json()
    (row,) = told["rule"]
    assert (row["key"], row["new"], row["gone"]) == ("P02", 40, 0)
    assert row["vi"] == "Cột bị nghiêng"
    assert told["total"]["new"] == sum(one["new"] for one in told["street"]) == 40
    assert {one["key"] for one in told["carrier"]} == {"VNPT", "PC"}
    off = client.post("/what-if", json={"set": {"pole_lean_warn_deg": None}}).json()
    assert off["total"]["gone"] == 120
    grown = client.post("/what-if", json={"grow": {"Z1": 50}}).json()
    assert grown["total"]["new"] > 0 < grown["total"]["metres"]
    part = client.post("/what-if", json={"set": {"pole_lean_warn_deg": 2.0}, "street": "S2"}).json()
    assert 0 < part["total"]["new"] < 40
    assert query(STANDING) == before
    for body, status in (
        ({}, 400),
        ({"set": {"nothing": 1}}, 404),
        ({"set": {"pole_lean_warn_deg": -1}}, 422),
        ({"grow": {"nowhere": 1}}, 404),
        ({"grow": {"Z1": 1e6}}, 422),
        ({"grow": {"Z1": "much"}}, 400),
    ):
        answer = client.post("/what-if", json=body)
        assert answer.status_code == status, answer.text
    key = key_of("carrier", PersonRole.ENGINEER, organisation="VTL")
    carrier = httpx.post(f"{address}/what-if", json={"grow": {"Z1": 1}}, headers={"X-Api-Key": key})
    assert carrier.status_code == 403
    assert httpx.post(f"{address}/what-if", json={"grow": {"Z1": 1}}).status_code == 401
