"""What the zone rules say, computed with shapely and pyproj and no database.

A segment lies in a zone with the metres that it has inside. What is inside may be a stub (less than two metres of a
segment that goes on outside) or the segment only crosses (neither end is inside): then that is the reason. Its
position is as uncertain as the worse of its two ends. Where no part of it lies deeper in the zone than that, or where
it lies outside but no farther away, the answer is borderline, and the metres that may be inside are those in the zone
and all around it by that uncertainty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np
import numpy.typing as npt
import shapely

from tests.support.ground import geodesic_length, metres, polygon
from tests.support.network import Part
from tests.support.towns import Town, ZonePlan

RULES = {
    "urban": "Z01",
    "district_centre": "Z02",
    "aesthetic_priority": "Z03",
    "heritage": "Z04",
    "underground_only": "Z05",
}
STUB, CROSSING = "Z06", "Z07"
ORDER = ("underground_only", "heritage", "aesthetic_priority", "district_centre", "urban")
LEAST_M = 0.01
STUB_M = 2.0
WIDEST_M = 20.0

Key = tuple[int, str, str]
"""Segment id, rule and zone."""


class Ambiguous(Exception):
    """A segment is about as far inside a zone as decides whether it is."""


def holding(zones: Mapping[str, ZonePlan], day: date) -> dict[str, ZonePlan]:
    """Return the zones that flag on a day."""
    return {
        name: zone
        for name, zone in zones.items()
        if zone.kind in RULES and zone.valid_from <= day and (zone.valid_to is None or day < zone.valid_to)
    }


def metres_inside(line: shapely.LineString, area: shapely.Geometry) -> float:
    """Return the metres of cable in an area.

    A cable that runs back over its own way counts there and back. Where such a one also crosses an edge,
    PostGIS and shapely both melt the two ways into one; the rules do not speak of it.
    """
    if area.covers(line):
        return geodesic_length(line)
    if geodesic_length(shapely.union_all([line, line])) < geodesic_length(line) - LEAST_M / 2:
        raise Ambiguous
    return geodesic_length(shapely.intersection(line, area))


def _told_apart(value: float, limit: float, by: float) -> bool:
    if abs(value - limit) < by:
        raise Ambiguous
    return value < limit


def rule_of(line: shapely.LineString, area: shapely.Geometry, inside: float, kind: str) -> str:
    """Return the rule that speaks of a segment with so many metres inside a zone of a kind."""
    if inside < LEAST_M or area.covers(line):
        return RULES[kind]
    outside = geodesic_length(line) - inside
    if outside < LEAST_M:  # along the edge, to the accuracy of the coordinates
        raise Ambiguous
    if _told_apart(inside, STUB_M, 0.01):
        return STUB
    ends = [shapely.Point(line.coords[0]), shapely.Point(line.coords[-1])]
    if any(0 < end.distance(area.boundary) < 1e-7 for end in ends):
        raise Ambiguous
    return RULES[kind] if any(area.covers(end) for end in ends) else CROSSING


def uncertainty(part: Part, town: Town) -> float:
    """Return by how many metres a segment's position may be wrong; 0 where it is taken as drawn."""
    known = [town.accuracies.get(end if end is not None else part.cable) for end in (part.start, part.end)]
    if any(value is None for value in known):
        return 0.0
    return min(max(value for value in known if value is not None), WIDEST_M)


def is_sure(line: shapely.LineString, area: shapely.Geometry, by_m: float) -> bool:
    """Tell whether some part of a line lies deeper in an area than so many metres (both in metres)."""
    close, far = (area.buffer(-by_m * share, quad_segs=90).intersects(line) for share in (0.985, 1.015))
    if close != far:
        raise Ambiguous
    return bool(close)


def answers(parts: Iterable[Part], town: Town, day: date) -> dict[Key, tuple[str, float, float | None]]:
    """Return outcome, metres inside, and metres possibly inside (of borderline ones) by key."""
    found: dict[Key, tuple[str, float, float | None]] = {}
    for name, zone in holding(town.zones, day).items():
        area = polygon(zone.rings)
        flat_area = shapely.transform(area, _flat)
        for part in parts:
            inside = metres_inside(part.line, area)
            touches = not _told_apart(inside, LEAST_M, LEAST_M / 2)
            by_m = uncertainty(part, town)
            possible = None
            if by_m > 0:
                flat = shapely.transform(part.line, _flat)
                if not is_sure(flat, flat_area, by_m):
                    possible = min(
                        flat.length, flat.intersection(flat_area.buffer(by_m, quad_segs=90)).length
                    )
                    if _told_apart(possible, LEAST_M, 0.02 * by_m):
                        possible = None
            if touches or possible is not None:
                key = part.id, rule_of(part.line, area, inside, zone.kind), name
                found[key] = ("fail" if possible is None else "borderline", inside, possible)
    return found


def _flat(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.column_stack(metres((points[:, 0], points[:, 1])))  # type: ignore[arg-type] - of arrays as of numbers


def flags(parts: Iterable[Part], town: Town, day: date) -> dict[int, tuple[str, float, str | None]]:
    """Return state, metres inside the union of the zones and deciding kind by segment id."""
    parts = list(parts)
    found = answers(parts, town, day)
    result: dict[int, tuple[str, float, str | None]] = {}
    for part in parts:
        names = {key[2] for key, (_, inside, _) in found.items() if key[0] == part.id and inside >= LEAST_M}
        if names:
            area = shapely.union_all([polygon(town.zones[name].rings) for name in sorted(names)])
            reason = next(kind for kind in ORDER if kind in {town.zones[name].kind for name in names})
            result[part.id] = ("flagged", metres_inside(part.line, area), reason)
    return result
