"""Pages of a layer and single objects, as GeoJSON finished by PostGIS."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, replace
from typing import Any

from psycopg2 import sql

from gisreg.database.connection import PgConnection
from gisreg.errors import NotFoundError
from gisreg.features.catalogue import column, readable_fields, seen, source, template
from gisreg.features.filters import Conditions
from gisreg.said import both
from layers import Layer

EXACT_UP_TO = 50_000
"""Up to so many matches are counted; above, an estimate from a sample is given and named so."""

SAMPLED_PAGES = 2_000
"""Pages of the table that a sample has: some 16 MB."""

_SQL = "gisreg.features"


@dataclass(frozen=True)
class Page:
    """Features as GeoJSON text joined by commas, how many, and the id after which more follow."""

    features: str
    returned: int
    next_after: int | None


@dataclass(frozen=True)
class Item:
    """One feature as GeoJSON text with its version."""

    body: str
    version: int
    etag: str


def read_page(
    connection: PgConnection, layer: Layer, conditions: Conditions, limit: int, after: int | None = None
) -> Page:
    """Return up to `limit` features that meet the conditions, in the order of ids.

    Paging by the last id: a row that stays is seen exactly once, whatever is added meanwhile.
    """
    parts = list(conditions.parts)
    if after is not None:
        parts.append(sql.SQL("t.id > {}").format(sql.Literal(after)))
    features, found, last = one_row(connection, _page_query(layer, replace(conditions, parts=parts), limit))
    return Page(features or "", min(found, limit), last if found > limit else None)


def count_matches(connection: PgConnection, layer: Layer, conditions: Conditions) -> tuple[int, bool]:
    """Return how many rows meet the conditions and whether that is exact."""
    origin = source(layer, with_state=conditions.needs_state)
    (counted,) = one_row(
        connection,
        template(_SQL, "count.sql").format(
            source=origin, conditions=conditions.where(), limit=sql.Literal(EXACT_UP_TO + 1)
        ),
    )
    if counted <= EXACT_UP_TO:
        return int(counted), True
    # Of rows that the actor may see: the planner's own estimate would count the hidden ones too.
    (pages,) = one_row(
        connection,
        sql.SQL("SELECT pg_relation_size({}::regclass) / 8192").format(
            sql.Literal(f"registry.{layer.table}")
        ),
    )
    percent = min(100.0, 100.0 * SAMPLED_PAGES / max(pages, 1))
    sampled = source(layer, with_state=conditions.needs_state, percent=percent)
    (counted,) = one_row(
        connection, sql.SQL("SELECT count(*) FROM {} WHERE {}").format(sampled, conditions.where())
    )
    return max(round(counted * 100 / percent), EXACT_UP_TO + 1), False


def read_item(connection: PgConnection, layer: Layer, object_id: int) -> Item:
    """Return one feature.

    Raises:
        NotFoundError: the layer has no object of that id.
    """
    only = Conditions([sql.SQL("t.id = {}").format(sql.Literal(object_id))])
    features, found, _ = one_row(connection, _page_query(layer, only, 1))
    if not found:
        raise not_found(layer, object_id)
    version = json.loads(features)["properties"]["version"]
    # Derived counts change without a new version; then the tag must change too.
    suffix = f".{zlib.crc32(features.encode()):08x}" if layer.state_table else ""
    return Item(features, version, f'"{version}{suffix}"')


def not_found(layer: Layer, object_id: int) -> NotFoundError:
    """Return the error for an id that the layer does not have."""
    return NotFoundError(
        both(
            f"Lớp “{layer.vi}” không có đối tượng nào có id {object_id}.",
            f"There is no {layer.key} with the id {object_id}.",
        ),
        hint=both(
            "Có thể đối tượng đã bị xóa; hãy tìm theo mã.",
            "It may have been deleted; look for it by its code.",
        ),
    )


def _page_query(layer: Layer, conditions: Conditions, limit: int) -> sql.Composed:
    fields = readable_fields(layer)
    return template(_SQL, "page.sql").format(
        geometry=sql.SQL("t.geom") if layer.geometry else sql.SQL("NULL::geometry"),
        columns=sql.SQL("").join(
            sql.SQL(", {} AS {}").format(column(item), sql.Identifier(item.name))
            for item in fields
            if not item.state
        ),
        names=sql.SQL(", ").join(
            sql.SQL("{} AS {}").format(column(item), sql.Identifier(item.name))
            if item.state
            else sql.Identifier("page", item.name)
            for item in fields
        ),
        source=source(layer, with_state=conditions.needs_state),
        state=states_of_page(layer) if layer.state_table else sql.SQL(""),
        conditions=conditions.where(),
        limit=sql.Literal(limit),
    )


def states_of_page(layer: Layer) -> sql.Composed:
    """Return the join that brings the derived columns of a page's objects, as `s`."""
    return sql.SQL(
        " LEFT JOIN (SELECT t.id, s.* FROM {} WHERE t.row_place = ANY (ARRAY(SELECT row_place FROM page)))"
        " AS s ON s.id = page.id"
    ).format(seen(layer))


def one_row(connection: PgConnection, query: sql.Composable) -> tuple[Any, ...]:
    """Run a query that returns exactly one row, and return it."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return tuple(cursor.fetchone() or ())
