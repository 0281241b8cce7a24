"""Where a layer's objects lie."""

from __future__ import annotations

from psycopg2 import sql

from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.features.items import one_row
from gisreg.settings import get_settings
from layers import Layer

queries = load_queries(__file__, "front.sql")

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees (EPSG:4326)."""


def extent(connection: PgConnection, layer: Layer) -> Bounds | None:
    """Return the box of a layer's objects; None for layers without geometry.

    From the planner's statistics, so that it costs nothing on a large layer; exact on a small one
    that was never analysed; the registry's area where nothing is known.
    """
    if layer.geometry is None:
        return None
    box = queries.estimated_extent(connection, layer=layer.table)
    if (box is None or box[0] is None) and queries.is_small(connection, layer=layer.table):
        box = one_row(
            connection,
            sql.SQL(
                "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)"
                " FROM (SELECT ST_Extent(geom) AS e FROM {}) AS x"
            ).format(sql.Identifier("registry", layer.table)),
        )
    if box is None or box[0] is None:
        return get_settings().region.bounds
    west, south, east, north = (float(edge) for edge in box)
    return west, south, east, north
