"""Arrow batches into a file by GDAL, one stream, never the whole layer in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyogrio

from gisreg.errors import GisregError
from gisreg.exporting.formats import Format, Mark
from gisreg.exporting.selection import GEOMETRY, Selection
from gisreg.exporting.short_names import short_names
from gisreg.exporting.spool import Spool
from gisreg.exporting.trace import Trace
from gisreg.settings import get_settings


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
    schema = _schema(spooled.schema, form)
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
            crs=f"EPSG:{selection.srid}" if has_geometry else None,
            dataset_options=dict(form.dataset_options),
            layer_options=_layer_options(selection, trace),
            layer_metadata=dict(trace.facts(form, selection.srid)) if form.mark is Mark.GEOPACKAGE else None,
        )
    except (RuntimeError, ValueError) as error:
        raise GisregError(
            f"{layer.key} cannot be written as {form.title}: {error}",
            hint="Take another format, such as gpkg.",
        ) from error


def _layer_options(selection: Selection, trace: Trace) -> dict[str, str]:
    form, layer = selection.form, selection.layer
    options = dict(form.layer_options)
    if form.mark is Mark.GEOPACKAGE:
        options |= {"IDENTIFIER": f"{layer.vi} / {layer.en}", "DESCRIPTION": trace.line}
        options |= {"GEOMETRY_NAME": GEOMETRY} if layer.geometry else {"ASPATIAL_VARIANT": "GPKG_ATTRIBUTES"}
    elif form.mark is Mark.LAYER_OPTION:
        options |= {"DESCRIPTION": trace.line}
        if form.driver == "FlatGeobuf":
            options |= {"TITLE": f"{layer.vi} / {layer.en}"}
    if form.driver == "MapInfo File":
        # It keeps whole numbers within these bounds: narrow ones make fine steps (millimetres).
        options |= {"BOUNDS": ",".join(f"{edge:g}" for edge in get_settings().region.bounds)}
    return options


def _schema(schema: pa.Schema, form: Format) -> pa.Schema:
    names = short_names(schema.names) if form.short_names else {name: name for name in schema.names}
    return pa.schema([pa.field(names[one.name], _type(one.type, form)) for one in schema])


def _type(kind: pa.DataType, form: Format) -> pa.DataType:
    if form.times_as_text and pa.types.is_timestamp(kind):
        return pa.string()
    if form.booleans_as_numbers and pa.types.is_boolean(kind):
        return pa.int16()
    return kind


def _adapted(spooled: Spool, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for batch in spooled.batches():
        columns = [_cast(column, one.type) for column, one in zip(batch.columns, schema, strict=True)]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _cast(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_timestamp(column.type) and pa.types.is_string(kind):
        return pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ")
    return column if column.type == kind else column.cast(kind)
