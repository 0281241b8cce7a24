"""Every layer in every format: as many objects as items, in their places, with who took them."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import openpyxl
import pyogrio
import pytest
from pyproj import Transformer

from gisreg.exporting.formats import FORMATS, Format, formats_for
from gisreg.exporting.reference_systems import SRIDS
from gisreg.history import chain
from layers import LAYERS
from tests.support.served import one

CASES = [(layer, form) for layer in LAYERS.values() for form in formats_for(layer)]


def taken(client: httpx.Client, name: str, folder: Path, **query: str) -> tuple[Path, str]:
    """Return the file of an export and its number."""
    answer = client.get(f"/exports/{name}", params=query)
    assert answer.status_code == 200, answer.text
    disposition = answer.headers["Content-Disposition"]
    path = folder / disposition.split('"')[1]
    path.write_bytes(answer.content)
    return path, answer.headers["X-Export-Number"]


def opened(path: Path, layer: str, form: Format) -> tuple[dict[str, Any], Any, Any]:
    """Return what GDAL reads of an export: meta, geometry, columns."""
    source = f"/vsizip/{path}/{layer}.{form.key}" if form.is_packed else str(path)
    inner = layer if form.key in ("gpkg", "xlsx") else None
    meta, _, wkb, fields = pyogrio.raw.read(source, layer=inner, encoding="UTF-8", datetime_as_string=True)
    return meta, wkb, dict(zip(meta["fields"], fields, strict=True))


@pytest.fixture(scope="module")
def head(client: httpx.Client) -> str:
    """Return the digest with which the chain of the history ends."""
    chain.seal()
    found = chain.head()
    assert found is not None
    return found.digest


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("layer", "form"), CASES, ids=lambda one: one.key)
def test_as_many_as_items(client: httpx.Client, tmp_path: Path, head: str, layer: Any, form: Format) -> None:
    path, number = taken(client, f"{layer.key}.{form.key}", tmp_path)
    matched = client.get(f"/collections/{layer.key}/items", params={"limit": 1}).json()["numberMatched"]
    if matched == 0:
        return  # Some formats cannot be opened again without objects; that they are written is enough.
    everything = _everything(path)
    assert number in everything
    assert head in everything
    if form.key == "ofds":
        return  # GDAL does not know it; test_ofds.py reads it
    _, _, fields = opened(path, layer.key, form)
    found = len(next(iter(fields.values())))
    assert found == (2 * matched if form.key == "dxf" else matched)


def _everything(path: Path) -> str:
    """Return the text of a file or of all that is packed in it."""
    content = path.read_bytes()
    if not zipfile.is_zipfile(path):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.parametrize("srid", [srid for srid in SRIDS if srid != 4326])
def test_every_reference_system_is_projs(client: httpx.Client, tmp_path: Path, srid: int) -> None:
    pole = one(client, "pole", code="P3-3")
    path, _ = taken(client, "pole.gpkg", tmp_path, code="P3-3", crs=f"EPSG:{srid}")
    info = pyogrio.read_info(path, layer="pole", force_total_bounds=True)
    assert info["crs"] == f"EPSG:{srid}"
    expected = Transformer.from_crs(4326, srid, always_xy=True).transform(*pole["geometry"]["coordinates"])
    np.testing.assert_allclose(info["total_bounds"][:2], expected, atol=0.002)


def test_other_reference_systems_are_refused(client: httpx.Client) -> None:
    for crs in ("EPSG:32648", "9999", "EPSG:9219", "+proj=utm", ""):
        assert client.get("/exports/pole.gpkg", params={"crs": crs}).status_code == 400
    assert client.get("/exports/pole.kml", params={"crs": "EPSG:9209"}).status_code == 400
    assert client.get("/exports/tower_tenancy.shp").status_code == 400
    assert client.get("/exports/pole.doc").status_code == 404
    assert client.get("/exports/house.gpkg").status_code == 404


def test_filters_and_box_are_those_of_items(client: httpx.Client, tmp_path: Path) -> None:
    query = {"kind": "telecom", "owner": "VNPT", "bbox": "106.33,20.44,106.333,20.442"}
    path, _ = taken(client, "pole.geojson", tmp_path, **query)
    items = client.get("/collections/pole/items", params=query | {"limit": 1000}).json()
    exported = json.loads(path.read_text(encoding="utf-8"))
    assert 0 < len(exported["features"]) < 100
    assert {one["properties"]["id"] for one in exported["features"]} == {
        one["id"] for one in items["features"]
    }
    assert client.get("/exports/pole.geojson", params={"colour": "red"}).status_code == 400


def test_geopackage_opens_coloured_and_says_who(client: httpx.Client, tmp_path: Path) -> None:
    path, number = taken(client, "segment.gpkg", tmp_path, purpose="kiểm tra")
    with closing(sqlite3.connect(path)) as book:
        ((table, geometry, qml, is_default),) = book.execute(
            "SELECT f_table_name, f_geometry_column, styleQML, useAsDefault FROM layer_styles"
        )
        facts = dict(book.execute("SELECT name, value FROM gisreg_export"))
        ((description,),) = book.execute("SELECT description FROM gpkg_contents WHERE table_name = 'segment'")
        ((check,),) = book.execute("PRAGMA integrity_check")
    assert (table, geometry, is_default, check) == ("segment", "geom", 1, "ok")
    style = LAYERS["segment"].style
    assert style is not None
    tree = ET.fromstring(qml)  # noqa: S314 - it is what this very test asked the service for
    assert len(tree.findall(".//rule")) == len(style.rules) + 1
    red, green, blue = (int(style.color[n : n + 2], 16) for n in (1, 3, 5))
    colors = {option.get("value") for option in tree.iter("Option")}
    assert f"{red},{green},{blue},255" in colors
    assert facts["so / number"] == number
    assert "kiểm tra" in facts["muc dich / purpose"]
    assert description.startswith("Xuất bởi authority ngày ")
    assert number in description


def test_geojson_says_who_at_its_top(client: httpx.Client, tmp_path: Path) -> None:
    path, number = taken(client, "tower.geojson", tmp_path)
    assert number in json.loads(path.read_text(encoding="utf-8"))["description"]


def test_shapefile_names_are_told(client: httpx.Client, tmp_path: Path) -> None:
    path, _ = taken(client, "pole.shp", tmp_path)
    with zipfile.ZipFile(path) as archive:
        assert archive.read("pole.cpg") == b"UTF-8"
        rows = list(csv.DictReader(io.StringIO(archive.read("columns.csv").decode("utf-8-sig"))))
    _, _, fields = opened(path, "pole", FORMATS["shp"])
    short = {row["name"]: row["in file"] for row in rows if row["name"] != "geom"}
    assert list(short.values()) == list(fields)
    assert "lowest_power_height_m" in short
    assert max(map(len, short.values())) <= 10


@pytest.fixture
def formula(client: httpx.Client) -> Iterator[str]:
    """Return the code of a pole that a spreadsheet would take for a formula."""
    code = '=HYPERLINK("x","Cột số 1")'
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [106.35, 20.46]},
        "properties": {"code": code, "kind": "telecom", "material": "steel", "condition": "good"},
    }
    made = client.post("/collections/pole/items", json=feature)
    assert made.status_code == 201, made.text
    yield code
    path = f"/collections/pole/items/{made.json()['id']}"
    client.delete(path, headers={"If-Match": client.get(path).headers["ETag"]})


def test_no_cell_becomes_a_formula(client: httpx.Client, tmp_path: Path, formula: str) -> None:
    path, number = taken(client, "pole.xlsx", tmp_path, bbox="106.3499,20.4599,106.3501,20.4601")
    book = openpyxl.load_workbook(path)
    head, row = book["pole"].iter_rows()
    cells = dict(zip((cell.value for cell in head), row, strict=True))
    assert cells["code"].value == "'" + formula
    assert {cell.data_type for cell in row} <= {"s", "n", "b", "d"}
    assert isinstance(cells["id"].value, str)
    assert any(number in str(cell.value) for line in book["gisreg_export"].iter_rows() for cell in line)
    path, _ = taken(client, "pole.csv", tmp_path, bbox="106.3499,20.4599,106.3501,20.4601")
    with zipfile.ZipFile(path) as archive:
        (line,) = csv.DictReader(io.StringIO(archive.read("pole.csv").decode("utf-8-sig")))
    assert line["code"] == "'" + formula
    assert (float(line["x"]), float(line["y"])) == (106.35, 20.46)


@pytest.mark.parametrize(
    "form", [one for one in FORMATS.values() if one.key not in ("ofds", "xlsx")], ids=lambda one: one.key
)
@pytest.mark.parametrize("layer", ["pole", "cable"])
def test_an_older_gdal_opens_it(client: httpx.Client, tmp_path: Path, layer: str, form: Format) -> None:
    """Debian's ogrinfo, some years older than what wrote the file, sees as many objects with their codes."""
    path, _ = taken(client, f"{layer}.{form.key}", tmp_path)
    source = f"/vsizip/{path}/{layer}.{form.key}" if form.is_packed else str(path)
    told = subprocess.run(["ogrinfo", "-ro", "-al", source], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert "ERROR" not in told.stderr, told.stderr
    codes = {
        one["properties"]["code"]
        for one in client.get(f"/collections/{layer}/items?limit=1000").json()["features"]
    }
    assert len(codes) > 5
    assert all(f"= {code}\n" in told.stdout for code in codes if code)
