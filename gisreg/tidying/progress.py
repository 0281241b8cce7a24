"""Progress by ward, carrier or week, all from one SQL definition (the view `tidying_fact`)."""

from __future__ import annotations

from typing import Any, Literal, get_args

import psycopg2.extensions

from gisreg.database.queries import load_queries
from gisreg.errors import UsageError
from gisreg.said import both

Breakdown = Literal["ward", "carrier", "week"]

queries = load_queries(__file__)

COLUMNS = ("key", "name", "segments", "flagged_m", "underway_m", "reported_m", "accepted_m")


def progress(connection: psycopg2.extensions.connection, by: str) -> list[dict[str, Any]]:
    """Return how far tidying has come.

    Args:
        connection: an open transaction.
        by: ward (commune of today), carrier (owner of the cable) or week (of the last step).

    Returns:
        Rows with key, name, segments (count), flagged_m (all metres to tidy), underway_m (planned or
        begun), reported_m (reported or accepted), accepted_m, share_accepted and share_reported
        (0 to 1, of the metres). Metres are geodesic. Every breakdown adds up to the same totals.

    Raises:
        UsageError: unknown breakdown.
    """
    if by not in get_args(Breakdown):
        raise UsageError(
            both(f"Không có tiến độ theo '{by}'.", f"Progress by '{by}' is not known."),
            hint=both("Hãy dùng ward, carrier hoặc week.", "Use ward, carrier or week."),
        )
    rows = getattr(queries, f"progress_by_{by}")(connection)
    return [_with_shares(dict(zip(COLUMNS, row, strict=True))) for row in rows]


def _with_shares(row: dict[str, Any]) -> dict[str, Any]:
    total = row["flagged_m"] or 1.0
    return row | {
        "share_accepted": row["accepted_m"] / total,
        "share_reported": row["reported_m"] / total,
    }
