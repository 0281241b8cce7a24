"""Lists in columns: files and cells copied out of a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from gisreg.errors import InvalidInputError
from gisreg.zones.entry import Read
from gisreg.zones.recipe import Side
from gisreg.zones.sheet import read_file, read_text

ROWS = [
    ("STT", "Tuyến đường", "Từ", "Đến", "Bên", "Rộng mỗi bên (m)", "Phường/Xã"),
    (1, "Lý Bôn", "Trần Hưng Đạo", "Quang Trung", "trái", 30, "Thái Bình"),
    (2, "Lê Lợi (từ A đến B)", None, None, None, "20 m", None),
    (3, "Trần Phú", None, None, "hai bên", "12,5", None),
    (4, "Hàng Bạc", "Km 0", "Km0+300", None, None, None),
    (5, None, None, None, None, None, None),
]
EXPECTED = [
    (2, "Lý Bôn", "Trần Hưng Đạo", "Quang Trung", None, Side.LEFT, 30.0, "Thái Bình"),
    (3, "Lê Lợi", "A", "B", None, Side.BOTH, 20.0, None),
    (4, "Trần Phú", None, None, None, Side.BOTH, 12.5, None),
    (5, "Hàng Bạc", None, None, (0.0, 300.0), Side.BOTH, 45.0, None),
]


def told(read: Read, shift: int = 0) -> list[tuple[Any, ...]]:
    assert read.troubles == []
    return [
        (line - shift, part.street, part.from_street, part.to_street,
         None if part.from_m is None else (part.from_m, part.to_m), part.side, part.width_m, part.ward)
        for line, part in read.parts
    ]  # fmt: skip


def nobody() -> frozenset[str]:
    return frozenset()


def lines_of(delimiter: str) -> str:
    return "\n".join(delimiter.join("" if cell is None else str(cell) for cell in row) for row in ROWS)


def test_a_workbook_below_a_title(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["PHỤ LỤC danh mục tuyến"])
    for row in ROWS:
        sheet.append(row)
    path = tmp_path / "list.xlsx"
    book.save(path)
    assert told(read_file(path, nobody, 45), shift=1) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_file(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(lines_of(";"), encoding=encoding)
    assert told(read_file(path, nobody, 45)) == EXPECTED


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_cells_pasted_from_a_spreadsheet(delimiter: str) -> None:
    assert told(read_text(lines_of(delimiter), 45)) == EXPECTED


def test_one_column_is_a_list_below_its_heading() -> None:
    read = read_text("Tuyến đường\nHàng Bạc, phường Hoàn Kiếm\nHàng Đào", 30)
    assert [(line, part.street, part.ward) for line, part in read.parts] == [
        (2, "Hàng Bạc", "phường Hoàn Kiếm"), (3, "Hàng Đào", None),
    ]  # fmt: skip


def test_a_text_file_is_a_list_whose_commas_divide_no_columns(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("1. Lê Lợi, đoạn từ A đến B\n2. Hàng Bạc\n", encoding="utf-8")
    assert [part.street for _, part in read_file(path, nobody, 30).parts] == ["Lê Lợi", "Hàng Bạc"]


def test_cells_that_mean_nothing_are_told() -> None:
    read = read_text(
        "street\tfrom\tto\tside\twidth\nA\t\t\tnorth\t\nB\t\t\t\tmany\nC\tX\t\t\t\nD\t\t\tleft\t\n", 30
    )
    assert [(trouble.line, trouble.reason) for trouble in read.troubles] == [
        (2, "side_unknown"), (3, "not_a_number"), (4, "one_end"), (5, "side_needs_section"),
    ]  # fmt: skip
    assert read.parts == []


def test_files_that_are_no_list(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="no such file"):
        read_file(tmp_path / "missing.txt", nobody)
    large = tmp_path / "large.txt"
    large.write_text("Hàng Bạc\n" * 60_000, encoding="utf-8")
    with pytest.raises(InvalidInputError, match="too large"):
        read_file(large, nobody)
    with pytest.raises(InvalidInputError, match="too large"):
        read_text("Hàng Bạc\n" * 60_000)
    book = openpyxl.Workbook()
    book.active.append(["Tuyến đường", "Từ"])
    book.create_sheet("2").append(["Tuyến đường", "Từ"])
    path = tmp_path / "two.xlsx"
    book.save(path)
    with pytest.raises(InvalidInputError, match="2 sheets"):
        read_file(path, nobody)
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(InvalidInputError):
        read_file(bad, nobody)
