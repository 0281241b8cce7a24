"""Masts of different owners that stand so near that one would do."""

from __future__ import annotations

from datetime import date

import psycopg2.extensions

from gisreg.clock import today
from gisreg.database.queries import load_queries

queries = load_queries(__file__)

INNER_RADIUS_M = 100.0
OUTER_RADIUS_M = 500.0
"""Hà Nội's rule (decision 5800/2017, local): where several operators need a site within 100 m in
the inner city, 500 m outside, one builds and the others must share. Elsewhere to be verified."""


def candidates(
    connection: psycopg2.extensions.connection,
    *,
    inner_m: float = INNER_RADIUS_M,
    outer_m: float = OUTER_RADIUS_M,
    on_day: date | None = None,
    most: int = 2_000,
) -> str:
    """Return the pairs as GeoJSON text, nearest first.

    Args:
        connection: an open transaction.
        inner_m: radius in metres where both masts stand in a zone of the programme.
        outer_m: radius in metres elsewhere.
        on_day: day on which zones must be valid, today by default.
        most: no more pairs than this.

    Returns:
        A FeatureCollection (EPSG:4326) of two-point lines with a_id, b_id, codes, owners, distance_m
        (geodesic), radius_m and is_inner.
    """
    return str(
        queries.candidates(connection, inner_m=inner_m, outer_m=outer_m, day=on_day or today(), most=most)
    )
