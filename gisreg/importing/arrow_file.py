"""One layer of a vector file as Arrow batches, as often as it is asked for: never all of it in memory."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from gisreg.importing import read, repair
from gisreg.importing.distinct import folded
from gisreg.importing.table import FeatureTable, Points, RowLabels

BATCH = 20_000
"""Features at a time: some megabytes."""

SMALL = 1 << 20
"""Bytes of a file that is read as a whole in any case."""

SUFFIXES = (".gpkg", ".fgb", ".geojson", ".json", ".geojsonl", ".geojsons", ".geojsonseq", ".ndjson", ".shp")
"""Kinds of files that are read so: their text is Unicode, and their columns are columns (of a KML document's
placemarks they are not)."""

_ERRORS = (DataSourceError, DataLayerError, ValueError, RuntimeError, OSError)
_DATE_TIME = b"DateTime"
_POINT_BYTES = 21
_POINT = np.frombuffer(b"\x01\x01\x00\x00\x00", dtype=np.uint8)
"""WKB of a point before its coordinates: little endian, type 1."""


class UnreadableError(Exception):
    """A file cannot be read so; reading it as a whole says why."""


@dataclass
class ArrowFile:
    """A layer of a file.

    `notes`: what GDAL remarked when it was last read to its end; `with_heights`: how many of its geometries
    had heights or measures, which are left out.
    """

    path: Path
    layer: str
    notes: list[str] = field(default_factory=list)
    with_heights: int = 0

    def batches(self, *, mend: bool = False) -> Iterator[FeatureTable]:
        """Yield the features in their order, their geometry as it is in the file.

        Args:
            mend: close rings that are open.

        Raises:
            UnreadableError: the file cannot be read to its end, or has no geometry.
        """
        self.with_heights, first, told = 0, 0, set[str]()
        try:
            with ExitStack() as held:
                with _noted(told):
                    options = {"batch_size": BATCH, "use_pyarrow": True, "datetime_as_string": True}
                    meta, reader = held.enter_context(
                        pyogrio.open_arrow(read.gdal_path(self.path), layer=self.layer, **options)
                    )
                while True:
                    with _noted(told):
                        batch = next(reader, None)
                    if batch is None:
                        break
                    batch.validate(full=True)
                    table = self._table(batch, meta, first, mend)
                    first += len(table)
                    yield table
        except _ERRORS as error:
            raise UnreadableError from error
        self.notes = sorted(told)

    def _table(self, batch: pa.RecordBatch, meta: dict[str, Any], first: int, mend: bool) -> FeatureTable:
        shape = meta["geometry_name"] or "wkb_geometry"
        if shape not in batch.schema.names:
            raise UnreadableError
        columns = {
            item.name: _column(column, item)
            for item, column in zip(batch.schema, batch.columns, strict=True)
            if item.name != shape and not pa.types.is_binary(column.type)
        }
        labels = RowLabels(first, first + len(batch))
        wkb = batch.column(shape)
        points = None if mend else points_of(wkb)
        if points is not None:
            return FeatureTable(labels, columns, points, crs=meta["crs"], first=first)
        geometry, mended = read.geometries(wkb.to_numpy(zero_copy_only=False), repair=mend)
        geometry, heights, with_heights = repair.flat(geometry)
        self.with_heights += with_heights
        return FeatureTable(
            labels, columns, geometry, crs=meta["crs"], warnings=mended, heights=heights, first=first
        )


def is_large(path: Path) -> bool:
    """Tell whether a file is of a kind that is read so, and may have more than one batch."""
    return path.suffix.lower() in SUFFIXES and path.is_file() and path.stat().st_size >= SMALL


def opened(path: Path, layer: str | None) -> ArrowFile | None:
    """Return a layer of a file; None where the file cannot be read so.

    Args:
        path: the file.
        layer: the layer in it; needed where it has several with geometry.

    Raises:
        InvalidInputError: it is not clear which layer is meant.
    """
    try:
        return ArrowFile(path, layer or read.only_layer(path, read.gdal_path(path)))
    except _ERRORS:  # reading it as a whole says what is wrong with it
        return None


def points_of(wkb: pa.Array) -> Points | None:
    """Return n pieces of WKB as n points, None where one of them is anything else than a plain point."""
    count = len(wkb)
    if not count or wkb.null_count or not pa.types.is_binary(wkb.type):
        return None
    _, offsets, data = wkb.buffers()
    starts = np.frombuffer(offsets, dtype=np.int32)[wkb.offset : wkb.offset + count + 1]
    if not (np.diff(starts) == _POINT_BYTES).all():
        return None
    whole = np.frombuffer(data, dtype=np.uint8)[starts[0] : starts[-1]].reshape(count, _POINT_BYTES)
    if not (whole[:, : len(_POINT)] == _POINT).all():
        return None
    return np.ascontiguousarray(whole[:, len(_POINT) :]).view("<f8")


@contextmanager
def _noted(told: set[str]) -> Iterator[None]:
    """Keep what GDAL remarks inside the block."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    told.update(str(item.message) for item in caught)


def _column(column: pa.Array, item: pa.Field) -> Any:
    """Return a column as an array of text, numbers or truth; of other types as a list of Python values.

    Text that is often the same is an Arrow dictionary: what is asked of it is asked of each text once.
    """
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    kind = column.type
    if pa.types.is_string(kind) and (item.metadata or {}).get(b"GDAL:OGR:type") == _DATE_TIME:
        return folded(pc.replace_substring(column, ".000", ""))
    if pa.types.is_boolean(kind):
        return column
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_date(kind):
        return folded(column.cast(pa.string()))
    if pa.types.is_integer(kind):
        return column.cast(pa.int64())
    if pa.types.is_floating(kind):
        numbers = column.cast(pa.float64())
        return pc.if_else(pc.is_nan(numbers), pa.scalar(None, pa.float64()), numbers)
    return [read.plain(value) for value in column.to_pylist()]
