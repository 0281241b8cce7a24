"""Masts (S01 to S03) and sharing requests (S04): for each rule what passes, fails and cannot be evaluated."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
import shapely

from gisreg.flagging.run import run
from gisreg.sharing.candidates import candidates
from tests.support.carriers import answers, organisation, outcomes, row
from tests.support.grid import Grid, Point
from tests.support.ground import lonlat
from tests.support.network import DAY, Network

ALL = [(-500, -500), (2000, -500), (2000, 2000), (-500, 2000)]


def mast(network: Network, name: str, at: Point, **columns: Any) -> int:
    return network._add("tower", name, {"code": name} | columns, shapely.Point(lonlat(at)))


@pytest.fixture
def owners(network: Network) -> dict[str | None, int | None]:
    return {None: None} | {name: organisation(network, name) for name in ("one", "two")}


# --- S01 ----------------------------------------------------------------------------------------------

SQUARE = Grid("""
    1....2....
    ..i.......
    .....e....
    4....3..o.
    """)  # fmt: skip


@pytest.mark.parametrize(
    ("mast_class", "inside"),
    [("A1a", "pass"), ("A1b", "pass"), ("A2a", "fail"), ("A2b", "fail"), ("A2c", "fail"),
     ("unknown", "not evaluable")],
)  # fmt: skip
def test_s01_bulky_masts_in_a_zone_for_small_ones(network: Network, mast_class: str, inside: str) -> None:
    network.zone("z", [SQUARE.line("1234")], "a1_only")
    mast(network, "inside", SQUARE["i"], mast_class=mast_class)
    mast(network, "outside", SQUARE["o"], mast_class=mast_class)
    network.flag()
    assert verdicts(network, "S01") == {"inside": inside}


def test_s01_says_how_far_inside_and_in_which_zone(network: Network) -> None:
    number = network.zone("z", [SQUARE.line("1234")], "a1_only")
    mast(network, "i", SQUARE["i"], mast_class="A2a")
    network.flag()
    ((zone, metres),) = network.sql(
        "SELECT zone_id, measured_value FROM registry.finding WHERE rule_id = 'S01'"
    )
    assert (zone, metres) == (number, pytest.approx(10, abs=0.02))


def test_s01_near_the_edge_by_less_than_the_position_is_exact(network: Network) -> None:
    network.zone("z", [SQUARE.line("1234")], "a1_only")
    for name, accuracy in {"sure": 4.0, "unsure": 11.0, "unknown": None}.items():
        mast(network, name, SQUARE["i"], mast_class="A2b", position_accuracy_m=accuracy)
    network.flag()
    assert verdicts(network, "S01") == {"sure": "fail", "unsure": "borderline", "unknown": "fail"}


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [(DAY, None, True), (DAY + timedelta(1), None, False), (DAY - timedelta(9), DAY, False),
     (DAY - timedelta(9), DAY + timedelta(1), True)],
)  # fmt: skip
def test_s01_on_the_first_and_last_day_of_the_zone(
    network: Network, first: date, last: date | None, holds: bool
) -> None:
    network.zone("z", [SQUARE.line("1234")], "a1_only", first, last)
    mast(network, "i", SQUARE["i"], mast_class="A2a")
    mast(network, "gone", SQUARE["i"], mast_class="A2a", status="removed")
    network.flag()
    assert verdicts(network, "S01") == ({"i": "fail"} if holds else {})


def test_s01_a_hidden_zone_is_told_to_nobody_who_may_not_know_it(network: Network, owners: Any) -> None:
    network.zone("z", [SQUARE.line("1234")], "a1_only")
    network.set("zone", "z", "visibility", "secret")
    mast(network, "i", SQUARE["i"], mast_class="A2a", owner_id=owners["one"])
    network.flag()
    found = "SELECT owner_id, visibility FROM registry.finding WHERE rule_id = 'S01'"
    assert network.sql(found) == [(None, "secret")]
    network.set("zone", "z", "visibility", "public")
    network.flag()
    assert network.sql(found) == [(owners["one"], "partner")]


# --- S02 ----------------------------------------------------------------------------------------------


def verdicts(network: Network, rule: str) -> dict[str, str]:
    """Return what a rule says of masts by name, where it applies."""
    names = {number: name for (layer, name), number in network.ids.items() if layer == "tower"}
    stand = outcomes(network, rule)
    sign = "not evaluable"
    return {
        names[number]: stand.get(number, sign if value is None else "pass")
        for number, value in answers(network, rule).items()
    }


@pytest.mark.parametrize(
    ("mast_class", "height", "urban", "apart", "expected"),
    [
        ("A2a", 15.0, True, 149, "fail"),
        ("A2a", 15.0, True, 151, "pass"),
        ("A2a", 15.0, False, 199, "fail"),
        ("A2a", 15.0, False, 201, "pass"),
        ("A2a", 15.1, True, 199, "fail"),
        ("A2a", 15.1, True, 201, "pass"),
        ("A2a", 15.1, False, 349, "fail"),
        ("A2a", 15.1, False, 351, "pass"),
        ("A2b", None, True, 299, "fail"),
        ("A2b", None, True, 301, "pass"),
        ("A2b", 40.0, False, 10, "not evaluable"),  # the spacing is not known
        ("A2a", None, True, 149, "fail"),  # whatever its height
        ("A2a", None, True, 151, "not evaluable"),
        ("A2a", None, True, 201, "pass"),
        ("unknown", 10.0, True, 10, "not evaluable"),
        ("A2c", 10.0, True, 10, None),
        ("A1a", 3.0, True, 1, None),
    ],
)
def test_s02_spacing_by_class_height_and_place(
    network: Network, mast_class: str, height: float | None, urban: bool, apart: float, expected: str | None
) -> None:
    if urban:
        network.zone("town", [ALL], "district_centre")
    mast(network, "A", (0, 0), mast_class=mast_class, height_m=height)
    mast(network, "B", (apart, 0), mast_class="A2c", height_m=30)
    network.flag()
    assert verdicts(network, "S02").get("A") == expected


@pytest.mark.parametrize(
    ("neighbour", "expected"),
    [
        ({"mast_class": "A1b"}, "pass"),
        ({"mast_class": "unknown"}, "not evaluable"),
        ({"mast_class": "A2b", "status": "removed"}, "pass"),
        ({"mast_class": "A2b", "status": "disused"}, "pass"),
        ({"mast_class": "A2b", "status": "planned"}, "fail"),
    ],
)
def test_s02_which_neighbours_count(network: Network, neighbour: dict[str, Any], expected: str) -> None:
    mast(network, "A", (0, 0), mast_class="A2a", height_m=10)
    mast(network, "B", (100, 0), **neighbour)
    network.flag()
    assert verdicts(network, "S02")["A"] == expected


def test_s02_the_nearest_counts_and_its_position(network: Network) -> None:
    mast(network, "A", (0, 0), mast_class="A2a", height_m=10)
    mast(network, "B", (190, 0), mast_class="A2b", position_accuracy_m=15)
    network.flag()
    assert verdicts(network, "S02")["A"] == "borderline"
    mast(network, "C", (0, 120), mast_class="A2b")
    network.flag()
    assert verdicts(network, "S02")["A"] == "fail"
    assert answers(network, "S02")[network.ids["tower", "A"]] == pytest.approx(120, abs=0.02)


def test_s02_a_spacing_that_the_province_enters_switches_on_what_was_not_known(network: Network) -> None:
    mast(network, "A", (0, 0), mast_class="A2b")
    mast(network, "B", (300, 0), mast_class="A2b")
    assert set(answers(network, "S02").values()) == {None}
    known = answers(network, "S02", mast_spacing_a2b_outside_m=500.0).values()
    assert list(known) == pytest.approx([300, 300], abs=0.05)
    report = run(network.connection, DAY, instead={"mast_spacing_a2a_low_urban_m": None})
    assert "S02" in report.off


def test_s02_what_only_a_secret_mast_shows_is_not_told_to_the_owner(network: Network, owners: Any) -> None:
    mast(network, "A", (0, 0), mast_class="A2a", height_m=10, owner_id=owners["one"])
    mast(network, "B", (50, 0), mast_class="A2b", owner_id=owners["two"], visibility="secret")
    network.flag()
    found = (
        "SELECT owner_id, visibility, measured_value FROM registry.finding"
        f" WHERE rule_id = 'S02' AND object_id = {network.ids['tower', 'A']}"
    )
    assert network.sql(found) == [(None, "secret", pytest.approx(50, abs=0.02))]
    network.set("tower", "B", "owner_id", owners["one"])
    network.flag()
    assert network.sql(found) == [(owners["one"], "secret", pytest.approx(50, abs=0.02))]
    mast(network, "C", (0, 80), mast_class="A2b", owner_id=owners["two"])
    network.flag()
    assert network.sql(found) == [(owners["one"], "partner", pytest.approx(80, abs=0.02))]


# --- S03 ----------------------------------------------------------------------------------------------


def pairs(network: Network) -> set[frozenset[int]]:
    found = json.loads(candidates(network.connection, on_day=DAY))["features"]
    return {frozenset((one["properties"]["a_id"], one["properties"]["b_id"])) for one in found}


@pytest.mark.parametrize(
    ("apart", "zone", "expected"),
    [(99, ALL, "fail"), (101, ALL, "pass"), (101, None, "fail"), (499, None, "fail"), (501, None, "pass")],
)
def test_s03_masts_of_two_owners(
    network: Network, owners: Any, apart: float, zone: list[Point] | None, expected: str
) -> None:
    if zone:
        network.zone("town", [zone])
    mast(network, "A", (0, 0), owner_id=owners["one"])
    mast(network, "B", (apart, 0), owner_id=owners["two"])
    network.flag()
    assert verdicts(network, "S03") == {"A": expected, "B": expected}
    both = frozenset((network.ids["tower", "A"], network.ids["tower", "B"]))
    assert pairs(network) == ({both} if expected == "fail" else set())


def test_s03_one_inside_and_one_outside_share_in_the_outer_radius(network: Network, owners: Any) -> None:
    network.zone("town", [[(-50, -50), (50, -50), (50, 50), (-50, 50)]])
    mast(network, "in", (0, 0), owner_id=owners["one"])
    mast(network, "out", (300, 0), owner_id=owners["two"])
    network.flag()
    assert verdicts(network, "S03") == {"in": "fail", "out": "fail"}


@pytest.mark.parametrize(
    ("owner", "expected"), [("one", "pass"), ("two", "fail"), (None, "not evaluable")]
)  # fmt: skip
def test_s03_whose_the_other_one_is(network: Network, owners: Any, owner: str | None, expected: str) -> None:
    mast(network, "A", (0, 0), owner_id=owners["one"])
    mast(network, "B", (60, 0), owner_id=owners[owner])
    network.flag()
    assert verdicts(network, "S03")["A"] == expected


def test_s03_the_thresholds_are_those_of_the_candidates(network: Network, owners: Any) -> None:
    mast(network, "A", (0, 0), owner_id=owners["one"])
    mast(network, "B", (300, 0), owner_id=owners["two"])
    assert len(pairs(network)) == 1
    network.sql("UPDATE registry.threshold SET value = 250 WHERE key = 'sharing_radius_outer_m'")
    network.flag()
    assert pairs(network) == set()
    assert verdicts(network, "S03") == {"A": "pass", "B": "pass"}
    network.sql("UPDATE registry.threshold SET value = NULL WHERE key = 'sharing_radius_outer_m'")
    assert "S03" in network.flag().off
    assert pairs(network) == set()


def test_s03_without_the_inner_radius_masts_of_the_town_cannot_be_judged(
    network: Network, owners: Any
) -> None:
    network.zone("town", [ALL])
    mast(network, "A", (0, 0), owner_id=owners["one"])
    mast(network, "B", (50, 0), owner_id=owners["two"])
    network.sql("UPDATE registry.threshold SET value = NULL WHERE key = 'sharing_radius_inner_m'")
    network.flag()
    assert verdicts(network, "S03") == {"A": "not evaluable", "B": "not evaluable"}


def test_s03_a_zone_that_only_the_agency_knows_changes_no_radius(network: Network, owners: Any) -> None:
    network.zone("town", [ALL])
    network.set("zone", "town", "visibility", "agency")
    mast(network, "A", (0, 0), owner_id=owners["one"])
    mast(network, "B", (300, 0), owner_id=owners["two"])
    network.flag()
    assert verdicts(network, "S03") == {"A": "fail", "B": "fail"}


def test_s03_what_only_a_secret_mast_shows_is_secret(network: Network, owners: Any) -> None:
    mast(network, "A", (0, 0), owner_id=owners["one"])
    mast(network, "B", (60, 0), owner_id=owners["two"], visibility="secret")
    network.flag()
    found = network.sql("SELECT object_id, owner_id, visibility FROM registry.finding WHERE rule_id = 'S03'")
    assert sorted(found) == sorted(
        [(network.ids["tower", "A"], None, "secret"), (network.ids["tower", "B"], owners["two"], "secret")]
    )


# --- S04 ----------------------------------------------------------------------------------------------


def asked(network: Network, thing: str, number: int, owners: Any, **columns: Any) -> int:
    given = {f"{thing}_id": number, "owner_id": owners["one"], "asker_id": owners["two"], "wish": "hai cáp"}
    return row(network, "share_request", **given | columns)


def moment(days_ago: int, hour: str = "09:00") -> str:
    return f"{DAY - timedelta(days=days_ago)} {hour}+07"


@pytest.mark.parametrize(
    ("columns", "value"),
    [
        ({"asked_at": moment(46)}, 1),
        ({"asked_at": moment(45)}, 0),
        ({"asked_at": moment(45, "00:30")}, 0),  # that day here, the day before in Greenwich
        ({"asked_at": moment(3), "due_on": DAY - timedelta(1)}, 1),
        ({"asked_at": moment(90), "due_on": DAY}, 0),
        ({"due_on": DAY - timedelta(7)}, 7),
        ({}, None),
        ({"asked_at": moment(90), "state": "withdrawn"}, "none"),
        ({"asked_at": moment(90), "state": "incomplete"}, "none"),
        ({"asked_at": moment(90), "state": "refused", "answered_at": moment(1)}, "none"),
        ({"asked_at": moment(-1)}, "none"),
    ],
)
@pytest.mark.parametrize(("thing", "rule"), [("pole", "S04"), ("tower", "S04T"), ("duct", "S04D")])
def test_s04_the_clock_of_a_request(
    network: Network, owners: Any, thing: str, rule: str, columns: dict[str, Any], value: Any
) -> None:
    number = {
        "pole": lambda: network.pole("P", (0, 0), owner_id=owners["one"]),
        "tower": lambda: mast(network, "T", (0, 0), owner_id=owners["one"]),
        "duct": lambda: network._add(
            "duct", "D", {"owner_id": owners["one"]}, shapely.LineString([lonlat((0, 0)), lonlat((9, 0))])
        ),
    }[thing]()
    asked(network, thing, number, owners, **columns)
    expected = {} if value == "none" else {number: value}
    assert answers(network, rule) == expected
    network.flag()
    found = network.sql(
        "SELECT object_id, owner_id, visibility FROM registry.finding WHERE rule_id = %s", rule
    )
    fails = isinstance(value, int) and value > 0
    assert found == ([(number, owners["one"], "secret")] if fails else [])


def test_s04_of_several_requests_the_longest_overdue_counts(network: Network, owners: Any) -> None:
    pole = network.pole("P", (0, 0), owner_id=owners["one"])
    for days in (50, 70, 3):
        asked(network, "pole", pole, owners, asked_at=moment(days))
    assert answers(network, "S04") == {pole: 25}
    asked(network, "pole", pole, owners)
    assert answers(network, "S04") == {pole: 25}, "one that nobody dated takes nothing away"
    network.sql("UPDATE registry.share_request SET state = 'withdrawn' WHERE asked_at < %s", moment(10))
    assert answers(network, "S04") == {pole: None}, (
        "but of those that are in time nobody knows whether all are"
    )
