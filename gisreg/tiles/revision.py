"""When a layer changed within a part of the map: what ETags are made of."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2s

from psycopg2 import sql

from gisreg.database.connection import PgConnection
from gisreg.database.migrate import head
from gisreg.features.catalogue import template
from gisreg.features.items import one_row
from gisreg.tiles.grid import MARGIN, REVISION_ZOOM, Tile
from layers import Layer

_FORMAT = 1
"""Raise it when tiles or pages of the same data become different bytes."""

_EVERYWHERE = (-1, 1 << REVISION_ZOOM, -1, 1 << REVISION_ZOOM)


def tile_etag(connection: PgConnection, layer: Layer, tile: Tile) -> str:
    """Return the ETag of a tile: what changed in it, and how it is written."""
    return _etag(connection, layer, tile.cells(REVISION_ZOOM, MARGIN))


def layer_etag(connection: PgConnection, layer: Layer, variant: str = "") -> str:
    """Return the ETag of anything made of the whole layer; `variant` names what was asked of it."""
    return _etag(connection, layer, _EVERYWHERE, variant)


def _etag(connection: PgConnection, layer: Layer, cells: tuple[int, int, int, int], variant: str = "") -> str:
    bounds = dict(zip(("min_x", "max_x", "min_y", "max_y"), map(sql.Literal, cells), strict=True))
    (changes,) = one_row(
        connection,
        template("gisreg.tiles", "revision.sql").format(layer=sql.Literal(layer.key), **bounds),
    )
    suffix = f"-{blake2s(variant.encode(), digest_size=6).hexdigest()}" if variant else ""
    return f'"{changes:x}-{_schema(layer)}{suffix}"'


@lru_cache(maxsize=64)
def _schema(layer: Layer) -> str:
    """Return a short digest of the layer's description, the database's revision and the format."""
    return blake2s(f"{_FORMAT} {head()} {layer!r}".encode(), digest_size=5).hexdigest()
