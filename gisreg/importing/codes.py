"""Codes that a spreadsheet program has changed: dates, powers of ten, zeros in front that are gone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from gisreg.importing.table import Fault
from gisreg.importing.text import clean

_POWER = re.compile(r"\d([.,]\d+)?[eE]\+?\d{1,3}")
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d([T ]00:00(:00)?)?"
    r"|\d{1,2}-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)


def spoilt(name: str, cells: Sequence[Any]) -> tuple[list[Fault], list[Fault]]:
    """Return what is wrong with a column of codes, and what looks wrong and may be right.

    Wrong: cells that are dates or powers of ten. Suspicious: numbers shorter than a code of the same
    column that begins with a zero.
    """
    faults: list[Fault] = []
    remedy = f"Format the column {name} as text in the spreadsheet, and type the code again."
    padded = 0
    for index, cell in enumerate(cells):
        text = clean(cell) or ""
        if isinstance(cell, (date, time)) or _DATE.fullmatch(text):
            faults.append((index, f"{name} = {text!r}: the spreadsheet made a date of the code.", remedy))
        elif _POWER.fullmatch(text) or (isinstance(cell, float) and "e" in repr(cell)):
            faults.append((index, f"{name} = {text!r}: the spreadsheet made a power of ten of it.", remedy))
        elif text.isdigit() and text.startswith("0"):
            padded = max(padded, len(text))
    warnings = [
        (index, f"{name} = {text!r}: others have {padded} digits; zeros in front may be lost.", remedy)
        for index, cell in enumerate(cells)
        if padded and (text := clean(cell) or "").isdigit() and len(text) < padded
    ]
    return faults, warnings
