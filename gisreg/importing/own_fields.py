"""Columns that are no field of the layer: kept as the owner's own, with types."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from gisreg.importing import numbers
from gisreg.importing.arrow_cells import by_distinct, is_unclean
from gisreg.importing.distinct import texts, unfolded
from gisreg.importing.table import Column
from gisreg.importing.text import clean
from gisreg.said import MeaninglessError

LONGEST = 10_000
"""Characters kept of one cell; more is no remark but a document."""

As = numbers.Sign | None | Literal[False]
"""How text of a column is kept: as numbers with this decimal sign, or (False) as text."""

_SIGNS = (None, *numbers.Sign)
_ESCAPED = r'["\\\x00-\x1f]'
"""What JSON text has to be escaped for."""


class NumbersAsText:
    """Whether all text of a column is numbers (`007` is none), seen part by part."""

    def __init__(self) -> None:
        """Begin with no cell seen."""
        self._all = True
        self._any = False
        self._signs: set[numbers.Sign] = set()
        self._fails: set[numbers.Sign | None] = set()

    def add(self, cells: Column) -> None:
        """Look at some more cells."""
        if not self._all:
            return
        for cell in texts(cells):
            text = _plain(cell)
            if text is None:
                continue
            self._any = True
            if not _is_plain_number(text):
                self._all = False
                return
            sign = numbers.evident_sign(text)
            self._signs |= {sign} - {None}  # type: ignore[arg-type]
            self._fails.update(one for one in _SIGNS if one not in self._fails and not _is_read(text, one))

    @property
    def kept(self) -> As:
        """Return by which decimal sign the text is numbers; False where it is text."""
        sign = next(iter(self._signs)) if len(self._signs) == 1 else None
        return sign if self._any and self._all and sign not in self._fails else False


def own_fields(columns: Mapping[str, Column], kept: Mapping[str, As], rows: int) -> list[dict[str, Any]]:
    """Return each row's own fields: column -> value, empty cells left out.

    Text stays text, or becomes numbers as `kept` says; dates are as 2025-12-31.
    """
    found: list[dict[str, Any]] = [{} for _ in range(rows)]
    for name, cells in columns.items():
        key, value_of = name_of(name), _reader(kept[name])
        plain = cells if isinstance(cells, list) else cells.to_pylist()
        for row, cell in zip(found, plain, strict=True):
            value = value_of(cell)
            if value is not None:
                row[key] = value
    return found


def own_json(columns: Mapping[str, pa.Array], kept: Mapping[str, As]) -> pa.Array:
    """Return the same for columns that are Arrow arrays, as JSON text."""
    named: dict[str, pa.Array] = {}
    for name, cells in columns.items():
        pieces, key = _json_of(cells, kept[name]), name_of(name)
        # Where names become the same, the last column says it, as in a dictionary.
        named[key] = pc.coalesce(pieces, named[key]) if key in named else pieces
    pairs = [
        pc.binary_join_element_wise(f", {json.dumps(name, ensure_ascii=False)}: ", pieces, "")
        for name, pieces in named.items()
    ]
    inside = pc.binary_join_element_wise(*pairs, "", null_handling="replace", null_replacement="")
    return pc.binary_join_element_wise("{", pc.utf8_slice_codeunits(inside, 2), "}", "")


def name_of(column: str) -> str:
    """Return the name under which a column is kept."""
    return str(clean(column)).replace("\x00", "")


def _reader(kept: As) -> Callable[[Any], Any]:
    def value_of(cell: Any) -> Any:
        value = _plain(cell)
        if not isinstance(value, str) or kept is False or not _is_read(value, kept):
            return value
        number = numbers.parse(value, kept)
        return int(number) if number.is_integer() else number

    return value_of


def _json_of(cells: pa.Array, kept: As) -> pa.Array:
    """Return n cells as JSON text, None where empty."""
    if pa.types.is_integer(cells.type):
        return cells.cast(pa.string())
    if pa.types.is_string(cells.type) and kept is False:  # many different ones
        special = pc.or_(is_unclean(cells), pc.match_substring_regex(cells, _ESCAPED))
        if not pc.any(pc.or_(special, pc.greater(pc.utf8_length(cells), LONGEST))).as_py():
            return pc.binary_join_element_wise('"', cells, '"', "")
    value_of = _reader(kept)

    def as_json(cell: Any) -> str | None:
        value = value_of(cell)
        return None if value is None else json.dumps(value, ensure_ascii=False)

    return unfolded(by_distinct(cells, as_json, pa.string())[0])


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        text = clean(cell.replace("\x00", ""))
        return text and text[:LONGEST]
    if isinstance(cell, float) and not math.isfinite(cell):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    if cell is None or isinstance(cell, (bool, int, float, dict, list)):
        return cell
    return str(cell)


def _is_plain_number(text: str) -> bool:
    digits = text.lstrip("+-")
    leading_zero = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
    return digits[:1].isdigit() and not leading_zero and len(digits) < 15 and "e" not in digits.lower()


def _is_read(text: str, sign: numbers.Sign | None) -> bool:
    try:
        numbers.parse(text, sign)
    except MeaninglessError:
        return False
    return True


def kept_as(columns: Mapping[str, Sequence[Any]]) -> dict[str, As]:
    """Return how the text of whole columns is kept."""
    found = {}
    for name, cells in columns.items():
        seen = NumbersAsText()
        seen.add(list(cells))
        found[name] = seen.kept
    return found
