"""Every file of the collections made to trip readers: what becomes of it, and why.

A file that is not named here fails. What holds good data is taken: whole, or the part that belongs to the
layer; they lie all over the world, so the registry's area is the world here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gisreg.database.connection import Actor, Role, transaction
from gisreg.errors import InvalidInputError
from gisreg.importing.request import ColumnOptions, ImportRequest
from gisreg.importing.run import import_file
from tests.real.conftest import region
from tests.support.databases import Database

ZONE = {"constants": {"name": "Z", "kind": "urban", "valid_from": "2025-07-01"}}
ONE_ZONE = {"constants": ZONE["constants"] | {"code": "Z"}}
NAMED = {"columns": ColumnOptions({"NAME": "code"}), "accept_valid": True}
WGS84 = {"crs": "EPSG:4326"}

# file -> (layer, options, rows read, objects made, why).
TAKEN: dict[str, tuple[str, dict[str, Any], int, int, str]] = {
    "fiona/!test.geojson": ("zone", ONE_ZONE, 1, 1, "an exclamation mark is only a letter of the name"),
    "fiona/grenada.geojson": ("zone", ONE_ZONE, 1, 1, "parts far apart are one MultiPolygon"),
    "fiona/rmnp.geojson": ("zone", ONE_ZONE, 1, 1, "a MultiPolygon with holes"),
    "fiona/gre.shp": ("zone", ONE_ZONE, 1, 1, "names in Latin-1, and the .cpg says so"),
    "fiona/gre.dbf": ("zone", ONE_ZONE, 1, 1, "any file of a Shapefile leads to the whole"),
    "fiona/gre.shx": ("zone", ONE_ZONE, 1, 1, "any file of a Shapefile leads to the whole"),
    "fiona/coutwildrnp.shp": (
        "zone",
        ZONE | NAMED,
        67,
        45,
        "wilderness areas; names that come twice are rejected",
    ),
    "fiona/coutwildrnp.dbf": ("zone", ZONE | NAMED, 67, 45, "any file of a Shapefile leads to the whole"),
    "fiona/coutwildrnp.shx": ("zone", ZONE | NAMED, 67, 45, "any file of a Shapefile leads to the whole"),
    "fiona/coutwildrnp.zip": ("zone", ZONE | NAMED, 67, 45, "a Shapefile as one ZIP"),
    "fiona/issue627.geojson": ("zone", ZONE | NAMED, 3, 3, "a property of some features only"),
    "fiona/example.topojson": (
        "pole",
        WGS84 | {"accept_valid": True},
        3,
        1,
        "says no system; its one point is taken",
    ),
    "fiona/multicurve.gml": (
        "cable",
        WGS84 | {"accept_valid": True},
        1,
        1,
        "arcs become short straight lines",
    ),
    "fiona/curves_line.csv": (
        "cable",
        WGS84 | {"accept_valid": True},
        9,
        8,
        "arcs in text become short straight lines",
    ),
    "fiona/test_gpx.gpx": ("cable", {}, 1, 1, "the track; other layers of a GPX are no cables"),
    "fiona/test_tz.geojson": ("pole", {}, 1, 1, "a moment with a time zone is kept as it is written"),
    "fiona/trio.geojson": (
        "pole",
        {"accept_valid": True},
        3,
        1,
        "a point, a line and an area: the point is a pole",
    ),
    "fiona/trio.seq": (
        "cable",
        {"accept_valid": True},
        3,
        1,
        "an object a line: all three are read, not the first",
    ),
    "fiona/testopenfilegdb.gdb.zip": (
        "pole",
        {"source_layer": "point", "columns": ColumnOptions({"id": "code"})},
        5,
        5,
        "a geodatabase as ZIP; pictures in it are left out",
    ),
    "pyogrio/curve.gpkg": ("cable", {}, 1, 1, "an arc becomes short straight lines"),
    "pyogrio/curvepolygon.gpkg": ("zone", ONE_ZONE, 1, 1, "its arcs become short straight lines"),
    "pyogrio/multisurface.gpkg": ("zone", ONE_ZONE, 1, 1, "its arcs become short straight lines"),
    "pyogrio/line_zm.gpkg": ("cable", {}, 1, 1, "heights and measures are left out, and that is said"),
    "pyogrio/test_gpkg_nulls.gpkg": ("pole", {}, 4, 4, "columns of every type without a value"),
    "pyogrio/sample.osm.pbf": ("street", {}, 36, 27, "ways of one name are one street"),
}

# file -> (layer, what is said, why).
REFUSED: dict[str, tuple[str, str, str]] = {
    "pyogrio/naturalearth_lowres.shp": (
        "zone",
        "outside the registry's area",
        "Fiji and Russia reach over the date line",
    ),
    "pyogrio/naturalearth_lowres.dbf": ("zone", "outside the registry's area", "as its .shp"),
    "pyogrio/naturalearth_lowres.shx": ("zone", "outside the registry's area", "as its .shp"),
    "fiona/LICENSE.txt": ("pole", "no row with the columns' names", "prose"),
    "pyogrio/README.md": ("pole", "cannot be read", "prose"),
    "fiona/collection.txt": ("zone", "is JSON by its content", "wrong ending; the hint says the right one"),
    "fiona/collection-pp.txt": ("zone", "is JSON by its content", "wrong ending; begins with a record mark"),
    "fiona/sequence.txt": (
        "zone",
        "is JSON by its content",
        "wrong ending; taken once it is renamed, see below",
    ),
    "fiona/sequence-pp.txt": (
        "zone",
        "is JSON by its content",
        "wrong ending; taken once it is renamed, see below",
    ),
    "fiona/coutwildrnp.cpg": ("zone", "kind .cpg are not read", "names a code page only"),
    "fiona/coutwildrnp.prj": ("zone", "kind .prj are not read", "names a reference system only"),
    "fiona/gre.cpg": ("zone", "kind .cpg are not read", "names a code page only"),
    "fiona/gre.prj": ("zone", "kind .prj are not read", "names a reference system only"),
    "pyogrio/naturalearth_lowres.cpg": ("zone", "kind .cpg are not read", "names a code page only"),
    "pyogrio/naturalearth_lowres.prj": ("zone", "kind .prj are not read", "names a reference system only"),
    "fiona/multicurve.xsd": ("cable", "kind .xsd are not read", "describes a GML file only"),
    "fiona/test_tin.csv": (
        "zone",
        "does not say in which reference system",
        "surfaces in space near 0 0, no area",
    ),
    "fiona/test_tin.dbf": ("zone", "does not say in which reference system", "as its .shp"),
    "fiona/test_tin.shp": (
        "zone",
        "does not say in which reference system",
        "surfaces in space near 0 0, no area",
    ),
    "fiona/test_tin.shx": ("zone", "does not say in which reference system", "as its .shp"),
    "pyogrio/list_field_values_file.parquet": (
        "pole",
        "kind .parquet are not read",
        "a table without places",
    ),
    "pyogrio/list_nested_struct_file.parquet": (
        "pole",
        "kind .parquet are not read",
        "a table without places",
    ),
}

LEGACY = {
    "hcmc_d3_cot_cp1258.csv", "hcmc_d3_cot_nfd.csv", "hcmc_d3_cot_utf16.csv", "hcmc_d3_power.kml",
    "hcmc_d3_power.kmz", "hcmc_d3_power_VN2000_10545.dxf", "hcmc_d3_toado_cot.xlsx",
    "thaibinh_xa_VN2000_TCVN3.shp", "thaibinh_xa_VN2000_VNI.shp", "thaibinh_xa_VN2000_utf8.shp",
    "thaibinh_xa_mapinfo.tab", "thaibinh_xa_mapinfo.mif",
}  # fmt: skip
"""Files of the old kinds with an outcome in test_old_text.py and test_legacy_tables.py; with each what
belongs to it."""

_PARTS = {".shp": (".dbf", ".shx", ".prj", ".cpg"), ".tab": (".dat", ".id", ".map"), ".mif": (".mid",)}


@pytest.fixture(scope="module", autouse=True)
def world(fresh_database: Database) -> Iterator[None]:
    """Let the registry's area be the whole world."""
    with region(3857, (-180.0, -90.0, 180.0, 90.0)):
        yield


def bring(path: Path, layer: str, **options: Any) -> Any:
    """Import a file in a transaction that is rolled back."""
    with transaction(Role.WORKER, Actor("tester")) as connection:
        try:
            return import_file(connection, ImportRequest(layer, path, **options))
        finally:
            connection.rollback()


def test_every_file_has_one_outcome(shared_data: Path) -> None:
    folder = shared_data / "hostile"
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert not TAKEN.keys() & REFUSED.keys()
    assert found == TAKEN.keys() | REFUSED.keys()


def test_every_old_file_has_an_outcome_elsewhere(shared_data: Path) -> None:
    known = {name.rpartition(".")[0] + part for name in LEGACY for part in _PARTS.get(Path(name).suffix, ())}
    found = {path.name for path in (shared_data / "vn-legacy").iterdir()}
    assert found >= LEGACY
    assert found <= LEGACY | known
    tests = "".join(
        Path(__file__).with_name(name).read_text(encoding="utf-8")
        for name in ("test_old_text.py", "test_legacy_tables.py")
    )
    for name in LEGACY:
        spelt = (
            name,
            name.replace("TCVN3", "{}").replace("VNI", "{}").replace("utf8", "{}"),
            Path(name).stem + ".{name}",
        )
        assert any(one in tests for one in spelt), name


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_taken(shared_data: Path, name: str) -> None:
    layer, options, read, made, _why = TAKEN[name]

    report = bring(shared_data / "hostile" / name, layer, **options)

    assert (report.read, report.inserted) == (read, made), report.problems.lines()
    if layer != "street":  # several ways make one
        assert report.inserted + report.rejected == report.read


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refused(shared_data: Path, name: str) -> None:
    layer, what, _why = REFUSED[name]

    with pytest.raises(InvalidInputError) as caught:
        bring(shared_data / "hostile" / name, layer, **ONE_ZONE if layer == "zone" else {})

    assert Path(name).name in caught.value.message
    assert what in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(("name", "ending"), [("sequence.txt", ".geojsonl"), ("sequence-pp.txt", ".seq"),
                                              ("collection.txt", ".geojson")])  # fmt: skip
def test_taken_under_the_ending_that_the_hint_names(
    shared_data: Path, tmp_path: Path, name: str, ending: str
) -> None:
    path = (tmp_path / name).with_suffix(ending)
    path.write_bytes((shared_data / "hostile" / "fiona" / name).read_bytes())

    report = bring(path, "zone", **ZONE | NAMED)

    assert (report.read, report.inserted) == (2, 2)
