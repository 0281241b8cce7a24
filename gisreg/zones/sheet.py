"""A list of streets in columns: rows of a CSV or XLSX file, or cells pasted from a spreadsheet."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from gisreg.errors import InvalidInputError
from gisreg.importing import archive, content
from gisreg.importing.tables.csv_grid import DELIMITERS, text_of
from gisreg.importing.tables.decoded import Words
from gisreg.importing.tables.grid import Grid
from gisreg.importing.tables.header import data_rows, find_header
from gisreg.importing.tables.xlsx_grid import read_xlsx
from gisreg.importing.text import clean, folded
from gisreg.said import both
from gisreg.zones import paste, phrases
from gisreg.zones import paste_troubles as told
from gisreg.zones.entry import Entry, Read, finish
from gisreg.zones.recipe import MOST_PASTED, Side

WORKBOOK = (".xlsx", ".xlsm")
_LOOKED_AT = 30
"""Lines among which the names of columns are looked for, below titles."""

_NAMES: dict[str, tuple[str, ...]] = {
    "street": (
        "tuyến", "tuyến đường", "tên tuyến", "tên đường", "tên tuyến đường", "đường", "phố", "tên phố",
        "đường phố", "tuyến phố", "street", "road", "name",
    ),
    "from": ("từ", "điểm đầu", "đoạn từ", "đầu tuyến", "nơi bắt đầu", "from", "begin", "start"),
    "to": ("đến", "điểm cuối", "cuối tuyến", "nơi kết thúc", "to", "end"),
    "section": ("đoạn", "đoạn tuyến", "giới hạn", "phạm vi", "đoạn đường", "section"),
    "side": ("bên", "phía", "side"),
    "width": (
        "mỗi bên", "rộng mỗi bên", "bề rộng mỗi bên", "chiều rộng mỗi bên", "width", "width m", "bề rộng",
    ),
    "ward": ("phường", "xã", "phường xã", "xã phường", "ward", "commune", "địa bàn"),
}  # fmt: skip
_FIELDS = {folded(name): field for field, names in _NAMES.items() for name in names}


def read_file(path: Path, words: Words, width_m: float | None = None, side: Side = Side.BOTH) -> Read:
    """Read a list of streets from a text, CSV or XLSX file.

    Args:
        path: `.xlsx` and `.csv` have a header that names the columns; any other file is a pasted list.
        words: syllables of the registry, by which the encoding of a text is recognised.
        width_m, side: as for `paste.read_lines`.

    Raises:
        InvalidInputError: it cannot be read, is too large, or has several sheets.
    """
    if not path.is_file():
        raise InvalidInputError(
            both(f"{path}: không có tệp này.", f"{path}: there is no such file."),
            hint=both("Hãy sửa lại đường dẫn.", "Correct the path."),
        )
    content.check(path)
    if path.suffix.lower() in WORKBOOK:
        archive.check_zip(path)
        grids, _ = read_xlsx(path)
        if len(grids) != 1:
            raise InvalidInputError(
                both(
                    f"{path.name}: có {len(grids)} trang tính chứa dữ liệu; danh sách chỉ gồm một trang.",
                    f"{path.name}: has {len(grids)} sheets with cells; a list is one sheet.",
                ),
                hint=both(
                    "Hãy lưu trang danh sách thành tệp riêng.",
                    "Save the sheet of the list as a file of its own.",
                ),
            )
        return read_grid(grids[0], path.name, width_m, side)
    if path.stat().st_size > 4 * MOST_PASTED:
        raise _too_large(path.name)
    return read_text(text_of(path, words), width_m, side, path.name)


def read_text(
    text: str, width_m: float | None = None, side: Side = Side.BOTH, file: str = "danh sách / list"
) -> Read:
    """Read a table where one of the first lines names columns (as copied from a spreadsheet), else a list.

    Commas in a list divide no columns: they stand between a street and what is said of it.

    Raises:
        InvalidInputError: it is too large.
    """
    if len(text) > MOST_PASTED:
        raise _too_large(file)
    lines = text.splitlines()
    for number, line in enumerate(lines[:_LOOKED_AT]):
        fields = {_FIELDS.get(folded(cell)) for cell in line.split(_delimiter(line))} - {None}
        if "street" in fields and len(fields) > 1:
            reader = csv.reader(io.StringIO("\n".join(lines[number:])), delimiter=_delimiter(line))
            rows = list(reader)
            numbers = [number + 1 + place for place in range(len(rows))]
            return read_grid(Grid("list", rows, numbers), file, width_m, side)
        if fields == {"street"} and folded(line) in _FIELDS:
            lines[number] = ""
    return paste.read_lines("\n".join(lines), width_m, side)


def read_grid(grid: Grid, file: str, width_m: float | None = None, side: Side = Side.BOTH) -> Read:
    """Read the rows of a sheet. The street's cell may itself say a section, as in a pasted list.

    Raises:
        InvalidInputError: no row names the column of streets.
    """
    header = find_header(grid, frozenset(_FIELDS), file)
    columns = [_FIELDS.get(folded(name)) for name in header.names]
    if "street" not in columns:
        raise InvalidInputError(
            both(f"{file}: không có cột tên tuyến đường.", f"{file}: no column names the streets."),
            hint=both(
                "Hãy đặt tên cột “tuyến đường”, “từ”, “đến”, “bên”, “mỗi bên (m)”, “phường”.",
                "Call the columns street, from, to, side, width, ward.",
            ),
        )
    read = Read()
    places, _ = data_rows(grid, header)
    for place in places:
        row = {name: _cell(grid.cells[place], number) for number, name in enumerate(columns) if name}
        _take(row, grid.numbers[place], read, width_m, side)
    return read


def _take(row: dict[str, Any], line: int, read: Read, width_m: float | None, side: Side) -> None:
    text = " | ".join(str(cell) for cell in row.values() if cell)
    if not text:
        read.passed_over.append(str(line))
        return
    entries = paste.entries_of(line, row.get("street") or "")
    if len(entries) != 1:
        read.troubles.append(told.street_missing(line, text))
        return
    entry = entries[0]
    entry.text = text
    _place(entry, row)
    if row.get("side"):
        rest, entry.side = phrases.side_of(row["side"])
        if entry.side is None or rest:
            read.troubles.append(told.unknown_side(line, text, row["side"]))
            return
    if row.get("width"):
        # A column that is called so is the width to each side; its cells may say the unit.
        rest, entry.width_m, _ = phrases.width_of(f"{row['width']} m".replace("m m", "m"))
        if entry.width_m is None or rest:
            read.troubles.append(told.not_a_number(line, text, row["width"]))
            return
    finish(entry, read, width_m, side)


def _place(entry: Entry, row: dict[str, Any]) -> None:
    entry.ward = row.get("ward") or entry.ward
    if section := phrases.section_of(row.get("section") or "", in_brackets=True):
        entry.start, entry.end = section[1], section[2]
    entry.start = row.get("from") or entry.start
    entry.end = row.get("to") or entry.end


def _cell(row: list[Any], number: int) -> str | None:
    return clean(row[number]) if number < len(row) else None


def _delimiter(line: str) -> str:
    return max(DELIMITERS, key=line.count)


def _too_large(file: str) -> InvalidInputError:
    return InvalidInputError(
        both(f"{file}: quá lớn so với một danh sách tuyến.", f"{file}: is too large for a list of streets."),
        hint=both(
            f"Tối đa {MOST_PASTED} ký tự; hãy xem lại tệp.",
            f"At most {MOST_PASTED} letters; is it the right one?",
        ),
    )
