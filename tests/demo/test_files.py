"""A plan from files: OpenStreetMap or GeoJSON; what cannot be used is named."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely

from gisreg.demo import town
from gisreg.errors import InvalidInputError, UsageError
from gisreg.settings import get_settings

WEST, SOUTH, STEP = 105.845, 21.030, 0.0018
Write = Callable[[str, list[tuple[Any, dict[str, Any]]]], Path]


@pytest.fixture(autouse=True)
def hanoi(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Set the region to Hà Nội (VN-2000 / TM-3 105-00, EPSG:5897)."""
    monkeypatch.setenv("GISREG_REGION_METRIC_SRID", "5897")
    monkeypatch.setenv("GISREG_REGION_BOUNDS", "[105.2, 20.5, 106.1, 21.4]")
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(name: str, features: list[tuple[Any, dict[str, Any]]]) -> Path:
        path = tmp_path / name
        collection = {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(geom)}
                for geom, properties in features
            ],
        }
        path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")
        return path

    return to_file


def grid() -> list[tuple[Any, dict[str, Any]]]:
    """Return six streets along and six across, 190 m apart."""
    reach = STEP * 5
    lines = []
    for n in range(6):
        x, y = WEST + n * STEP, SOUTH + n * STEP
        lines.append(
            (
                shapely.LineString([(x, SOUTH), (x, SOUTH + reach)]),
                {"name": f"Phố Dọc {n}", "highway": "residential"},
            )
        )
        lines.append(
            (
                shapely.LineString([(WEST, y), (WEST + reach, y)]),
                {"name": f"Phố Ngang {n}", "highway": "primary"},
            )
        )
    return lines


def area(size: float = 3 * STEP) -> shapely.Polygon:
    return shapely.box(WEST, SOUTH, WEST + size, SOUTH + size)


OSM = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
  <node id="1" version="1" lon="105.8450" lat="21.0300"/>
  <node id="2" version="1" lon="105.8500" lat="21.0300"/>
  <node id="3" version="1" lon="105.8500" lat="21.0340"/>
  <way id="10" version="1"><nd ref="1"/><nd ref="2"/>
    <tag k="highway" v="secondary"/><tag k="name" v="Hàng Đào"/></way>
  <way id="11" version="1"><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way>
  <way id="12" version="1"><nd ref="1"/><nd ref="3"/><tag k="highway" v="footway"/></way>
</osm>
"""


@pytest.mark.parametrize("name", ["streets.osm", "streets.osm.gz"])
def test_streets_of_openstreetmap(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    raw = OSM.encode()
    path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    plan = town.planned(1, path, None, None)
    assert plan.srid == 5897
    assert sorted((street.name, street.street_class) for street in plan.streets if street.name) == [
        ("Hàng Đào", "secondary")
    ]
    assert [street.street_class for street in plan.streets if street.name is None] == ["residential"]


def test_network_along_the_streets_of_a_file(write: Write) -> None:
    streets = write("streets.geojson", grid())
    wards = write("wards.geojson", [(area(), {"code": "00070", "fullName": "Phường Hoàn Kiếm"})])
    zones = write("zones.geojson", [(area(2 * STEP), {"name": "Khu phố cổ"})])
    plan = town.planned(3, streets, wards, zones)
    tables, _ = town.populate(plan, 3, 150, 60, 8)
    assert len(tables["pole"]) == 150
    assert {row["source"] for row in tables["pole"]} == {"generated"}
    assert {row["source"] for row in tables["street"]} == {"demo: streets.geojson"}
    assert tables["admin_unit"][0]["kind"] == "phuong"
    assert tables["zone"][0]["kind"] == "aesthetic_priority"
    lines = shapely.STRtree([row["geom"] for row in tables["street"]])
    beside = lines.query([row["geom"] for row in tables["pole"]], predicate="dwithin", distance=0.00015)
    assert len(set(beside[0].tolist())) == 150


def test_short_streets_give_fewer_poles(write: Write) -> None:
    plan = town.planned(3, write("streets.geojson", grid()[:2]), None, None)
    tables, _ = town.populate(plan, 3, 5000, 40, 4)
    assert 20 < len(tables["pole"]) < 200


def test_units_without_streets_are_refused(write: Write) -> None:
    wards = write("wards.geojson", [(area(), {"code": "1", "name": "Phường A"})])
    with pytest.raises(UsageError, match="need streets"):
        town.planned(1, None, wards, None)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"no-such\.osm"):
        town.planned(1, tmp_path / "no-such.osm", None, None)


def test_streets_of_another_country_are_refused(write: Write) -> None:
    path = write("far.geojson", [(shapely.LineString([(11.5, 50.0), (11.6, 50.0)]), {"name": "Hauptstraße"})])
    with pytest.raises(InvalidInputError, match=r"far\.geojson.*\n.*row 1"):
        town.planned(1, path, None, None)


def test_zones_without_a_name_are_refused(write: Write) -> None:
    streets = write("streets.geojson", grid())
    zones = write("zones.geojson", [(area(), {"hectares": 3})])
    with pytest.raises(InvalidInputError, match="name"):
        town.planned(1, streets, None, zones)


def test_zones_of_another_place_are_refused(write: Write) -> None:
    streets = write("streets.geojson", grid())
    zones = write("zones.geojson", [(shapely.box(105.3, 20.6, 105.31, 20.61), {"name": "Xa"})])
    with pytest.raises(InvalidInputError, match="near the streets"):
        town.planned(1, streets, None, zones)


def test_only_footways_are_refused(write: Write) -> None:
    line = shapely.LineString([(WEST, SOUTH), (WEST + STEP, SOUTH)])
    path = write("paths.geojson", [(line, {"name": "Lối đi", "highway": "path"})])
    with pytest.raises(InvalidInputError, match="no streets for cars"):
        town.planned(1, path, None, None)
