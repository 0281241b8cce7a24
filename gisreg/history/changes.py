"""What changed between two moments: who, when, what it was before and what it became."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg2 import sql
from psycopg2.extras import RealDictCursor

from gisreg.database.connection import PgConnection
from gisreg.features.catalogue import template
from gisreg.features.filters import Conditions, add_bbox
from gisreg.history.change_cursor import Place
from gisreg.history.tables import Table, tables_of

_BOOKKEEPING = {"history_id", "change_set_id", "operation", "version", "row_version", "updated_at"}
_OPERATIONS = {"I": "insert", "U": "update", "D": "delete"}


@dataclass(frozen=True)
class Wanted:
    """Which changes are meant; None is any.

    `since` and `until` bound when they were recorded (until is the first moment that is not meant).
    `organisation` and `person` are whole names as they were written down then; `person` finds only
    what the actor may know. `bbox` is west,south,east,north in degrees and leaves tables without a
    geometry out.
    """

    since: datetime
    until: datetime
    layer: str | None = None
    object_id: int | None = None
    organisation: str | None = None
    person: str | None = None
    bbox: str | None = None


@dataclass(frozen=True)
class Change:
    """One row that one change set inserted, updated or deleted.

    `fields` has `{"before": ..., "after": ...}` of every field that changed (of every filled one for
    an insert or delete; geometries as GeoJSON). `geometry` is the object's, GeoJSON in EPSG:4326, as it
    became (as it was, where deleted). `person`, `reason` and `request_id` are None where the actor may
    not know them. `part` is `private` for the layer's private columns.
    """

    place: Place
    layer: str
    part: str
    id: int | str
    operation: str
    recorded_at: datetime
    happened_at: datetime | None
    organisation: str | None
    person: str | None
    reason: str | None
    request_id: str | None
    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    geometry: dict[str, Any] | None = None


def changes(
    connection: PgConnection, wanted: Wanted, limit: int = 100, after: Place | None = None
) -> list[Change]:
    """Return up to `limit` changes in the order of change sets.

    Args:
        connection: with an actor: rows come under his policies, persons are named to the authority
            and within their own organisation.
        wanted: which changes.
        limit: most changes.
        after: place of the last change of the page before.

    Raises:
        NotFoundError: there is no such layer.
        UsageError: the box is none.
    """
    selects = [
        sql.SQL("({})").format(_select(table, wanted, limit, after))
        for table in tables_of(wanted.layer)
        if wanted.bbox is None or table.geometry
    ]
    if not selects:
        return []
    query = template("gisreg.history", "told.sql").format(
        since=sql.Literal(wanted.since),
        until=sql.Literal(wanted.until),
        conditions=_about_change_sets(wanted, after),
        selects=sql.SQL(" UNION ALL ").join(selects),
        limit=sql.Literal(limit),
    )
    with connection.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute(query)
        return [_change(row) for row in cursor]


def _about_change_sets(wanted: Wanted, after: Place | None) -> sql.Composable:
    conditions = Conditions()
    for name, value in (("organisation", wanted.organisation), ("person", wanted.person)):
        if value is not None:
            conditions.parts.append(sql.SQL("c.{} = {}").format(sql.Identifier(name), sql.Literal(value)))
    if after is not None:
        conditions.parts.append(sql.SQL("c.change_set_id >= {}").format(sql.Literal(after.change_set_id)))
    return conditions.where()


def _select(table: Table, wanted: Wanted, limit: int, after: Place | None) -> sql.Composed:
    conditions = Conditions()
    if wanted.bbox is not None and table.layer is not None:
        add_bbox(conditions, table.layer, wanted.bbox, alias="h")
    if wanted.object_id is not None:
        conditions.parts.append(
            sql.SQL("h.{} = {}").format(sql.Identifier(table.key), sql.Literal(wanted.object_id))
        )
    if after is not None:
        conditions.parts.append(
            sql.SQL("(h.change_set_id, {}, h.history_id) > ({}, {}, {})").format(
                sql.Literal(table.place),
                sql.Literal(after.change_set_id),
                sql.Literal(after.table),
                sql.Literal(after.history_id),
            )
        )
    return template("gisreg.history", "changes.sql").format(
        place=sql.Literal(table.place),
        layer=sql.Literal(table.belongs_to),
        table=sql.Literal(table.name),
        key=sql.Identifier(table.key),
        geometry=sql.SQL("ST_AsGeoJSON(h.geom, 8)" if table.geometry else "NULL"),
        source=sql.Identifier("history", table.name),
        before=sql.Identifier("gisreg", f"{table.name}_before"),
        conditions=conditions.where(),
        limit=sql.Literal(limit),
    )


def _change(row: dict[str, Any]) -> Change:
    return Change(
        place=Place(row["change_set_id"], row["place"], row["history_id"]),
        layer=row["layer"],
        part="" if row["table_name"] == row["layer"] else row["table_name"].removeprefix(f"{row['layer']}_"),
        id=int(row["object_id"]) if row["object_id"].isdigit() else row["object_id"],
        operation=_OPERATIONS[row["operation"]],
        recorded_at=row["recorded_at"],
        happened_at=row["happened_at"],
        organisation=row["organisation"],
        person=row["person"],
        reason=row["reason"],
        request_id=row["request_id"],
        fields=_fields(row["operation"], row["present"], row["past"]),
        geometry=json.loads(row["geometry"]) if row["geometry"] else None,
    )


def _fields(
    operation: str, present: dict[str, Any], past: dict[str, Any] | None
) -> dict[str, dict[str, Any]]:
    """Return the fields that differ; a deleted row is kept as it was."""
    before, after = (present, {}) if operation == "D" else (past or {}, present)
    return {
        name: {"before": before.get(name), "after": after.get(name)}
        for name in present
        if name not in _BOOKKEEPING and before.get(name) != after.get(name)
    }
