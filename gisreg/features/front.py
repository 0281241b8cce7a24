"""What a map page must know of the registry before its data comes."""

from __future__ import annotations

from dataclasses import dataclass

from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.features.extent import Bounds, middle
from gisreg.settings import get_settings
from layers import LAYERS

queries = load_queries(__file__, "front.sql")

_SHOWN = ("pole", "tower", "zone")
"""The layers of which a map shows where they lie when it opens, the first that has objects."""


@dataclass(frozen=True)
class Front:
    """Where to look (degrees), whether the data is generated, carriers as id and name.

    `attribution` names those whose data is shown and who must be named.
    """

    bounds: Bounds | None
    is_generated: bool
    carriers: tuple[tuple[int, str], ...]
    attribution: tuple[str, ...]


def read_front(connection: PgConnection) -> Front:
    """Return what every map page shows around its data."""
    nothing = get_settings().region.bounds
    boxes = (middle(connection, LAYERS[key]) for key in _SHOWN)
    return Front(
        bounds=next((box for box in boxes if box and box != nothing), None),
        is_generated=bool(queries.is_generated(connection)),
        carriers=tuple((int(number), str(name)) for number, name in queries.carriers(connection)),
        attribution=("© OpenStreetMap contributors",) if queries.holds_openstreetmap(connection) else (),
    )
