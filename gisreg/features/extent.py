"""Where a layer's objects lie."""

from __future__ import annotations

from psycopg2 import sql

from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.features.items import one_row
from gisreg.settings import get_settings
from layers import Layer
from layers.layer import Geometry

queries = load_queries(__file__, "front.sql")

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees (EPSG:4326)."""


def extent(connection: PgConnection, layer: Layer) -> Bounds | None:
    """Return the box of a layer's objects; None for layers without geometry.

    Exact on a small layer; the registry's area for a large one and where there is nothing. (The planner's
    statistics would cost nothing, but they know of hidden objects too.)
    """
    if layer.geometry is None:
        return None
    if not queries.is_small(connection, layer=layer.table):
        return get_settings().region.bounds
    return _box(
        connection,
        layer,
        sql.SQL(
            "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)"
            " FROM (SELECT ST_Extent(geom) AS e FROM {}) AS x"
        ),
    )


def middle(connection: PgConnection, layer: Layer) -> Bounds | None:
    """Return the box where a layer's objects lie, for looking at: a few points far off do not count.

    One pole with exchanged axes would else show a map of half the country. Of points, the box holds 99 % of
    the longitudes and of the latitudes, and all of fewer than 200; of other layers it is the `extent`.
    """
    if layer.geometry is not Geometry.POINT or not queries.is_small(connection, layer=layer.table):
        return extent(connection, layer)
    return _box(
        connection,
        layer,
        sql.SQL(
            "SELECT x[1], y[1], x[2], y[2] FROM ("
            "SELECT percentile_disc(ARRAY[0.005, 0.995]) WITHIN GROUP (ORDER BY ST_X(geom)) AS x,"
            " percentile_disc(ARRAY[0.005, 0.995]) WITHIN GROUP (ORDER BY ST_Y(geom)) AS y FROM {}) AS edges"
        ),
    )


def _box(connection: PgConnection, layer: Layer, query: sql.SQL) -> Bounds:
    """Return what a query over a layer's table answers, the registry's area where there is nothing."""
    row: tuple[float | None, ...] | None = one_row(
        connection, query.format(sql.Identifier("registry", layer.table))
    )
    if row is None or row[0] is None:
        return get_settings().region.bounds
    west, south, east, north = (float(edge or 0) for edge in row)
    return west, south, east, north
