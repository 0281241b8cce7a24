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

from gisreg.importing.table import Column, Geometries, Points

OPTIONS = "(FORMAT text, NULL '')"
"""How COPY has to be told to read: an empty cell is no value."""

_SRID = 4326
_SPECIAL = r"[\\\t\n\r]"
_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))
_HEX = np.frombuffer("".join(f"{byte:02X}" for byte in range(256)).encode(), dtype="<u2")
_POINT_HEAD = np.frombuffer(bytes.fromhex("0101000020") + _SRID.to_bytes(4, "little"), dtype=np.uint8)
"""EWKB of a point before its coordinates: little endian, point with SRID, the SRID."""


def lines(numbers: Sequence[int], columns: Sequence[Column], shapes: Geometries | Points) -> pa.Buffer:
    """Return n rows as the bytes that COPY reads: number, cells, geometry in EPSG:4326 as hexadecimal EWKB.

    Args:
        numbers: n whole numbers.
        columns: n cells each.
        shapes: n geometries (None: none) or points (x, y).
    """
    cells = [pa.array(numbers).cast(pa.string()), *map(_text, columns), _hexadecimal(shapes)]
    rows = pc.binary_join_element_wise(*cells, "\t", null_handling="replace", null_replacement="")
    whole = pc.binary_join_element_wise(rows, "", "\n")
    _, _, data = whole.buffers()
    return data


def _text(column: Column) -> pa.Array:
    if isinstance(column, list):
        array = pa.array([_cell(value) for value in column], pa.string())
    else:
        array = column if pa.types.is_string(column.type) else column.cast(pa.string())
    if pc.any(pc.match_substring_regex(array, _SPECIAL)).as_py():
        for sign, escaped in _ESCAPES:
            array = pc.replace_substring(array, sign, escaped)
    return array


def _cell(value: Any) -> str | None:
    if value is None:
        return None
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def _hexadecimal(shapes: Geometries | Points) -> pa.Array:
    if shapes.dtype == object:
        return pa.array(
            shapely.to_wkb(shapely.set_srid(shapes, _SRID), hex=True, include_srid=True), pa.string()
        )
    return _of_fixed_width(_HEX[_ewkb(shapes)].view(np.uint8))


def _ewkb(points: Points) -> npt.NDArray[np.uint8]:
    """Return n points as n rows of 25 bytes."""
    found = np.empty((len(points), len(_POINT_HEAD) + 16), dtype=np.uint8)
    found[:, : len(_POINT_HEAD)] = _POINT_HEAD
    found[:, len(_POINT_HEAD) :] = np.ascontiguousarray(points, dtype="<f8").view(np.uint8)
    return found


def _of_fixed_width(letters: npt.NDArray[np.uint8]) -> pa.Array:
    """Return n rows of k ASCII letters as an Arrow array of strings."""
    count, width = letters.shape
    offsets = np.arange(count + 1, dtype=np.int32) * width
    return pa.Array.from_buffers(
        pa.string(), count, [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(letters))]
    )
