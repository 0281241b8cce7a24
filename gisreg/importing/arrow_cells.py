"""Cells of an Arrow column as values of a field: all at once where they are plain, else each one once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gisreg.importing.distinct import distinct, kind_of, mapped, unfolded
from gisreg.importing.values import Manner, convert
from gisreg.said import MeaninglessError, Said
from layers import Field, FieldType

_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

Converted = tuple[pa.Array, dict[int, Said]]
"""n values (None: empty or wrong) and, for cells that mean nothing, place -> what was expected."""

_TYPES = {
    FieldType.ID: pa.int64(),
    FieldType.INTEGER: pa.int64(),
    FieldType.NUMBER: pa.float64(),
    FieldType.BOOLEAN: pa.bool_(),
    FieldType.DATE: pa.date32(),
}
_UNCLEAN = (
    r"^$|^ | $|  |[\x00-\x1f\x7f\x{85}\x{a0}\x{1680}"
    r"\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"
)
"""Text that `clean` changes: empty, with space at its ends, two in a row, or space of another kind. Of text
in NFC it changes nothing else."""


def convert_array(field: Field, cells: pa.Array, manner: Manner) -> Converted:
    """Return a column's values as `values.convert` gives them one by one.

    Args:
        field: what the column is.
        cells: text in NFC, numbers (NaN: none) or truth.
        manner: how the cells are written.
    """
    kind = kind_of(cells)
    if field.codelist is None:
        if field.type is FieldType.TEXT and pa.types.is_string(kind):
            return _text(field, cells, manner)
        if field.type is FieldType.NUMBER and pa.types.is_float64(kind) and manner.unit is None:
            return _numbers(field, cells, manner)
        if field.type is FieldType.BOOLEAN and pa.types.is_boolean(kind):
            return cells, {}
        if field.type is FieldType.DATE and pa.types.is_string(kind) and _are_days(cells):
            return mapped(cells, lambda days: days.cast(pa.date32())), {}
    return by_distinct(cells, lambda cell: convert(field, cell, manner), _TYPES.get(field.type, pa.string()))


def by_distinct(cells: pa.Array, meaning: Callable[[Any], Any], kind: pa.DataType) -> Converted:
    """Convert each different cell once.

    Args:
        cells: n cells.
        meaning: returns the value of a cell; raises MeaninglessError where it means nothing.
        kind: type of the values.
    """
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    values: list[Any] = []
    faults: dict[int, Said] = {}
    for code, cell in enumerate(encoded.dictionary.to_pylist()):
        try:
            values.append(meaning(cell))
        except MeaninglessError as error:
            values.append(None)
            faults[code] = error.said
    converted = pa.array(values, kind)
    found = pa.DictionaryArray.from_arrays(encoded.indices, converted)
    if converted.null_count:  # an empty cell is empty, whatever says so
        found = converted.take(encoded.indices)
    return found, _wrong(encoded.indices, faults) if faults else {}


def is_unclean(cells: pa.Array) -> pa.Array:
    """Return which texts `clean` would change (None: empty ones)."""
    return pc.match_substring_regex(cells, _UNCLEAN)


def _wrong(indices: pa.Array, faults: dict[int, Said]) -> dict[int, Said]:
    codes = indices.fill_null(-1).to_numpy(zero_copy_only=False)
    places = np.flatnonzero(np.isin(codes, list(faults)))
    return {int(place): faults[int(codes[place])] for place in places}


def _are_days(cells: pa.Array) -> bool:
    """Tell whether all cells are written as 2025-12-31, and are days of the calendar."""
    days = distinct(cells)
    if not pc.all(pc.match_substring_regex(days, _DAY)).as_py():
        return False
    try:
        days.cast(pa.date32())
    except pa.ArrowInvalid:
        return False
    return True


def _text(field: Field, cells: pa.Array, manner: Manner) -> Converted:
    if not pc.any(is_unclean(distinct(cells))).as_py():
        return cells, {}
    cells = unfolded(cells)
    unclean = pc.fill_null(is_unclean(cells), False)
    return _one_by_one(field, cells, unclean.to_numpy(zero_copy_only=False), manner)


def _numbers(field: Field, cells: pa.Array, manner: Manner) -> Converted:
    numbers = cells.to_numpy(zero_copy_only=False)
    low = -np.inf if field.minimum is None else field.minimum
    high = np.inf if field.maximum is None else field.maximum
    with np.errstate(invalid="ignore"):
        doubtful = ~(np.isfinite(numbers) & (numbers >= low) & (numbers <= high)) & ~np.isnan(numbers)
    return _one_by_one(field, cells, doubtful, manner) if doubtful.any() else (cells, {})


def _one_by_one(field: Field, cells: pa.Array, which: Any, manner: Manner) -> Converted:
    """Convert some of the cells, and leave the others as they are."""
    wrong: dict[int, Said] = {}
    values: list[Any] = []
    for place in np.flatnonzero(which):
        try:
            values.append(convert(field, cells[int(place)].as_py(), manner))
        except MeaninglessError as error:
            values.append(None)
            wrong[int(place)] = error.said
    return pc.replace_with_mask(cells, pa.array(which), pa.array(values, cells.type)), wrong
