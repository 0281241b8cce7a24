"""What the registry holds of a network, plainly, for oracles to judge: rows and shapes, no rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

import shapely

from tests.support.network import DAY, Network

Row = SimpleNamespace
"""A row with its columns as attributes; `geom` is a shape in degrees."""

TABLES = ("pole", "street", "railway", "waterway", "span", "support", "segment", "fitting")


@dataclass(frozen=True)
class Facts:
    """The rows of every table by id, and the day."""

    pole: dict[int, Row]
    street: dict[int, Row]
    railway: dict[int, Row]
    waterway: dict[int, Row]
    span: dict[int, Row]
    support: dict[int, Row]
    segment: dict[int, Row]
    fitting: dict[int, Row]
    day: date


def facts(network: Network, day: date = DAY) -> Facts:
    """Return what the registry holds now."""
    found: dict[str, dict[int, Row]] = {}
    for table in TABLES:
        with network.connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM registry.{table}")
            names = [column[0] for column in cursor.description or ()]
            rows = [Row(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
        for row in rows:
            if getattr(row, "geom", None):
                row.geom = shapely.from_wkb(row.geom)
        found[table] = {row.id: row for row in rows}
    return Facts(**found, day=day)
