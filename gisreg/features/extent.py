"""Where a layer's objects lie."""

from __future__ import annotations

from psycopg2 import sql

from gisreg.database.connection import PgConnection
from gisreg.features.items import one_row
from gisreg.settings import get_settings
from layers import Layer

Bounds = tuple[float, float, float, float]


def extent(connection: PgConnection, layer: Layer) -> Bounds | None:
    """Return west, south, east, north in degrees; None for layers without geometry.

    From the planner's statistics, so that it costs nothing on a large layer; the registry's area
    where the layer was never analysed.
    """
    if layer.geometry is None:
        return None
    known = one_row(connection, sql.SQL("SELECT {}::regclass").format(sql.Literal(f"registry.{layer.table}")))
    box = one_row(
        connection,
        sql.SQL(
            "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) "
            "FROM (SELECT CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_stats WHERE schemaname = 'registry' "
            "AND tablename = {t} AND attname = 'geom') "
            "THEN ST_EstimatedExtent('registry', {t}, 'geom') END AS e) AS estimated"
        ).format(t=sql.Literal(layer.table)),
    )
    if not known or box[0] is None:
        return get_settings().region.bounds
    return (float(box[0]), float(box[1]), float(box[2]), float(box[3]))
