"""Quality of fields (Q06 to Q09, Q12, Q13): what is missing, outside its list or range, or contradicts itself."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
import shapely

from gisreg.flagging.described import comparable, missing, names
from gisreg.importing.text import folded
from layers import LAYERS
from tests.support.carriers import answers, organisation, outcomes, row
from tests.support.ground import degrees_of, lonlat
from tests.support.network import DAY, Network

SUFFIX = {"pole": "", "cable": "C", "tower": "T", "manhole": "M", "duct": "D", "fitting": "F"}
WHOLE: dict[str, dict[str, Any]] = {
    "pole": {"code": "P", "kind": "telecom", "material": "steel", "height_m": 8, "survey_date": DAY},
    "tower": {"code": "T", "mast_class": "A2a", "height_m": 12, "survey_date": DAY},
    "cable": {"code": "C", "role": "drop", "medium": "fibre", "state": "in_service", "survey_date": DAY},
    "manhole": {"code": "M", "survey_date": DAY},
    "duct": {"code": "D", "survey_date": DAY},
    "fitting": {"state": "in_service", "kind": "box", "survey_date": DAY},
}
"""An object of every layer that says all of itself, but for its owner."""


def thing(network: Network, layer: str, name: str = "x", **columns: Any) -> int:
    """Add an object of a layer at the middle of the plane; a fitting on a pole of its own."""
    if layer == "fitting":
        pole = columns.pop("pole_id", None) or network.pole(f"of {name}", (0, 0))
        return row(network, "fitting", **{"kind": "box", "pole_id": pole} | columns)
    shape: Any = shapely.Point(lonlat((0, 0)))
    if layer in ("cable", "duct"):
        shape = shapely.LineString(degrees_of([(0, 0), (100, 0)]))
    return network._add(layer, name, {"source": "test"} | columns, shape)


def own(network: Network, layer: str, number: int, extra: dict[str, Any], **columns: Any) -> None:
    """Write an object's own fields, and other private columns."""
    given = {f"{layer}_id": number, "extra": json.dumps(extra, ensure_ascii=False)} | columns
    marks = ", ".join(["%s"] * len(given))
    network.sql(
        f"INSERT INTO registry.{layer}_private ({', '.join(given)}) VALUES ({marks})", *given.values()
    )


# --- Q06 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", SUFFIX)
def test_q06_a_whole_object_passes_and_each_lack_counts(network: Network, layer: str) -> None:
    rule = f"Q06{SUFFIX[layer]}"
    owner = organisation(network, "one")
    whole = WHOLE[layer] | {"owner_id": owner}
    number = thing(network, layer, **whole)
    assert answers(network, rule)[number] == 0
    for lacking in (set(whole) | {"state"}) & {item.name for item in LAYERS[layer].fields if item.wanted}:
        field = LAYERS[layer].field(lacking)
        empty = "unknown" if field.required else None
        network.sql(f"UPDATE registry.{layer} SET {lacking} = %s WHERE id = %s", empty, number)
        assert answers(network, rule)[number] == 1, lacking
        network.sql(f"UPDATE registry.{layer} SET {lacking} = %s WHERE id = %s", whole[lacking], number)
    assert answers(network, rule)[number] == 0


def test_q06_how_much_may_be_missing_is_a_threshold(network: Network) -> None:
    bare = thing(network, "pole", code=" ")
    assert answers(network, "Q06") == {bare: 6}
    network.flag()
    assert outcomes(network, "Q06") == {bare: "fail"}
    network.sql("UPDATE registry.threshold SET value = 6 WHERE key = 'missing_fields_max'")
    network.flag()
    assert outcomes(network, "Q06") == {}


def test_q06_nobody_wants_the_owner_of_what_is_ownerless(network: Network) -> None:
    whole = {key: value for key, value in WHOLE["cable"].items() if key != "code"}
    cable = thing(network, "cable", **whole | {"state": "ownerless"})
    lost = thing(network, "cable", **whole)
    assert answers(network, "Q06C") == {cable: 0, lost: 2}


@pytest.mark.parametrize(("status", "applies"), [("planned", False), ("removed", False), ("disused", True)])
def test_q06_asks_of_what_stands(network: Network, status: str, applies: bool) -> None:
    pole = thing(network, "pole", status=status)
    assert set(answers(network, "Q06")) == ({pole} if applies else set())


def test_what_is_wanted_is_described() -> None:
    assert {layer: missing(LAYERS[layer]).count("::integer") for layer in SUFFIX} == {
        "pole": 6, "cable": 6, "tower": 5, "manhole": 3, "duct": 3, "fitting": 3,
    }  # fmt: skip


# --- Own fields: Q07, Q08, Q09 -------------------------------------------------------------------------


def test_names_in_the_database_fold_like_those_of_the_import(network: Network) -> None:
    texts = {
        text
        for layer in LAYERS.values()
        for field in layer.fields
        for text in (field.name, field.vi, field.en, *field.aliases)
    } | {"Chiều cao (m)", "ĐỘ SÂU [cm]", "Loại  cột.", "hố_ga"}
    rows = network.sql("SELECT t, gisreg.folded(t) FROM unnest(%s) AS t", sorted(texts))
    assert dict(rows) == {text: folded(text) for text in texts}


@pytest.mark.parametrize("layer", SUFFIX)
def test_the_database_knows_what_files_call_each_field(network: Network, layer: str) -> None:
    rows = network.sql("SELECT name, field FROM gisreg.field_names(%s)", layer)
    assert dict(rows) == names(LAYERS[layer])
    limits = network.sql("SELECT field, minimum, maximum FROM gisreg.field_limits(%s)", layer)
    assert sorted(limits) == sorted((f.name, f.minimum, f.maximum) for f in comparable(LAYERS[layer]))


@pytest.mark.parametrize(
    ("extra", "value"),
    [
        ({"Hiện trạng": "tốt"}, 0),
        ({"HIEN TRANG": "Nứt"}, 0),
        ({"condition": "dangerous"}, 0),
        ({"Hiện trạng": "rất xấu"}, 1),
        ({"Hiện trạng": "rất xấu", "Vật liệu": "vàng"}, 2),
        ({"Hiện trạng": "không rõ"}, None),
        ({"Hiện trạng": "không rõ", "Vật liệu": "vàng"}, 1),
        ({"Hiện trạng": ""}, "none"),
        ({"Mã cũ": "rất xấu", "Ghi chú": "x"}, "none"),
        ({}, "none"),
    ],
)
def test_q07_own_fields_and_codelists(network: Network, extra: dict[str, Any], value: Any) -> None:
    pole = thing(network, "pole")
    own(network, "pole", pole, extra)
    assert answers(network, "Q07") == ({} if value == "none" else {pole: value})


@pytest.mark.parametrize("layer", ["manhole", "duct", "fitting"])
def test_q07_unknown_is_no_wrong_value_of_a_list_that_lacks_it(network: Network, layer: str) -> None:
    codelist = LAYERS[layer].field("kind").codelist
    assert codelist is not None
    assert "unknown" not in codelist.values
    number = thing(network, layer)
    own(network, layer, number, {"Loại": "KHÔNG RÕ"})
    assert answers(network, f"Q07{SUFFIX[layer]}") == {number: None}


@pytest.mark.parametrize("layer", SUFFIX)
def test_q07_q08_look_at_every_layer_with_own_fields(network: Network, layer: str) -> None:
    number = thing(network, layer)
    kind = next(field for field in comparable(LAYERS[layer]) if field.codelist is not None)
    size = next(field for field in comparable(LAYERS[layer]) if field.maximum is not None)
    own(network, layer, number, {kind.vi: "vớ vẩn", size.vi: 1e9})
    assert answers(network, f"Q07{SUFFIX[layer]}") == {number: 1}
    assert answers(network, f"Q08{SUFFIX[layer]}") == {number: 1}
    network.flag()
    found = "SELECT rule_id, visibility FROM registry.finding WHERE rule_id ~ '^Q0[78]' AND object_id = %s"
    assert sorted(network.sql(found, number)) == [
        (f"Q07{SUFFIX[layer]}", "secret"), (f"Q08{SUFFIX[layer]}", "secret")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("extra", "value"),
    [
        ({"Chiều cao": 8.5}, 0),
        ({"Chiều cao": 85}, 1),
        ({"Chiều cao (cm)": 850}, 0),
        ({"Chiều cao (m)": "8,5"}, 0),
        ({"Chiều cao (m)": "khoảng 8"}, None),
        ({"Chiều cao": 85, "Độ nghiêng": "nhẹ"}, 1),
        ({"Chiều cao": 85, "Độ nghiêng": 400}, 2),
        ({"Số hộ": 4000}, "none"),
    ],
)
def test_q08_own_fields_and_ranges(network: Network, extra: dict[str, Any], value: Any) -> None:
    pole = thing(network, "pole")
    own(network, "pole", pole, extra)
    assert answers(network, "Q08") == ({} if value == "none" else {pole: value})


@pytest.mark.parametrize(
    ("power", "height", "value"), [(7.0, 8.0, 0), (8.0, 8.0, 0), (8.5, 8.0, 1), (7.0, None, None)]
)
def test_q08_power_above_the_poles_top(
    network: Network, power: float, height: float | None, value: int | None
) -> None:
    pole = thing(network, "pole", lowest_power_height_m=power, height_m=height)
    thing(network, "pole", "nothing known")
    assert answers(network, "Q08") == {pole: value}
    network.flag()
    hidden = network.sql("SELECT visibility FROM registry.finding WHERE rule_id = 'Q08'")
    assert hidden == ([("partner",)] if value else [])


@pytest.mark.parametrize(
    ("layer", "used", "whole"), [("cable", "fibres_used", "fibre_count"), ("duct", "ways_free", "ways")]
)
@pytest.mark.parametrize(
    ("part", "all_of_it", "value"),
    [(3, 4, 0), (4, 4, 0), (5, 4, 1), (3, None, None), (None, 4, None), (None, None, "none")],
)
def test_q08_more_of_it_than_there_is(
    network: Network, layer: str, used: str, whole: str, part: int | None, all_of_it: int | None, value: Any
) -> None:
    number = thing(network, layer)
    own(network, layer, number, {}, **{used: part, whole: all_of_it})
    rule = f"Q08{SUFFIX[layer]}"
    assert answers(network, rule) == ({} if value == "none" else {number: value})
    network.flag()
    found = network.sql("SELECT visibility FROM registry.finding WHERE rule_id = %s", rule)
    assert found == ([("secret",)] if value == 1 else []), "capacities are for the owner and the authority"


@pytest.mark.parametrize(
    ("antenna", "height", "building", "value"),
    [(24, 25, None, 0), (26, 25, None, 1), (26, 12, 15, 0), (26, None, None, None), (None, 25, None, "none")],
)
def test_q08_an_antenna_above_its_mast(
    network: Network, antenna: float | None, height: float | None, building: float | None, value: Any
) -> None:
    owner = organisation(network, "one")
    tower = thing(network, "tower", height_m=height, building_height_m=building)
    row(network, "tower_tenancy", tower_id=tower, owner_id=owner, valid_from=DAY, antenna_height_m=antenna)
    assert answers(network, "Q08T") == ({} if value == "none" else {tower: value})


def test_q08_a_hidden_tenant_shows_as_little_as_itself(network: Network) -> None:
    owner = organisation(network, "one")
    tower = thing(network, "tower", height_m=20)
    row(network, "tower_tenancy", tower_id=tower, owner_id=owner, valid_from=DAY, antenna_height_m=30,
        visibility="agency")  # fmt: skip
    network.flag()
    assert network.sql("SELECT visibility FROM registry.finding WHERE rule_id = 'Q08T'") == [("agency",)]


@pytest.mark.parametrize(
    ("extra", "value"),
    [
        ({"Chiều dài": 100}, 0.0),
        ({"Chiều dài (m)": "119,5"}, 0.195),
        ({"Chiều dài (m)": 121}, 0.21),
        ({"cự ly": 79}, -0.21),
        ({"Chiều dài (km)": 0.13}, 0.3),
        ({"length_m": 100}, 0.0),
        ({"Chiều dài": "hơn trăm mét"}, None),
        ({"Chiều cao": 100}, "none"),
    ],
)
@pytest.mark.parametrize(("layer", "rule"), [("cable", "Q09"), ("duct", "Q09D")])
def test_q09_stated_and_drawn_lengths(
    network: Network, layer: str, rule: str, extra: dict[str, Any], value: Any
) -> None:
    number = thing(network, layer)
    own(network, layer, number, extra)
    found = answers(network, rule)
    if value == "none":
        assert found == {}
        return
    # The drawing is 100 m of the plane, some millimetres more or less on the ellipsoid.
    assert found == {number: value if value is None else pytest.approx(abs(value), abs=1e-3)}
    network.flag()
    assert outcomes(network, rule) == ({number: "fail"} if abs(value or 0) > 0.2 else {})


# --- Q12 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attached", "height", "method", "expected"),
    [
        (7.9, 8.0, "laser", None),
        (8.03, 8.0, "laser", "borderline"),
        (8.1, 8.0, "laser", "fail"),
        (8.1, 8.0, "photo", "borderline"),
        (8.4, 8.0, "photo", "fail"),
        (8.4, 8.0, None, "borderline"),
    ],
)
def test_q12_above_the_poles_top(
    network: Network, attached: float, height: float, method: str | None, expected: str | None
) -> None:
    for name, x in (("A", 0), ("B", 40)):
        network.pole(name, (x, 0), height_m=height if name == "A" else None)
    network.cable("k", [(0, 0), (40, 0)])
    network.build()
    network.measure("k", "A", attached, method)
    fitting = row(network, "fitting", pole_id=network.ids["pole", "A"], kind="box", height_m=attached,
                  height_method=method)  # fmt: skip
    network.flag()
    assert network.verdicts("Q12") == {"k A": expected or "pass"}, "B was not measured"
    assert outcomes(network, "Q12F") == ({fitting: expected} if expected else {})
    network.measure("k", "B", 5.0)
    assert network.verdicts("Q12")["k B"] == "not evaluable", "nobody knows how high the pole is"


# --- Q13 ----------------------------------------------------------------------------------------------


def days(number: int | None) -> date | None:
    return None if number is None else DAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("installed", "surveyed", "value"),
    [
        (-50, -10, 0),
        (-10, -10, 0),
        (-10, -11, 1),
        (-10, None, None),
        (None, -10, None),
        (5, None, 5),
        (None, 3, 3),
        (-10, 3, 3),
        (None, None, "none"),
    ],
)
@pytest.mark.parametrize(("layer", "rule"), [("pole", "Q13"), ("cable", "Q13C")])
def test_q13_put_up_before_surveyed_before_today(
    network: Network, layer: str, rule: str, installed: int | None, surveyed: int | None, value: Any
) -> None:
    number = thing(network, layer, installed_on=days(installed), survey_date=days(surveyed))
    assert answers(network, rule) == ({} if value == "none" else {number: value})
    network.flag()
    assert outcomes(network, rule) == ({number: "fail"} if value not in (0, None, "none") else {})


def test_q13_a_planned_pole_may_lie_in_the_future(network: Network) -> None:
    thing(network, "pole", installed_on=days(90), status="planned")
    assert answers(network, "Q13") == {}


@pytest.mark.parametrize(
    ("surveyed", "pole_installed", "value"),
    [(-10, -20, 0), (-10, -5, 5), (2, -5, 2), (-10, None, None), (None, -5, None), (None, None, "none")],
)
def test_q13_fittings_and_their_pole(
    network: Network, surveyed: int | None, pole_installed: int | None, value: Any
) -> None:
    pole = network.pole("P", (0, 0), installed_on=days(pole_installed))
    fitting = row(network, "fitting", pole_id=pole, kind="box", survey_date=days(surveyed))
    assert answers(network, "Q13F") == ({} if value == "none" else {fitting: value})


@pytest.mark.parametrize(
    ("surveyed", "status", "first", "last", "value"),
    [
        (-10, "in_service", -90, None, 0),
        (-10, "in_service", -90, 1, 0),
        (-10, "in_service", -90, 0, 1),
        (-10, "removed", -90, -5, 0),
        (-10, "in_service", 4, None, 4),
        (-10, "planned", 4, None, 0),
        (6, "in_service", -90, None, 6),
        (None, "in_service", -90, None, None),
        (None, "in_service", -90, -8, 9),
    ],
)
def test_q13_masts_and_tenants(
    network: Network, surveyed: int | None, status: str, first: int, last: int | None, value: int | None
) -> None:
    owner = organisation(network, "one")
    tower = thing(network, "tower", survey_date=days(surveyed))
    row(network, "tower_tenancy", tower_id=tower, owner_id=owner, status=status, valid_from=days(first),
        valid_to=days(last))  # fmt: skip
    assert answers(network, "Q13T") == {tower: value}
