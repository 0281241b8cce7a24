"""Arrow batches into a file by GDAL, one stream, never the whole layer in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyogrio

from gisreg.errors import GisregError
from gisreg.exporting import mapinfo
from gisreg.exporting.formats import Format, Mark
from gisreg.exporting.placing import GEOMETRY
from gisreg.exporting.selection import Selection
from gisreg.exporting.short_names import short_names
from gisreg.exporting.spool import Spool
from gisreg.exporting.tables import numbers_as_text
from gisreg.exporting.trace import Trace
from gisreg.said import both


def write(spooled: Spool, selection: Selection, path: Path, trace: Trace) -> None:
    """Write the rows into a file of the selection's format.

    Args:
        spooled: the rows.
        selection: layer, format and reference system.
        path: the file; what belongs to it (.dbf, .dat) lies beside it.
        trace: what the file says about itself, where the format has a place for it.

    Raises:
        GisregError: GDAL could not write it.
    """
    form, layer = selection.form, selection.layer
    schema = _schema(spooled.schema, form, _with_gaps(spooled) if form.gaps_as_text else frozenset())
    reader = pa.RecordBatchReader.from_batches(schema, _adapted(spooled, schema))
    has_geometry = layer.geometry is not None
    try:
        pyogrio.raw.write_arrow(
            reader,
            path,
            layer=layer.key,
            driver=form.driver,
            geometry_name=GEOMETRY if has_geometry else None,
            geometry_type=layer.geometry.value if layer.geometry else None,
            crs=_system(selection) if has_geometry else None,
            dataset_options=dict(form.dataset_options),
            layer_options=_layer_options(spooled, selection, trace),
            layer_metadata=dict(trace.facts(form, selection.srid)) if form.mark is Mark.GEOPACKAGE else None,
        )
    except (RuntimeError, ValueError) as error:
        raise GisregError(
            both(
                f"Không ghi được lớp {layer.vi.lower()} ({layer.key}) thành {form.title}: {error}",
                f"{layer.key} cannot be written as {form.title}: {error}",
            ),
            hint=both("Hãy dùng định dạng khác, ví dụ gpkg.", "Take another format, such as gpkg."),
        ) from error


def _layer_options(spooled: Spool, selection: Selection, trace: Trace) -> dict[str, str]:
    form, layer = selection.form, selection.layer
    options = dict(form.layer_options)
    if form.mark is Mark.GEOPACKAGE:
        options |= {"IDENTIFIER": f"{layer.vi} / {layer.en}", "DESCRIPTION": trace.line}
        options |= {"GEOMETRY_NAME": GEOMETRY} if layer.geometry else {"ASPATIAL_VARIANT": "GPKG_ATTRIBUTES"}
    elif form.mark is Mark.LAYER_OPTION:
        options |= {"DESCRIPTION": trace.line}
        if form.driver == "FlatGeobuf":
            options |= {"TITLE": f"{layer.vi} / {layer.en}"}
    if form.driver == mapinfo.DRIVER:
        options |= {"BOUNDS": mapinfo.bounds(spooled)}
    return options


def _system(selection: Selection) -> str:
    if selection.form.driver == mapinfo.DRIVER:
        return mapinfo.system(selection.srid)
    return f"EPSG:{selection.srid}"


def _schema(schema: pa.Schema, form: Format, gaps: frozenset[str]) -> pa.Schema:
    names = names_in_file(schema.names, form)
    return pa.schema(
        [
            pa.field(names[one.name], pa.string() if one.name in gaps else _type(one.type, form))
            for one in schema
        ]
    )


def _with_gaps(spooled: Spool) -> frozenset[str]:
    """Return the columns of numbers, truth and dates of which a cell is empty."""
    found: set[str] = set()
    for batch in spooled.batches():
        found |= {
            one.name
            for one, column in zip(batch.schema, batch.columns, strict=True)
            if column.null_count and one.type not in (pa.string(), pa.binary())
        }
    return frozenset(found)


def names_in_file(names: Sequence[str], form: Format) -> dict[str, str]:
    """Return name -> name in a file of this format; the geometry is no column there."""
    if form.longest_name is None:
        return {name: f"{name}_" if name.casefold() in form.own_names else name for name in names}
    short = short_names([name for name in names if name != GEOMETRY], form.longest_name)
    return {name: short.get(name, name) for name in names}


def _type(kind: pa.DataType, form: Format) -> pa.DataType:
    if form.times_as_text and pa.types.is_timestamp(kind):
        return pa.string()
    if form.booleans_as_numbers and pa.types.is_boolean(kind):
        return pa.int16()
    if form.ids_as_text and pa.types.is_int64(kind):
        return pa.string()
    return kind


def _adapted(spooled: Spool, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for batch in spooled.batches():
        columns = [_cast(column, one.type) for column, one in zip(batch.columns, schema, strict=True)]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _cast(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_timestamp(column.type) and pa.types.is_string(kind):
        return pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ")
    if pa.types.is_floating(column.type) and pa.types.is_string(kind):
        return numbers_as_text(column)
    return column if column.type == kind else column.cast(kind)
