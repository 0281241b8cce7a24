"""Quality of geometry (Q10, Q11, Q14): far off, repeated points, outside the province."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg2
import pytest
import shapely

from tests.support.carriers import answers, outcomes
from tests.support.grid import Grid, Point
from tests.support.ground import degrees_of, lonlat
from tests.support.network import DAY, Network

SUFFIX = {"pole": "", "cable": "C", "tower": "T", "manhole": "M", "duct": "D"}
PROVINCE = Grid("""
    1....2....5
    ...........
    4....3....6
    """, 1000.0)  # fmt: skip


def unit(network: Network, code: str, corners: str) -> int:
    return network.unit(code, PROVINCE.line(corners))


def put(network: Network, layer: str, at: Point, name: str = "x", **columns: Any) -> int:
    """Add an object at a place; a line runs from there 50 m to the west."""
    return put_at(network, layer, lonlat(at), lonlat((at[0] - 50, at[1])), name, **columns)


def put_at(network: Network, layer: str, at: Point, end: Point, name: str = "x", **columns: Any) -> int:
    """Add an object at a longitude and latitude."""
    shape: Any = shapely.LineString([at, end]) if layer in ("cable", "duct") else shapely.Point(at)
    return network._add(layer, name, {"code": name} | columns, shape)


# --- Q10 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", SUFFIX)
def test_q10_far_off_the_registrys_area(network: Network, layer: str) -> None:
    rule = f"Q10{SUFFIX[layer]}"
    inside = put(network, layer, (500, 500), "inside")
    assert answers(network, rule) == {inside: None}, "without units nobody knows"
    unit(network, "1", "1234")
    lon, lat = lonlat((2500, 1000))
    near = put_at(network, layer, (lon + 0.15, lat), (lon + 0.1501, lat), "near")
    other_zone = put_at(network, layer, (lon + 0.5, lat), (lon + 0.5001, lat), "another province's zone")
    swapped = put_at(network, layer, (lat, lon - 26), (lat, lon - 26.0001), "swapped")
    found = answers(network, rule)
    assert found[inside] == 0
    assert 0.1 < (found[near] or 0) < 0.2
    assert found[other_zone] == pytest.approx(0.476, abs=0.01)
    assert (found[swapped] or 0) > 50
    network.flag()
    assert outcomes(network, rule) == {other_zone: "fail", swapped: "fail"}


def test_q10_metres_for_degrees(network: Network) -> None:
    """Towers and manholes are not tied, so that nothing stops such a row on its way past the import."""
    unit(network, "1", "1234")
    tower = put_at(network, "tower", (587_095.9, 2_261_880.3), (0, 0))
    assert (answers(network, "Q10T")[tower] or 0) > 1e6


def test_q10_only_units_of_the_day_count(network: Network) -> None:
    unit(network, "1", "1234")
    pole = put(network, "pole", (500, 500))
    network.sql("UPDATE registry.admin_unit SET valid_to = %s", DAY)
    assert answers(network, "Q10") == {pole: None}
    assert answers(network, "Q10", DAY - timedelta(days=1)) == {pole: 0}
    network.sql("UPDATE registry.admin_unit SET valid_to = NULL, visibility = 'secret'")
    assert answers(network, "Q10") == {pole: None}


# --- Q11 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("layer", "rule"), [("cable", "Q11"), ("duct", "Q11D")])
@pytest.mark.parametrize(
    ("points", "repeated"),
    [("abc", 0), ("aabc", 1), ("abbbc", 2), ("abca", 0), ("abab", 0), ("aa", 1), ("aaa", 2)],
)
def test_q11_repeated_points(network: Network, layer: str, rule: str, points: str, repeated: int) -> None:
    places = {"a": (0.0, 0.0), "b": (40.0, 0.0), "c": (40.0, 40.0)}
    line = shapely.LineString(degrees_of([places[point] for point in points]))
    number = network._add(layer, "x", {"code": "x"}, line)
    assert answers(network, rule) == {number: repeated}


def test_q11_empty_lines(network: Network) -> None:
    """Counting by cell refuses a single one; so many at once are not counted one by one."""
    unit(network, "1", "1234")
    network.sql(
        "INSERT INTO registry.duct (geom) SELECT 'SRID=4326;LINESTRING EMPTY' FROM generate_series(1, 5001)"
    )
    assert set(answers(network, "Q11D").values()) == {1}
    assert set(answers(network, "Q10D").values()) == {None}
    with pytest.raises(psycopg2.errors.NotNullViolation):
        network._add("duct", "x", {"code": "x"}, shapely.LineString())


# --- Q14 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", SUFFIX)
def test_q14_outside_every_unit(network: Network, layer: str) -> None:
    rule = f"Q14{SUFFIX[layer]}"
    first = put(network, layer, (2500, 1000), "first unit")
    assert answers(network, rule) == {first: None}, "without units nobody knows"
    unit(network, "1", "1234")
    unit(network, "2", "2563")
    second = put(network, layer, (7500, 1000), "second unit")
    across = put(network, layer, (5020, 1000), "across their border")
    near = put(network, layer, (5000, 2040), "a little off")
    far = put(network, layer, (5000, 2300), "off")
    vague = put(network, layer, (5000, 2301), "off, perhaps", position_accuracy_m=400)
    found = answers(network, rule)
    assert {found[first], found[second], found[across]} == {0}
    assert found[near] == pytest.approx(40, rel=0.01)
    assert found[far] == pytest.approx(300, rel=0.01)
    network.flag()
    assert outcomes(network, rule) == {far: "fail", vague: "borderline"}


@pytest.mark.parametrize(("layer", "rule"), [("cable", "Q14C"), ("duct", "Q14D")])
def test_q14_the_end_that_lies_farther_off_counts(network: Network, layer: str, rule: str) -> None:
    unit(network, "1", "1234")
    line = shapely.LineString(degrees_of([(4900, 1000), (5080, 1000)]))
    number = network._add(layer, "x", {"code": "x"}, line)
    assert answers(network, rule) == {number: pytest.approx(80, rel=0.01)}


def test_q14_former_units_do_not_count(network: Network) -> None:
    unit(network, "1", "1234")
    old = unit(network, "2", "2563")
    pole = put(network, "pole", (7500, 1000))
    assert answers(network, "Q14") == {pole: 0}
    network.sql("UPDATE registry.admin_unit SET valid_to = %s WHERE id = %s", DAY, old)
    assert answers(network, "Q14") == {pole: pytest.approx(2500, rel=0.01)}
