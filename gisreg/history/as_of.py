"""Layers as they were at a moment, in two senses: as it was, and as it was known.

A version counts from when it happened (where whoever wrote it said so, else from when it was recorded),
and is known from when it was recorded. Rows come under the policies of the present, applied to what they
were: an object that was secret at the moment asked for is not shown, nor what it was before. Columns of
state tables (counts, flags) have no history; they are derived from findings, supports and tenancies.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from psycopg2 import sql
from psycopg2.extras import RealDictCursor

from gisreg.database.connection import PgConnection
from gisreg.errors import NotFoundError, UsageError
from gisreg.features import cursor as cursors
from gisreg.features.catalogue import template
from gisreg.features.filters import Conditions, add_bbox
from gisreg.features.items import Page, one_row
from gisreg.said import both
from layers import Field, Layer


def past_fields(layer: Layer) -> tuple[Field, ...]:
    """Return the fields that an object of the past has: those of the layer's main table."""
    return tuple(item for item in layer.public_fields if item.name != "id")


def items_as_of(
    connection: PgConnection,
    layer: Layer,
    at: datetime,
    known_at: datetime | None = None,
    bbox: str | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> Page:
    """Return up to `limit` features of a layer as they were, in the order of ids.

    Args:
        connection: with an actor, whose rights decide what is seen.
        layer: the layer.
        at: the moment; with time zone.
        known_at: as it was known then; the present by default.
        bbox: west,south,east,north in degrees.
        limit: most features.
        cursor: where the page before ended (`gisreg.features.cursor`).

    Raises:
        UsageError: the box or the cursor is none.
    """
    conditions = Conditions()
    if bbox is not None:
        add_bbox(conditions, layer, bbox)
    after = None if cursor is None else cursors.decode(layer.key, cursor)
    return read_past(connection, layer, conditions, (at, known_at), limit, after)


def read_past(
    connection: PgConnection,
    layer: Layer,
    conditions: Conditions,
    moments: tuple[datetime, datetime | None],
    limit: int,
    after: int | None = None,
) -> Page:
    """Return a page of the past that meets conditions on the columns of the layer's main table.

    Args:
        connection: with an actor, whose rights decide what is seen.
        layer: the layer.
        conditions: of `gisreg.features.filters`.
        moments: as it was at the first, as it was known at the second (None: now).
        limit: most features.
        after: id after which the page begins.

    Raises:
        UsageError: a condition asks for a derived column, which has no history.
    """
    if conditions.needs_state:
        known = ", ".join(item.name for item in past_fields(layer))
        raise UsageError(
            both(
                "Không hỏi được quá khứ theo trường suy ra.", "Derived columns cannot be asked of the past."
            ),
            hint=both(f"Hãy lọc theo: {known}.", f"Filter by: {known}."),
        )
    parts = [*conditions.parts]
    if after is not None:
        parts.append(sql.SQL("t.id > {}").format(sql.Literal(after)))
    fields = past_fields(layer)
    query = template("gisreg.history", "page.sql").format(
        geometry=sql.SQL("t.geom") if layer.geometry else sql.SQL("NULL::geometry"),
        columns=_comma(", {}", [sql.Identifier("t", item.name) for item in fields], ""),
        names=_comma("{}", [sql.Identifier("page", item.name) for item in fields], ", "),
        source=sql.Identifier("history", layer.table),
        conditions=Conditions(parts).where(),
        held=_held(layer.table, *moments),
        limit=sql.Literal(limit),
    )
    features, found, last = one_row(connection, query)
    return Page(features or "", min(found, limit), last if found > limit else None)


def findings_as_of(
    connection: PgConnection, layer: Layer, object_id: int, at: datetime, known_at: datetime | None = None
) -> list[dict[str, Any]]:
    """Return an object's findings as they were: rule, zone, outcome, metres inside, priority.

    The heaviest first; none for whoever may not see the object's findings.

    Raises:
        NotFoundError: there never was such an object that the actor may see.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE id = %s)").format(
                sql.Identifier("history", layer.table)
            ),
            (object_id,),
        )
        (known,) = cursor.fetchone() or (False,)
    if not known:
        raise NotFoundError(
            both(
                f"Lớp '{layer.vi}' không có và chưa từng có đối tượng {object_id}.",
                f"There is no {layer.key} with the id {object_id}, and there was none.",
            )
        )
    query = template("gisreg.history", "findings.sql").format(
        object_id=sql.Literal(object_id), held=_held("finding", at, known_at)
    )
    with connection.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute(query)
        return [dict(row) for row in cursor]


def _held(table: str, at: datetime, known_at: datetime | None) -> sql.Composed:
    known = sql.SQL("'infinity'") if known_at is None else sql.Literal(known_at)
    return sql.SQL("{}(t.history_id, {}, {})").format(
        sql.Identifier("gisreg", f"{table}_held"), sql.Literal(at), known
    )


def _comma(form: str, names: list[sql.Identifier], between: str) -> sql.Composed:
    return sql.SQL(between).join(sql.SQL(form).format(name) for name in names)
