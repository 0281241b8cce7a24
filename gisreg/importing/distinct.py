"""The different cells of a column, whatever holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pyarrow as pa
import pyarrow.compute as pc

from gisreg.importing.table import Column

_MANY = 4
"""A dictionary is worth it where each of its cells stands at least so often, in the mean."""


_FIRST = 1_000
"""Cells that are looked at first: where these differ, the column has no dictionary."""


def folded(column: pa.Array) -> pa.Array:
    """Return a column as an Arrow dictionary where cells are often the same, else as it is."""
    first = column[:_FIRST]
    if len(column) > len(first) and len(first.unique()) * 2 > len(first):
        return column
    encoded = column.dictionary_encode()
    return encoded if len(encoded.dictionary) * _MANY <= len(column) else column


def unfolded(column: pa.Array) -> pa.Array:
    """Return a column without a dictionary."""
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def mapped(column: pa.Array, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Return a column whose different cells, or all of them, went through a function."""
    if not pa.types.is_dictionary(column.type):
        return change(column)
    changed = change(column.dictionary)
    if changed is column.dictionary:
        return column
    return pa.DictionaryArray.from_arrays(column.indices, changed)


def is_text(column: Column) -> bool:
    """Tell whether a column is an array of text."""
    return not isinstance(column, list) and bool(pa.types.is_string(kind_of(column)))


def kind_of(column: pa.Array) -> pa.DataType:
    """Return the type of a column's cells."""
    return column.type.value_type if pa.types.is_dictionary(column.type) else column.type


def distinct(column: pa.Array) -> pa.Array:
    """Return the different cells of a column but the empty ones."""
    if pa.types.is_dictionary(column.type):
        used = pc.unique(column.indices).drop_null()
        return column.dictionary if len(used) == len(column.dictionary) else column.dictionary.take(used)
    return column.drop_null().unique()


def texts(column: Column) -> Iterable[str]:
    """Return the different cells of a column that are text."""
    if isinstance(column, list):
        return {cell for cell in column if isinstance(cell, str)}
    if not is_text(column):
        return ()
    found: list[str] = distinct(column).to_pylist()
    return found


def has_any(column: Column) -> bool:
    """Tell whether a cell of a column is not empty."""
    if isinstance(column, list):
        return any(cell is not None for cell in column)
    return bool(column.null_count < len(column))


def has_none(column: Column) -> bool:
    """Tell whether a cell of a column is empty."""
    if isinstance(column, list):
        return any(cell is None for cell in column)
    return bool(column.null_count)
