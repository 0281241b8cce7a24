"""Odd things in one part of a large file: geometries, other formats, broken ends, any table at all."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gisreg.importing import arrow_file
from gisreg.importing.request import ImportRequest
from gisreg.importing.run import import_file
from tests.importing.taken_by_parts import both, places, write

pytestmark = pytest.mark.usefixtures("small_parts")


def test_odd_geometries_in_one_part_only(tmp_path, outcome, by_parts, monkeypatch):
    shapes: list[Any] = places(16)
    shapes[7] = None
    shapes[8] = shapely.MultiPoint([(106.3, 20.5)])
    shapes[9] = shapely.MultiPoint([(106.3, 20.5), (106.4, 20.5)])
    shapes[10] = shapely.Point(math.nan, 20.4)
    shapes[11] = shapely.Point(20.4, 106.3)
    shapes[12] = shapely.LineString([(106.3, 20.4), (106.4, 20.4)])
    shapes[13] = shapely.Point(106.31, 20.41, 5)
    path = write(tmp_path / "poles.gpkg", {"code": [f"C-{n}" for n in range(16)]}, shapes)

    in_parts, whole = both(outcome, path, monkeypatch)

    assert by_parts == [True]
    assert in_parts == whole
    assert in_parts["rejected"] == 5


def test_cables_by_parts(tmp_path, registry, by_parts):
    lines = [shapely.LineString([(106.3, 20.4 + n / 1e4), (106.31, 20.4 + n / 1e4)]) for n in range(12)]
    path = write(tmp_path / "cables.gpkg", {"code": [f"K-{n}" for n in range(12)]}, lines)

    report = import_file(registry, ImportRequest("cable", path))

    assert by_parts == [True]
    assert (report.inserted, report.rejected) == (12, 0)


@pytest.mark.parametrize("driver", ["GeoJSON", "FlatGeobuf", "GeoJSONSeq", "ESRI Shapefile"])
def test_other_formats_by_parts(tmp_path, outcome, by_parts, monkeypatch, driver):
    gpkg = write(
        tmp_path / "poles.gpkg",
        {"code": [f"C-{n}" for n in range(17)], "ghi_chu": ["cột ở ngõ", None] * 8 + ["đường"]},
        places(17),
    )
    meta, _, wkb, fields = pyogrio.raw.read(gpkg)
    suffix = {"GeoJSON": "geojson", "FlatGeobuf": "fgb", "GeoJSONSeq": "geojsonl", "ESRI Shapefile": "shp"}[
        driver
    ]
    path = tmp_path / f"poles.{suffix}"
    pyogrio.raw.write(
        path, wkb, fields, meta["fields"], geometry_type="Point", crs=meta["crs"], driver=driver
    )

    in_parts, whole = both(outcome, path, monkeypatch)

    assert by_parts == [True]
    assert in_parts == whole
    assert in_parts["inserted"] == 17


def test_places_that_look_wrong_are_asked_about(tmp_path, outcome, registry, by_parts, monkeypatch):
    with registry.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.admin_unit (gso_code, name, level, kind, valid_from, province_code, source, geom)"
            " VALUES ('12345', 'Phường A', 'commune', 'phuong', '2025-07-01', '33', 'test',"
            " ST_Multi(ST_MakeEnvelope(106.2, 20.3, 106.5, 20.6, 4326)))"
        )
    path = write(
        tmp_path / "poles.gpkg",
        {"code": [f"C-{n}" for n in range(40)]},
        [shapely.Point(one.y, one.x) for one in places(40)],
    )

    in_parts, whole = both(outcome, path, monkeypatch)

    assert by_parts == [False]
    assert in_parts == whole
    assert "outside the registry's wards" in in_parts["error"]


def test_a_file_that_ends_in_the_middle(tmp_path, outcome, by_parts, monkeypatch):
    count = 4000
    path = write(tmp_path / "poles.gpkg", {"code": [f"C-{n}" for n in range(count)]}, places(count))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])

    in_parts, whole = both(outcome, path, monkeypatch)

    assert in_parts == whole
    assert "cannot be read" in in_parts["error"]
    assert True not in by_parts


def test_rejected_rows_are_found_again(tmp_path, registry):
    codes: list[Any] = [f"C-{n}" for n in range(18)]
    codes[16] = "C-3"
    heights = [8.0] * 18
    heights[9] = 99.0
    path = write(
        tmp_path / "poles.gpkg", {"Mã cột": codes, "Cao": heights, "của tôi": list(range(18))}, places(18)
    )
    rejects = tmp_path / "bad.gpkg"

    report = import_file(registry, ImportRequest("pole", path, accept_valid=True, rejects=(rejects,)))

    assert (report.inserted, report.rejected) == (15, 3)
    meta, _, wkb, fields = pyogrio.raw.read(rejects)
    found = dict(zip(meta["fields"], fields, strict=True))
    assert found["Mã cột"].tolist() == ["C-3", "C-9", "C-3"]
    assert found["import_row"].tolist() == ["row 4", "row 10", "row 17"]
    assert found["của tôi"].tolist() == [3, 9, 16]
    assert [shapely.from_wkb(one).x for one in wkb] == [places(18)[n].x for n in (3, 9, 16)]


cells = st.one_of(
    st.none(),
    st.text(max_size=6),
    st.sampled_from(["8,5", "8.5", "12,345", "007", "C-1", " x  y", "tốt", "1E5", "2020-01-01"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=st.lists(
        st.tuples(cells, cells, cells, st.one_of(st.none(), st.floats(0, 70))), min_size=6, max_size=23
    ),
    names=st.permutations(["Mã cột", "Chiều cao", "Ghi chú", "của mình", "Hiện trạng"]),
)
def test_any_table_is_taken_alike(tmp_path_factory, outcome, table, names):
    columns = {name: [row[n] for row in table] for n, name in enumerate(names[:3])} | {
        "số": [row[3] for row in table]
    }
    clean = {
        name: [None if cell is None else str(cell).replace("\x00", "") for cell in cells]
        for name, cells in columns.items()
        if name != "số"
    }
    path = write(
        tmp_path_factory.mktemp("any") / "poles.gpkg", clean | {"số": columns["số"]}, places(len(table))
    )

    with pytest.MonkeyPatch.context() as monkeypatch:
        in_parts, whole = both(outcome, path, monkeypatch)

    assert in_parts == whole


def test_points_out_of_wkb():
    points = shapely.points(np.array([[106.3, 20.4], [-1.5, math.inf]]))
    plain = arrow_file.points_of(pa.array(shapely.to_wkb(points)))

    assert plain is not None
    assert plain.tolist() == [[106.3, 20.4], [-1.5, math.inf]]
    assert arrow_file.points_of(pa.array(shapely.to_wkb(points)).slice(1)).tolist() == [[-1.5, math.inf]]  # type: ignore[union-attr]
    for odd in (shapely.Point(1, 2, 3), shapely.LineString([(0, 0), (1, 1)]), None):
        wkb = [*shapely.to_wkb(points), None if odd is None else shapely.to_wkb(odd)]
        assert arrow_file.points_of(pa.array(wkb, pa.binary())) is None
    assert arrow_file.points_of(pa.array(shapely.to_wkb(points, byte_order=0))) is None
