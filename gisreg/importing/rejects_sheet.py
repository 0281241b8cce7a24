"""Rejected rows as a workbook."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError


def write_sheet(path: Path, columns: dict[str, list[Any]]) -> None:
    """Write columns, by name, n cells each, to the only sheet of a workbook."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("rejected")
    sheet.append([_cell(sheet, name) for name in columns])
    for row in zip(*columns.values(), strict=True):
        sheet.append([_cell(sheet, value) for value in row])
    book.save(path)


def _cell(sheet: Any, value: Any) -> Any:
    """Return a cell; text is text, also where it begins like a formula."""
    if value is None or isinstance(value, (bool, int, float, date)):
        return value
    text = str(value)
    try:
        cell = WriteOnlyCell(sheet, text)
    except IllegalCharacterError:
        cell = WriteOnlyCell(
            sheet, "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
        )
    cell.data_type = "s"
    return cell
