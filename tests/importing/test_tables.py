"""Spreadsheets as people send them: titles, two-line headers, totals, commas, hidden rows, sheets."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import shapely

from gisreg.errors import UsageError

WGS84 = {"crs": "EPSG:4326"}


def text(path: Path, *lines: str, encoding: str = "utf-8", end: str = "\n") -> Path:
    path.write_bytes(end.join(lines).encode(encoding))
    return path


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


HEADER = ["Mã cột", "Chiều cao (m)", "Kinh độ", "Vĩ độ"]


@pytest.fixture
def places(rows):
    """Return a function that tells code, longitude and latitude of every pole."""
    return lambda: rows(
        "SELECT code, round(ST_X(geom)::numeric, 6)::float8, round(ST_Y(geom)::numeric, 6)::float8"
        " FROM registry.pole ORDER BY code"
    )


def test_titles_totals_and_decimal_commas(tmp_path, take, rows, places):
    path = text(
        tmp_path / "poles.csv",
        "DANH SÁCH CỘT;;;;",
        ";;;;",
        "STT;Mã cột;Chiều cao (cm);Kinh độ;Vĩ độ",
        "(1);(2);(3);(4);(5)",
        "1;C-01;850;106,34;20,45",
        "2;C-02;1.000,0;106,341;20,45",
        "STT;Mã cột;Chiều cao (cm);Kinh độ;Vĩ độ",
        "3;C-03;8,5 m;106,342;20,45",
        ";;;;",
        ";Tổng cộng;3;;",
    )

    report = take("pole", path, **WGS84)

    assert (report.read, report.inserted) == (3, 3)
    assert places() == [("C-01", 106.34, 20.45), ("C-02", 106.341, 20.45), ("C-03", 106.342, 20.45)]
    assert rows("SELECT height_m FROM registry.pole ORDER BY code") == [(8.5,), (10.0,), (8.5,)]
    assert report.columns == {"code": "Mã cột", "height_m": "Chiều cao (cm)"}
    assert report.dropped == ("STT",)
    assert "row 10 (Tổng cộng, 3) is a total and was left out." in report.notes
    assert "2 rows repeat the header or number the columns and were left out." in report.notes


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_delimiter_and_line_end(tmp_path, take, places, delimiter, end):
    cells = [["Mã cột", "Ghi chú", "Kinh độ", "Vĩ độ"], ["C-01", '"a, b; c"', "106.34", "20.45"]]
    path = text(tmp_path / "poles.txt", *(delimiter.join(row) for row in cells), end=end)

    assert take("pole", path, **WGS84).inserted == 1
    assert places() == [("C-01", 106.34, 20.45)]


def test_the_delimiter_can_be_stated_in_the_file(tmp_path, take, places):
    path = text(tmp_path / "poles.csv", "sep=;", "ma;lon;lat", "C-01;106,34;20,45")

    assert take("pole", path, **WGS84).read == 1
    assert places() == [("C-01", 106.34, 20.45)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_byte_order_marks(tmp_path, take, rows, encoding):
    path = text(tmp_path / "poles.csv", "Mã cột,Kinh độ,Vĩ độ", "Cột 1,106.34,20.45", encoding=encoding)
    take("pole", path, **WGS84)
    assert rows("SELECT code FROM registry.pole") == [("Cột 1",)]


def test_two_lines_of_header_with_merged_cells(tmp_path, take, rows, places):
    path = tmp_path / "poles.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["BẢNG KÊ CỘT"])
    sheet.append(["Mã cột", "Toạ độ", None, "Kích thước", None])
    sheet.append([None, "Kinh độ", "Vĩ độ", "Chiều cao (m)", "Ghi chú"])
    sheet.append(["C-01", 106.34, 20.45, 8.5, "gần chợ"])
    for merged in ("A1:E1", "A2:A3", "B2:C2", "D2:E2"):
        sheet.merge_cells(merged)
    book.save(path)

    report = take("pole", path, **WGS84)

    assert report.columns == {"code": "Mã cột", "height_m": "Chiều cao (m)", "note": "Ghi chú"}
    assert places() == [("C-01", 106.34, 20.45)]
    assert rows("SELECT note FROM registry.pole_private") == [("gần chợ",)]


def test_the_same_name_under_two_titles_keeps_both(tmp_path, take):
    path = text(
        tmp_path / "poles.csv",
        "Mã cột,Kinh độ,Vĩ độ,Hộp,,Cáp,",
        ",,,Số lượng,Chủ,Số lượng,Chủ",
        "C-01,106.34,20.45,2,A,5,B",
    )
    report = take("pole", path, **WGS84)
    assert report.own_columns == ("Hộp Số lượng", "Hộp Chủ", "Cáp Số lượng", "Cáp Chủ")


def test_sheets_are_chosen_or_joined(tmp_path, take, refused, table, rows):
    path = workbook(
        tmp_path / "poles.xlsx",
        **{
            "Lý Bôn": [HEADER, ["C-01", 8, 106.34, 20.45]],
            "Trần Phú": [HEADER, ["C-02", 8, 106.35, 20.45]],
            "Trống": [],
        },
    )

    error = refused("pole", path, **WGS84)
    assert "holds 2 sheets: Lý Bôn, Trần Phú" in error.message
    assert "--all-sheets" in error.hint
    assert "has no sheet X" in refused("pole", path, table=table(sheet="X"), **WGS84).message
    assert take("pole", path, table=table(sheet="Lý Bôn"), **WGS84).inserted == 1
    report = take("pole", path, table=table(all_sheets=True, sheet_column="Tuyến"), **WGS84)
    assert (report.inserted, report.changed) == (1, 1)
    assert rows("SELECT extra ->> 'Tuyến' FROM registry.pole_private ORDER BY 1") == [
        ("Lý Bôn",),
        ("Trần Phú",),
    ]


def test_hidden_rows_and_columns_are_asked_about(tmp_path, take, refused, table):
    path = workbook(
        tmp_path / "poles.xlsx",
        Sheet=[[*HEADER, "Giá"], ["C-01", 8, 106.34, 20.45, 5], ["C-02", 8, 106.35, 20.45, 6]],
    )
    book = openpyxl.load_workbook(path)
    book["Sheet"].row_dimensions[3].hidden = True
    book["Sheet"].column_dimensions["E"].hidden = True
    book.save(path)

    error = refused("pole", path, **WGS84)
    assert "1 rows (3) and columns E are hidden" in error.message
    skipped = take("pole", path, table=table(hidden="skip"), dry_run=True, **WGS84)
    assert (skipped.read, skipped.own_columns) == (1, ())
    kept = take("pole", path, table=table(hidden="keep"), dry_run=True, **WGS84)
    assert (kept.read, kept.own_columns) == (2, ("Giá",))


def test_codes_that_the_spreadsheet_spoilt(tmp_path, refused):
    path = workbook(
        tmp_path / "poles.xlsx",
        Sheet=[
            HEADER,
            [datetime(2025, 3, 1), 8, 106.34, 20.45],
            ["1E5", 8, 106.35, 20.45],
            ["C-03", 8, 106.36, 20.45],
        ],
    )
    error = refused("pole", path, **WGS84)
    assert len(error.detail["problems"]) == 2
    assert "made a date of the code" in error.message
    assert "made a power of ten" in error.message


def test_zeros_that_may_be_lost_are_said(tmp_path, take):
    path = workbook(
        tmp_path / "poles.xlsx",
        Sheet=[HEADER, ["007", 8, 106.34, 20.45], [8, 8, 106.35, 20.45], [123, 8, 106.36, 20.45]],
    )
    report = take("pole", path, **WGS84)
    assert [(one.row, one.what.en) for one in report.warnings.found] == [
        ("row 3", "Mã cột = '8': others have 3 digits; zeros in front may be lost.")
    ]


def test_an_ambiguous_number_is_asked_about(tmp_path, take, refused, rows, table):
    path = text(tmp_path / "poles.csv", "ma;cao;lon;lat", "C-01;12,345;106.34;20.45", "C-02;9;106.35;20.45")

    error = refused("pole", path, **WGS84)
    assert "12,345 can be 12.345 or 12345; say which with --decimal" in error.message
    take("pole", path, table=table(decimal="comma"), **WGS84)
    assert rows("SELECT height_m FROM registry.pole ORDER BY 1") == [(9.0,), (12.345,)]


def test_one_evident_number_decides_for_its_column(tmp_path, take, rows):
    path = text(tmp_path / "poles.csv", "ma;cao;lon;lat", "C-01;12,345;106.34;20.45", "C-02;9,5;106.35;20.45")
    take("pole", path, **WGS84)
    assert rows("SELECT height_m FROM registry.pole ORDER BY 1") == [(9.5,), (12.345,)]


def test_dates_are_day_first_unless_said(tmp_path, take, refused, rows, table):
    path = text(tmp_path / "poles.csv", "ma,ngay khao sat,lon,lat", "C-01,03/04/2025,106.34,20.45")
    take("pole", path, **WGS84)
    assert rows("SELECT survey_date::text FROM registry.pole") == [("2025-04-03",)]
    american = text(tmp_path / "us.csv", "ma,ngay khao sat,lon,lat", "C-02,12/31/2025,106.34,20.45")
    assert "it looks like month/day (--dates)" in refused("pole", american, **WGS84).message
    take("pole", american, table=table(dates="mdy"), **WGS84)
    assert rows("SELECT survey_date::text FROM registry.pole WHERE code = 'C-02'") == [("2025-12-31",)]


POINT = shapely.Point(106.34, 20.45)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Toạ độ", '"20.45, 106.34"'),
        ("vị trí", "20.45 106.34"),
        ("location", '"20°27\'00""N, 106°20\'24""E"'),
        ("WKT", "POINT (106.34 20.45)"),
        ("geom", "SRID=4326;POINT(106.34 20.45)"),
        ("geom", shapely.to_wkb(POINT, hex=True)),
        ("lat,lon", "20.45,106.34"),
        ("vi_do,kinh_do", '20°27\'00""N,106°20\'24""E'.replace('""', "")),
        ("Vĩ độ,Kinh độ", "20 27 00,106 20 24"),
        ("X,Y", "106.34,20.45"),
        ("X,Y", "20.45,106.34"),
        ("Northing,Easting", "20.45,106.34"),
    ],
)
def test_places_in_many_forms(tmp_path, take, places, header, cells):
    take("pole", text(tmp_path / "poles.csv", f"ma,{header}", f"C-01,{cells}"), **WGS84)
    assert places() == [("C-01", 106.34, 20.45)]


def test_x_is_the_northing_in_survey_sheets(tmp_path, take, places):
    path = text(tmp_path / "poles.csv", "ma;X (m);Y (m)", "C-01;2261880,297;587095,876")

    report = take("pole", path, crs="EPSG:9209")

    assert places() == [("C-01", 106.3366, 20.4463)]
    assert report.notes[0] == "X (m) was read as the northing, Y (m) as the easting."


def test_without_a_reference_system_nothing_is_guessed(tmp_path, refused):
    path = text(tmp_path / "poles.csv", "ma,lat,lon", "C-01,20.45,106.34")
    assert "--crs" in refused("pole", path).hint


def test_places_that_cannot_be_read_are_told_by_row(tmp_path, refused):
    path = text(
        tmp_path / "poles.csv",
        "ma,lat,lon",
        "C-01,20.45,106.34",
        "C-02,91,106.34",
        "C-03,x,106.3",
        "C-04,,",
        "C-05,inf,1",
    )
    said = refused("pole", path, **WGS84).said
    assert "row 3 (C-02): nằm ở 106.34000 91.00000, ngoài vùng của sổ" in said.vi
    assert "row 3 (C-02): it lies at 106.34000 91.00000, outside" in said.en
    assert "row 4: lat = 'x': phải là số." in said.vi
    assert "row 4: lat = 'x': expected a number." in said.en
    assert "row 5 (C-04): dòng không có hình" in said.vi
    assert "row 6: lat = 'inf': phải là số." in said.vi


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b"\n\n ,,\n", "no cell with anything"),
        (b"ma,lat,lon\nC\x00-01,1,2\n", "line 2 holds the character NUL"),
        (b'ma,lat,lon\n"C-01,1,2\n', "cannot be read"),
        ("mã,lat,lon\n".encode("cp1252", "replace") + b"\xe3,1,2\n", "does not say the code page"),
        (b",".join(b"c%d" % n for n in range(10_000)) + b"\n", "has 10,000 columns"),
        (b"ma,ten\nC-01,x\n", "no column with places"),
        (b"1,2\n3,4\n", "no row with the columns' names"),
    ],
)
def test_files_that_are_no_tables(tmp_path, refused, content, what):
    path = tmp_path / "poles.csv"
    path.write_bytes(content)
    error = refused("pole", path, **WGS84)
    assert what in error.message
    assert error.hint


def test_workbooks_that_are_none(tmp_path, refused):
    path = tmp_path / "poles.xlsx"
    path.write_bytes(b"ma,lat,lon\n")
    assert "poles.xlsx" in refused("pole", path, **WGS84).message
    whole = workbook(tmp_path / "whole.xlsx", Sheet=[HEADER, ["C-01", 8, 106.34, 20.45]])
    path.write_bytes(whole.read_bytes()[:-200])
    assert "is no whole" in refused("pole", path, **WGS84).message


def test_markup_and_formulas_are_text(tmp_path, take, rows):
    path = workbook(tmp_path / "poles.xlsx", Sheet=[[*HEADER, "Tên"], ["C-01", 8, 106.34, 20.45, "x"]])
    book = openpyxl.load_workbook(path)
    for cell, value in (("A2", "=cmd|' /C calc'!A0"), ("E2", "<script>alert(1)</script>")):
        book["Sheet"][cell].value = value
        book["Sheet"][cell].data_type = "s"
    book.save(path)

    take("pole", path, **WGS84)

    assert rows(
        "SELECT code, extra ->> 'Tên' FROM registry.pole JOIN registry.pole_private ON pole_id = id"
    ) == [("=cmd|' /C calc'!A0", "<script>alert(1)</script>")]


def test_an_unknown_code_page_is_a_mistake_of_the_request(tmp_path, take):
    path = text(tmp_path / "poles.csv", "ma,lat,lon", "C-01,20.45,106.34")
    with pytest.raises(UsageError, match="no such code page"):
        take("pole", path, encoding="TCVN9", **WGS84)


def test_old_fonts_in_csv_are_recognised_and_said(tmp_path, take, rows):
    path = tmp_path / "poles.csv"
    lines = ["ma,ghi chu,lat,lon"] + [
        f"C-{n},§­êng TrÇn H­ng §¹o ph­êng LÝ B«n,20.45,106.3{n}" for n in range(1, 6)
    ]
    path.write_bytes("\n".join(lines).encode("latin-1"))

    report = take("pole", path, **WGS84)

    assert any(text.told.startswith("text of column B: tcvn3") for text in report.texts)
    assert rows("SELECT DISTINCT note FROM registry.pole_private") == [("Đường Trần Hưng Đạo phường Lí Bôn",)]


def test_the_order_of_axes_is_proposed_and_confirmed(tmp_path, refused, take, places, rows):
    rows(
        "INSERT INTO registry.admin_unit (gso_code, level, kind, name, valid_from, geom) VALUES"
        " ('1', 'commune', 'xa', 'Xã', '2020-01-01', ST_Multi(ST_MakeEnvelope(106.32, 20.43, 106.35, 20.46, 4326)))"
        " RETURNING id"
    )
    path = text(tmp_path / "poles.csv", "ma;X;Y", *(f"C-{n};226188{n};58709{n}" for n in range(6)))
    error = refused("pole", path)
    assert "--crs EPSG:9209 --coordinates swapped" in error.message
    take("pole", path, crs="EPSG:9209", coordinates="swapped")
    assert abs(places()[0][1] - 106.3366) < 1e-3
