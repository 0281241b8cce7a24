"""How high cables hang over roads, rails, water and roofs, and below power: one street corner at a time."""

from __future__ import annotations

from typing import Any

import pytest

from gisreg.flagging import run as flagging
from tests.support.grid import Grid
from tests.support.network import DAY, Network

# Two poles 40 m apart, x and y on either side of the middle between them.
CORNER = Grid("""
    ..x..
    A...B
    ..y..
    """)
NOTHING: dict[str, Any] = {}
"""What a surveyor wrote who wrote nothing."""


def corner(network: Network, crossed: str | None = None, layer: str = "street", **columns: Any) -> None:
    """Hang the cable k from A to B; in its middle it crosses a line of some layer and class."""
    if crossed is not None:
        network.street("line", CORNER.line("xy"), layer, **{f"{layer}_class": crossed} | columns)
    network.draw(CORNER, k="AB")


def outcome(network: Network, rule: str, name: str = "k AB") -> str | None:
    """Run all rules and return what one says of an object, None where it does not apply."""
    network.flag()
    return network.verdicts(rule).get(name)


def heights(network: Network, a: float | None, b: float | None) -> None:
    network.measure("k", "A", a)
    network.measure("k", "B", b)


MEASURED = [
    (5.5, "laser", "pass"),
    (5.46, "laser", "borderline"),
    (5.44, "laser", "fail"),
    (5.3, "photo", "borderline"),
    (5.3, "pole_stick", "fail"),
    (5.1, "unknown", "borderline"),
    (5.1, None, "borderline"),
    (None, None, "not evaluable"),
]


@pytest.mark.parametrize(("height", "method", "expected"), MEASURED)
def test_h01_measured_over_the_carriageway(
    network: Network, height: float | None, method: str | None, expected: str
) -> None:
    corner(network, "primary")
    network.survey("AB", lowest_height_m=height, height_method=method)
    assert outcome(network, "H01") == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [(6.8, 6.8, "pass"), (6.0, 6.4, "borderline"), (5.5, 5.5, "fail"), (6.8, None, "not evaluable")],
)
def test_h01_from_the_attachments_less_the_sag(
    network: Network, a: float, b: float | None, expected: str
) -> None:
    corner(network, "primary")  # sags 0.8 m in the middle, where the street is
    heights(network, a, b)
    assert outcome(network, "H01") == expected


def test_h01_looks_where_the_street_is_and_not_at_the_lowest_point(network: Network) -> None:
    network.street("line", [(4, -20), (4, 20)], street_class="primary")
    network.draw(CORNER, k="AB")
    heights(network, 6.0, 6.0)
    network.survey("AB", sag_ratio=0.05)
    network.flag()
    # 2 m of sag: 4 x 2 x 0.1 x 0.9 at a tenth of the way
    assert network.values("H01") == {"k AB": pytest.approx(6 - 0.72, abs=0.002)}
    network.survey("AB", surface_below="carriageway")
    network.flag()
    assert network.values("H01") == {"k AB": pytest.approx(4, abs=0.002)}


@pytest.mark.parametrize(
    ("street", "surface", "applies"),
    [
        ({"crossed": "residential"}, NOTHING, "H01"),
        ({"crossed": "other"}, NOTHING, "H01"),
        ({"crossed": "alley"}, NOTHING, "H04"),
        ({"crossed": "alley", "has_trucks": False}, NOTHING, "H04"),
        ({"crossed": "alley", "has_trucks": True}, NOTHING, "H01"),
        ({"crossed": "path"}, NOTHING, "H03"),
        ({}, NOTHING, "H03"),
        ({}, {"surface_below": "unknown"}, "H03"),
        ({}, {"surface_below": "carriageway"}, "H01"),
        ({}, {"surface_below": "alley"}, "H04"),
        ({}, {"surface_below": "pavement"}, "H03"),
        ({}, {"surface_below": "roof"}, "H06"),
        ({}, {"surface_below": "structure"}, "H06"),
        ({}, {"surface_below": "railway"}, "H02"),
        ({}, {"surface_below": "water"}, "H05"),
        ({}, {"surface_below": "open"}, None),
        ({"crossed": "gauge_1000", "layer": "railway"}, {"surface_below": "railway"}, "H02"),
        ({"crossed": "class_3", "layer": "waterway"}, {"surface_below": "water"}, "H05"),
        ({"crossed": "not_navigable", "layer": "waterway"}, {"surface_below": "water"}, None),
    ],
)
def test_what_is_below_decides_which_rule_applies(
    network: Network, street: dict[str, Any], surface: dict[str, Any], applies: str | None
) -> None:
    corner(network, **street)
    if surface:
        network.survey("AB", **surface)
    network.flag()
    applying = [rule for rule in ("H01", "H02", "H03", "H04", "H05", "H06") if network.verdicts(rule)]
    assert applying == ([applies] if applies else [])


def test_a_height_over_the_pavement_says_nothing_about_the_carriageway(network: Network) -> None:
    corner(network, "primary")
    network.survey("AB", surface_below="pavement", lowest_height_m=4.0, height_method="laser")
    assert outcome(network, "H01") == "not evaluable"
    assert outcome(network, "H03") == "pass"
    heights(network, 5.9, 5.9)
    assert outcome(network, "H01") == "borderline"


@pytest.mark.parametrize(
    ("rule", "surface", "low", "close", "high"),
    [
        ("H03", "pavement", 3.4, 3.47, 3.5),
        ("H04", "alley", 4.4, 4.47, 4.5),
        ("H06", "roof", 0.9, 0.97, 1.0),
        ("H06", "structure", 0.4, 0.47, 0.5),
    ],
)
def test_other_surfaces(
    network: Network, rule: str, surface: str, low: float, close: float, high: float
) -> None:
    corner(network)
    network.survey("AB", surface_below=surface)
    assert outcome(network, rule) == "not evaluable"
    for height, expected in ((low, "fail"), (close, "borderline"), (high, "pass")):
        network.survey("AB", lowest_height_m=height, height_method="laser")
        assert outcome(network, rule) == expected


def test_h06_is_never_computed_from_the_poles(network: Network) -> None:
    corner(network)
    network.survey("AB", surface_below="roof")
    heights(network, 6.0, 6.0)
    assert outcome(network, "H06") == "not evaluable"


@pytest.mark.parametrize(
    ("railway_class", "low", "high"),
    [
        ("gauge_1000", 5.2, 5.3),
        ("gauge_1435", 6.4, 6.55),
        ("high_speed", 7.6, 7.7),
        ("urban_overhead", 6.2, 6.3),
        ("urban_third_rail", 4.2, 4.3),
    ],
)
def test_h02_by_the_class_of_the_railway(
    network: Network, railway_class: str, low: float, high: float
) -> None:
    corner(network, railway_class, "railway")
    assert outcome(network, "H02") == "not evaluable"
    network.survey("AB", lowest_height_m=low, height_method="laser")
    assert outcome(network, "H02") == "fail"
    network.survey("AB", lowest_height_m=high - 0.03)
    assert outcome(network, "H02") == "borderline"
    network.survey("AB", lowest_height_m=high)
    assert outcome(network, "H02") == "pass"


def test_h02_needs_the_class_and_takes_a_province_s_recommendation(network: Network) -> None:
    corner(network, "unknown", "railway")
    network.survey("AB", lowest_height_m=7.0, height_method="laser")
    assert outcome(network, "H02") == "not evaluable"
    network.set("railway", "line", "railway_class", "gauge_1000")
    assert outcome(network, "H02") == "pass"
    flagging.run(network.connection, DAY, instead={"height_over_railway_m": 7.5})
    assert network.values("H02") == {"k AB": 7.0}


def test_h02_of_two_railways_the_worst_counts(network: Network) -> None:
    corner(network, "gauge_1000", "railway")
    network.street("fast", [(30, -20), (30, 20)], "railway", railway_class="high_speed")
    network.survey("AB", lowest_height_m=6.0, height_method="laser")
    network.flag()
    assert network.sql("SELECT threshold_value FROM registry.finding WHERE rule_id = 'H02'") == [(7.7,)]
    network.set("railway", "fast", "railway_class", "unknown")
    assert outcome(network, "H02") == "not evaluable"


def test_h05_a_metre_above_the_vessels(network: Network) -> None:
    corner(network, "class_4", "waterway")
    network.survey("AB", lowest_height_m=6.9, height_method="laser")
    assert outcome(network, "H05") == "not evaluable"
    network.set("waterway", "line", "clearance_height_m", 6.0)
    assert outcome(network, "H05") == "fail"
    network.survey("AB", lowest_height_m=6.96)
    assert outcome(network, "H05") == "borderline"
    network.survey("AB", lowest_height_m=7.0)
    assert outcome(network, "H05") == "pass"


@pytest.mark.parametrize(("sign", "expected"), [(True, "pass"), (False, "fail"), (None, "not evaluable")])
def test_h07_a_sign_where_cable_crosses(network: Network, sign: bool | None, expected: str) -> None:
    corner(network, "secondary")
    network.survey("AB", has_height_sign=sign)
    assert outcome(network, "H07", "AB") == expected
    network.set("street", "line", "street_class", "alley")
    assert outcome(network, "H07", "AB") is None


POWER = [
    ("E01", "power_lv", 7.0, 5.75, 5.76, 5.9),
    ("E02", "power_mv", 9.0, 6.0, 6.04, 6.2),
    ("E03", "power_lv", 7.0, 6.5, 6.52, 6.6),
    ("E03", "power_mv", 9.0, 5.0, 5.03, 5.2),
    ("E03", "power_hv", 12.0, 6.0, 6.04, 6.1),
]


@pytest.mark.parametrize(("rule", "kind", "power", "passing", "close", "failing"), POWER)
def test_distance_to_power(
    network: Network, rule: str, kind: str, power: float, passing: float, close: float, failing: float
) -> None:
    network.pole("A", (0, 0), kind=kind)
    network.pole("B", (40, 0), kind="telecom")
    network.cable("k", [(0, 0), (40, 0)])
    network.build()
    assert outcome(network, rule, "k A") == "not evaluable"
    network.set("pole", "A", "lowest_power_height_m", power)
    assert outcome(network, rule, "k A") == "not evaluable"
    for height, expected in ((passing, "pass"), (close, "borderline"), (failing, "fail")):
        network.measure("k", "A", height)
        assert outcome(network, rule, "k A") == expected
    assert outcome(network, rule, "k B") is None
    network.measure("k", "A", power + 1.5)  # above the power
    assert outcome(network, rule, "k A") == ("pass" if kind == "power_lv" and rule == "E03" else "fail")


def test_power_that_was_measured_on_another_pole_counts_as_low_voltage(network: Network) -> None:
    corner(network)
    network.set("pole", "A", "lowest_power_height_m", 6.0)
    network.measure("k", "A", 5.0)
    assert outcome(network, "E01", "k A") == "fail"
    assert outcome(network, "E03", "k A") == "pass"
    assert outcome(network, "E02", "k A") is None


def test_a_rule_without_its_threshold_is_off(network: Network) -> None:
    corner(network)
    network.survey("AB", surface_below="pavement", lowest_height_m=1.0, height_method="laser")
    report = flagging.run(network.connection, DAY, instead={"height_along_road_m": None})
    assert "H03" in report.off
    assert network.values("H03") == {}


def test_what_crosses_a_secret_railway_is_secret(network: Network) -> None:
    corner(network, "gauge_1000", "railway", visibility="secret")
    network.survey("AB", lowest_height_m=3.0, height_method="laser")
    network.flag()
    assert network.sql("SELECT visibility FROM registry.finding WHERE rule_id = 'H02'") == [("secret",)]
