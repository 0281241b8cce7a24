"""Cells of a file as values of a field's type, unit and codelist."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from typing import Any

from gisreg.importing import dates, numbers, units
from gisreg.importing.text import clean, folded
from layers import Codelist, Field, FieldType

_TRUE = {"1", "true", "yes", "co", "x", "y", "dung", "t"}
_FALSE = {"0", "false", "no", "khong", "n", "sai", "f"}


@dataclass(frozen=True)
class Manner:
    """How the cells of one column are written.

    `sign`: decimal sign of numbers that do not give it away; `unit`: unit of numbers without one of
    their own, None for the field's; `month_first`: 03/04/2025 is 4 March; `words`: folded text -> code,
    beside those of the codelist.
    """

    sign: numbers.Sign | None = None
    unit: str | None = None
    month_first: bool = False
    words: Mapping[str, str] = dataclass_field(default_factory=dict)


def convert(field: Field, cell: object, manner: Manner = Manner()) -> Any:
    """Return a cell as the field's value, None where the cell is empty.

    Raises:
        ValueError: the cell means nothing for this field; the message says what was expected.
    """
    text = clean(cell)
    if text is None:
        return None
    if "\x00" in text:
        raise ValueError("it holds the character NUL")
    if field.codelist is not None:
        return manner.words.get(folded(text)) or _code(field.codelist, text)
    return _CONVERTERS[field.type](field, cell if isinstance(cell, (int, float, date)) else text, manner)


def convert_column(
    field: Field, cells: Sequence[object], manner: Manner = Manner()
) -> tuple[list[Any], dict[int, str]]:
    """Return a column's values and, for cells that mean nothing, index -> what was expected."""
    return by_value(cells, lambda cell: convert(field, cell, manner))


def by_value(
    cells: Sequence[object], meaning: Callable[[Any], Any], _kind: object = None
) -> tuple[list[Any], dict[int, str]]:
    """Convert cells; equal ones once: columns of codes and classes have few distinct ones.

    Args:
        cells: n cells.
        meaning: returns the value of a cell; raises ValueError where it means nothing.
    """
    known: dict[tuple[type, object], tuple[Any, str | None]] = {}
    values: list[Any] = []
    wrong: dict[int, str] = {}
    for index, cell in enumerate(cells):
        key = (type(cell), cell)
        if key not in known:
            try:
                known[key] = (meaning(cell), None)
            except ValueError as error:
                known[key] = (None, str(error))
        value, fault = known[key]
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


def _number(field: Field, cell: object, manner: Manner) -> float:
    """Read 8.5, 8,5 and `850 cm`; a unit after the number goes before that of the column."""
    unit = manner.unit
    where = f" in {field.unit}" if field.unit else ""
    try:
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            number = numbers.parse(repr(cell), numbers.Sign.POINT)
        else:
            text, own = units.split(str(cell))
            unit = own or unit
            number = numbers.parse(text, manner.sign)
    except numbers.AmbiguousNumberError as error:
        raise ValueError(f"{error}; say which with --decimal") from error
    except ValueError as error:
        raise ValueError(f"{error}{where}") from error
    if unit is not None:
        # Sixteen digits are more than a double holds; fifteen take the noise of the product away.
        number = float(f"{number * units.factor(unit, field.unit):.15g}")
    if (field.minimum is not None and number < field.minimum) or (
        field.maximum is not None and number > field.maximum
    ):
        low = "-" if field.minimum is None else f"{field.minimum:g}"
        high = "-" if field.maximum is None else f"{field.maximum:g}"
        raise ValueError(f"expected {low} to {high}{f' {field.unit}' if field.unit else ''}")
    return number


def _integer(field: Field, cell: object, manner: Manner) -> int:
    number = _number(field, cell, manner)
    if not number.is_integer():
        raise ValueError("expected a whole number")
    return int(number)


def _date(_field: Field, cell: object, manner: Manner) -> date:
    return dates.parse(cell, month_first=manner.month_first)


def _boolean(_field: Field, cell: object, _manner: Manner) -> bool:
    if isinstance(cell, float) and cell in (0.0, 1.0):  # numbers of a column with empty cells
        return bool(cell)
    word = folded(str(cell))
    if word in _TRUE | _FALSE:
        return word in _TRUE
    raise ValueError("expected yes or no (có, không)")


def _text(_field: Field, cell: object, _manner: Manner) -> str:
    return str(clean(cell))


def _list(_field: Field, cell: object, _manner: Manner) -> str:
    items = [item.strip().replace("\\", "\\\\").replace('"', '\\"') for item in str(cell).split(";")]
    return "{" + ",".join(f'"{item}"' for item in items if item) + "}"


_CONVERTERS: dict[FieldType, Callable[[Field, object, Manner], Any]] = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.INTEGER: _integer,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.TEXT_LIST: _list,
}
