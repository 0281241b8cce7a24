"""What the zone rules say, computed with shapely and geopandas and no database.

A segment lies in a zone with the metres that it has inside. What is inside may be a stub (less than two metres of a
segment that goes on outside) or the segment only crosses (neither end is inside): then that is the reason. Its
position is as uncertain as the worse of its two ends. Where no part of it lies deeper in the zone than that, or where
it lies outside but no farther away, the answer is borderline, and the metres that may be inside are those in the zone
and all around it by that uncertainty.

What lies where is decided in degrees, in which zones are drawn; metres are those of the VN-2000 zone. How deep
something lies is seen at points along it, a few centimetres from one to the next.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from tests.support.facts import Facts, Row, to_metres

RULES = {
    "urban": "Z01",
    "district_centre": "Z02",
    "aesthetic_priority": "Z03",
    "heritage": "Z04",
    "underground_only": "Z05",
}
STUB, CROSSING = "Z06", "Z07"
ORDER = ("underground_only", "heritage", "aesthetic_priority", "district_centre", "urban")
RANK = {"public": 0, "partner": 1, "agency": 2, "secret": 3}
LEAST_M = 0.01
STUB_M = 2.0
WIDEST_M = 20.0
STEP_M = 0.05
"""Between the points at which a segment is looked at."""
ROUNDNESS = math.cos(math.pi / 32)
"""Circles are polygons of 32 corners in PostGIS: so much of their radius reaches to the middle of each side."""


@dataclass(frozen=True)
class Answer:
    """What is so of a segment in a zone; `possible` metres only of a borderline one.

    Where a segment grazes the rounded edge of what may be inside, a polygon for a circle takes metres away: no less
    than `possible_least` are left.

    `rule` is None where it hangs by a hair which one speaks, `outcome` where it does whether any does.
    """

    rule: str | None
    outcome: str | None
    inside: float
    possible: float | None = None
    possible_least: float | None = None
    visibility: str = "public"
    priority: float = 0.0


Answers = dict[tuple[int, int], Answer]
"""By ids of segment and zone."""


def holding(facts: Facts) -> list[Row]:
    """Return the zones that flag on the day."""
    return [
        zone
        for zone in facts.zone.values()
        if zone.kind in RULES
        and zone.valid_from <= facts.day
        and (zone.valid_to is None or facts.day < zone.valid_to)
    ]


def uncertainty(segment: Row, facts: Facts) -> float:
    """Return by how many metres a segment's position may be wrong; 0 where it is taken as drawn."""
    cable = facts.cable[segment.cable_id]
    ends = [
        facts.pole[end] if end is not None else cable for end in (segment.from_pole_id, segment.to_pole_id)
    ]
    known = [end.position_accuracy_m for end in ends]
    return 0.0 if None in known else float(min(max(known), WIDEST_M))


def metres_in(lines: Sequence[shapely.LineString], area: shapely.Geometry, metric_srid: int) -> list[float]:
    """Return the metres of lines (in degrees) that lie in an area; what runs back over its own way counts twice."""
    pieces = [
        [shapely.LineString(pair) for pair in pairwise(line.coords)] if not line.is_simple else [line]
        for line in lines
    ]
    metres = iter(to_metres(shapely.intersection([p for some in pieces for p in some], area), metric_srid))
    return [sum(next(metres) for _ in some) for some in pieces]


def answers(facts: Facts) -> Answers:
    """Return what is so of every segment and zone that have to do with each other."""
    found: Answers = {}
    tolerance = {segment.id: uncertainty(segment, facts) for segment in facts.segment.values()}
    for zone in holding(facts):
        segments = facts.near("segment", zone.flat, max(tolerance.values(), default=0.0) + 1)
        lines = np.array([segment.geom for segment in segments])
        shapely.prepare(zone.geom)
        covered = shapely.covers(zone.geom, lines)
        inside = metres_in(lines[~covered], zone.geom, facts.metric_srid)
        metres = dict(
            zip((s.id for s, c in zip(segments, covered, strict=True) if not c), inside, strict=True)
        )
        edge = zone.flat.boundary
        shapely.prepare(edge)
        shapely.prepare(zone.flat)
        for segment in segments:
            answer = _answer(segment, zone, edge, metres.get(segment.id), tolerance[segment.id])
            if answer is not None:
                found[segment.id, zone.id] = answer
    return found


def _answer(
    segment: Row, zone: Row, edge: shapely.Geometry, partly: float | None, by_m: float
) -> Answer | None:
    """Return what is so of a segment, of which `partly` metres are inside (None: all are)."""
    length = segment.flat.length
    inside = length if partly is None else partly
    outcome: str | None = "fail" if inside >= LEAST_M else "none"
    possible = least = None
    if partly is not None and abs(inside - LEAST_M) < LEAST_M / 2:
        outcome = None
    elif by_m > 0:
        deep = is_deep(segment.flat, zone.flat, edge, by_m)
        if deep is None:
            outcome = None
        elif not deep:
            possible = possibly_inside(segment.flat, zone.flat, by_m)
            if possible is None:
                outcome = None
            elif possible > 0:
                outcome = "borderline"
                least = metres_within(segment.flat, zone.flat, by_m * ROUNDNESS)
    if outcome == "none":
        return None
    hidden = zone.visibility != "public" and RANK[zone.visibility] > RANK[segment.visibility]
    return Answer(
        rule_of(segment, zone, inside, partly is None),
        outcome,
        inside,
        possible if outcome == "borderline" else None,
        least,
        zone.visibility if hidden else segment.visibility,
        zone.weight * inside,
    )


def rule_of(segment: Row, zone: Row, inside: float, is_covered: bool) -> str | None:
    """Return the rule that speaks of a segment with so many metres inside a zone; None if a hair decides."""
    if inside < LEAST_M or is_covered:
        return RULES[zone.kind]
    if segment.flat.length - inside < LEAST_M:  # along the edge, to the accuracy of the coordinates
        return None
    if abs(inside - STUB_M) < 0.01:
        return None
    if inside < STUB_M:
        return STUB
    ends = [shapely.Point(segment.geom.coords[0]), shapely.Point(segment.geom.coords[-1])]
    if any(0 < end.distance(zone.geom.boundary) < 1e-7 for end in ends):
        return None
    return RULES[zone.kind] if any(zone.geom.covers(end) for end in ends) else CROSSING


def along(line: shapely.LineString) -> np.ndarray:
    """Return points along a line, its corners among them."""
    steps = np.arange(0, line.length + STEP_M, STEP_M)
    return np.concatenate([shapely.line_interpolate_point(line, steps), shapely.points(line.coords)])


def is_deep(
    line: shapely.LineString, area: shapely.Geometry, edge: shapely.Geometry, by_m: float
) -> bool | None:
    """Tell whether some part of a line lies deeper in an area than so many metres; None if a hair decides."""
    if not area.intersects(line):
        return False
    if not shapely.dwithin(edge, line, 1.02 * by_m):
        return True
    points = along(line)
    points = points[shapely.covers(area, points)]
    close, far = (
        bool(np.any(~shapely.dwithin(edge, points, share))) for share in (0.98 * by_m - STEP_M, 1.02 * by_m)
    )
    return close if close == far else None


def possibly_inside(line: shapely.LineString, area: shapely.Geometry, by_m: float) -> float | None:
    """Return the metres of a line that lie in an area or within so many metres of it; None if a hair decides."""
    if not shapely.dwithin(area, line, 1.01 * by_m + LEAST_M):
        return 0.0
    metres = metres_within(line, area, by_m)
    return metres if metres > 2 * STEP_M else None


def metres_within(line: shapely.LineString, area: shapely.Geometry, by_m: float) -> float:
    """Return the metres of a line that lie in an area or within so many metres of it."""
    steps = np.arange(STEP_M / 2, line.length, STEP_M)
    near = shapely.dwithin(area, shapely.line_interpolate_point(line, steps), by_m)
    return float(line.length * np.count_nonzero(near) / max(len(steps), 1))


def flags(facts: Facts, found: Answers) -> dict[int, tuple[float | None, str | None]]:
    """Return metres inside the union of the zones and the deciding kind, by segment id.

    Both are None where it hangs by a hair. What a more hidden zone says leaves no mark on a segment.
    """
    result: dict[int, tuple[float | None, str | None]] = {}
    zones: dict[int, list[tuple[Row, Answer]]] = {}
    for (number, zone), answer in found.items():
        if answer.visibility == facts.segment[number].visibility or answer.outcome is None:
            zones.setdefault(number, []).append((facts.zone[zone], answer))
    for number, several in zones.items():
        if any(answer.outcome is None for _, answer in several):
            result[number] = (None, None)
            continue
        marking = [(zone, answer) for zone, answer in several if answer.inside >= LEAST_M]
        if marking:
            line = facts.segment[number].geom
            area = shapely.union_all([zone.geom for zone, _ in marking])
            metres = facts.segment[number].flat.length
            if len(marking) == 1:
                metres = marking[0][1].inside
            elif not area.covers(line):
                (metres,) = metres_in([line], area, facts.metric_srid)
            reason = next(kind for kind in ORDER if kind in {zone.kind for zone, _ in marking})
            result[number] = (metres, reason)
    return result


def compared(answer: Answer) -> Mapping[str, object]:
    """Return an answer in the words of a failure."""
    return {
        "rule": answer.rule,
        "outcome": answer.outcome,
        "inside": answer.inside,
        "possible": answer.possible,
    }
