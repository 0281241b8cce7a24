"""Codes that a spreadsheet program has changed: dates, powers of ten, zeros in front that are gone."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gisreg.importing.distinct import unfolded
from gisreg.importing.table import Column, Fault
from gisreg.importing.text import clean
from gisreg.said import Said, of_cell

_POWER = re.compile(r"\d([.,]\d+)?[eE]\+?\d{1,3}")
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d([T ]00:00(:00)?)?"
    r"|\d{1,2}-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
_DOUBTFUL = r"^[\x00-\x20]*\d[\d.,]*[eE]|^[\x00-\x20]*\d+-|[^\x00-\x7f]"
_DIGITS = r"^[\x00-\x20]*\d+[\x00-\x20]*$|[^\x00-\x7f]"
"""Text that is worth a look: it may be a date or a power of ten, or only digits."""

_PLAIN = (1e-3, 1e15)
"""Numbers between these are written without a power of ten."""

_DATE_MADE = Said("bảng tính đã đổi mã thành ngày tháng", "the spreadsheet made a date of the code")
_POWER_MADE = Said("bảng tính đã đổi mã thành luỹ thừa của mười", "the spreadsheet made a power of ten of it")


def digits(cells: Column) -> int:
    """Return how many digits the longest code of a column has that begins with a zero; 0 where none does."""
    found = (clean(cell) or "" for _, cell in _likely(cells, _DIGITS))
    return max((len(text) for text in found if text.isdigit() and text.startswith("0")), default=0)


def spoilt(name: str, cells: Column, padded: int) -> tuple[list[Fault], list[Fault]]:
    """Return what is wrong with a column of codes, and what looks wrong and may be right.

    Wrong: cells that are dates or powers of ten. Suspicious: numbers shorter than a code of the same
    column that begins with a zero.

    Args:
        name: the column.
        cells: its cells.
        padded: digits of such a code (`digits` of the whole column).
    """
    faults: list[Fault] = []
    remedy = Said(
        "Trong bảng tính, định dạng cột {0} là văn bản rồi gõ lại mã.",
        "Format the column {0} as text in the spreadsheet, and type the code again.",
        (name,),
    )
    shorter = Said(
        "các mã khác có {0} chữ số; có thể đã mất số 0 ở đầu",
        "others have {0} digits; zeros in front may be lost",
        (padded,),
    )
    for index, cell in _likely(cells, _DOUBTFUL):
        text = clean(cell) or ""
        if isinstance(cell, (date, time)) or _DATE.fullmatch(text):
            faults.append((index, of_cell(name, text, _DATE_MADE), remedy))
        elif _POWER.fullmatch(text) or (isinstance(cell, float) and "e" in repr(cell)):
            faults.append((index, of_cell(name, text, _POWER_MADE), remedy))
    warnings = [
        (index, of_cell(name, text, shorter), remedy)
        for index, cell in (_likely(cells, _DIGITS) if padded else ())
        if (text := clean(cell) or "").isdigit() and len(text) < padded
    ]
    return faults, warnings


def _likely(cells: Column, pattern: str) -> list[tuple[int, Any]]:
    """Return the cells, with their places, that are worth a look."""
    if isinstance(cells, list):
        return list(enumerate(cells))
    cells = unfolded(cells)
    if pa.types.is_string(cells.type):
        chosen = pc.match_substring_regex(cells, pattern)
    elif pa.types.is_floating(cells.type):
        size = pc.abs(cells)
        chosen = pc.or_(pc.less(size, _PLAIN[0]), pc.greater(size, _PLAIN[1]))
    else:
        return []
    places = pc.indices_nonzero(pc.fill_null(chosen, False))
    return list(zip(places.to_pylist(), cells.take(places).to_pylist(), strict=True))
