"""One vector tile: single objects, generalised shapes, or counts by cell, never above 500 kB."""

from __future__ import annotations

from psycopg2 import sql

from gisreg.database.connection import PgConnection
from gisreg.features.catalogue import column, seen, source, template
from gisreg.features.items import one_row
from gisreg.tiles.cells import has_cells, measures
from gisreg.tiles.grid import CELL_ZOOM, Tile
from layers import Geometry, Layer

MAX_BYTES = 500_000
MAX_OBJECTS = 12_000
GRID = 32
_FEWER = (MAX_OBJECTS, 4_000, 1_200, 300)
_EARTH_M = 40_075_016.686
_DRAWN_PIXELS = 1_024

# The zoom from which streets of a class are drawn: a province's alleys are no use on a map of it.
_FROM_ZOOM = {
    "street": (
        "street_class",
        {"trunk": 0, "primary": 9, "secondary": 11, "tertiary": 12, "residential": 13, "other": 14},
    )
}
_FROM_ZOOM_ELSE = 14

_SQL = "gisreg.tiles"


def build(connection: PgConnection, layer: Layer, tile: Tile) -> bytes:
    """Return the tile as MVT bytes (empty where nothing is); the MVT layer bears the layer's key."""
    if has_cells(layer):
        if tile.z >= layer.min_zoom:
            content, found = _run(connection, _objects(layer, tile))
            if found <= MAX_OBJECTS and len(content) <= MAX_BYTES:
                return content
        return _run(connection, _cells(layer, tile))[0]
    content = b""
    for limit in _FEWER:
        content, _ = _run(connection, _shapes(layer, tile, limit))
        if len(content) <= MAX_BYTES:
            break
    return content


def _run(connection: PgConnection, query: sql.Composable) -> tuple[bytes, int]:
    content, found = one_row(connection, query)
    return bytes(content or b""), int(found)


def _common(layer: Layer, tile: Tile) -> dict[str, sql.Composable]:
    fields = layer.tile_fields
    envelope = sql.SQL("ST_MakeEnvelope({}, {}, {}, {}, 4326)")
    return {
        "columns": sql.SQL(", ").join(
            sql.SQL("{} AS {}").format(column(item), sql.Identifier(item.name)) for item in fields
        ),
        "names": sql.SQL(", ").join(sql.Identifier(item.name) for item in fields),
        "source": seen(layer) if any(item.state for item in fields) else source(layer, with_state=False),
        "box": envelope.format(*map(sql.Literal, tile.box())),
        "tile": sql.SQL("ST_TileEnvelope({}, {}, {})").format(*map(sql.Literal, (tile.z, tile.x, tile.y))),
        "layer": sql.Literal(layer.key),
    }


def _objects(layer: Layer, tile: Tile) -> sql.Composed:
    return template(_SQL, "objects.sql").format(limit=sql.Literal(MAX_OBJECTS), **_common(layer, tile))


def _shapes(layer: Layer, tile: Tile, limit: int) -> sql.Composed:
    is_area = layer.geometry is Geometry.MULTIPOLYGON
    conditions: sql.Composable = sql.SQL("TRUE")
    if layer.key in _FROM_ZOOM:
        name, zooms = _FROM_ZOOM[layer.key]
        values = [
            code
            for item in layer.fields
            if item.name == name and item.codelist
            for code in item.codelist.values
            if tile.z >= zooms.get(code, _FROM_ZOOM_ELSE)
        ]
        conditions = sql.SQL("{} = ANY ({}::text[])").format(sql.Identifier("t", name), sql.Literal(values))
    return template(_SQL, "shapes.sql").format(
        limit=sql.Literal(limit),
        conditions=conditions,
        size=sql.SQL("ST_Area(t.geom)" if is_area else "ST_Length(t.geom)"),
        simplify=sql.SQL("ST_SimplifyPreserveTopology" if is_area else "ST_Simplify"),
        tolerance=sql.Literal(_EARTH_M / (1 << tile.z) / _DRAWN_PIXELS),
        **_common(layer, tile),
    )


def _cells(layer: Layer, tile: Tile) -> sql.Composed:
    zooms = max(0, CELL_ZOOM - tile.z)  # how many zooms a cell is finer than the tile
    grid = min(GRID, 1 << zooms)
    shift = zooms - (grid.bit_length() - 1)
    coarse = max(0, tile.z - CELL_ZOOM)  # a tile inside one cell shows that cell
    min_x, max_x, min_y, max_y = tile.cells(CELL_ZOOM)
    names = [sql.Identifier(name) for name in measures(layer)]
    return template(_SQL, "cells.sql").format(
        shift=sql.Literal(shift),
        first_x=sql.Literal((tile.x >> coarse) * grid),
        first_y=sql.Literal((tile.y >> coarse) * grid),
        sums=sql.SQL("").join(sql.SQL(", round(sum({n}))::bigint AS {n}").format(n=name) for name in names),
        names=sql.SQL("").join(sql.SQL(", {}").format(name) for name in names),
        layer=sql.Literal(layer.key),
        grid=sql.Literal(grid),
        min_x=sql.Literal(min_x),
        max_x=sql.Literal(max_x),
        min_y=sql.Literal(min_y),
        max_y=sql.Literal(max_y),
    )
