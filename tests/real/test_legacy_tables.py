"""Spreadsheets, drawings and KML of 83 supports in District 3, as surveyors send them: each comes in whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gisreg.database.connection import Actor, Role, transaction
from gisreg.errors import InvalidInputError
from gisreg.importing.request import ColumnOptions, ImportReport, ImportRequest
from gisreg.importing.run import import_file
from tests.support.databases import Database

FOLDER = "vn-legacy"
KINDS = ColumnOptions(values={"kind": {"cổng": "power_hv", "tháp": "power_hv"}})
CODE = ColumnOptions({"osm_id": "code"})
# The fourth pole of the first power line as OpenStreetMap has it; survey sheets round to millimetres.
FOURTH = (106.6819903, 10.765504)


@pytest.fixture
def bring(shared_data, database: Database) -> Iterator:
    """Return a function that imports a real file into a transaction that is rolled back."""
    with transaction(Role.WORKER, Actor("tester")) as connection:

        def run(name: str, layer: str = "pole", **options) -> tuple[ImportReport, list]:
            report = import_file(connection, ImportRequest(layer, shared_data / FOLDER / name, **options))
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT code, ST_X(ST_Centroid(geom)), ST_Y(ST_Centroid(geom)) FROM registry.{layer} ORDER BY code"
                )
                return report, cursor.fetchall()

        yield run
        connection.rollback()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("hcmc_d3_cot_cp1258.csv", {"encoding": "CP1258"}),
        ("hcmc_d3_cot_cp1258.csv", {}),
        ("hcmc_d3_cot_nfd.csv", {}),
        ("hcmc_d3_cot_utf16.csv", {}),
        ("hcmc_d3_toado_cot.xlsx", {}),
        ("hcmc_d3_toado_cot.xlsx", {"crs": "EPSG:4326"}),
    ],
)
def test_survey_sheets(bring, name, options):
    report, poles = bring(name, columns=KINDS, **{"crs": "EPSG:9210", **options})

    assert (report.read, report.inserted, report.rejected) == (83, 83, 0)
    where = {code: (lon, lat) for code, lon, lat in poles}
    # EPSG has two operations from VN-2000, 0.8 m apart; seconds with two decimals are within 0.5 m.
    assert where["OSM-12552124166"] == pytest.approx(FOURTH, abs=2e-5)
    if report.crs == "EPSG:9210":
        assert any("was read as the northing" in note for note in report.notes)
        assert "VN-2000 to WGS 84" in str(report.crs_operation)


def test_the_sheet_with_a_title_and_a_total(bring):
    with pytest.raises(InvalidInputError) as caught:
        bring("hcmc_d3_toado_cot.xlsx", crs="EPSG:9210")
    assert [(one["row"], one["what"][:18]) for one in caught.value.detail["problems"]] == [
        ("row 55", "Loại cột = 'cổng':"),
        ("row 83", "Loại cột = 'tháp':"),
    ]
    report, _ = bring("hcmc_d3_toado_cot.xlsx", crs="EPSG:9210", columns=KINDS)
    assert report.columns == {"code": "Mã cột", "kind": "Loại cột", "note": "Ghi chú"}
    assert report.own_columns == ("Vĩ độ", "Kinh độ")
    assert report.dropped == ("STT",)
    assert "row 88 (Tổng cộng, 83) is a total and was left out." in report.notes


def test_composed_and_decomposed_text_is_the_same(bring):
    bring("hcmc_d3_cot_nfd.csv", crs="EPSG:9210")
    again, _ = bring("hcmc_d3_cot_utf16.csv", crs="EPSG:9210")
    assert (again.inserted, again.changed, again.unchanged) == (0, 0, 83)
    third, _ = bring("hcmc_d3_cot_cp1258.csv", crs="EPSG:9210", encoding="CP1258")
    assert third.unchanged == 83


def test_the_zone_is_asked_about(bring):
    with pytest.raises(InvalidInputError, match="does not say in which reference system"):
        bring("hcmc_d3_cot_nfd.csv")


@pytest.mark.parametrize("name", ["hcmc_d3_power.kml", "hcmc_d3_power.kmz"])
def test_kml_and_kmz(bring, name):
    with pytest.raises(InvalidInputError, match="holds 2 layers: cot, day"):
        bring(name)
    report, poles = bring(name, source_layer="cot", columns=CODE)
    assert (report.inserted, report.crs) == (83, "EPSG:4326")
    assert {code: (lon, lat) for code, lon, lat in poles}["12552124166"] == pytest.approx(FOURTH, abs=1e-7)
    lines, _ = bring(name, "cable", source_layer="day", columns=CODE)
    assert lines.inserted == 3


def test_the_drawing(bring):
    name = "hcmc_d3_power_VN2000_10545.dxf"
    with pytest.raises(InvalidInputError, match="does not say in which reference system"):
        bring(name)
    report, poles = bring(name, crs="EPSG:9210")
    assert (report.read, report.inserted) == (83, 83)
    assert min(abs(lon - FOURTH[0]) + abs(lat - FOURTH[1]) for _, lon, lat in poles) < 2e-5
    with pytest.raises(InvalidInputError, match=r"DUONG_GIAO_THONG \(\d+\), DAY_DIEN_110KV \(3\)"):
        bring(name, "cable", crs="EPSG:9210")
    lines, _ = bring(name, "cable", crs="EPSG:9210", source_layer="DAY_DIEN_110KV")
    assert lines.inserted == 3
