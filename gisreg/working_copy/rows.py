"""Rows of the registry on their way into a copy, and as they are now, in the same plain values."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from psycopg2 import sql

from gisreg.access.actor import Actor
from gisreg.database.connection import PgConnection
from gisreg.exporting.formats import Format
from gisreg.exporting.placing import GEOMETRY as SHAPE
from gisreg.exporting.selection import Selection, columns, query
from gisreg.exporting.spool import Spool, spool
from gisreg.features.filters import Conditions
from gisreg.working_copy.three_way import GEOMETRY
from layers import Field, FieldType, Layer

Row = dict[str, Any]


def editable_fields(layer: Layer) -> tuple[Field, ...]:
    """Return the fields that a copy can change: those that people write, the owner's own columns excepted."""
    written = (*layer.public_fields, *layer.private_fields)
    return tuple(
        item for item in written if item.writable and item.name != "id" and item.type is not FieldType.JSON
    )


def fixed_columns(layer: Layer) -> tuple[str, ...]:
    """Return the columns of a copy that only tell which object it is: id, version, the owner's code."""
    codes = (item.name.removesuffix("_id") for item in editable_fields(layer) if item.references)
    return ("id", "version", *codes)


def take(connection: PgConnection, actor: Actor, selection: Selection, path: Path) -> Spool:
    """Write the rows of a selection, as the actor sees them, into a file: what he can bring back changed.

    What the registry derives is left out; only the codes of owners stay, since an id tells people nothing.
    """
    layer = selection.layer
    names = {*(item.name for item in editable_fields(layer)), *fixed_columns(layer), SHAPE}
    chosen = tuple(one for one in columns(selection, actor) if one.name in names)
    return spool(connection, query(selection, chosen), chosen, path)


def now(
    connection: PgConnection, actor: Actor, layer: Layer, form: Format, ids: Sequence[int]
) -> dict[int, Row]:
    """Return objects as they are now, as far as the actor sees them: version and editable values by id."""
    only = Conditions([sql.SQL("t.id = ANY ({})").format(sql.Literal(list(ids)))])
    selection = Selection(layer, form, 4326, only, {})
    with tempfile.TemporaryDirectory(prefix="gisreg-rows-") as folder:
        spooled = take(connection, actor, selection, Path(folder) / "rows.csv")
        return {row["id"]: row for row in rows(spooled, layer)}


def rows(spooled: Spool, layer: Layer) -> list[Row]:
    """Return spooled rows as plain values: id, version, editable fields, geometry as WKB in hex digits."""
    names = {item.name: item for item in editable_fields(layer)}
    found: list[Row] = []
    for batch in spooled.batches():
        found += plain(batch, names.values(), SHAPE)
    return found


def plain(batch: pa.RecordBatch | pa.Table, fields: Iterable[Field], shape: str | None) -> list[Row]:
    """Return rows of an Arrow batch as plain values; columns that it lacks are lacking in the rows."""
    known = {item.name: item for item in fields}
    kept: dict[str, list[Any]] = {}
    for name in batch.schema.names:
        cells = batch.column(name)
        if name in ("id", "version"):
            kept[name] = [None if one is None else int(one) for one in cells.to_pylist()]
        elif name in known:
            kept[name] = [value(known[name], one) for one in cells.to_pylist()]
        elif shape is not None and name == shape:
            kept[GEOMETRY] = [None if one is None else one.hex() for one in cells.to_pylist()]
    return [dict(zip(kept, cells, strict=True)) for cells in zip(*kept.values(), strict=True)]


def value(item: Field, cell: Any) -> Any:
    """Return a cell as JSON has it: numbers, truth, text, dates as ISO 8601; unfit ones as they are."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if item.type in (FieldType.DATE, FieldType.TIMESTAMP):
        if hasattr(cell, "date") and item.type is FieldType.DATE:
            cell = cell.date()
        return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)
    if item.type in (FieldType.TEXT, FieldType.TEXT_LIST):
        whole = isinstance(cell, float) and cell.is_integer()
        return str(int(cell) if whole else cell)
    if item.type is FieldType.BOOLEAN:
        return _truth(cell)
    return _number(item, cell)


def _truth(cell: Any) -> Any:
    if isinstance(cell, bool):
        return cell
    return {"1": True, "true": True, "0": False, "false": False}.get(str(cell).strip().lower(), cell)


def _number(item: Field, cell: Any) -> Any:
    try:
        number = float(cell) if item.type is FieldType.NUMBER else int(cell)
    except (TypeError, ValueError):
        return cell
    return number if number == cell or isinstance(cell, str) else cell
