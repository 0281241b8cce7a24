"""What cannot be taken is refused whole: file, rows and remedy named, nothing written."""

from __future__ import annotations

import json
import math

import numpy as np
import pyogrio
import pytest
import shapely

from gisreg.errors import UsageError
from tests.importing.conftest import point, square

BOW_TIE = {
    "type": "Polygon",
    "coordinates": [[[106.3, 20.4], [106.4, 20.5], [106.4, 20.4], [106.3, 20.5], [106.3, 20.4]]],
}
LINE = {"type": "LineString", "coordinates": [[106.0, 20.0], [106.1, 20.0]]}
GOOD = {"pole": point(106.3, 20.4), "cable": LINE, "zone": square(106.3, 20.4, 0.01)}
ZONE = {"code": "Z", "name": "Z", "kind": "urban", "valid_from": "2025-07-01"}


@pytest.mark.parametrize(
    ("layer", "properties", "geometry", "what"),
    [
        ("pole", {"code": "C-01"}, None, "no geometry"),
        ("pole", {"code": "C-01"}, {"type": "Point", "coordinates": []}, "no geometry"),
        ("cable", {"code": "K"}, {"type": "LineString", "coordinates": []}, "is empty"),
        (
            "pole",
            {"code": "C-01"},
            {"type": "LineString", "coordinates": [[106, 20], [106.1, 20]]},
            "is a LineString",
        ),
        (
            "pole",
            {"code": "C-01"},
            {"type": "MultiPoint", "coordinates": [[106, 20], [106.1, 20]]},
            "2 parts",
        ),
        ("pole", {"code": "C-01"}, point(20.45, 106.34), "longitude and latitude look exchanged"),
        ("pole", {"code": "C-01"}, point(587095.9, 2261880.3), "outside the registry's area"),
        ("zone", ZONE, BOW_TIE, "Self-intersection"),
        ("cable", {"code": "K"}, {"type": "LineString", "coordinates": [[106, 20], [106, 20]]}, "not valid"),
        (
            "pole",
            {"code": "C-01", "height": "eight"},
            point(106.3, 20.4),
            "height = 'eight': expected a number in m",
        ),
        (
            "pole",
            {"code": "C-01", "height": "NaN"},
            point(106.3, 20.4),
            "height = 'NaN': expected a number in m",
        ),
        ("pole", {"code": "C-01", "height": 99}, point(106.3, 20.4), "expected 1 to 60 m"),
        ("pole", {"code": "C-01", "material": "jelly"}, point(106.3, 20.4), "expected one of spun_concrete"),
        ("pole", {"code": "C-01", "owner": "Nobody"}, point(106.3, 20.4), "no organisation of the registry"),
    ],
)
def test_one_bad_row_refuses_the_file(geojson, refused, rows, layer, properties, geometry, what):
    first = {**(ZONE if layer == "zone" else {}), "code": "good"}
    error = refused(layer, geojson((first, GOOD[layer]), (properties, geometry)))

    assert "features.geojson: 1 problem, nothing was imported." in error.message
    assert "row 2 (" in error.message or "row 2:" in error.message
    assert what in error.message
    assert error.hint
    assert rows(f"SELECT count(*) FROM registry.{layer}") == [(0,)]


def test_all_bad_rows_are_told_at_once_and_the_rest_counted(geojson, refused):
    error = refused(
        "pole", geojson(*[({"code": f"C-{n}", "height": -n}, point(106.3, 20.4)) for n in range(1, 31)])
    )

    lines = error.message.splitlines()
    assert lines[0] == "features.geojson: 30 problems, nothing was imported."
    assert lines[-1].strip() == "... and 10 more"
    assert len(lines) == 22
    assert len(error.detail["problems"]) == 30


def test_a_row_can_have_a_bad_cell_and_a_bad_place(geojson, refused):
    error = refused("pole", geojson(({"code": "C-01", "height": "x"}, point(0, 0))))

    assert len(error.detail["problems"]) == 2


@pytest.mark.parametrize(("content", "what"), [(b"", "is empty"), (b"not a map", "cannot be read")])
def test_files_that_are_no_files(tmp_path, refused, content, what):
    path = tmp_path / "poles.geojson"
    path.write_bytes(content)

    assert what in refused("pole", path).message
    assert "no such file" in refused("pole", tmp_path / "absent.gpkg").message


def test_a_file_without_features(geojson, refused):
    assert "holds nothing for the layer pole" in refused("pole", geojson()).message


def test_a_torn_file(tmp_path, geojson, refused):
    whole = geojson(({"code": "C-01"}, point(106.3, 20.4)))
    torn = tmp_path / "torn.geojson"
    torn.write_bytes(whole.read_bytes()[:-20])

    assert "cannot be read" in refused("pole", torn).message


def test_missing_columns_are_named_with_the_option_that_helps(geojson, refused):
    error = refused("zone", geojson(({"name": "Chợ"}, square(106.3, 20.4, 0.01))))

    assert "has no column for code, kind, valid_from" in error.message
    assert "--set code=..." in error.hint


def test_twice_the_same_code(geojson, refused):
    error = refused("pole", geojson(*[({"code": "C-01"}, point(106.3, 20.4 + n / 1000)) for n in range(2)]))

    assert "row 1 (C-01): có cùng owner_id và code với row 2 (C-01)." in error.said.vi
    assert "row 1 (C-01): has the same owner_id and code as row 2 (C-01)." in error.said.en


def test_coordinates_without_a_reference_system(tmp_path, refused, take, rows):
    path = tmp_path / "poles.shp"
    write_shapefile(path, [shapely.Point(587095.876, 2261880.297)], "EPSG:9209")
    path.with_suffix(".prj").unlink()

    assert "does not say in which reference system" in refused("pole", path).message
    assert "is not a reference system" in refused("pole", path, crs="EPSG:banana").message
    take("pole", path, crs="EPSG:9209")
    ((lon, lat),) = rows("SELECT ST_X(geom), ST_Y(geom) FROM registry.pole")
    assert (lon, lat) == pytest.approx((106.3366, 20.4463), abs=1e-8)


def test_a_coordinate_that_is_no_number(tmp_path, refused):
    path = tmp_path / "poles.gpkg"
    wkb = shapely.to_wkb(np.array([shapely.Point(106.3, 20.4), shapely.Point(106.3, math.nan)]))
    pyogrio.raw.write(
        path, wkb, [np.array(["A", "B"], dtype=object)], ["code"], geometry_type="Point", crs="EPSG:4326"
    )

    error = refused("pole", path)
    assert "row 2 (B)" in error.message


def test_foreign_text_of_an_unstated_code_page_is_not_guessed(tmp_path, refused, take, rows):
    path = tmp_path / "poles.shp"
    write_shapefile(path, [shapely.Point(106.3, 20.4)], "EPSG:4326", code="Straße 1", encoding="CP1252")
    path.with_suffix(".cpg").unlink()
    forget_code_page(path)

    error = refused("pole", path)
    assert "does not say the code page of its text, and CODE does not tell it" in error.message
    assert "--encoding" in error.hint
    assert "not text in ascii" in refused("pole", path, encoding="ascii").message
    with pytest.raises(UsageError):
        take("pole", path, encoding="cp9999")
    take("pole", path, encoding="CP1252")
    assert rows("SELECT code FROM registry.pole") == [("Straße 1",)]


def test_several_layers_in_one_file(tmp_path, refused, take):
    path = tmp_path / "survey.gpkg"
    for layer in ("cot", "cap"):
        pyogrio.raw.write(
            path,
            shapely.to_wkb(np.array([shapely.Point(106.3, 20.4)])),
            [np.array(["A"], dtype=object)],
            ["code"],
            layer=layer,
            geometry_type="Point",
            crs="EPSG:4326",
            append=path.exists(),
        )

    assert "holds 2 layers: cot, cap" in refused("pole", path).message
    assert "cannot be read" in refused("pole", path, source_layer="absent").message
    assert take("pole", path, source_layer="cot").inserted == 1


@pytest.mark.parametrize(
    ("layer", "options", "what"),
    [
        ("span", {}, "Nothing can be imported into span"),
        ("fitting", {}, "Nothing can be imported into fitting"),
        ("organisation", {}, "Nothing can be imported into organisation"),
        ("zone", {"owner": "VNPT"}, "has no owner"),
        ("pole", {"constants": {"colour": "red"}}, "has no such field"),
        ("pole", {"constants": {"kind": "red"}}, "expected one of"),
    ],
)
def test_requests_that_make_no_sense(geojson, take, layer, options, what):
    with pytest.raises(UsageError) as caught:
        take(layer, geojson(({"code": "A"}, point(106.3, 20.4))), **options)
    assert what in caught.value.message


def test_a_geojson_with_nan_is_refused(tmp_path, refused):
    path = tmp_path / "nan.geojson"
    feature = {"type": "Feature", "properties": {"code": "A"}, "geometry": point(106.3, math.nan)}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))

    assert "nan.geojson" in refused("pole", path).message


def forget_code_page(path):
    """Set the code page in the header of a Shapefile's table to: not said."""
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[29] = 0
    path.with_suffix(".dbf").write_bytes(table)


def write_shapefile(path, points, crs, code="A", encoding=None):
    """Write points as a Shapefile with the column CODE."""
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array(points)),
        [np.array([code] * len(points), dtype=object)],
        ["CODE"],
        geometry_type="Point",
        crs=crs,
        driver="ESRI Shapefile",
        encoding=encoding,
    )
