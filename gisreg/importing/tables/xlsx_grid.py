"""XLSX workbooks, row by row; what is merged or hidden comes from the sheet's own XML."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from gisreg.errors import InvalidInputError
from gisreg.importing.tables.grid import Grid, Merged, check_width
from gisreg.said import both

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RESERVED = 16_384
_BROKEN = (
    zipfile.BadZipFile, InvalidFileException, ParseError, DefusedXmlException,
    KeyError, ValueError, TypeError, OSError, EOFError, AttributeError, IndexError,
)  # fmt: skip
"""What openpyxl and the XML parser raise for workbooks that are torn or made by hand."""


def read_xlsx(path: Path) -> tuple[list[Grid], list[str]]:
    """Return the sheets that people see, empty ones left out, and the names of hidden sheets.

    Cells hold what was last calculated, never a formula.

    Raises:
        InvalidInputError: it is no whole workbook, or a sheet has too many columns.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that we do not read
            with closing(openpyxl.load_workbook(path, read_only=True, data_only=True)) as book:
                grids = [_grid(path, sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"]
                hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    except _BROKEN as error:
        raise InvalidInputError(
            both(
                f"{path.name}: không phải sổ tính XLSX nguyên vẹn ({type(error).__name__}: {error}).",
                f"{path.name}: is no whole XLSX workbook ({type(error).__name__}: {error}).",
            ),
            hint=both(
                "Hãy mở bằng chương trình bảng tính rồi lưu lại thành XLSX.",
                "Open it in a spreadsheet program and save it anew as XLSX.",
            ),
        ) from error
    return [grid for grid in grids if not grid.is_empty], hidden


def _grid(path: Path, sheet: Any) -> Grid:
    grid = Grid(sheet.title, [], [])
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = list(row)
        while cells and cells[-1] is None:
            cells.pop()
        check_width(path.name, len(cells))
        grid.cells.append(cells)
        grid.numbers.append(number)
    hidden_rows: set[int] = set()
    hidden_columns: set[int] = set()
    for element in _marks(path, sheet._worksheet_path):
        if element.tag == f"{_MAIN}row" and _is_set(element, "hidden"):
            hidden_rows.add(int(element.get("r", "0")))
        elif element.tag == f"{_MAIN}col" and _is_set(element, "hidden"):
            last = min(int(element.get("max", "1")), _RESERVED, grid.width)
            hidden_columns.update(range(int(element.get("min", "1")) - 1, last))
        elif element.tag == f"{_MAIN}mergeCell":
            grid.merged.append(_merged(element.get("ref", "A1")))
    filled = {number for number, cells in zip(grid.numbers, grid.cells, strict=True) if cells}
    grid.hidden_rows = frozenset(hidden_rows & filled)
    grid.hidden_columns = frozenset(
        place for place in hidden_columns if any(len(row) > place and row[place] for row in grid.cells)
    )
    return grid


def _marks(path: Path, part: str) -> Iterator[Element]:
    with zipfile.ZipFile(path) as archive, archive.open(part.lstrip("/")) as stream:
        for _, element in iterparse(stream, events=("end",)):
            yield element
            if element.tag == f"{_MAIN}row":
                element.clear()


def _merged(reference: str) -> Merged:
    left, top, right, bottom = range_boundaries(reference)
    return top - 1, bottom - 1, left - 1, right - 1


def _is_set(element: Element, name: str) -> bool:
    return element.get(name) in ("1", "true")
