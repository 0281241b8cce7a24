"""Numbers, letters and orders that no surveyor means: each is taken for what it is or named, never half taken."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely

from tests.importing.conftest import point

MARKUP = '<img src=x onerror="alert(1)">'
FORMULA = '=HYPERLINK("http://evil.example","x")'


def sheet(path: Path, *rows: list[str]) -> Path:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    path.write_text(stream.getvalue(), encoding="utf-8")
    return path


@pytest.mark.parametrize("place", [("91", "106.3"), ("-91", "106.3"), ("20.4", "181")])
def test_angles_that_no_globe_has(tmp_path, refused, rows, place):
    path = sheet(tmp_path / "a.csv", ["ma", "lat", "lon"], ["C-1", *place], ["C-2", "20.4", "106.3"])
    error = refused("pole", path, crs="EPSG:4326")
    assert "row 2 (C-1)" in error.message
    assert error.hint
    assert rows("SELECT count(*) FROM registry.pole") == [(0,)]


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_coordinates_without_end(tmp_path, refused, value):
    path = tmp_path / "a.gpkg"
    shapes = shapely.to_wkb(np.array([shapely.Point(106.3, 20.4), shapely.Point(106.3, value)]))
    codes = [np.array(["A", "B"], dtype=object)]
    pyogrio.raw.write(path, shapes, codes, ["code"], geometry_type="Point", crs="EPSG:4326")
    error = refused("pole", path)
    assert "row 2 (B)" in error.message
    assert "row 1" not in error.message


def test_ten_thousand_columns(tmp_path, refused, rows):
    names = [f"c{n}" for n in range(10_000)]
    path = sheet(tmp_path / "a.csv", ["ma", "lat", "lon", *names], ["C-1", "20.4", "106.3", *names])
    error = refused("pole", path, crs="EPSG:4326")
    assert "10,003 columns" in error.message
    assert error.hint
    assert rows("SELECT count(*) FROM registry.pole") == [(0,)]


def test_markup_and_formulas_are_text(tmp_path, take, rows):
    path = sheet(tmp_path / "a.csv", ["ma", "lat", "lon", "ghi chu", "cao"],
                 [MARKUP, "20.4", "106.3", FORMULA, "8"], ["-1+1", "20.5", "106.3", MARKUP, "tall"])  # fmt: skip
    rejected = tmp_path / "rejected.xlsx"
    report = take("pole", path, crs="EPSG:4326", accept_valid=True, rejects=(rejected,))
    assert (report.inserted, report.rejected) == (1, 1)
    assert rows("SELECT code FROM registry.pole") == [(MARKUP,)]
    cells = [cell for row in openpyxl.load_workbook(rejected).active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert "-1+1" in [cell.value for cell in cells]


def test_nul_bytes(tmp_path, refused, geojson):
    """GDAL ends a text at the first one: C-1 would become C."""
    error = refused("pole", geojson(({"code": "C\x00-1"}, point(106.3, 20.4))))
    assert "NUL characters" in error.message
    assert error.hint
    path = tmp_path / "a.csv"
    path.write_bytes(b"ma,lat,lon\nC\x00-1,20.4,106.3\n")
    assert "line 2 holds the character NUL" in refused("pole", path, crs="EPSG:4326").message


def test_kinds_of_geometry_mixed(geojson, refused, take):
    line = {"type": "LineString", "coordinates": [[106.3, 20.4], [106.4, 20.4]]}
    path = geojson(({"code": "P"}, point(106.3, 20.4)), ({"code": "L"}, line))
    error = refused("pole", path)
    assert "row 2 (L): hình là LineString, nhưng lớp pole cần Point." in error.said.vi
    assert "row 2 (L): it is a LineString, but pole wants Point." in error.said.en
    assert take("pole", path, accept_valid=True).inserted == 1
    assert take("cable", path, accept_valid=True).inserted == 1


def test_two_encodings_in_two_columns(tmp_path, take, rows):
    """Text of TCVN3 beside text of VNI: each column is read by itself, and the report says so."""
    old = {"tcvn3": "§­êng NguyÔn Tr·i".encode("latin-1"), "vni": "Ñöôøng Nguyeãn Traõi".encode("latin-1")}
    path = tmp_path / "a.shp"
    texts = [np.array([old[name].decode("latin-1")] * 3, dtype=object) for name in old]
    codes = np.array(["A", "B", "C"], dtype=object)
    shapes = shapely.to_wkb(np.array([shapely.Point(106.3, 20.4 + n / 100) for n in range(3)]))
    pyogrio.raw.write(path, shapes, [codes, *texts], ["CODE", "DUONG_A", "DUONG_B"], geometry_type="Point",
                      crs="EPSG:4326", driver="ESRI Shapefile", encoding="ISO-8859-1")  # fmt: skip
    path.with_suffix(".cpg").unlink()
    report = take("pole", path)
    assert "the columns are not all in one encoding; each was decoded by itself." in report.notes
    assert rows("SELECT DISTINCT extra ->> 'DUONG_A', extra ->> 'DUONG_B' FROM registry.pole_private") == [
        ("Đường Nguyễn Trãi", "Đường Nguyễn Trãi")
    ]


def test_nodes_of_openstreetmap_out_of_order(tmp_path, take, rows):
    """A way before its nodes, nodes by falling numbers: the same street."""
    path = tmp_path / "a.osm"
    nodes = "".join(f'<node id="{n}" version="1" lat="20.4{n}" lon="106.3"/>' for n in (3, 1, 2))
    way = '<way id="9" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/>'
    path.write_text(f'<osm version="0.6">{way}<tag k="name" v="Chợ"/></way>{nodes}</osm>', encoding="utf-8")
    assert take("street", path).inserted == 1
    assert rows("SELECT ST_AsText(geom) FROM registry.street") == [
        ("MULTILINESTRING((106.3 20.41,106.3 20.42,106.3 20.43))",)
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.geojson", b""), ("torn.geojson", b'{"type": "FeatureColl'), ("poles.csv", b"PK\x03\x04"),
     ("bad.csv", b"ma,lat,lon\nC-1,91,106.3\n")],
)  # fmt: skip
def test_the_command_ends_with_2(database, tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-m", "gisreg.cli.main", "import", "pole", str(path), "--crs", "EPSG:4326"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2, done.stderr
