"""Dates as people write them; 03/04/2025 is the third of April unless the file is known to differ."""

from __future__ import annotations

import re
from datetime import date, datetime

from gisreg.said import MeaninglessError, Said

_ALWAYS = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%Y")
_DAY_FIRST = ("%d/%m/%Y", "%d-%m-%Y", "%d/%m/%y")
_MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y")
_DAY_FIRST_SEEN = Said(
    "phải là ngày như 31/12/2025; có vẻ là ngày/tháng (--dates)",
    "expected a date as 31/12/2025; it looks like day/month (--dates)",
)
_MONTH_FIRST_SEEN = Said(
    "phải là ngày như 31/12/2025; có vẻ là tháng/ngày (--dates)",
    "expected a date as 31/12/2025; it looks like month/day (--dates)",
)
_EXPECTED = Said("phải là ngày như 31/12/2025 hoặc 2025-12-31", "expected a date as 31/12/2025 or 2025-12-31")
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}.*$")


def parse(cell: object, *, month_first: bool = False) -> date:
    """Return a date cell of a spreadsheet, or a date as text; a time of day is left out.

    Raises:
        MeaninglessError: it is no date; says which forms are read, or that month and day look exchanged.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _TIME.sub("", str(cell).removesuffix(".0")).strip()
    found = _read(text, (*_ALWAYS, *(_MONTH_FIRST if month_first else _DAY_FIRST)))
    if found is not None:
        return found
    if _read(text, _DAY_FIRST if month_first else _MONTH_FIRST) is not None:
        raise MeaninglessError(_DAY_FIRST_SEEN if month_first else _MONTH_FIRST_SEEN)
    raise MeaninglessError(_EXPECTED)


def _read(text: str, patterns: tuple[str, ...]) -> date | None:
    for pattern in patterns:
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    return None
