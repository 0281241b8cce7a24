"""Which administrative units cover a point on a date, and which of them counts.

The published boundaries of neighbours overlap in places (up to some thousand square metres), so a
point can lie in two units. Both are kept as they were published, and both are returned. **The one
that counts is the one in which the point lies deeper**, that is farther from the unit's boundary: in
the sliver of an overlap this gives each side the half next to it, as a surveyor would. Where both
distances are equal to the millimetre, the lower statistical code counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import psycopg2.extensions

from gisreg.database.queries import load_queries

_QUERIES = load_queries(__file__)


@dataclass(frozen=True)
class Unit:
    """An administrative unit that covers a point; `depth_m` is the way to its boundary in metres."""

    id: int
    gso_code: str
    level: str
    kind: str
    name: str
    depth_m: float


def locate(
    connection: psycopg2.extensions.connection,
    lon: float,
    lat: float,
    on_date: date,
    level: str = "commune",
) -> list[Unit]:
    """Return every unit of a level that covers a point on a date; the one that counts comes first.

    Args:
        lon, lat: the point in EPSG:4326, degrees.
        on_date: codes and boundaries change: on which day.
        level: `commune`, `district` or `province`.
    """
    rows = _QUERIES.places_units_at(connection, lon=lon, lat=lat, on_date=on_date, level=level)
    return [Unit(*row) for row in rows]
