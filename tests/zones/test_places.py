"""Zones of circles and of former units, and unions of all kinds of parts."""

from __future__ import annotations

from typing import Any

import pytest
import shapely

from gisreg.errors import InvalidInputError
from gisreg.zones import keep, say
from gisreg.zones.build import draft
from gisreg.zones.make import make
from gisreg.zones.recipe import Recipe
from gisreg.zones.source import Source
from tests.support.ground import lonlat
from tests.support.network import Network
from tests.zones.drawn import SO, made_of, off, said, stands

STREET = {"kind": "street", "street": "Lê Lợi", "width_m": 10}


def reasons(network: Network, *parts: dict[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    found = draft(network.connection, Recipe.model_validate({"parts": parts}))
    return [(trouble.reason, trouble.suggestions) for trouble in found.troubles]


def disc(x: float, y: float, radius: float) -> shapely.Geometry:
    return shapely.Point(x, y).buffer(radius, quad_segs=256)


def test_a_circle_around_a_place(network: Network) -> None:
    longitude, latitude = lonlat((100, 50))
    number = made_of(
        network, {"kind": "circle", "longitude": longitude, "latitude": latitude, "radius_m": 200}
    )
    assert off(stands(network, number), disc(100, 50, 200)) < 0.005 * disc(0, 0, 200).area


def test_a_circle_around_an_object_by_its_code(network: Network) -> None:
    network.pole("TRU-SO", (10, 20), visibility="partner")
    part = say.circle("pole=TRU-SO:150")
    # A zone that everybody sees would show where a pole stands that not everybody may see.
    found = draft(network.connection, Recipe(parts=(part,)))
    assert [trouble.reason for trouble in found.troubles] == ["more_hidden"]
    number = made_of(network, part, visibility="partner")
    assert off(stands(network, number), disc(10, 20, 150)) < 0.005 * disc(0, 0, 150).area
    circle = {"kind": "circle", "object_layer": "pole", "object_code": "NONE", "radius_m": 5}
    assert reasons(network, circle) == [("no_object", ())]


@pytest.mark.parametrize(("longitude", "latitude"), [(20.45, 66.3), (-150, -80), (106.3, 0)])
def test_a_circle_outside_the_registrys_area(network: Network, longitude: float, latitude: float) -> None:
    circle = {"kind": "circle", "longitude": longitude, "latitude": latitude, "radius_m": 200}
    assert reasons(network, circle) == [("outside", ())]


def test_an_object_of_several_owners_is_asked_for_by_owner(network: Network) -> None:
    for code in ("A", "B"):
        network.sql(
            "INSERT INTO registry.organisation (code, name, kind) VALUES (%s, %s, 'carrier')", code, code
        )
        network.sql(
            "INSERT INTO registry.tower (code, owner_id, geom) SELECT 'T1', id, ST_SetSRID(ST_MakePoint(%s, %s), 4326)"
            " FROM registry.organisation WHERE code = %s",
            *lonlat((0, 0) if code == "A" else (900, 0)),
            code,
        )
    circle = {"kind": "circle", "object_layer": "tower", "object_code": "T1", "radius_m": 50}
    assert reasons(network, circle) == [("several_objects", ("A", "B"))]
    number = made_of(network, circle | {"object_owner": "B"}, visibility="partner")
    assert off(stands(network, number), disc(900, 0, 50)) < 40


def a_city(network: Network) -> dict[str, int]:
    """Before 1 July 2025 a city (336) with three wards and a commune; today two wards, one more or less."""
    ids: dict[str, int] = {}
    rows = [
        ("34", "province", "tinh", "Tỉnh Thái Bình", None, None),
        ("336", "district", "thanh_pho", "Thành phố Thái Bình", "34", None),
        ("001", "commune", "phuong", "Phường Bồ Xuyên", "336", (0, 100)),
        ("002", "commune", "phuong", "Phường Đề Thám", "336", (100, 200)),
        ("003", "commune", "phuong", "Phường Hoà Bình", "336", (200, 300)),
        ("004", "commune", "xa", "Xã Đông Hoà", "336", (300, 400)),
    ]
    for code, level, kind, name, parent, span in rows:
        ((ids[code],),) = network.sql(
            "INSERT INTO registry.admin_unit (gso_code, level, kind, name, parent_id, valid_from, valid_to, geom)"
            " VALUES (%s, %s, %s, %s, %s, '2004-04-29', '2025-07-01', ST_SetSRID(%s::geometry, 4326)) RETURNING id",
            code, level, kind, name, ids.get(parent or ""), _strip(span),
        )  # fmt: skip
    for code, name, span in (("001", "Phường Thái Bình", (0, 200)), ("005", "Phường Trà Lý", (200, 400))):
        ((ids[f"new {code}"],),) = network.sql(
            "INSERT INTO registry.admin_unit (gso_code, level, kind, name, valid_from, geom)"
            " VALUES (%s, 'commune', 'phuong', %s, '2025-07-01', ST_SetSRID(%s::geometry, 4326)) RETURNING id",
            code, name, _strip(span),
        )  # fmt: skip
    for old, new in (("001", "001"), ("002", "001"), ("003", "005"), ("004", "005")):
        network.sql(
            "INSERT INTO registry.admin_succession (from_id, to_id, share_area) VALUES (%s, %s, 1)",
            ids[old], ids[f"new {new}"],
        )  # fmt: skip
    return ids


def _strip(span: tuple[float, float] | None) -> str | None:
    if span is None:
        return None
    west, east = span
    ring = [lonlat((x, y)) for x, y in ((west, 0), (east, 0), (east, 100), (west, 100))]
    return shapely.MultiPolygon([shapely.Polygon(ring)]).wkb_hex


def test_the_wards_of_a_former_city(network: Network) -> None:
    a_city(network)
    part = say.unit("all:phuong:336@2025-06-30")
    number = made_of(network, part)
    assert off(stands(network, number), shapely.box(0, 0, 300, 100)) < 1


def test_a_unit_is_the_one_of_its_day(network: Network) -> None:
    """The code 001 was used again: it is another unit since 1 July 2025."""
    a_city(network)
    old = made_of(network, {"kind": "unit", "unit": "001", "unit_on": "2025-06-30"}, code="OLD")
    new = made_of(network, {"kind": "unit", "unit": "001", "unit_on": "2025-07-01"}, code="NEW")
    assert off(stands(network, old), shapely.box(0, 0, 100, 100)) < 1
    assert off(stands(network, new), shapely.box(0, 0, 200, 100)) < 1


@pytest.mark.parametrize("name", ["phường Hoà Bình", "P. Hòa Bình", "hoa binh", "003"])
def test_units_by_name_however_it_is_written(network: Network, name: str) -> None:
    a_city(network)
    number = made_of(network, {"kind": "unit", "unit": name, "unit_on": "2025-06-30"})
    assert off(stands(network, number), shapely.box(200, 0, 300, 100)) < 1


def test_units_that_are_not_found_or_several(network: Network) -> None:
    ids = a_city(network)
    unit = {"kind": "unit", "unit": "Bồ Xuyen", "unit_on": "2025-07-02"}
    assert reasons(network, unit)[0][0] == "no_unit"
    assert reasons(network, unit | {"unit": "Phường Trà Lí A"}) == [("no_unit", ("Phường Trà Lý (005)",))]
    network.sql("UPDATE registry.admin_unit SET name = 'Xã Bồ Xuyên' WHERE id = %s", ids["004"])
    both = unit | {"unit": "Bồ Xuyên", "unit_on": "2025-06-30"}
    assert reasons(network, both) == [
        (
            "several_units",
            ("Phường Bồ Xuyên (001, Thành phố Thái Bình)", "Xã Bồ Xuyên (004, Thành phố Thái Bình)"),
        )
    ]
    assert reasons(network, both | {"unit_kind": "phuong"}) == []


def test_former_units_without_boundaries_count_by_what_they_became(network: Network) -> None:
    ids = a_city(network)
    network.sql("UPDATE registry.admin_unit SET geom = NULL WHERE valid_to IS NOT NULL")
    units = [{"kind": "unit", "unit": code, "unit_on": "2025-06-30"} for code in ("001", "002")]
    number = made_of(network, *units)
    assert off(stands(network, number), shapely.box(0, 0, 200, 100)) < 1
    # Of Trà Lý, one half was a commune, and nobody knows which: it is told what else would be needed.
    assert reasons(network, {"kind": "unit", "unit": "003", "unit_on": "2025-06-30"}) == [
        ("no_boundary", ("Xã Đông Hoà",))
    ]
    network.sql("DELETE FROM registry.admin_succession WHERE from_id = %s", ids["003"])
    assert reasons(network, {"kind": "unit", "unit": "003", "unit_on": "2025-06-30"}) == [("no_boundary", ())]


def test_a_union_of_all_kinds_of_parts(network: Network) -> None:
    a_city(network)
    network.street("Lê Lợi", [(0, 500), (400, 500)])
    longitude, latitude = lonlat((200, 500))
    number = made_of(
        network,
        STREET,
        {"kind": "circle", "longitude": longitude, "latitude": latitude, "radius_m": 60},
        {"kind": "unit", "unit": "002", "unit_on": "2025-06-30"},
    )
    expected = shapely.union_all(
        [shapely.box(0, 490, 400, 510), disc(200, 500, 60), shapely.box(100, 0, 200, 100)]
    )
    assert off(stands(network, number), expected) < 60
    kept = keep.require(network.connection, number)
    assert [one.part.kind for one in kept.matched] == ["street", "circle", "unit"]
    assert Recipe.model_validate_json(kept.recipe.model_dump_json(by_alias=True)) == kept.recipe


WRONG: dict[str, dict[str, Any]] = {
    "a circle of nothing": {"kind": "circle", "radius_m": 5},
    "a circle of a place and an object": {
        "kind": "circle", "longitude": 106, "latitude": 20, "object_layer": "pole", "object_code": "P", "radius_m": 5,
    },
    "a circle of half a place": {"kind": "circle", "longitude": 106, "radius_m": 5},
    "a circle of no size": {"kind": "circle", "longitude": 106, "latitude": 20, "radius_m": 0},
    "a unit of no name": {"kind": "unit", "unit_on": "2025-06-30"},
    "a unit of no day": {"kind": "unit", "unit": "001"},
    "a street of no width": {"kind": "street", "street": "Lê Lợi"},
    "a street as wide as a city": {"kind": "street", "street": "Lê Lợi", "width_m": 2_000},
    "a side without a direction": {"kind": "street", "street": "Lê Lợi", "width_m": 5, "side": "left"},
    "half a section": {"kind": "street", "street": "Lê Lợi", "width_m": 5, "from": "A"},
    "two beginnings": {"kind": "street", "street": "Lê Lợi", "width_m": 5, "from": "A", "from_m": 1, "to": "B"},
    "text with a control letter": {"kind": "street", "street": "Lê\x00Lợi", "width_m": 5},
    "a part of no kind": {"street": "Lê Lợi", "width_m": 5},
    "an unknown word": STREET | {"colour": "red"},
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_parts_that_mean_nothing(what: str) -> None:
    with pytest.raises(ValueError, match="parts"):
        Recipe.model_validate({"parts": [WRONG[what]]})


def test_the_error_names_every_entry_that_is_not_clear(network: Network) -> None:
    recipe = Recipe.model_validate(
        {
            "parts": [
                STREET | {"as_written": "Lê Lợi, 10 m"},
                {"kind": "unit", "unit": "X", "unit_on": "2025-06-30"},
            ]
        }
    )
    with pytest.raises(InvalidInputError) as told:
        make(network.connection, SO, said(), Source(recipe))
    assert "Lê Lợi, 10 m" in told.value.message
    assert [(one["line"], one["field"], one["reason"]) for one in told.value.detail["unmatched"]] == [
        (1, "street", "not_found"), (2, "unit", "no_unit"),
    ]  # fmt: skip
    assert network.sql("SELECT FROM registry.zone_recipe") == []
