"""What no zone may be, on every way in: refused with what is wrong and what to do, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from gisreg.errors import GisregError
from gisreg.features.edit import insert, update
from gisreg.flagging.what_if import what_if
from gisreg.importing.request import ImportRequest
from gisreg.importing.run import import_file
from layers import LAYERS
from tests.support.ground import degrees_of
from tests.support.network import Network
from tests.zones.drawn import made, made_of, said

ZONE = LAYERS["zone"]
SQUARE = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
BOW_TIE = [(0, 0), (100, 100), (100, 0), (0, 100), (0, 0)]
WHOLE = [(-4_000, -4_000), (5_000, -4_000), (5_000, 5_000), (-4_000, 5_000), (-4_000, -4_000)]

Fault = tuple[dict[str, Any], dict[str, Any] | None]


def shape(ring: list[tuple[float, float]]) -> dict[str, Any]:
    return {"type": "MultiPolygon", "coordinates": [[[list(point) for point in degrees_of(ring)]]]}


EMPTY = {"type": "MultiPolygon", "coordinates": []}

BAD: dict[str, tuple[Fault, str]] = {
    "crosses itself": (({}, shape(BOW_TIE)), "(?i)crosses itself|Self-intersection"),
    "empty": (({}, EMPTY), "(?i)empty|too few coordinates"),
    "over the whole province": (({}, shape(WHOLE)), r"covers 100 % of the province, more than 50 %"),
    "ends before it begins": (({"valid_from": "2026-05-01", "valid_to": "2026-04-30"}, shape(SQUARE)), "no longer from 2026-04-30"),
    "ends on its first day": (({"valid_from": "2026-05-01", "valid_to": "2026-05-01"}, shape(SQUARE)), "no longer from 2026-05-01"),
    "overlaps a validity of its code": (({"code": "OLD", "valid_from": "2025-12-31"}, shape(SQUARE)), "OLD holds from 2025-01-01 to 2026-01-01"),
    "overlaps one without an end": (({"code": "OPEN", "valid_from": "2030-01-01"}, shape(SQUARE)), r"OPEN holds from 2025-01-01 to \.\.\."),
}  # fmt: skip


@pytest.fixture
def province(network: Network) -> Network:
    """A province of 7 km, a zone `OLD` of the year 2025 and one `OPEN` since then."""
    network.unit("33", [(-3_000, -3_000), (4_000, -3_000), (4_000, 4_000), (-3_000, 4_000)])
    network.set("admin_unit", "33", "level", "province")
    network.zone("OLD", [SQUARE[:-1]], valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 1))
    network.zone("OPEN", [SQUARE[:-1]], valid_from=date(2025, 1, 1))
    return network


def by_import(network: Network, path: Path, properties: dict[str, Any], geometry: Any) -> None:
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    import_file(network.connection, ImportRequest("zone", path))


def by_edit(network: Network, path: Path, properties: dict[str, Any], geometry: Any) -> None:
    insert(network.connection, ZONE, {"properties": properties, "geometry": geometry})


WAYS: dict[str, Callable[..., None]] = {"import": by_import, "edit": by_edit}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", BAD)
def test_refused_with_a_sentence_and_what_to_do(
    province: Network, tmp_path: Path, way: str, fault: str
) -> None:
    (attributes, geometry), sentence = BAD[fault]
    before = province.sql("SELECT code, valid_from, version FROM registry.zone")
    province.sql("SAVEPOINT before")
    with pytest.raises(GisregError, match=sentence) as told:
        WAYS[way](province, tmp_path / "z.geojson", said(**attributes), geometry)
    assert told.value.hint
    province.sql("ROLLBACK TO SAVEPOINT before")
    assert province.sql("SELECT code, valid_from, version FROM registry.zone") == before


RECIPES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "over the whole province": ({}, {"kind": "unit", "unit": "33", "unit_level": "province", "unit_on": "2024-01-01"}, "covers 100 % of the province"),
    "ends before it begins": ({"valid_from": "2026-05-01", "valid_to": "2026-04-30"}, {"kind": "street", "street": "Lê Lợi", "width_m": 10}, "no longer from 2026-04-30"),
    "overlaps a validity of its code": ({"code": "OLD", "valid_from": "2025-12-31"}, {"kind": "street", "street": "Lê Lợi", "width_m": 10}, "OLD holds from 2025-01-01"),
    "of a kind that there is not": ({"kind": "nice"}, {"kind": "street", "street": "Lê Lợi", "width_m": 10}, "kind must be one of"),
    "without a name": ({"name": " "}, {"kind": "street", "street": "Lê Lợi", "width_m": 10}, "name cannot be empty"),
    "with a weight below 0": ({"weight": -1}, {"kind": "street", "street": "Lê Lợi", "width_m": 10}, "weight must lie between"),
}  # fmt: skip


@pytest.mark.parametrize("fault", RECIPES)
def test_recipes_are_refused_alike(province: Network, fault: str) -> None:
    province.street("Lê Lợi", [(0, 0), (400, 0)])
    attributes, part, sentence = RECIPES[fault]
    province.sql("SAVEPOINT before")
    with pytest.raises(GisregError, match=sentence) as told:
        made_of(province, part, **attributes)
    assert told.value.hint
    province.sql("ROLLBACK TO SAVEPOINT before")
    assert province.sql("SELECT code FROM registry.zone ORDER BY 1") == [("OLD",), ("OPEN",)]


def test_edits_of_a_zone_are_refused_alike(province: Network) -> None:
    number = province.ids["zone", "OLD"]
    for body, sentence in (
        ({"geometry": shape(BOW_TIE)}, "crosses itself"),
        ({"geometry": shape(WHOLE)}, "covers 100 % of the province"),
        ({"properties": {"valid_to": "2024-12-31"}}, "no longer from 2024-12-31"),
    ):
        province.sql("SAVEPOINT before")
        with pytest.raises(GisregError, match=sentence):
            update(province.connection, ZONE, number, 1, body)
        province.sql("ROLLBACK TO SAVEPOINT before")


def test_a_code_may_be_laid_down_anew_from_a_later_day(province: Network, tmp_path: Path) -> None:
    by_edit(province, tmp_path, said(code="OLD", valid_from="2026-01-01"), shape(SQUARE))
    with pytest.raises(GisregError, match="another zone with the same code and valid_from"):
        by_edit(province, tmp_path, said(code="OLD", valid_from="2026-01-01"), shape(SQUARE))


def features(*rows: tuple[dict[str, Any], Any]) -> str:
    return json.dumps(
        {"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": properties, "geometry": geometry} for properties, geometry in rows]}
    )  # fmt: skip


def test_a_file_may_end_a_zone_and_begin_it_anew(province: Network, tmp_path: Path) -> None:
    province.sql("UPDATE registry.zone SET valid_to = NULL WHERE code = 'OLD'")
    path = tmp_path / "both.geojson"
    path.write_text(
        features(
            (said(code="OLD", valid_from="2026-01-01"), shape(SQUARE)),
            (said(code="OLD", valid_from="2025-01-01", valid_to="2026-01-01"), shape(SQUARE)),
        ),
        encoding="utf-8",
    )
    report = import_file(province.connection, ImportRequest("zone", path))
    assert (report.inserted, report.changed) == (1, 1)
    again = import_file(province.connection, ImportRequest("zone", path))
    assert (again.inserted, again.changed, again.unchanged) == (0, 0, 2)


def test_rows_of_a_file_that_overlap_each_other_are_both_named(province: Network, tmp_path: Path) -> None:
    path = tmp_path / "two.geojson"
    path.write_text(
        features(
            (said(code="N", valid_from="2026-01-01"), shape(SQUARE)),
            (said(code="N", valid_from="2027-01-01"), shape(SQUARE)),
            (said(code="GOOD"), shape(SQUARE)),
        ),
        encoding="utf-8",
    )
    with pytest.raises(GisregError, match="another row of the file") as told:
        import_file(province.connection, ImportRequest("zone", path))
    first, second = told.value.detail["problems"]
    assert first["what_vi"] == "Mã N có hiệu lực từ 2027-01-01 đến ... ở dòng khác của tệp, trùng thời gian"
    assert second["what"] == "the code N holds from 2026-01-01 to ... in another row of the file"
    for one in (first, second):
        assert one["remedy_vi"].startswith("Kết thúc khu vực trước (valid_to)")
        assert one["remedy"].startswith("End that one first (valid_to)")
    report = import_file(province.connection, ImportRequest("zone", path, accept_valid=True))
    assert (report.inserted, report.rejected) == (1, 2)


def test_a_zone_out_of_a_recipe_is_not_drawn_by_hand(province: Network, tmp_path: Path) -> None:
    province.street("Lê Lợi", [(0, 0), (400, 0)])
    number = made(province, "Lê Lợi")
    province.sql("SAVEPOINT before")
    with pytest.raises(GisregError, match="made from a recipe"):
        update(province.connection, ZONE, number, 1, {"geometry": shape(SQUARE)})
    province.sql("ROLLBACK TO SAVEPOINT before")
    with pytest.raises(GisregError, match="made from a recipe"):
        by_import(province, tmp_path / "z.geojson", said(), shape(SQUARE))
    # Its other attributes are free.
    update(province.connection, ZONE, number, 1, {"properties": {"deadline": "2027-01-01"}})


def test_the_share_is_a_threshold_and_needs_the_province(province: Network) -> None:
    province.sql("SAVEPOINT before")
    province.sql("UPDATE registry.threshold SET value = NULL WHERE key = 'zone_share_max'")
    province.zone("ALL", [WHOLE[:-1]])
    province.sql("ROLLBACK TO SAVEPOINT before")
    province.delete("admin_unit", "33")
    province.zone("ALL", [WHOLE[:-1]])


def test_what_if_a_zone_grew_is_only_tried(province: Network) -> None:
    """A trial may grow a zone over the whole province, and one out of a recipe: nothing of it stays."""
    province.street("Lê Lợi", [(0, 0), (400, 0)])
    made(province, "Lê Lợi")
    assert what_if(province.connection, grow={"OLD": 9_000.0, "Z": 50.0}) == []


def test_plain_sql_is_refused_too(province: Network) -> None:
    with pytest.raises(psycopg2.errors.CheckViolation, match="covers 100 %"):
        province.zone("ALL", [WHOLE[:-1]])
