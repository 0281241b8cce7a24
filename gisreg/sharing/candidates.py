"""Masts of different owners that stand so near that one would do.

The same pairs as of rule S03 (`gisreg.mast_pairs`): Hà Nội's rule (decision 5800/2017, local) wants one mast
where several operators need a site within 100 m in the inner city, 500 m outside. Elsewhere to be verified.
"""

from __future__ import annotations

from datetime import date

import psycopg2.extensions

from gisreg.clock import today
from gisreg.database.queries import load_queries
from gisreg.flagging import thresholds

queries = load_queries(__file__)


def candidates(
    connection: psycopg2.extensions.connection,
    *,
    inner_m: float | None = None,
    outer_m: float | None = None,
    on_day: date | None = None,
    most: int = 2_000,
) -> str:
    """Return the pairs as GeoJSON text, nearest first.

    Args:
        connection: an open transaction.
        inner_m: radius in metres where both masts stand in a zone of the programme; by default the threshold
            `sharing_radius_inner_m` of that day (without a value there are no such pairs).
        outer_m: radius in metres elsewhere; by default `sharing_radius_outer_m`.
        on_day: day on which zones and thresholds must be valid, today by default.
        most: no more pairs than this.

    Returns:
        A FeatureCollection (EPSG:4326) of two-point lines with a_id, b_id, codes, owners, distance_m
        (geodesic), radius_m and is_inner.
    """
    day = on_day or today()
    limits = thresholds.values(connection, day)
    return str(
        queries.candidates(
            connection,
            inner_m=limits["sharing_radius_inner_m"] if inner_m is None else inner_m,
            outer_m=limits["sharing_radius_outer_m"] if outer_m is None else outer_m,
            day=day,
            most=most,
        )
    )
