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
import pandas
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
OLD_QUARTER = "zone-hanoi-old-quarter/hanoi_old_quarter.geojson"
OLD_QUARTER_CODE = "KV-TEP-01"
"""The code that the demo builder gives the first zone of a file without codes."""


@pytest.fixture(scope="module")
def zones(
    shared_data: Path, fresh_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[geopandas.GeoDataFrame]:
    """Lay a network along the streets, flag it in the Old Quarter and in four wards.

    Yields the zones (code, geometry) as the files have them.
    """
    wards_file = shared_data / "admin-2026" / "wards_01_ha_noi.geojson"
    all_wards = geopandas.read_file(wards_file)
    wards = all_wards[all_wards.fullName.isin(WARDS_AS_ZONES)][["code", "fullName", "geometry"]]
    zone_file = tmp_path_factory.mktemp("zones") / "wards.gpkg"
    wards.rename(columns={"fullName": "name"}).to_file(zone_file, driver="GPKG")
    with region(HANOI_ZONE_CRS, (105.0, 20.0, 106.5, 21.5)):
        build(
            streets=shared_data / "osm-hanoi" / "hanoi_centre_2025.osm.pbf",
            admin=wards_file,
            zones=shared_data / OLD_QUARTER,
            poles=2000,
            cables=500,
            towers=10,
        )
        with transaction(Role.WORKER, Actor("tester")) as connection:
            urban = {"kind": "urban", "valid_from": "2025-07-01"}
            import_file(connection, ImportRequest("zone", zone_file, constants=urban))
            run(connection, date(2026, 1, 1))
        old_quarter = geopandas.read_file(shared_data / OLD_QUARTER).assign(code=OLD_QUARTER_CODE)
        yield pandas.concat([wards, old_quarter])[["code", "geometry"]].to_crs(HANOI_ZONE_CRS)


@pytest.fixture(scope="module")
def segments(zones: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Return the registry's segments in EPSG:5897."""
    found = ask("SELECT ST_AsBinary(geom) FROM registry.segment")
    geometry = geopandas.GeoSeries.from_wkb([bytes(row[0]) for row in found], crs=4326)
    return geopandas.GeoDataFrame(geometry=geometry).to_crs(HANOI_ZONE_CRS)


def test_metres_by_zone_agree_within_a_thousandth(segments, zones):
    pieces = geopandas.overlay(segments, zones, how="intersection", keep_geom_type=True)
    expected = pieces.length.groupby(pieces["code"]).sum().to_dict()

    found = dict(
        ask(
            "SELECT z.code, sum(f.metres_inside) FROM registry.finding AS f"
            " JOIN registry.zone AS z ON z.id = f.zone_id GROUP BY z.code"
        )
    )

    assert len(found) == 5
    assert min(found.values()) > 1_000
    assert found == pytest.approx(expected, rel=1e-3)


def test_flagged_metres_of_segments_count_overlapping_zones_once(segments, zones):
    expected = segments.intersection(zones.union_all()).length.sum()

    ((found,),) = ask("SELECT sum(flagged_m) FROM registry.segment_state")

    assert found == pytest.approx(expected, rel=1e-3)
