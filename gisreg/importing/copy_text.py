"""Rows as COPY reads them, in its text format: columns side by side, all rows at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from gisreg.importing.distinct import folded, mapped, unfolded
from gisreg.importing.table import Column, Geometries, Points

OPTIONS = "(FORMAT text, NULL '')"
"""How COPY has to be told to read: an empty cell is no value."""

_SRID = 4326
_SPECIAL = r"[\\\t\n\r]"
_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))
_HEX = np.frombuffer("".join(f"{byte:02X}" for byte in range(256)).encode(), dtype="<u2")
_POINT_HEAD = np.frombuffer(bytes.fromhex("0101000020") + _SRID.to_bytes(4, "little"), dtype=np.uint8)
"""EWKB of a point before its coordinates: little endian, point with SRID, the SRID."""


def lines(numbers: Sequence[int], columns: Sequence[Column], shapes: Geometries) -> pa.Buffer:
    """Return n rows as the bytes that COPY reads: number, cells, geometry in EPSG:4326 as hexadecimal EWKB.

    Args:
        numbers: n whole numbers.
        columns: n cells each.
        shapes: n geometries (None: none) or points (x, y).
    """
    cells = [pa.array(numbers).cast(pa.string()), *map(_text, columns), _last(shapes)]
    rows = pc.binary_join_element_wise(*cells, "\t", null_handling="replace", null_replacement="")
    _, _, data = rows.buffers()
    return data


def _text(column: Column) -> pa.Array:
    if isinstance(column, list):
        return _escaped(pa.array([_cell(value) for value in column], pa.string()))
    if not pa.types.is_dictionary(column.type) and pa.types.is_floating(column.type):
        column = folded(column)  # a number is written in ten times the time that it is looked up in
    return unfolded(mapped(column, lambda cells: _escaped(cells.cast(pa.string()))))


def _escaped(texts: pa.Array) -> pa.Array:
    if pc.any(pc.match_substring_regex(texts, _SPECIAL)).as_py():
        for sign, escaped in _ESCAPES:
            texts = pc.replace_substring(texts, sign, escaped)
    return texts


def _cell(value: Any) -> str | None:
    if value is None:
        return None
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def _last(shapes: Geometries) -> pa.Array:
    """Return the geometries, each with the end of its line."""
    if shapes.dtype == object:
        wkb = shapely.to_wkb(shapely.set_srid(shapes, _SRID), hex=True, include_srid=True)
        return pc.binary_join_element_wise(pc.fill_null(pa.array(wkb, pa.string()), ""), "\n", "")
    ewkb = _ewkb(np.asarray(shapes, dtype="<f8"))
    letters = np.empty((len(ewkb), 2 * ewkb.shape[1] + 1), dtype=np.uint8)
    letters[:, :-1] = _HEX[ewkb].view(np.uint8)
    letters[:, -1] = ord("\n")
    return _of_fixed_width(letters)


def _ewkb(points: Points) -> npt.NDArray[np.uint8]:
    """Return n points as n rows of 25 bytes."""
    found = np.empty((len(points), len(_POINT_HEAD) + 16), dtype=np.uint8)
    found[:, : len(_POINT_HEAD)] = _POINT_HEAD
    found[:, len(_POINT_HEAD) :] = np.ascontiguousarray(points).view(np.uint8)
    return found


def _of_fixed_width(letters: npt.NDArray[np.uint8]) -> pa.Array:
    """Return n rows of k ASCII letters as an Arrow array of strings."""
    count, width = letters.shape
    offsets = np.arange(count + 1, dtype=np.int32) * width
    return pa.Array.from_buffers(
        pa.string(), count, [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(letters))]
    )
