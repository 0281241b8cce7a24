"""Poles that are new, doubled, long apart, at a corner or beside a railway: one street at a time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from gisreg.flagging import run as flagging
from tests.support.grid import Grid
from tests.support.network import DAY, Network

OLD, NEW = date(2015, 5, 1), date(2024, 5, 1)


def outcome(network: Network, rule: str, name: str = "A") -> str | None:
    """Run all rules and return what one says of an object, None where it does not apply."""
    network.flag()
    return network.verdicts(rule).get(name)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"installed_on": OLD}, {"installed_on": NEW}, "fail"),
        ({"installed_on": OLD}, {"status": "planned"}, "fail"),
        ({}, {"status": "planned"}, "fail"),
        ({"installed_on": NEW - timedelta(180)}, {"installed_on": NEW}, "pass"),
        ({"installed_on": NEW - timedelta(181)}, {"installed_on": NEW}, "fail"),
        ({"installed_on": NEW}, {"installed_on": NEW}, "pass"),
        ({}, {"installed_on": NEW}, "not evaluable"),
        ({"installed_on": OLD}, {}, "not evaluable"),
        ({"installed_on": OLD, "status": "disused"}, {"installed_on": NEW}, "fail"),
        ({"installed_on": OLD, "status": "removed"}, {"installed_on": NEW}, "pass"),
        ({"installed_on": OLD, "kind": "power_lv"}, {"installed_on": NEW}, "pass"),
        ({"installed_on": OLD}, {"installed_on": date(2020, 7, 1)}, "fail"),
        ({"installed_on": OLD}, {"installed_on": date(2020, 6, 30)}, None),
        ({"installed_on": OLD}, {"installed_on": NEW, "kind": "power_lv"}, None),
        ({"installed_on": OLD}, {"installed_on": NEW, "status": "disused"}, None),
    ],
)
def test_p01_a_new_pole_beside_one_that_stands(
    network: Network, first: dict[str, Any], second: dict[str, Any], expected: str | None
) -> None:
    network.street("street", [(-50, 0), (100, 0)])
    network.pole("A", (0, 5), **{"kind": "telecom"} | first)
    network.pole("B", (40, 5), **{"kind": "telecom"} | second)
    assert outcome(network, "P01", "B") == expected


def test_p01_is_about_one_street(network: Network) -> None:
    grid = Grid("""
        x.....y
        .A.....
        .......
        .......
        .......
        .B...C.
        z.....w
        """)
    network.street("north", grid.line("xy"))
    network.street("south", grid.line("zw"))
    network.pole("A", grid["A"], kind="telecom", installed_on=OLD)
    network.pole("B", grid["B"], kind="telecom", installed_on=NEW)
    network.pole("C", (50, 55), kind="telecom", installed_on=NEW)  # nearer to the northern street
    network.pole("F", (50, 200), kind="telecom", installed_on=NEW)  # far from any
    network.flag()
    assert network.verdicts("P01") == {"B": "pass", "C": "fail"}


def test_p01_a_replacement_is_no_new_pole(network: Network) -> None:
    network.street("street", [(-50, 0), (100, 0)])
    network.pole("A", (0, 5), kind="telecom", installed_on=OLD)
    network.pole("B", (2.9, 5), kind="telecom", installed_on=NEW)
    network.pole("C", (40, 5), "removed", kind="telecom", installed_on=OLD)
    network.pole("D", (42, 5), kind="telecom", installed_on=NEW)
    network.flag()
    assert network.verdicts("P01") == {}


def test_p01_what_only_a_secret_pole_shows_is_secret(network: Network) -> None:
    network.street("street", [(-50, 0), (100, 0)])
    network.pole("A", (0, 5), kind="telecom", installed_on=OLD, visibility="secret")
    network.pole("B", (40, 5), kind="telecom", installed_on=NEW)
    network.flag()
    hidden = "SELECT visibility FROM registry.finding WHERE rule_id = 'P01'"
    assert network.sql(hidden) == [("secret",)]
    network.pole("C", (80, 5), kind="telecom", installed_on=OLD)
    network.flag()
    assert network.sql(hidden) == [("partner",)]


@pytest.mark.parametrize(
    ("length", "accuracy", "expected", "priority"),
    [
        (49.9, None, "pass", None),
        (50.1, None, "fail", 1),
        (50.1, 0.5, "borderline", 1),
        (71, 0.5, "fail", 100),
    ],
)
def test_p03_long_spans(
    network: Network, length: float, accuracy: float | None, expected: str, priority: float | None
) -> None:
    network.pole("A", (0, 0), position_accuracy_m=accuracy)
    network.pole("B", (length, 0))
    network.cable("k", [(0, 0), (length, 0)])
    network.build()
    assert outcome(network, "P03", "AB") == expected
    found = network.sql("SELECT priority FROM registry.finding WHERE rule_id = 'P03'")
    assert found == ([] if priority is None else [(priority,)])


def doubled(network: Network, old: dict[str, Any], new: dict[str, Any], apart: float = 2.5) -> None:
    """Put a new pole N beside the old pole A, on which the cable k from far away ends."""
    network.pole("A", (0, 0), **{"kind": "telecom"} | old)
    network.pole("N", (apart, 0), **{"kind": "telecom"} | new)
    network.pole("Z", (-40, 0), kind="telecom")
    network.cable("k", [(-40, 0), (0, 0)])
    network.build()


RECENT, LONG_AGO = DAY - timedelta(90), DAY - timedelta(91)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"installed_on": OLD}, {"installed_on": LONG_AGO}, "fail"),
        ({"installed_on": OLD}, {"installed_on": RECENT}, "pass"),
        ({"status": "disused"}, {"installed_on": LONG_AGO}, "fail"),
        ({"status": "disused"}, {}, "not evaluable"),
        ({}, {"installed_on": LONG_AGO}, "not evaluable"),
        ({"installed_on": OLD}, {}, "not evaluable"),
        ({"installed_on": OLD}, {"installed_on": OLD}, None),
        ({"installed_on": NEW}, {"installed_on": OLD}, None),
        ({"installed_on": OLD}, {"installed_on": LONG_AGO, "status": "planned"}, None),
        ({"installed_on": OLD}, {"installed_on": LONG_AGO, "kind": "power_lv"}, None),
    ],
)
def test_p04_cable_left_on_the_old_pole(
    network: Network, old: dict[str, Any], new: dict[str, Any], expected: str | None
) -> None:
    doubled(network, old, new)
    assert outcome(network, "P04") == expected


def test_p04_only_while_cable_hangs_there_and_close_by(network: Network) -> None:
    doubled(network, {"installed_on": OLD}, {"installed_on": LONG_AGO})
    assert outcome(network, "P04") == "fail"
    network.delete("cable", "k")
    assert outcome(network, "P04") is None


def test_p04_poles_further_apart_are_two(network: Network) -> None:
    doubled(network, {"installed_on": OLD}, {"installed_on": LONG_AGO}, apart=3.05)
    assert outcome(network, "P04") is None


def test_p04_of_two_owners_are_no_pair(network: Network) -> None:
    ((owner,),) = network.sql(
        "INSERT INTO registry.organisation (code, name, kind) VALUES ('V', 'V', 'carrier') RETURNING id"
    )
    doubled(network, {"installed_on": OLD}, {"installed_on": LONG_AGO, "owner_id": owner})
    assert outcome(network, "P04") is None


@pytest.mark.parametrize(
    ("corner", "reinforced", "guy", "expected"),
    [
        (True, True, None, "pass"),
        (True, False, None, "fail"),
        (True, None, None, "not evaluable"),
        (True, None, "in_service", "pass"),
        (True, False, "in_service", "pass"),
        (True, False, "broken", "fail"),
        (False, False, None, None),
        (None, False, None, None),
    ],
)
def test_p05_corners_are_reinforced(
    network: Network, corner: bool | None, reinforced: bool | None, guy: str | None, expected: str | None
) -> None:
    number = network.pole("A", (0, 0), is_corner=corner, is_reinforced=reinforced)
    if guy:
        network.sql("INSERT INTO registry.fitting (pole_id, kind, state) VALUES (%s, 'guy', %s)", number, guy)
    assert outcome(network, "P05") == expected


@pytest.mark.parametrize(
    ("role", "corner", "expected"),
    [("trunk", None, "fail"), ("drop", None, None), ("trunk", False, None), ("trunk", True, "fail")],
)
def test_p05_a_pole_from_which_cable_crosses_the_road(
    network: Network, role: str, corner: bool | None, expected: str | None
) -> None:
    network.street("line", [(20, -20), (20, 20)], street_class="tertiary")
    network.pole("A", (0, 0), is_corner=corner, is_reinforced=False)
    network.pole("B", (40, 0))
    network.cable("k", [(0, 0), (40, 0)], role=role)
    network.build()
    assert outcome(network, "P05") == expected


@pytest.mark.parametrize(
    ("distance", "height", "width", "accuracy", "expected"),
    [
        (20, 8.0, 6.0, None, "pass"),
        (13.3, 8.0, 6.0, None, "fail"),  # 10.3 m from the formation, 10.4 m asked
        (13.3, 8.0, 6.0, 0.5, "borderline"),
        (8.1, 3.0, 6.0, None, "pass"),  # low poles: 5 m
        (7.9, 3.0, 6.0, None, "fail"),
        (20, 8.0, None, None, "not evaluable"),
        (10, 8.0, None, None, "fail"),  # too close whatever the formation's width
        (20, None, 6.0, None, "not evaluable"),
        (7.9, None, 6.0, None, "fail"),  # too close however low it is
        (101, 8.0, 6.0, None, None),
    ],
)
def test_r01_beside_the_railway(
    network: Network,
    distance: float,
    height: float | None,
    width: float | None,
    accuracy: float | None,
    expected: str | None,
) -> None:
    network.street("line", [(0, -200), (0, 200)], "railway", formation_width_m=width)
    network.pole("A", (distance, 0), height_m=height, position_accuracy_m=accuracy)
    assert outcome(network, "R01") == expected


def test_r01_of_two_railways_the_worst_counts(network: Network) -> None:
    network.street("far", [(0, -200), (0, 200)], "railway", formation_width_m=6)
    network.street("near", [(30, -200), (30, 200)], "railway", formation_width_m=6)
    network.pole("A", (20, 0), height_m=8.0)
    assert outcome(network, "R01") == "fail"
    assert network.values("R01") == {"A": pytest.approx(7, abs=0.01)}


def test_the_thresholds_of_yes_and_no_can_be_switched_off(network: Network) -> None:
    report = flagging.run(network.connection, DAY, instead={"street_side_m": None})
    assert "P01" in report.off
