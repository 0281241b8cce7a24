"""Rejected rows as a workbook."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError

_LETTERS = 60
"""Width of a column of sentences."""

_TOP = Alignment(vertical="top")
_WRAPPED = Alignment(vertical="top", wrap_text=True)
"""A sentence takes several lines: what stands beside it begins with the first."""


def write_sheet(path: Path, columns: dict[str, list[Any]], *, sentences: Collection[str]) -> None:
    """Write columns to the only sheet of a workbook, its first row their names, which stays in sight.

    Args:
        path: the workbook.
        columns: name -> n cells.
        sentences: names of the columns that hold sentences: wide, and broken into lines.
    """
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("rejected")
    sheet.freeze_panes = "A2"
    aligned = [_WRAPPED if name in sentences else _TOP for name in columns]
    for number, name in enumerate(columns, start=1):
        if name in sentences:
            sheet.column_dimensions[get_column_letter(number)].width = _LETTERS
    for row in chain([columns], zip(*columns.values(), strict=True)):
        sheet.append([_cell(sheet, *one) for one in zip(row, aligned, strict=True)])
    book.save(path)


def _cell(sheet: Any, value: Any, aligned: Alignment) -> Any:
    """Return a cell; text is text, also where it begins like a formula."""
    if value is None:
        return None
    if isinstance(value, (bool, int, float, date)):
        cell = WriteOnlyCell(sheet, value)
        cell.alignment = aligned
        return cell
    text = str(value)
    try:
        cell = WriteOnlyCell(sheet, text)
    except IllegalCharacterError:
        cell = WriteOnlyCell(
            sheet, "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
        )
    cell.data_type = "s"
    cell.alignment = aligned
    return cell
