"""Cells of a file as values of a field's type, unit and codelist."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from functools import lru_cache
from typing import Any

from gisreg.importing import dates, numbers, units
from gisreg.importing.text import clean, folded
from gisreg.said import MeaninglessError, Said
from layers import Codelist, Field, FieldType

_TRUE = {"1", "true", "yes", "co", "x", "y", "dung", "t"}
_FALSE = {"0", "false", "no", "khong", "n", "sai", "f"}

_NUL = Said("có ký tự NUL", "it holds the character NUL")
_WHOLE = Said("phải là số nguyên", "expected a whole number")
_YES_OR_NO = Said("phải là có hoặc không", "expected yes or no (có, không)")


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
        MeaninglessError: the cell means nothing for this field; it says what was expected.
    """
    text = clean(cell)
    if text is None:
        return None
    if "\x00" in text:
        raise MeaninglessError(_NUL)
    if field.codelist is not None:
        return manner.words.get(folded(text)) or _code(field.codelist, text)
    return _CONVERTERS[field.type](field, cell if isinstance(cell, (int, float, date)) else text, manner)


def convert_column(
    field: Field, cells: Sequence[object], manner: Manner = Manner()
) -> tuple[list[Any], dict[int, Said]]:
    """Return a column's values and, for cells that mean nothing, index -> what was expected."""
    return by_value(cells, lambda cell: convert(field, cell, manner))


def by_value(
    cells: Sequence[object], meaning: Callable[[Any], Any], _kind: object = None
) -> tuple[list[Any], dict[int, Said]]:
    """Convert cells; equal ones once: columns of codes and classes have few distinct ones.

    Args:
        cells: n cells.
        meaning: returns the value of a cell; raises MeaninglessError where it means nothing.
    """
    known: dict[tuple[type, object], tuple[Any, Said | None]] = {}
    values: list[Any] = []
    wrong: dict[int, Said] = {}
    for index, cell in enumerate(cells):
        key = (type(cell), cell)
        if key not in known:
            try:
                known[key] = (meaning(cell), None)
            except MeaninglessError as error:
                known[key] = (None, error.said)
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
    raise MeaninglessError(_one_of(", ".join(codelist.values)))


@lru_cache
def _one_of(codes: str) -> Said:
    return Said("phải là một trong {0}", "expected one of {0}", (codes,))


def _number(field: Field, cell: object, manner: Manner) -> float:
    """Read 8.5, 8,5 and `850 cm`; a unit after the number goes before that of the column."""
    unit = manner.unit
    try:
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            number = numbers.parse(repr(cell), numbers.Sign.POINT)
        else:
            text, own = units.split(str(cell))
            unit = own or unit
            number = numbers.parse(text, manner.sign)
    except numbers.AmbiguousNumberError as error:
        raise MeaninglessError(
            Said("{0}; chọn bằng --decimal", "{0}; say which with --decimal", (error.said,))
        ) from error
    except MeaninglessError as error:
        raise MeaninglessError(_in_unit(error.said, field.unit) if field.unit else error.said) from error
    if unit is not None:
        # Sixteen digits are more than a double holds; fifteen take the noise of the product away.
        number = float(f"{number * units.factor(unit, field.unit):.15g}")
    if (field.minimum is not None and number < field.minimum) or (
        field.maximum is not None and number > field.maximum
    ):
        raise MeaninglessError(_between(field.minimum, field.maximum, field.unit))
    return number


@lru_cache
def _in_unit(said: Said, unit: str) -> Said:
    return Said("{0} tính bằng {1}", "{0} in {1}", (said, unit))


@lru_cache
def _between(minimum: float | None, maximum: float | None, unit: str | None) -> Said:
    low = "-" if minimum is None else f"{minimum:g}"
    high = "-" if maximum is None else f"{maximum:g}"
    facts = (low, high, f" {unit}" if unit else "")
    return Said("phải từ {0} đến {1}{2}", "expected {0} to {1}{2}", facts)


def _integer(field: Field, cell: object, manner: Manner) -> int:
    number = _number(field, cell, manner)
    if not number.is_integer():
        raise MeaninglessError(_WHOLE)
    return int(number)


def _date(_field: Field, cell: object, manner: Manner) -> date:
    return dates.parse(cell, month_first=manner.month_first)


def _boolean(_field: Field, cell: object, _manner: Manner) -> bool:
    if isinstance(cell, float) and cell in (0.0, 1.0):  # numbers of a column with empty cells
        return bool(cell)
    word = folded(str(cell))
    if word in _TRUE | _FALSE:
        return word in _TRUE
    raise MeaninglessError(_YES_OR_NO)


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
