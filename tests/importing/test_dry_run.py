"""A dry run tells everything at once; rejected rows come back as a file that can be mended and sent again."""

from __future__ import annotations

import openpyxl
import pyogrio
import pytest

from gisreg.errors import UsageError
from tests.importing.conftest import point

CRS = "EPSG:4326"
LINES = (
    "Mã cột,Chiều cao (m),Vật liệu,Kinh độ,Vĩ độ,Tuyến",
    "C-01,8,BTLT,106.34,20.45,Lý Bôn",
    "C-02,800,jelly,106.341,20.45,Lý Bôn",
    "C-03,9,gỗ,106.342,91,Lý Bôn",
    "C-04,9,gỗ,106.343,20.45,Lý Bôn",
    "C-04,10,gỗ,106.344,20.45,Trần Phú",
    "=C-05,10,,x,20.45,",
)


@pytest.fixture
def poles(tmp_path):
    path = tmp_path / "poles.csv"
    path.write_text("\n".join(LINES), encoding="utf-8")
    return path


def test_every_row_and_every_reason_at_once(poles, take, rows):
    report = take("pole", poles, crs=CRS, dry_run=True)

    assert (report.read, report.inserted, report.rejected) == (6, 1, 5)
    reasons = {(one.index, one.what.en.split(": ")[-1].split(" as ")[0]) for one in report.problems.found}
    assert reasons == {
        (1, "expected 1 to 60 m."),
        (1, "expected one of spun_concrete, square_concrete, steel, wood, composite, other, unknown."),
        (2, "it lies at 106.34200 91.00000, outside the registry's area (102 7 118 24)."),
        (3, "has the same owner_id and code"),
        (4, "has the same owner_id and code"),
        (5, "expected a number."),
    }
    assert rows("SELECT count(*) FROM registry.pole") == [(0,)]


def test_nothing_or_the_good_rows(poles, take, refused, rows):
    error = refused("pole", poles, crs=CRS)
    assert len(error.detail["problems"]) == 6
    assert rows("SELECT count(*) FROM registry.pole") == [(0,)]

    report = take("pole", poles, crs=CRS, accept_valid=True)

    assert (report.inserted, report.rejected) == (1, 5)
    assert rows("SELECT code FROM registry.pole") == [("C-01",)]


def test_what_would_change_is_counted_by_field(geojson, take, rows):
    first = [
        ({"ma": f"C-{n}", "cao": 8, "Tuyến": "a", "suc chua": 4}, point(106.34 + n / 1000, 20.45))
        for n in range(3)
    ]
    take("pole", geojson(*first))
    changed = [
        ({"ma": "C-0", "cao": 9, "Tuyến": "a"}, point(106.34, 20.45)),
        ({"ma": "C-1", "cao": 9, "Tuyến": "b", "suc chua": 5}, point(106.35, 20.45)),
        ({"ma": "C-2", "cao": None}, point(106.342, 20.45)),
        ({"ma": "C-3"}, point(106.35, 20.45)),
    ]

    report = take("pole", geojson(*changed), dry_run=True)

    assert (report.inserted, report.changed, report.unchanged) == (1, 2, 1)
    assert report.changed_fields == {"height_m": 2, "geom": 1, "cable_capacity": 1, "extra": 1}


def test_rejected_rows_as_xlsx_can_be_mended_and_sent_again(poles, tmp_path, take, rows):
    rejects = tmp_path / "rejects.xlsx"
    take("pole", poles, crs=CRS, accept_valid=True, rejects=(rejects,))

    book = openpyxl.load_workbook(rejects)
    sheet = book["rejected"]
    titles = [cell.value for cell in sheet[1]]
    assert titles[:6] == LINES[0].split(",")
    assert titles[6:] == ["import_row", "import_reason", "import_remedy"]
    found = {row[6].value: row for row in sheet.iter_rows(min_row=2)}
    assert list(found) == ["row 3", "row 4", "row 5", "row 6", "row 7"]
    assert (
        "expected 1 to 60 m; Vật liệu" in found["row 3"][7].value
        or "expected 1 to 60 m" in found["row 3"][7].value
    )
    assert (found["row 7"][0].value, found["row 7"][0].data_type) == ("=C-05", "s")

    for label, column, value in (
        ("row 3", 1, 8), ("row 3", 2, "thép"), ("row 4", 4, 20.45), ("row 6", 0, "C-06"), ("row 7", 3, 106.35)
    ):  # fmt: skip
        found[label][column].value = value
    book.save(rejects)
    again = take("pole", rejects, crs=CRS)

    assert (again.inserted, again.rejected) == (5, 0)
    assert again.own_columns == ("Tuyến",)
    assert rows("SELECT count(*) FROM registry.pole") == [(6,)]


def test_rejected_rows_as_geopackage_open_in_a_gis(poles, tmp_path, take):
    rejects = tmp_path / "rejects.gpkg"
    take("pole", poles, crs=CRS, dry_run=True, rejects=(rejects,))

    frame = pyogrio.read_dataframe(rejects)

    assert len(frame) == 5
    assert frame.crs == "EPSG:4326"
    assert "outside the registry's area" in frame.set_index("import_row").loc["row 4", "import_reason"]
    assert frame.set_index("import_row").loc["row 4"].geometry.wkt == "POINT (106.342 91)"
    assert frame.set_index("import_row").loc["row 7"].geometry is None


def test_rejected_features_of_a_map_file_keep_their_geometry(geojson, tmp_path, take):
    rejects = tmp_path / "rejects.xlsx"
    path = geojson(({"code": "C-01", "height": 99}, point(106.34, 20.45)))
    take("pole", path, dry_run=True, rejects=(rejects,))
    sheet = openpyxl.load_workbook(rejects)["rejected"]
    assert dict(zip(*sheet.iter_rows(values_only=True), strict=True))["wkt"] == "POINT (106.34 20.45)"


def test_names_of_rejects_are_checked_first(poles, tmp_path, take):
    for path in (tmp_path / "rejects.doc", tmp_path / "absent" / "rejects.xlsx"):
        with pytest.raises(UsageError):
            take("pole", poles, crs=CRS, rejects=(path,))


def test_a_code_of_another_owner_is_said(geojson, take, rows):
    rows(
        "INSERT INTO registry.organisation (code, name, kind) VALUES ('VTL', 'Viettel', 'carrier') RETURNING id"
    )
    path = geojson(({"code": "C-01"}, point(106.34, 20.45)))
    take("pole", path, owner="VTL")
    report = take("pole", path, dry_run=True)
    assert [one.what.en for one in report.warnings.found] == [
        "an object of VTL has this code already; a second one becomes that of another owner."
    ]


def test_columns_that_a_geopackage_would_confuse(tmp_path, take):
    path, rejects = tmp_path / "poles.csv", tmp_path / "rejects.gpkg"
    path.write_text(
        "ma,cao,lat,lon,Fid,Tuyến  chính,TUYẾN CHÍNH 2,x1,X1\nA,999,20.4,106.3,7,a,b,c,d\n", encoding="utf-8"
    )
    take("pole", path, crs=CRS, dry_run=True, rejects=(rejects,))
    frame = pyogrio.read_dataframe(rejects)
    assert frame.loc[0, ["Fid_", "Tuyến chính", "x1", "X1_"]].tolist() == [7, "a", "c", "d"]
