"""Flagged metres on Hà Nội's real streets, against an independent calculation with geopandas.

The cables are made up, laid along the real streets; wards, streets and zones are real. Geopandas
measures in EPSG:5897 (VN-2000, 105°) where the registry measures on the ellipsoid: two data paths
and two ways to measure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import geopandas
import pytest

from gisreg.database.connection import Actor, Role, transaction
from gisreg.demo.build import build
from gisreg.flagging.run import run
from gisreg.importing.request import ImportRequest
from gisreg.importing.run import import_file
from tests.real.conftest import ask, region
from tests.support.databases import Database

HANOI_ZONE_CRS = 5897
WARDS_AS_ZONES = ("Phường Hoàn Kiếm", "Phường Cửa Nam", "Phường Ba Đình", "Phường Hai Bà Trưng")


@pytest.fixture(scope="module", autouse=True)
def flagged(
    shared_data: Path, fresh_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Lay a network along the streets, add four wards as urban zones, and flag."""
    wards = shared_data / "admin-2026" / "wards_01_ha_noi.geojson"
    zones = geopandas.read_file(wards).query("fullName in @WARDS_AS_ZONES")[["code", "fullName", "geometry"]]
    zone_file = tmp_path_factory.mktemp("zones") / "wards.gpkg"
    zones.rename(columns={"fullName": "name"}).to_file(zone_file, driver="GPKG")
    with region(HANOI_ZONE_CRS, (105.0, 20.0, 106.5, 21.5)):
        build(
            streets=shared_data / "osm-hanoi" / "hanoi_centre_2025.osm.pbf",
            admin=wards,
            zones=shared_data / "zone-hanoi-old-quarter" / "hanoi_old_quarter.geojson",
            poles=3000,
            cables=800,
            towers=10,
        )
        with transaction(Role.WORKER, Actor("tester")) as connection:
            constants = {"kind": "urban", "valid_from": "2025-07-01"}
            import_file(connection, ImportRequest("zone", zone_file, constants=constants))
            run(connection, date(2026, 1, 1))
        yield


def read(table: str, columns: str) -> geopandas.GeoDataFrame:
    """Return a layer as geopandas has it in EPSG:5897."""
    found = ask(f"SELECT {columns}, ST_AsBinary(geom) FROM registry.{table}")
    names = [name.strip() for name in columns.split(",")]
    geometry = geopandas.GeoSeries.from_wkb([bytes(row[-1]) for row in found], crs=4326)
    data = {name: [row[i] for row in found] for i, name in enumerate(names)}
    return geopandas.GeoDataFrame(data, geometry=geometry).to_crs(HANOI_ZONE_CRS)


def test_metres_by_zone_agree_within_a_thousandth():
    segments = read("segment", "id")
    zones = read("zone", "code")
    pieces = geopandas.overlay(segments, zones, how="intersection", keep_geom_type=True)
    expected = pieces.length.groupby(pieces["code"]).sum().to_dict()

    found = dict(
        ask(
            "SELECT z.code, sum(f.metres_inside) FROM registry.finding AS f"
            " JOIN registry.zone AS z ON z.id = f.zone_id GROUP BY z.code"
        )
    )

    assert len(found) == 5
    assert sum(found.values()) > 10_000
    assert found == pytest.approx(expected, rel=1e-3)


def test_flagged_metres_of_segments_count_overlapping_zones_once():
    segments = read("segment", "id")
    everywhere = read("zone", "code").union_all()
    expected = segments.intersection(everywhere).length.sum()

    ((found,),) = ask("SELECT sum(flagged_m) FROM registry.segment_state")

    assert found == pytest.approx(expected, rel=1e-3)
