"""What to measure next: which questions wait where, ranked, and in an order in which one walks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from gisreg.access.actor import PersonRole
from gisreg.cli.measure_next import app
from gisreg.flagging.all_rules import all_rules
from gisreg.flagging.walk import walk
from tests.support.served import Query, key_of


@pytest.fixture
def features(client: httpx.Client) -> list[dict[str, Any]]:
    answer = client.get("/measure-next?limit=500")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["features"]
    return found


def asked(feature: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {one["rule"]: (one["missing"], one["borderline"]) for one in feature["properties"]["rules"]}


def test_each_pole_of_the_zone_waits_for_its_own_questions(
    features: list[dict[str, Any]], query: Query
) -> None:
    inside = {
        number
        for (number,) in query(
            "SELECT p.id FROM registry.pole AS p JOIN registry.zone AS z ON ST_Covers(z.geom, p.geom)"
        )
    }
    told = {feature["id"]: asked(feature) for feature in features if feature["properties"]["layer"] == "pole"}
    assert {number for number, rules in told.items() if "P02" in rules} == inside
    assert all(rules["P02"] == (1, 0) for rules in told.values() if "P02" in rules)
    # What hangs on a pole is asked there: each attachment whether it is wound round the pole.
    hanging = dict(query("SELECT pole_id, count(*) FROM registry.support GROUP BY pole_id"))
    assert {number: rules["A02"] for number, rules in told.items() if "A02" in rules} == {
        number: (hanging[number], 0) for number in inside if number in hanging
    }


def test_what_is_found_in_papers_is_no_reason_to_walk(features: list[dict[str, Any]]) -> None:
    seen = {rule for feature in features for rule in asked(feature)}
    assert "H03" in seen or "H01" in seen
    assert not seen & {"A05", "A07", "C01", "D03", "D04"}
    assert all(all_rules()[rule].asks_on_site for rule in seen)


def test_the_rank_follows_the_weight(features: list[dict[str, Any]]) -> None:
    ranked = sorted(features, key=lambda feature: feature["properties"]["rank"])
    assert [feature["properties"]["rank"] for feature in ranked] == list(range(1, len(features) + 1))
    weights = [feature["properties"]["weight"] for feature in ranked]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) > 2
    for feature in features:
        told = feature["properties"]
        assert told["questions"] == sum(missing + near for missing, near in asked(feature).values())
        assert {one["vi"] for one in told["measurements"]} == {
            all_rules()[rule].asks_vi for rule in asked(feature)
        }


def test_a_measured_pole_is_asked_no_more_and_a_doubtful_one_is(
    client: httpx.Client, query: Query, features: list[dict[str, Any]]
) -> None:
    first, second = [f["id"] for f in features if f["properties"]["layer"] == "pole" and "P02" in asked(f)][
        :2
    ]
    query("UPDATE registry.pole SET lean_deg = 1 WHERE id = %s", first)
    query("UPDATE registry.pole SET lean_deg = 5.2 WHERE id = %s", second)
    try:
        again = {f["id"]: asked(f) for f in client.get("/measure-next?limit=500").json()["features"]}
        assert "P02" not in again.get(first, {})
        assert again[second]["P02"] == (0, 1)
    finally:
        query("UPDATE registry.pole SET lean_deg = NULL WHERE id IN (%s, %s)", first, second)


def test_only_what_lies_in_a_box(client: httpx.Client, features: list[dict[str, Any]]) -> None:
    box = (106.331, 20.4404, 106.3325, 20.4416)
    found = client.get("/measure-next", params={"limit": 500, "bbox": ",".join(map(str, box))}).json()[
        "features"
    ]
    poles = {f["id"] for f in found if f["properties"]["layer"] == "pole"}
    assert poles == {
        f["id"]
        for f in features
        if f["properties"]["layer"] == "pole"
        and box[0] <= f["properties"]["place"][0] <= box[2]
        and box[1] <= f["properties"]["place"][1] <= box[3]
    }
    assert 0 < len(poles) < 20


@pytest.mark.parametrize(
    ("asked_for", "status"),
    [({"zone": "nowhere"}, 404), ({"bbox": "1,2"}, 400), ({"bbox": "170,20,-170,21"}, 400)],
)
def test_wrong_questions(client: httpx.Client, asked_for: dict[str, str], status: int) -> None:
    answer = client.get("/measure-next", params=asked_for)
    assert answer.status_code == status
    assert answer.json()["hint"]


def test_a_carrier_is_told_of_its_own_alone(address: str, query: Query) -> None:
    key = key_of("walks", PersonRole.ENGINEER, organisation="VTL")
    with httpx.Client(base_url=address, timeout=30, headers={"X-Api-Key": key}) as carrier:
        found = carrier.get("/measure-next?limit=500").json()["features"]
    hanging = dict(
        query(
            "SELECT s.pole_id, count(*) FROM registry.support AS s JOIN registry.organisation AS o ON o.id = s.owner_id"
            " WHERE o.code = 'VTL' GROUP BY s.pole_id"
        )
    )
    assert found
    for feature in found:
        # Poles of others are stops, but only with the questions of what VTL hangs there.
        assert "P02" not in asked(feature)
        if "A02" in asked(feature):
            assert asked(feature)["A02"] == (hanging[feature["id"]], 0)


def test_on_the_command_line(client: httpx.Client) -> None:
    listed = CliRunner().invoke(app, ["--limit", "5"])
    assert listed.exit_code == 0, listed.output
    assert "Đường Lý Bôn" in listed.output or "Along no street" in listed.output
    assert "   1. " in listed.output
    assert "rank 1;" in listed.output
    told = json.loads(CliRunner().invoke(app, ["--limit", "5", "--json"]).output)
    assert told == client.get("/measure-next?limit=5").json()


@dataclass(frozen=True)
class Stop:
    id: int
    place: tuple[float, float]
    street: tuple[int, str | None, str | None] | None


STOPS = st.lists(
    st.builds(
        Stop,
        id=st.integers(0, 10**6),
        place=st.tuples(st.floats(106.3, 106.4), st.floats(20.4, 20.5)),
        street=st.none() | st.sampled_from([(1, "A", "A"), (2, "B", "B"), (3, None, None)]),
    ),
    max_size=30,
    unique_by=lambda stop: stop.id,
)


@given(stops=STOPS)
def test_a_walk_visits_every_stop_once_and_every_street_once(stops: list[Stop]) -> None:
    order = walk(stops)
    assert sorted(stop.id for stop in order) == sorted(stop.id for stop in stops)
    streets = [stop.street for stop in order if stop.street is not None]
    turns = sum(before != after for before, after in pairwise(streets))
    assert turns == max(0, len(set(streets)) - 1)


@given(count=st.integers(2, 25), order=st.randoms(use_true_random=False))
def test_along_a_straight_street_one_walks_from_end_to_end(count: int, order: Any) -> None:
    stops = [Stop(n, (106.3 + n * 0.0003, 20.44), (1, "A", "A")) for n in range(count)]
    order.shuffle(stops)
    walked = [stop.id for stop in walk(stops)]
    assert walked in (list(range(count)), list(range(count))[::-1])
