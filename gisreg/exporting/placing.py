"""Places of exported rows in the reference system that was asked for, by the operation that imports take.

PostGIS would choose for every point which of EPSG's operations is meant for its place: in the south that is
another one than the ministry's, 0.7 m off, and a file that comes back would lie there.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely
from pyproj import CRS
from pyproj.enums import TransformDirection

from gisreg.importing.operation import operation
from gisreg.settings import get_settings

GEOMETRY = "geom"
WKT = "geom_wkt"
X, Y = "x", "y"
SHAPES = (GEOMETRY, WKT, X, Y)
"""Columns in which an export holds where objects lie; they come last."""

STORED = 4326

Move = Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]


def placed(batch: pa.RecordBatch, srid: int) -> pa.RecordBatch:
    """Return a batch whose places are brought from EPSG:4326 into another reference system.

    Args:
        batch: with a geometry as WKB, as text, or as two columns of numbers; or without any.
        srid: one of the systems that are offered.
    """
    if srid == STORED:
        return batch
    move = _move(srid)
    names = batch.schema.names
    if X in names and Y in names:
        moved = move(np.column_stack([_floats(batch, X), _floats(batch, Y)]))
        batch = _with(batch, X, _nullable(moved[:, 0]))
        return _with(batch, Y, _nullable(moved[:, 1]))
    if GEOMETRY in names:
        shapes = shapely.transform(shapely.from_wkb(batch.column(GEOMETRY).to_pylist()), move)
        return _with(batch, GEOMETRY, pa.array(shapely.to_wkb(shapes).tolist(), pa.binary()))
    if WKT in names:
        shapes = shapely.transform(shapely.from_wkt(batch.column(WKT).to_pylist()), move)
        return _with(
            batch, WKT, pa.array(shapely.to_wkt(shapes, rounding_precision=-1).tolist(), pa.string())
        )
    return batch


def _move(srid: int) -> Move:
    how = operation(CRS.from_epsg(srid), get_settings().region.bounds).transformer

    def move(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        there = how.transform(points[:, 0], points[:, 1], direction=TransformDirection.INVERSE)
        return np.column_stack(there)

    return move


def _floats(batch: pa.RecordBatch, name: str) -> npt.NDArray[np.float64]:
    return np.asarray(batch.column(name).to_numpy(zero_copy_only=False), dtype=float)


def _nullable(values: npt.NDArray[np.float64]) -> pa.Array:
    return pa.array(values, pa.float64(), mask=~np.isfinite(values))


def _with(batch: pa.RecordBatch, name: str, column: pa.Array) -> pa.RecordBatch:
    return batch.set_column(batch.schema.get_field_index(name), name, column)
