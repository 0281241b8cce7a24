"""Quality of the network (Q01 to Q05): ends, near misses, orphans, what is gone, what stands twice."""

from __future__ import annotations

from typing import Any

import pytest
import shapely

from tests.support.carriers import answers, counted, organisation, outcomes, row, span, support
from tests.support.grid import Grid, Point
from tests.support.ground import degrees_of, lonlat
from tests.support.network import DAY, Network

LINE = Grid("""
    A....B....C
    ...........
    .....x....y
    """)


def put(network: Network, layer: str, name: str, at: Point, **columns: Any) -> int:
    """Add a tower or manhole."""
    return network._add(layer, name, {"code": name} | columns, shapely.Point(lonlat(at)))


def duct(network: Network, name: str, points: list[Point], **columns: Any) -> int:
    return network._add("duct", name, {"code": name} | columns, shapely.LineString(degrees_of(points)))


# --- Q01 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "role", "loose"),
    [
        ("ABC", "distribution", 0),
        ("ABy", "distribution", 1),
        ("xBy", "trunk", 2),
        ("ABx", "drop", 0),  # in a house
        ("xBy", "drop", 1),
        ("ABC", "unknown", 0),
        ("ABx", "unknown", None),  # a subscriber's, perhaps
        ("xBy", "unknown", 1),  # too many for that, too
    ],
)
def test_q01_loose_ends(network: Network, points: str, role: str, loose: int | None) -> None:
    for name, at in LINE.poles.items():
        network.pole(name, at)
    cable = network.cable("k", LINE.line(points), role=role)
    network.build()
    assert answers(network, "Q01") == {cable: loose}
    network.flag()
    assert outcomes(network, "Q01") == ({cable: "fail"} if loose else {})


@pytest.mark.parametrize(
    ("layer", "metres", "columns", "loose"),
    [
        ("manhole", 1.9, {}, 0),
        ("manhole", 2.1, {}, 1),
        ("manhole", 0, {"kind": "cabinet"}, 0),
        ("manhole", 0, {"status": "removed"}, 1),
        ("tower", 1.0, {}, 0),
        ("tower", 1.0, {"status": "planned"}, 1),
        ("pole", 1.9, {}, 0),
        ("pole", 2.1, {}, 1),
        ("pole", 0, {"status": "removed"}, 1),
        ("pole", 0, {"status": "disused"}, 0),
    ],
)
def test_q01_on_what_an_end_may_be(
    network: Network, layer: str, metres: float, columns: dict[str, Any], loose: int
) -> None:
    network.pole("A", (0, 0))
    at = (100 + metres, 0)
    if layer == "pole":
        network.pole("Z", at, **{"status": "in_service"} | columns)
    else:
        put(network, layer, "Z", at, **columns)
    cable = network.cable("k", [(0, 0), (100, 0)], "underground", role="trunk")
    assert answers(network, "Q01") == {cable: loose}


# --- Q02 ----------------------------------------------------------------------------------------------


def test_q02_past_a_pole_without_being_tied(network: Network) -> None:
    grid = Grid("""
        A....B....C
        .....i.....
        """, 4.0)  # fmt: skip
    for name, at in grid.poles.items():
        network.pole(name, at)
    passing, on = network.cable("k", grid.line("AiC")), network.cable("m", grid.line("ABC"))
    below = network.cable("u", grid.line("AiC"), "underground")
    network.build()
    assert network.near_misses() == {("k", "B"): pytest.approx(4, abs=0.1)}
    assert answers(network, "Q02") == {passing: 1, on: 0}
    assert below not in answers(network, "Q02")


def test_q02_an_old_pole_beside_the_new_one_is_none(network: Network) -> None:
    network.pole("A", (0, 0))
    network.pole("new", (40, 0))
    network.pole("old", (40, 2.4))
    cable = network.cable("k", [(0, 0), (40, 0)])
    network.build()
    assert network.near_misses() == {("k", "old"): pytest.approx(2.4, abs=0.05)}
    assert answers(network, "Q02") == {cable: 0}
    assert answers(network, "Q02", pole_pair_m=2.0) == {cable: 1}


def test_q02_a_hidden_pole_is_told_to_nobody_else(network: Network) -> None:
    one, two = organisation(network, "one"), organisation(network, "two")
    network.pole("A", (0, 0))
    network.pole("B", (40, 4), owner_id=two, visibility="secret")
    network.cable("k", [(0, 0), (80, 0)], owner_id=one)
    network.build()
    network.flag()
    found = "SELECT owner_id, visibility FROM registry.finding WHERE rule_id = 'Q02'"
    assert network.sql(found) == [(None, "secret")]


# --- Q03 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "orphan"),
    [
        ({"survey_date": DAY}, 1),
        ({}, None),
        ({"survey_date": DAY, "has_light": True}, 0),
        ({"survey_date": DAY, "has_light": False}, 1),
        ({"has_transformer": True}, 0),
        ({"lowest_power_height_m": 6.5}, 0),
        ({"survey_date": DAY, "kind": "unknown"}, None),
        ({"survey_date": DAY, "kind": "other"}, 1),
        ({"survey_date": DAY, "kind": "power_lv"}, "none"),
        ({"survey_date": DAY, "kind": "lighting"}, "none"),
        ({"survey_date": DAY, "status": "disused"}, "none"),
        ({"survey_date": DAY, "status": "planned"}, "none"),
    ],
)
def test_q03_poles_on_which_nothing_hangs(network: Network, columns: dict[str, Any], orphan: Any) -> None:
    given = {"kind": "telecom", "status": "in_service"} | columns
    pole = network.pole("P", (0, 0), **given)
    assert answers(network, "Q03") == ({} if orphan == "none" else {pole: orphan})


def test_q03_cable_fittings_and_counts_are_a_use(network: Network) -> None:
    ids = {name: network.pole(name, at, kind="telecom", survey_date=DAY) for name, at in LINE.poles.items()}
    lonely = network.pole("L", (500, 0), kind="telecom", survey_date=DAY)
    cable = network.cable("k", LINE.line("AB"))
    network.build()
    assert answers(network, "Q03") == {ids["A"]: 0, ids["B"]: 0, ids["C"]: 1, lonely: 1}
    row(network, "fitting", pole_id=lonely, kind="box")
    counted(network, span(network, "A", "B"), 2)
    network.sql("UPDATE registry.cable SET deployment = 'underground' WHERE id = %s", cable)
    network.build()
    assert answers(network, "Q03") == {ids["A"]: 0, ids["B"]: 0, ids["C"]: 1, lonely: 0}
    network.sql("UPDATE registry.span_count SET cable_count = 0")
    assert answers(network, "Q03")[ids["A"]] == 1


def test_q03_a_cable_that_passes_closely_leaves_it_open(network: Network) -> None:
    network.pole("A", (0, 0))
    pole = network.pole("P", (40, 4), kind="telecom", survey_date=DAY)
    network.cable("k", [(0, 0), (80, 0)])
    network.build()
    assert answers(network, "Q03")[pole] is None


# --- Q04 ----------------------------------------------------------------------------------------------


def test_q04_what_is_gone(network: Network) -> None:
    network.draw(Grid("A....B"), k="A B")
    network.street("s", [(25, -20), (25, 20)])
    network.build()
    segment, passed = network.part("k", "AB").id, span(network, "A", "B")
    first = support(network, "k", "A")
    assert answers(network, "Q04") == {segment: 0}
    assert answers(network, "Q04S") == {passed: 0}
    assert set(answers(network, "Q04U").values()) == {0}
    network.sql("UPDATE registry.crossing SET street_id = 1")
    network.sql("UPDATE registry.support SET pole_id = 2 WHERE id = %s", first)
    network.sql("UPDATE registry.span SET pole_a_id = 3 WHERE id = %s", passed)
    assert answers(network, "Q04") == {segment: 1}
    network.sql(
        "UPDATE registry.segment SET from_pole_id = 2, span_id = 4, cable_id = 5 WHERE id = %s", segment
    )
    assert answers(network, "Q04") == {segment: 4}
    assert answers(network, "Q04S") == {passed: 1}
    assert answers(network, "Q04U") == {first: 1, support(network, "k", "B"): 0}
    network.flag()
    assert outcomes(network, "Q04") == {segment: "fail"}


# --- Q05 ----------------------------------------------------------------------------------------------


def test_q05_two_poles_at_one_place(network: Network) -> None:
    ids = {
        name: network.pole(name, at, **columns)
        for name, at, columns in (
            ("A", (0, 0), {}),
            ("B", (0.4, 0), {}),
            ("C", (0, 0.6), {}),
            ("gone", (0, 0), {"status": "removed"}),
            ("D", (50, 0), {}),
        )
    }
    found = answers(network, "Q05")
    assert found == {ids["A"]: 1, ids["B"]: 1, ids["C"]: 0, ids["gone"]: 0, ids["D"]: 0}
    assert set(answers(network, "Q05", duplicate_reach_m=0.3).values()) == {0}


def test_q05_one_number_of_an_owner_on_two_poles(network: Network) -> None:
    one, two = organisation(network, "one"), organisation(network, "two")
    poles = {name: network.pole(name, (n * 50, 0), owner_id=one) for n, name in enumerate("ABC")}
    other = network.pole("A2", (300, 0), owner_id=two)
    row_of = "INSERT INTO registry.pole_code (pole_id, organisation_id, code) VALUES (%s, %s, %s)"
    network.sql(row_of, other, one, "A")
    network.sql(row_of, poles["C"], two, "B")
    assert answers(network, "Q05") == {poles["A"]: 1, other: 1, poles["B"]: 0, poles["C"]: 0}
    network.flag()
    found = network.sql("SELECT object_id, owner_id FROM registry.finding WHERE rule_id = 'Q05'")
    assert sorted(found) == sorted([(poles["A"], one), (other, two)])


def test_q05_of_unknown_owners_nobody_knows(network: Network) -> None:
    one = organisation(network, "one")
    first = network.pole("X", (0, 0))
    second = network._add("pole", "X again", {"code": "X"}, shapely.Point(lonlat((90, 0))))
    owned = network._add("pole", "X too", {"code": "X", "owner_id": one}, shapely.Point(lonlat((180, 0))))
    assert answers(network, "Q05") == {first: None, second: None, owned: 0}


@pytest.mark.parametrize(("layer", "rule"), [("tower", "Q05T"), ("manhole", "Q05M")])
def test_q05_masts_and_manholes_at_one_place(network: Network, layer: str, rule: str) -> None:
    ids = [put(network, layer, name, (x, 0)) for name, x in (("a", 0), ("b", 0.4), ("c", 1.0))]
    assert answers(network, rule) == dict(zip(ids, (1, 1, 0), strict=True))


@pytest.mark.parametrize("rule", ["Q05C", "Q05D"])
def test_q05_lines_drawn_twice(network: Network, rule: str) -> None:
    draw = network.cable if rule == "Q05C" else lambda *given, **columns: duct(network, *given, **columns)
    one, two = organisation(network, "one"), organisation(network, "two")
    line = [(0.0, 0.0), (40.0, 3.0), (80.0, 0.0)]
    ids = [
        draw("a", line, owner_id=one),
        draw("again", line, owner_id=one),
        draw("back", line[::-1], owner_id=one),
        draw("others", line, owner_id=two),
        draw("shorter", line[:2], owner_id=one),
        draw("nobody's", line),
        draw("nobody's again", line),
    ]
    assert answers(network, rule) == dict(zip(ids, (1, 1, 1, 0, 0, None, None), strict=True))


def test_q05_a_hidden_double_is_as_hidden(network: Network) -> None:
    one, two = organisation(network, "one"), organisation(network, "two")
    pole = network.pole("A", (0, 0), owner_id=one)
    hidden = network.pole("B", (0.2, 0), owner_id=two, visibility="secret")
    network.flag()
    found = network.sql("SELECT object_id, owner_id, visibility FROM registry.finding WHERE rule_id = 'Q05'")
    assert sorted(found) == sorted([(pole, None, "secret"), (hidden, two, "secret")])
