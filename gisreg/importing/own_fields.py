"""Columns that are no field of the layer: kept as the owner's own, with types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from gisreg.importing import numbers
from gisreg.importing.text import clean

LONGEST = 10_000
"""Characters kept of one cell; more is no remark but a document."""


def own_fields(columns: Mapping[str, Sequence[Any]], rows: int) -> list[dict[str, Any]]:
    """Return each row's own fields: column -> value, empty cells left out.

    A column all of whose cells are numbers is kept as numbers (`007` is none), the others as text;
    dates as 2025-12-31.
    """
    found: list[dict[str, Any]] = [{} for _ in range(rows)]
    for name, cells in columns.items():
        key = str(clean(name)).replace("\x00", "")
        for row, value in zip(found, _typed(cells), strict=True):
            if value is not None:
                row[key] = value
    return found


def _typed(cells: Sequence[Any]) -> list[Any]:
    plain = [_plain(cell) for cell in cells]
    texts = [cell for cell in plain if isinstance(cell, str)]
    if not texts or any(not _is_plain_number(text) for text in texts):
        return plain
    sign = numbers.sign_of(texts)
    try:
        return [_number(cell, sign) if isinstance(cell, str) else cell for cell in plain]
    except ValueError:
        return plain


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        text = clean(cell.replace("\x00", ""))
        return text and text[:LONGEST]
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    if cell is None or isinstance(cell, (bool, int, float, dict, list)):
        return cell
    return str(cell)


def _is_plain_number(text: str) -> bool:
    digits = text.lstrip("+-")
    leading_zero = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
    return digits[:1].isdigit() and not leading_zero and len(digits) < 15 and "e" not in digits.lower()


def _number(text: str, sign: numbers.Sign | None) -> int | float:
    number = numbers.parse(text, sign)
    return int(number) if number.is_integer() else number
