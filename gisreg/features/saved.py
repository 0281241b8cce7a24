"""The data of a map that is saved as one file: whole layers of an area, with reasons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from psycopg2 import sql

from gisreg.clock import today
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.errors import NotFoundError
from gisreg.features.filters import Conditions, add_bbox
from gisreg.features.items import read_page
from gisreg.features.reasons import reasons
from gisreg.said import both
from layers import Layer

queries = load_queries(__file__, "saved.sql")

Bounds = tuple[float, float, float, float]


def features_by_layer(
    connection: PgConnection,
    layers: Sequence[Layer],
    *,
    bounds: Bounds | None = None,
    zone: str | None = None,
    limit: int,
    on_day: date | None = None,
) -> dict[str, str]:
    """Return the objects of an area as GeoJSON FeatureCollection text (EPSG:4326) by layer key.

    Args:
        connection: an open transaction; its role and actor decide what is seen.
        layers: layers with geometry.
        bounds: west, south, east, north in degrees; None for no box.
        zone: code of a zone; only what touches it. None for no zone.
        limit: objects in all. Where there are more, one more than `limit` is returned.
        on_day: the day on which the zone must hold, today by default.

    Returns:
        Layers without objects are left out. Flagged objects carry `reasons`.

    Raises:
        NotFoundError: no zone of that code holds on that day.
    """
    shape = _zone_shape(connection, zone, on_day or today()) if zone else None
    found: dict[str, str] = {}
    left = limit + 1
    for layer in layers:
        conditions = Conditions()
        if bounds:
            add_bbox(conditions, layer, ",".join(map(str, bounds)))
        if shape is not None:
            # The box first, in its own words: only that uses the index under row-level security.
            area = sql.SQL("{}::geometry").format(sql.Literal(shape))
            conditions.parts.append(sql.SQL("t.geom && {}").format(area))
            conditions.parts.append(sql.SQL("ST_Intersects(t.geom, {})").format(area))
        page = read_page(connection, layer, conditions, left)
        if page.returned:
            found[layer.key] = _with_reasons(connection, page.features)
        left -= page.returned
        if left <= 0:
            break
    return found


def _zone_shape(connection: PgConnection, code: str, day: date) -> str:
    row = queries.zone_shape(connection, code=code, day=day)
    if row is None:
        raise NotFoundError(
            both(
                f"Không có khu vực mã {code} nào còn hiệu lực ngày {day:%Y-%m-%d}.",
                f"No zone with the code {code} holds on {day:%Y-%m-%d}.",
            ),
            hint=both(
                "Các khu vực trên bản đồ có ghi mã; phải viết mã đúng như vậy.",
                "The map's zones show their codes; codes are written exactly as there.",
            ),
        )
    return str(row[0])


def _with_reasons(connection: PgConnection, features: str) -> str:
    """Return a FeatureCollection of features given as joined text, findings added where there are."""
    collection = json.loads(f'{{"type": "FeatureCollection", "features": [{features}]}}')
    by_id = {feature["id"]: feature["properties"] for feature in collection["features"]}
    for object_id, told in reasons(connection, list(by_id)).items():
        by_id[object_id]["reasons"] = told
    return json.dumps(collection, ensure_ascii=False)
