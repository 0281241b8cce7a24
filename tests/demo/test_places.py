"""Units tile the town before and after the reform, codes come again, zones overlap."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest
import shapely

from gisreg.demo.places import REFORM
from gisreg.demo.plan import Row
from tests.demo.conftest import Tables


def communes(tables: Tables, old: bool) -> list[Row]:
    return [
        row
        for row in tables["admin_unit"]
        if row["level"] == "commune" and (row["valid_to"] is not None) == old
    ]


@pytest.mark.parametrize("old", [True, False])
def test_communes_tile_the_town(tables: Tables, old: bool) -> None:
    areas = [row["geom"] for row in communes(tables, old)]
    whole = shapely.union_all(areas)
    assert sum(area.area for area in areas) == pytest.approx(whole.area, rel=1e-5)
    assert len(shapely.get_parts(whole)) == 1
    for row in tables["pole"][::50]:
        assert any(shapely.intersects(area, row["geom"]) for area in areas)


def test_no_day_has_two_systems(tables: Tables) -> None:
    assert {row["valid_to"] for row in communes(tables, old=True)} == {REFORM}
    assert {row["valid_from"] for row in communes(tables, old=False)} == {REFORM}


def test_codes_were_used_again_for_other_names(tables: Tables) -> None:
    before = {row["gso_code"]: row["name"] for row in communes(tables, old=True)}
    after = {row["gso_code"]: row["name"] for row in communes(tables, old=False)}
    assert before["13225"] == "Xã Tân Bình"
    assert after["13225"] == "Phường Thái Bình"
    assert sum(before.get(code, name) != name for code, name in after.items()) >= 3


def test_every_former_commune_went_somewhere_whole(tables: Tables) -> None:
    shares: dict[int, float] = defaultdict(float)
    parts: dict[int, int] = defaultdict(int)
    for row in tables["admin_succession"]:
        shares[row["from_id"]] += row["share_area"]
        parts[row["from_id"]] += 1
    old = [i for i, row in enumerate(tables["admin_unit"]) if row["level"] == "commune" and row["valid_to"]]
    assert all(shares[i] == pytest.approx(1.0, abs=0.001) for i in old)
    assert sum(parts[i] == 2 for i in old) == 1


def test_zones(tables: Tables) -> None:
    zones = {row["code"]: row for row in tables["zone"]}
    kinds = [row["kind"] for row in tables["zone"]]
    assert sorted(kinds) == ["aesthetic_priority"] * 3 + ["district_centre", "urban"]
    square, axis, banks = (zones[f"KV-MQ-0{n}"] for n in (1, 2, 3))
    assert any(shapely.get_num_interior_rings(part) for part in shapely.get_parts(square["geom"]))
    common = square["geom"].intersection(axis["geom"]).area
    assert 0 < common < square["geom"].area
    assert banks["valid_from"] > date(2027, 1, 1)


@pytest.mark.parametrize("code", ["KV-DT-01", "KV-TT-01", "KV-MQ-01", "KV-MQ-02", "KV-MQ-03"])
def test_cables_run_in_every_zone(tables: Tables, code: str) -> None:
    zone = next(row["geom"] for row in tables["zone"] if row["code"] == code)
    cables = [row["geom"] for row in tables["cable"] if row["deployment"] == "aerial"]
    assert shapely.intersects(zone, cables).sum() >= 10
