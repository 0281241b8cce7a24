"""In which order to tidy: the score of a segment and of a street, with the parts it is made of.

A score is a sum of points. Each part earns a share (0 to 1) of its points; how many points a part has is a
threshold (`priority_*_points`), so a province weighs them as it likes, and every answer shows the parts.
`gisreg.priority_of` says how each share comes about. A street's score is the mean of its flagged segments',
weighted by their flagged metres; `weight` is the score times the kilometres, which is what one tidies there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gisreg.clock import today
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.errors import NotFoundError, UsageError
from gisreg.flagging import thresholds
from gisreg.said import both

queries = load_queries(__file__, "priority.sql")

PARTS: dict[str, tuple[str, str]] = {
    "zone": ("Khu vực", "Zone"),
    "severity": ("Mức độ", "Severity"),
    "length": ("Chiều dài", "Length"),
    "cables": ("Số cáp trên khoảng cột", "Cables on the span"),
    "dead": ("Cáp không còn sử dụng", "Dead cable"),
    "crossing": ("Vượt đường", "Street crossed"),
    "waiting": ("Thời gian chờ", "Waiting"),
}
"""The parts of a score and what they are called; docs/guides/inspector.md explains them."""

STREETS_FROM = 20_000
"""So many waiting segments, the weightiest, are looked at when streets are ranked."""


@dataclass(frozen=True)
class Score:
    """The priority of a segment or a street: the score, its parts in points, and flagged metres."""

    score: float
    points: dict[str, float]
    most: dict[str, float]
    metres: float

    def json(self) -> dict[str, Any]:
        """Return the score as the answers bear it: every part with its title, points and most points."""
        return {
            "score": round(self.score, 2),
            "metres": self.metres,
            "parts": [
                {
                    "key": key,
                    "vi": vi,
                    "en": en,
                    "points": round(self.points[key], 2),
                    "most": self.most[key],
                }
                for key, (vi, en) in PARTS.items()
            ],
        }


def of_segments(connection: PgConnection, ids: Sequence[int], day: date | None = None) -> dict[int, Score]:
    """Return the priority of segments by id, as far as the actor sees them and their findings."""
    moment = day or today()
    most = _most(connection, moment)
    scores = {}
    for segment, metres, *shares in queries.parts(connection, ids=list(ids), day=moment):
        points = {key: most[key] * (share or 0.0) for key, share in zip(PARTS, shares, strict=True)}
        scores[segment] = Score(sum(points.values()), points, most, metres)
    return scores


def _most(connection: PgConnection, day: date) -> dict[str, float]:
    values = thresholds.values(connection, day)
    return {key: values.get(f"priority_{key}_points") or 0.0 for key in PARTS}


def street_called(connection: PgConnection, name: str) -> tuple[int, str | None, str | None]:
    """Return id, code and name of the street of a code, an id or a name.

    Raises:
        NotFoundError: there is none.
        UsageError: there are several of that name.
    """
    found = list(queries.street_called(connection, name=name))
    exact = [row for row in found if row[1] == name] or found
    if not exact:
        raise NotFoundError(
            both(f"Không có tuyến đường '{name}'.", f"There is no street '{name}'."),
            hint=both("Hãy ghi mã, id hoặc tên đầy đủ.", "Give its code, its id or its whole name."),
        )
    if len(exact) > 1:
        codes = ", ".join(str(row[1] or row[0]) for row in exact)
        raise UsageError(
            both(f"Có nhiều tuyến đường '{name}': {codes}.", f"There are several streets '{name}': {codes}."),
            hint=both("Hãy ghi mã của một tuyến.", "Give the code of one."),
        )
    return exact[0][0], exact[0][1], exact[0][2]


def reach_m(connection: PgConnection, day: date) -> float:
    """Return within how many metres of a street's line an object lies along it."""
    return thresholds.values(connection, day).get("street_reach_m") or 0.0


def of_street(connection: PgConnection, street: int, day: date | None = None) -> Score | None:
    """Return the priority of a street, None where nothing along it waits to be tidied."""
    moment = day or today()
    rows = queries.along(connection, street=street, reach_m=reach_m(connection, moment))
    return mean(list(of_segments(connection, [row[0] for row in rows], moment).values()))


def of_streets(
    connection: PgConnection, most: int = 50, day: date | None = None
) -> list[tuple[dict[str, Any], Score]]:
    """Return the streets along which tidying weighs most, and their priority.

    Looks at the STREETS_FROM weightiest segments that are flagged or planned. `weight` in the street's facts
    is score times kilometres, by which they are ordered.
    """
    moment = day or today()
    ids = [row[0] for row in queries.waiting(connection, most=STREETS_FROM)]
    along = dict(queries.streets(connection, ids=ids, reach_m=reach_m(connection, moment)))
    scores = of_segments(connection, ids, moment)
    by_street: dict[int, list[Score]] = {}
    for segment, street in along.items():
        if street is not None and segment in scores:
            by_street.setdefault(street, []).append(scores[segment])
    named = {row[0]: row for row in queries.named(connection, ids=list(by_street))}
    ranked = []
    for street, parts in by_street.items():
        score = mean(parts)
        if score is not None and street in named:
            facts = {"id": street, "code": named[street][1], "name": named[street][2]}
            ranked.append((facts | {"weight": score.score * score.metres / 1000}, score))
    ranked.sort(key=lambda row: (-row[0]["weight"], row[0]["id"]))
    return ranked[:most]


def mean(scores: Sequence[Score]) -> Score | None:
    """Return the mean of scores, weighted by metres; None of nothing."""
    metres = sum(one.metres for one in scores)
    if not scores or metres <= 0:
        return None
    points = {key: sum(one.points[key] * one.metres for one in scores) / metres for key in PARTS}
    return Score(sum(points.values()), points, scores[0].most, metres)
