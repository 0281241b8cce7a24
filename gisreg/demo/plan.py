"""What a town is made of before a network is laid: streets, units, zones, all in metres."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

Row = dict[str, Any]
"""One row of a registry table. References hold the position of the row meant in its own table."""

GENERATED = "generated"
"""What `source` says of everything that this package makes up."""

FROM_FILE = "demo: "
"""How `source` begins for streets, units and zones that the demo took from a file."""


@dataclass(frozen=True)
class Street:
    """A street by its centre line (metric, any number of parts), with what the registry knows of it."""

    name: str | None
    street_class: str
    width_m: float
    line: shapely.Geometry
    area_class: str = "city"
    has_trucks: bool = True
    source: str = GENERATED


@dataclass
class Plan:
    """A town plan in a metric reference system.

    Attributes:
        srid: EPSG code of the coordinates (metres).
        centre: east, north of the middle of the town.
        streets: all streets and alleys.
        tables: rows of organisation, admin_unit, admin_succession and zone; geometry under "geom".
    """

    srid: int
    centre: tuple[float, float]
    streets: list[Street]
    tables: dict[str, list[Row]] = field(default_factory=dict)


def stream(seed: int, subject: str) -> np.random.Generator:
    """Return the random numbers of one subject, so that a change to one leaves the others alone."""
    return np.random.default_rng([seed, *subject.encode()])


def label(table: str, source: str = GENERATED) -> Row:
    """Return the columns that say where a row of `table` comes from."""
    if table.endswith("_private"):
        return {}
    method = "generated" if source == GENERATED else "imported"
    return {"source": source, "position_method": method}
