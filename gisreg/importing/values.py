"""Cells of a file as values of a field's type, unit and codelist."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from gisreg.importing.text import clean, folded
from layers import Codelist, Field, FieldType

_TRUE = {"1", "true", "yes", "co", "x", "y", "dung", "t"}
_FALSE = {"0", "false", "no", "khong", "n", "sai", "f"}
_DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y")
_TIME = re.compile(r"[T ]\d{2}:\d{2}.*$")


def convert(field: Field, cell: object) -> Any:
    """Return a cell as the field's value, None where the cell is empty.

    Raises:
        ValueError: the cell means nothing for this field; the message says what was expected.
    """
    text = clean(cell)
    if text is None:
        return None
    if field.codelist is not None:
        return _code(field.codelist, text)
    return _CONVERTERS[field.type](field, text)


def convert_column(field: Field, cells: Sequence[object]) -> tuple[list[Any], dict[int, str]]:
    """Return a column's values and, for cells that mean nothing, index -> what was expected.

    Equal cells are converted once: columns of codes and classes have few distinct ones.
    """
    known: dict[object, tuple[Any, str | None]] = {}
    values: list[Any] = []
    wrong: dict[int, str] = {}
    for index, cell in enumerate(cells):
        if cell not in known:
            try:
                known[cell] = (convert(field, cell), None)
            except ValueError as error:
                known[cell] = (None, str(error))
        value, fault = known[cell]
        values.append(value)
        if fault is not None:
            wrong[index] = fault
    return values, wrong


def _code(codelist: Codelist, text: str) -> str:
    wanted = folded(text)
    for code in codelist.codes:
        if wanted in {folded(name) for name in (code.value, code.vi, code.en, *code.aliases)}:
            return code.value
    raise ValueError(f"expected one of {', '.join(codelist.values)}")


def _number(field: Field, text: str) -> float:
    """Read 8.5 and 8,5; a unit after the number is accepted where it is the field's own."""
    plain = text.removesuffix(field.unit or "").strip().replace(" ", "")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"expected a number{f' in {field.unit}' if field.unit else ''}")
    if (field.minimum is not None and number < field.minimum) or (
        field.maximum is not None and number > field.maximum
    ):
        low = "-" if field.minimum is None else f"{field.minimum:g}"
        high = "-" if field.maximum is None else f"{field.maximum:g}"
        raise ValueError(f"expected {low} to {high}{f' {field.unit}' if field.unit else ''}")
    return number


def _integer(field: Field, text: str) -> int:
    number = _number(field, text)
    if not number.is_integer():
        raise ValueError("expected a whole number")
    return int(number)


def _date(_field: Field, text: str) -> date:
    for pattern in _DATE_FORMATS:
        try:
            return datetime.strptime(_TIME.sub("", text), pattern).date()
        except ValueError:
            continue
    raise ValueError("expected a date as 31/12/2025 or 2025-12-31")


def _boolean(_field: Field, text: str) -> bool:
    word = folded(text)
    if word in _TRUE | _FALSE:
        return word in _TRUE
    raise ValueError("expected yes or no (có, không)")


def _text(_field: Field, text: str) -> str:
    return text


def _list(_field: Field, text: str) -> str:
    items = [item.strip().replace("\\", "\\\\").replace('"', '\\"') for item in text.split(";")]
    return "{" + ",".join(f'"{item}"' for item in items if item) + "}"


_CONVERTERS: dict[FieldType, Callable[[Field, str], Any]] = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.INTEGER: _integer,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.TEXT_LIST: _list,
}
