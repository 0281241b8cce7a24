"""Hưng Yên's wards as published: every one is found again, also where two overlap."""

from __future__ import annotations

from datetime import date

import geopandas
import pytest
import shapely

from gisreg.database.connection import Role, transaction
from gisreg.places.locate import locate
from tests.real.conftest import Importer, ask

REFORM = date(2025, 7, 1)


@pytest.fixture(scope="module", autouse=True)
def units(bring: Importer) -> None:
    """Import the provinces, then the wards."""
    bring("admin_unit", "admin-2026/provinces_34.geojson", valid_from=REFORM)
    bring("admin_unit", "admin-2026/wards_33_hung_yen.geojson", valid_from=REFORM)


def test_all_units_with_kind_and_province():
    assert ask("SELECT kind, count(*) FROM registry.admin_unit GROUP BY kind ORDER BY kind") == [
        ("phuong", 11),
        ("thanh_pho", 7),
        ("tinh", 27),
        ("xa", 93),
    ]
    assert ask(
        "SELECT DISTINCT p.name, c.province_code FROM registry.admin_unit AS c"
        " JOIN registry.admin_unit AS p ON p.id = c.parent_id WHERE c.level = 'commune'"
    ) == [("Tỉnh Hưng Yên", "33")]


def test_again_changes_nothing(bring):
    before = ask("SELECT count(*) FROM history.admin_unit")

    report = bring("admin_unit", "admin-2026/wards_33_hung_yen.geojson", valid_from=REFORM)

    assert (report.inserted, report.changed, report.unchanged) == (0, 0, 104)
    assert ask("SELECT count(*) FROM history.admin_unit") == before


def test_every_ward_is_found_at_a_point_inside_it():
    points = ask(
        "SELECT gso_code, ST_X(p), ST_Y(p) FROM registry.admin_unit, ST_PointOnSurface(geom) AS p"
        " WHERE level = 'commune'"
    )
    assert len(points) == 104
    with transaction(Role.WORKER) as connection:
        for code, lon, lat in points:
            assert locate(connection, lon, lat, REFORM)[0].gso_code == code


def test_where_wards_overlap_both_are_found_and_the_deeper_counts():
    ((lon, lat, area),) = ask(
        "SELECT ST_X(p), ST_Y(p), ST_Area(piece.geom::geography)"
        " FROM registry.admin_unit AS a, registry.admin_unit AS b,"
        "  ST_Dump(ST_Intersection(a.geom, b.geom)) AS piece, ST_PointOnSurface(piece.geom) AS p"
        " WHERE a.name = 'Xã Nam Cường' AND b.name = 'Xã Hưng Phú' AND ST_Dimension(piece.geom) = 2"
        " ORDER BY 3 DESC LIMIT 1"
    )
    assert area > 1

    with transaction(Role.WORKER) as connection:
        found = locate(connection, lon, lat, REFORM)

    assert {unit.name for unit in found} == {"Xã Nam Cường", "Xã Hưng Phú"}
    assert found[0].depth_m > found[1].depth_m > 0


def test_codes_mean_nothing_before_their_first_day():
    with transaction(Role.WORKER) as connection:
        assert locate(connection, 106.3366, 20.4463, date(2025, 6, 30)) == []
        assert [unit.name for unit in locate(connection, 106.3366, 20.4463, REFORM)] == [
            "Phường Trần Hưng Đạo"
        ]
        assert [u.gso_code for u in locate(connection, 106.3366, 20.4463, REFORM, "province")] == ["33"]


def test_the_same_communes_from_a_vn2000_shapefile_lie_within_a_millimetre(bring, shared_data):
    (before,) = ask("SELECT count(*) FROM registry.admin_unit")

    report = bring("admin_unit", "vn-legacy/thaibinh_xa_VN2000_utf8.shp", valid_from=REFORM)

    # Less than a millimetre is no change: the rows stay as they were.
    assert (report.inserted, report.changed, report.read) == (0, 0, 65)
    assert ask("SELECT count(*) FROM registry.admin_unit") == [before]
    ours = {
        code: shapely.from_wkb(bytes.fromhex(wkb))
        for code, wkb in ask(
            "SELECT gso_code, encode(ST_AsBinary(ST_Transform(geom, 9209)), 'hex') FROM registry.admin_unit"
            " WHERE level = 'commune'"
        )
    }
    file = geopandas.read_file(shared_data / "vn-legacy/thaibinh_xa_VN2000_utf8.shp")
    code = next(name for name in file.columns if set(file[name].astype(str)) <= set(ours))
    far = [
        shape.hausdorff_distance(ours[str(key)]) for key, shape in zip(file[code], file.geometry, strict=True)
    ]
    assert 0 < max(far) < 0.001
