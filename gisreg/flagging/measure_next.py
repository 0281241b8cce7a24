"""What to measure next: poles and spans whose measurement decides most questions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gisreg.clock import today
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.errors import NotFoundError, UsageError
from gisreg.features.filters import parse_bbox
from gisreg.flagging.all_rules import all_rules
from gisreg.flagging.priority import reach_m
from gisreg.flagging.walk import walk
from gisreg.flagging.words import SEVERITIES, words
from gisreg.said import both

queries = load_queries(__file__, "measure_next.sql")


@dataclass(frozen=True)
class Question:
    """A rule that waits for a measurement: how many of its objects lack one, how many are borderline."""

    rule: str
    missing: int
    borderline: int

    def json(self) -> dict[str, Any]:
        """Return the question with the rule's texts and what is to be measured, both languages."""
        rule = all_rules()[self.rule]
        return {
            "rule": rule.id,
            "vi": rule.vi,
            "en": rule.en,
            "severity": {"key": rule.severity, **words(SEVERITIES[rule.severity])},
            "missing": self.missing,
            "borderline": self.borderline,
            "asks": {"vi": rule.asks_vi, "en": rule.asks_en},
        }


@dataclass(frozen=True)
class Stop:
    """An object to measure: how many open questions that decides, their weight, where it is.

    `rank` is 1 for the weightiest. `name` is a pole's code, or the codes of a span's two poles. `geometry` is
    GeoJSON in degrees (EPSG:4326), `place` a point of it (longitude, latitude); `street` is the street (id,
    code, name) along which it lies. `asked` has the weightiest rule first.
    """

    rank: int
    layer: str
    id: int
    name: str | None
    questions: int
    weight: float
    asked: tuple[Question, ...]
    street: tuple[int, str | None, str | None] | None
    geometry: str
    place: tuple[float, float]

    def measurements(self) -> list[dict[str, str]]:
        """Return which measurements are to be taken, both languages, each once, the weightiest first."""
        rules = [all_rules()[one.rule] for one in self.asked]
        return [
            {"vi": vi, "en": en} for vi, en in dict.fromkeys((rule.asks_vi, rule.asks_en) for rule in rules)
        ]

    def feature(self, order: int) -> dict[str, Any]:
        """Return the stop as a GeoJSON feature with its place in the walk, from 1."""
        street = self.street and {"id": self.street[0], "code": self.street[1], "name": self.street[2]}
        return {
            "type": "Feature",
            "id": self.id,
            "geometry": json.loads(self.geometry),
            "properties": {
                "order": order,
                "rank": self.rank,
                "layer": self.layer,
                "name": self.name,
                "questions": self.questions,
                "weight": self.weight,
                "rules": [one.json() for one in self.asked],
                "measurements": self.measurements(),
                "street": street,
                "place": list(self.place),
            },
        }


def measure_next(
    connection: PgConnection,
    most: int = 100,
    zone: str | None = None,
    bbox: str | None = None,
    day: date | None = None,
) -> list[Stop]:
    """Return the objects whose measurement decides most open questions in zones that ask for tidying.

    Open are questions that lack a measurement or came out borderline. The `most` weightiest (severity of the
    rule times weight of the zone, summed) are put in the order in which one walks them.

    Args:
        connection: of the actor: he gets what he may see.
        most: how many stops at most.
        zone: code of one zone; all that ask for tidying by default.
        bbox: only objects in this box: west,south,east,north in degrees.
        day: the day of zones and thresholds; today by default.

    Raises:
        NotFoundError: there is no zone of that code.
        UsageError: the box is none, or crosses the antimeridian.
    """
    moment = day or today()
    number = None
    if zone is not None and (number := queries.zone(connection, code=zone)) is None:
        raise NotFoundError(
            both(f"Không có khu vực '{zone[:40]}'.", f"There is no zone '{zone[:40]}'."),
            hint=both("Hãy ghi mã khu vực.", "Give its code."),
        )
    boxes = [(None, None, None, None)] if bbox is None else parse_bbox(bbox)
    if len(boxes) > 1:
        raise UsageError(
            both("Khung tọa độ vắt qua kinh tuyến 180.", "The box crosses the antimeridian."),
            hint=both("Hãy ghi bbox=tây,nam,đông,bắc.", "Give bbox=west,south,east,north."),
        )
    west, south, east, north = boxes[0]
    rows = queries.open_questions(
        connection,
        zone=number,
        day=moment,
        most=most,
        reach_m=reach_m(connection, moment),
        west=west,
        south=south,
        east=east,
        north=north,
    )
    return walk([_stop(rank, *row) for rank, row in enumerate(rows, 1)])


def _stop(
    rank: int,
    layer: str,
    number: int,
    name: str | None,
    questions: int,
    weight: float,
    asked: Sequence[dict[str, Any]],
    street: int | None,
    street_code: str | None,
    street_name: str | None,
    geometry: str,
    lon: float,
    lat: float,
) -> Stop:
    along = None if street is None else (street, street_code, street_name)
    told = tuple(Question(**one) for one in asked)
    return Stop(rank, layer, number, name, questions, weight, told, along, geometry, (lon, lat))
