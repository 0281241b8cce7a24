"""What to measure next: poles and spans whose measurement decides most, as a list to walk along."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gisreg.clock import today
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.errors import NotFoundError
from gisreg.flagging.all_rules import all_rules
from gisreg.flagging.priority import reach_m

queries = load_queries(__file__, "measure_next.sql")


@dataclass(frozen=True)
class Stop:
    """An object to measure: how many open questions that decides, their weight, which rules, where it is.

    `geometry` is GeoJSON in degrees (EPSG:4326), `place` a point of it (longitude, latitude); `street` is the
    street (id, code, name) along which it lies.
    """

    layer: str
    id: int
    code: str | None
    questions: int
    weight: float
    rules: tuple[str, ...]
    street: tuple[int, str | None, str | None] | None
    geometry: str
    place: tuple[float, float]

    def missing(self) -> list[dict[str, str]]:
        """Return which measurements are to be taken, both languages, each once."""
        asked = {(all_rules()[rule].asks_vi, all_rules()[rule].asks_en) for rule in self.rules}
        return [{"vi": vi, "en": en} for vi, en in sorted(asked)]

    def feature(self, order: int) -> dict[str, Any]:
        """Return the stop as a GeoJSON feature with its place in the walk, from 1."""
        street = self.street and {"id": self.street[0], "code": self.street[1], "name": self.street[2]}
        return {
            "type": "Feature",
            "id": self.id,
            "geometry": json.loads(self.geometry),
            "properties": {
                "order": order,
                "layer": self.layer,
                "code": self.code,
                "questions": self.questions,
                "weight": self.weight,
                "rules": list(self.rules),
                "missing": self.missing(),
                "street": street,
            },
        }


def measure_next(
    connection: PgConnection, most: int = 100, zone: str | None = None, day: date | None = None
) -> list[Stop]:
    """Return the objects whose measurement decides most open questions in zones that ask for tidying.

    Open are questions that lack a measurement or came out borderline. The `most` weightiest (severity of the
    rule times weight of the zone, summed) are put in the order in which one walks them: street by street, the
    next one being the nearest.

    Raises:
        NotFoundError: there is no zone of that code.
    """
    moment = day or today()
    number = None
    if zone is not None and (number := queries.zone(connection, code=zone)) is None:
        raise NotFoundError(f"There is no zone '{zone[:40]}'.", hint="Give its code.")
    rows = queries.open_questions(
        connection, zone=number, day=moment, most=most, reach_m=reach_m(connection, moment)
    )
    return walk([_stop(*row) for row in rows])


def _stop(
    layer: str,
    number: int,
    code: str | None,
    questions: int,
    weight: float,
    rules: Sequence[str],
    street: int | None,
    street_code: str | None,
    street_name: str | None,
    geometry: str,
    lon: float,
    lat: float,
) -> Stop:
    along = None if street is None else (street, street_code, street_name)
    return Stop(layer, number, code, questions, weight, tuple(rules), along, geometry, (lon, lat))


def walk(stops: Sequence[Stop]) -> list[Stop]:
    """Return stops in walking order: from the weightiest to the nearest of its street, then the next street.

    Greedy, which for a few hundred stops is near enough to the shortest walk (and grows with their square).
    """
    left = list(stops)
    order: list[Stop] = []
    while left:
        last = order[-1] if order else None
        if last is None:
            chosen = left[0]
        else:
            same = [one for one in left if one.street is not None and one.street == last.street]
            chosen = min(same or left, key=lambda one: (_apart(last.place, one.place), one.id))
        order.append(chosen)
        left.remove(chosen)
    return order


def _apart(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return a measure of distance that orders as metres do: degrees, longitude shrunk by the latitude."""
    return math.hypot((a[0] - b[0]) * math.cos(math.radians(a[1])), a[1] - b[1])
