"""Spreadsheet files as tables of features: sheets chosen, header found, totals left out."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from gisreg.errors import InvalidInputError
from gisreg.exporting.trace import MARK_SHEET, MARK_SYSTEM
from gisreg.importing.code_page import DAMAGED, MIXED, damage_taken, is_exported
from gisreg.importing.mapping import spellings
from gisreg.importing.question import asks
from gisreg.importing.request import ImportRequest, TableOptions
from gisreg.importing.table import DecodedText, FeatureTable
from gisreg.importing.tables import coordinates
from gisreg.importing.tables.csv_grid import read_csv
from gisreg.importing.tables.decoded import Words, damaged, decode
from gisreg.importing.tables.grid import Grid, column_letter
from gisreg.importing.tables.header import Header, data_rows, find_header
from gisreg.importing.tables.xlsx_grid import read_xlsx
from gisreg.importing.text import clean
from gisreg.said import LOOK, Said, both
from layers import Layer

_QUOTED = re.compile(r"'[=+\-@\t\r]")
"""Text that only the apostrophe keeps from being a formula: exports put it there, and it is no part of it."""

TEXT = (".csv", ".tsv", ".txt")
WORKBOOK = (".xlsx", ".xlsm")


def is_sheet(path: Path) -> bool:
    """Tell by its name whether a file is a spreadsheet."""
    return path.suffix.lower() in (*TEXT, *WORKBOOK)


def read_sheets(request: ImportRequest, layer: Layer, words: Words = frozenset) -> FeatureTable:
    """Read a spreadsheet's rows; their places are found later, by `coordinates.places_of`.

    Rows are called by their numbers in the file, as the spreadsheet program shows them.

    Args:
        request: the file, and how to read it.
        layer: the layer imported into.
        words: gives syllables that occur in the registry, by which text is recognised.

    Raises:
        InvalidInputError: it cannot be read, or it leaves a question open (which sheet, what of hidden
            rows); the hint says the option that answers it.
    """
    path, options = request.path, request.table
    notes: list[str] = []
    texts: list[DecodedText] = []
    grids = _grids(path, request.encoding, words, notes)
    grids, crs = _without_mark(grids)
    if crs is not None:
        options = replace(options, header_row=1)
    chosen = _choose(path.name, grids, options)
    known = coordinates.NAMES | spellings(layer)
    rows: list[str] = []
    columns: dict[str, list[Any]] = {}
    lost: list[tuple[int, Said]] = []
    for grid in chosen:
        _refuse_hidden(path.name, grid, options)
        head = _head(grid, known, options)
        used = decode(grid, head, _encoding(request, grid, head), words, path.name)
        texts += grid.texts
        notes += [MIXED] if grid.texts and len(set(used.values())) > 1 else []
        header = find_header(grid, known, path.name, options.header_row)
        places, said = data_rows(grid, header)
        places = [place for place in places if not _skipped(grid, place, options)]
        notes += [f"{grid.name}: {note}" if len(chosen) > 1 else note for note in said]
        found = _columns(grid, header, places, options)
        lost += [(len(rows) + place, what) for place, what in damaged(grid, places, header.names, used)]
        if options.sheet_column:
            found[options.sheet_column] = [grid.name] * len(places)
        for name in found:
            columns.setdefault(name, [None] * len(rows))
        for name, cells in columns.items():
            cells += found.get(name, [None] * len(places))
        before = f"{grid.name} " if len(chosen) > 1 else ""
        rows += [f"{before}row {grid.numbers[place]}" for place in places]
    nowhere = np.full(len(rows), None, dtype=object)
    table = FeatureTable(rows, columns, nowhere, crs=crs, notes=notes, texts=texts)
    _note_lost(table, [] if is_exported(columns) else lost, accepted=request.accept_damaged)
    return table


def _encoding(request: ImportRequest, grid: Grid, head: int) -> str | None:
    """Return in which encoding a grid is said to be; None to recognise it.

    A text table of a stated encoding is decoded already, and our own text needs no guessing.
    """
    if is_exported([str(cell) for cell in grid.cells[head - 1]] if grid.cells[:head] else ()):
        return "unicode"
    if request.encoding is not None and request.path.suffix.lower() in TEXT:
        return "unicode"
    return request.encoding


def _head(grid: Grid, known: frozenset[str], options: TableOptions) -> int:
    """Return the place of the first row of data, as far as it shows before the text is decoded."""
    try:
        return find_header(grid, known, "", options.header_row).last + 1
    except InvalidInputError:
        return 1


def _note_lost(table: FeatureTable, lost: list[tuple[int, Said]], *, accepted: bool) -> None:
    if accepted:
        table.warnings += [(place, damage_taken(what), LOOK) for place, what in lost]
    else:
        table.damaged += [(place, what, DAMAGED) for place, what in lost]


def _without_mark(grids: list[Grid]) -> tuple[list[Grid], str | None]:
    """Take the sheet off by which an export of ours says what it is; return its reference system, too."""
    rest = [grid for grid in grids if grid.name != MARK_SHEET]
    facts = [row for grid in grids if grid.name == MARK_SHEET for row in grid.cells]
    crs = next((str(row[1]) for row in facts if len(row) > 1 and row[0] == MARK_SYSTEM), None)
    return (grids, None) if crs is None else (rest, crs)


def _grids(path: Path, encoding: str | None, words: Words, notes: list[str]) -> list[Grid]:
    if path.suffix.lower() in TEXT:
        grid = read_csv(path, encoding, words)
        return [] if grid.is_empty else [grid]
    grids, hidden = read_xlsx(path)
    if hidden:
        notes.append(f"hidden sheets were not read: {', '.join(hidden)}.")
    return grids


def _choose(file: str, grids: list[Grid], options: TableOptions) -> list[Grid]:
    names = [grid.name for grid in grids]
    if options.sheet is not None:
        chosen = [grid for grid in grids if grid.name == options.sheet]
        if not chosen:
            raise InvalidInputError(
                both(
                    f"{file}: không có trang tính {options.sheet} nào có dữ liệu.",
                    f"{file}: has no sheet {options.sheet} with cells.",
                ),
                hint=both(
                    f"Các trang tính: {', '.join(names) or 'không có'}.",
                    f"Sheets: {', '.join(names) or 'none'}.",
                ),
                asks=asks("sheet", names),
            )
        return chosen
    if not grids:
        raise InvalidInputError(
            both(f"{file}: không có ô nào có dữ liệu.", f"{file}: holds no cell with anything in it."),
            hint=both("Hãy xem lại tệp.", "Check the file."),
        )
    if len(grids) > 1 and not options.all_sheets:
        raise InvalidInputError(
            both(
                f"{file}: có {len(grids)} trang tính: {', '.join(names)}.",
                f"{file}: holds {len(grids)} sheets: {', '.join(names)}.",
            ),
            hint=both(
                "Nêu một trang bằng --sheet, hoặc đọc tất cả bằng --all-sheets; --sheet-column TÊN giữ lại "
                "tên các trang.",
                "Name one with --sheet, or read --all-sheets; --sheet-column NAME keeps the sheets' names.",
            ),
            asks=asks("sheet", names),
        )
    return grids


def _refuse_hidden(file: str, grid: Grid, options: TableOptions) -> None:
    if options.hidden is not None or not (grid.hidden_rows or grid.hidden_columns):
        return
    parts = []
    if grid.hidden_rows:
        shown = ", ".join(map(str, sorted(grid.hidden_rows)[:10]))
        parts.append(Said("{0} hàng ({1})", "{0} rows ({1})", (len(grid.hidden_rows), shown)))
    if grid.hidden_columns:
        letters = ", ".join(map(column_letter, sorted(grid.hidden_columns)))
        parts.append(Said("các cột {0}", "columns {0}", (letters,)))
    what = Said("{0} và {1}", "{0} and {1}", tuple(parts)) if len(parts) > 1 else parts[0]
    raise InvalidInputError(
        both(
            f"{file}, trang tính {grid.name}: {what.vi} bị ẩn.",
            f"{file}, sheet {grid.name}: {what.en} are hidden.",
        ),
        hint=both(
            "Ghi --hidden keep để đọc, hoặc --hidden skip để bỏ qua.",
            "Say --hidden keep to read them, or --hidden skip to leave them out.",
        ),
        asks=asks("hidden", ("keep", "skip")),
    )


def _skipped(grid: Grid, place: int, options: TableOptions) -> bool:
    return options.hidden == "skip" and grid.numbers[place] in grid.hidden_rows


def _columns(grid: Grid, header: Header, places: list[int], options: TableOptions) -> dict[str, list[Any]]:
    """Return the cells by column; those without a name are called by their letter."""
    columns: dict[str, list[Any]] = {}
    for number, name in enumerate(header.names):
        if options.hidden == "skip" and number in grid.hidden_columns:
            continue
        cells = [_cell(grid.cells[place], number) for place in places]
        if name or any(cell is not None for cell in cells):
            columns[name or f"column {column_letter(number)}"] = cells
    return columns


def _cell(row: list[Any], number: int) -> Any:
    cell = row[number] if number < len(row) else None
    if not isinstance(cell, str):
        return cell
    return (cell[1:] if _QUOTED.match(cell) else cell) if clean(cell) else None
