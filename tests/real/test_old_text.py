"""Files in old encodings and without a reference system, as they come: what is said, and what is taken."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyogrio
import pytest

from gisreg.errors import InvalidInputError
from gisreg.importing.coordinates import numbers
from gisreg.importing.crs_guess import guess
from gisreg.importing.encoding import decode_one, detect_file
from gisreg.importing.ground import Ground
from tests.real.conftest import Importer, ask

REFORM = date(2025, 7, 1)
COMMUNES = "vn-legacy/thaibinh_xa_VN2000_{}.shp"
POLE = "OSM-12552124139;Đường Cách Mạng Tháng Tám"
DISTRICT_3 = Ground((106.60, 10.70, 106.75, 10.85), 9210)


@pytest.fixture(scope="module", autouse=True)
def units(bring: Importer) -> None:
    """Import the provinces, then the wards of the province."""
    bring("admin_unit", "admin-2026/provinces_34.geojson", valid_from=REFORM)
    bring("admin_unit", "admin-2026/wards_33_hung_yen.geojson", valid_from=REFORM)


@pytest.fixture
def refused(bring: Importer):
    """Return a function that imports a file as units, and hands over the error."""

    def run(name: str, layer: str = "admin_unit", **options) -> InvalidInputError:
        with pytest.raises(InvalidInputError) as caught:
            bring(layer, name, valid_from=REFORM if layer == "admin_unit" else None, **options)
        return caught.value

    return run


def names() -> dict[str, str]:
    return dict(ask("SELECT gso_code, name FROM registry.admin_unit WHERE level = 'commune'"))


def true_names(shared_data) -> dict[str, str]:
    _, _, _, (codes, texts, *_) = pyogrio.raw.read(
        shared_data / COMMUNES.format("utf8"), encoding="UTF-8", read_geometry=False
    )
    return dict(zip(codes, texts, strict=True))


def test_tcvn3_without_any_mark_is_recognised_and_its_zone_asked_for(refused):
    """The text is certain and is decoded; the zone is only proposed, with the options that confirm it."""
    error = refused(COMMUNES.format("TCVN3"))

    first = error.message.splitlines()[2]
    assert "does not say in which reference system its coordinates are" in error.message
    assert first.startswith("  1. --crs EPSG:9209  VN-2000 / TM-3 105-30: 100% in the registry's area")
    assert "100% in a ward" in first
    assert "VN-2000 to WGS 84 (2) (accuracy 1 m" in first
    assert "26.1 km from the first" in error.message
    assert error.detail["confirm"] == "--crs EPSG:9209"
    assert "--accept-guess" in error.hint


def test_tcvn3_confirmed(bring, shared_data):
    """Taken. TCVN3 has no capital Á: that one letter of the 65 names is lost in the file itself."""
    report = bring("admin_unit", COMMUNES.format("TCVN3"), valid_from=REFORM, accept_guess=True)

    assert (report.read, report.inserted) == (65, 0)
    (text,) = [one.told for one in report.texts]
    assert "TEN_XA, HUYEN_CU: tcvn3, 100% sure" in text
    assert "'Phường Trần Hưng Đạo'" in text
    assert any("guessed and accepted: EPSG:9209" in note for note in report.notes)
    assert any("VN-2000 to WGS 84 (2) (accuracy 1 m" in note for note in report.notes)
    true = true_names(shared_data)
    differing = {code for code, name in names().items() if code in true and name != true[code]}
    assert [true[code] for code in differing] == ["Xã Ái Quốc"]
    assert [names()[code] for code in differing] == ["Xã ái Quốc"]


def test_vni_with_a_misleading_mark(bring, shared_data):
    """Taken: the file says CP1252, its syllables say VNI, and the report says both."""
    report = bring("admin_unit", COMMUNES.format("VNI"), valid_from=REFORM)

    assert report.read == 65
    (text,) = [one.told for one in report.texts]
    assert "vni, 100% sure" in text
    assert "The file says code page mark" in text
    true = true_names(shared_data)
    assert {code: names()[code] for code in true} == true


def test_utf8_that_says_so_needs_no_word(bring):
    report = bring("admin_unit", COMMUNES.format("utf8"), valid_from=REFORM)

    assert not [note for note in report.notes if note.startswith("text")]


@pytest.mark.parametrize("name", ["tab", "mif"])
def test_mapinfo_has_lost_the_datum_and_asks(refused, name):
    """Taken as declared it would silently lie 190 m off."""
    error = refused(f"vn-legacy/thaibinh_xa_mapinfo.{name}")

    assert "has the projection of EPSG:9209 (VN-2000 / TM-3 105-30), but another datum" in error.message
    assert error.detail["confirm"] == "--crs EPSG:9209"


def test_mapinfo_mif_confirmed_lies_where_the_communes_are(bring):
    middles = (
        "SELECT gso_code, ST_X(p), ST_Y(p) FROM registry.admin_unit,"
        " ST_Transform(ST_Centroid(geom), 9209) AS p WHERE level = 'commune' ORDER BY gso_code"
    )
    before = np.array([row[1:] for row in ask(middles)])

    report = bring("admin_unit", "vn-legacy/thaibinh_xa_mapinfo.mif", valid_from=REFORM, crs="EPSG:9209")

    assert (report.read, report.inserted) == (65, 0)
    assert np.abs(np.array([row[1:] for row in ask(middles)]) - before).max() < 0.01


def test_mapinfo_tab_names_the_polygon_that_rounding_has_broken(refused):
    error = refused("vn-legacy/thaibinh_xa_mapinfo.tab", crs="EPSG:9209")

    assert "1 problem" in error.message
    assert "its geometry is not valid" in error.message


@pytest.mark.parametrize(
    ("name", "encoding", "delimiter"),
    [("cp1258", "cp1258", ","), ("nfd", "utf-8", ";"), ("utf16", "utf-16-le", "\t")],
)
def test_tables_of_poles(shared_data, name, encoding, delimiter):
    """Recognised without a question; X is the northing, and the zone is found in a box of the district."""
    data = (shared_data / f"vn-legacy/hcmc_d3_cot_{name}.csv").read_bytes()

    found = detect_file(data)
    lines = decode_one(data, found.encoding).splitlines()
    _, *rows = (line.split(delimiter) for line in lines)
    columns = [numbers(column) for column in zip(*[row[2:4] for row in rows], strict=True)]
    proposed = guess(np.column_stack([one.values for one in columns]), DISTRICT_3)

    assert (found.encoding, found.certain) == (encoding, True)
    assert rows[0][:2] == POLE.split(";")
    assert proposed[0].options == "--crs EPSG:9210 --coordinates swapped"
    lon, lat = proposed[0].place(np.column_stack([one.values for one in columns]))[0]
    assert (lon, lat) == pytest.approx((106.6834099, 10.7670925), abs=1e-5)  # EPSG has two, 0.8 m apart


def test_kml_is_unicode_in_degrees(bring):
    """Taken without a question: the format knows only UTF-8 and WGS 84."""
    report = bring("pole", "vn-legacy/hcmc_d3_power.kml", source_layer="cot", constants={"kind": "power_hv"})

    assert report.inserted == 83
    assert not [note for note in report.notes if "from EPSG" in note or note.startswith("text")]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("fiona/coutwildrnp.shp", "outside the registry's area"),
        ("fiona/gre.shp", "outside the registry's area"),
        ("fiona/grenada.geojson", "outside the registry's area"),
        ("fiona/test_tin.shp", "does not say in which reference system"),
        ("pyogrio/naturalearth_lowres.shp", "outside the registry's area"),
        ("fiona/trio.geojson", "outside the registry's area"),
    ],
)
def test_foreign_files_are_read_and_refused_for_their_place(refused, name, what):
    """French, Russian, Tamil and Latin-1 as declared are no obstacle; that they lie elsewhere is."""
    constants = {"code": "Z", "name": "Z", "kind": "urban", "valid_from": "2025-07-01"}
    assert what in refused(f"hostile/{name}", layer="zone", constants=constants).message
