"""What the rules of flagging say, computed with shapely and pyproj and no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import shapely

from tests.support.ground import geodesic_length, polygon
from tests.support.network import Part
from tests.support.towns import ZonePlan

RULES = {"urban": "Z01", "district_centre": "Z02", "aesthetic_priority": "Z03", "heritage": "Z04"}
ORDER = ("heritage", "aesthetic_priority", "district_centre", "urban")
LEAST_M = 0.01


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


def findings(
    parts: Iterable[Part], zones: Mapping[str, ZonePlan], day: date
) -> dict[tuple[int, str, str], float]:
    """Return metres inside by segment id, rule and zone."""
    found = {}
    for name, zone in holding(zones, day).items():
        area = polygon(zone.rings)
        for part in parts:
            inside = metres_inside(part.line, area)
            if abs(inside - LEAST_M) < LEAST_M / 2:
                raise Ambiguous
            if inside >= LEAST_M:
                found[part.id, RULES[zone.kind], name] = inside
    return found


def flags(
    parts: Iterable[Part], zones: Mapping[str, ZonePlan], day: date
) -> dict[int, tuple[str, float, str | None]]:
    """Return state, metres inside the union of the zones and deciding kind by segment id."""
    parts = list(parts)
    found = findings(parts, zones, day)
    result: dict[int, tuple[str, float, str | None]] = {}
    for part in parts:
        names = {zone for number, _, zone in found if number == part.id}
        if names:
            area = shapely.union_all([polygon(zones[name].rings) for name in sorted(names)])
            reason = next(kind for kind in ORDER if kind in {zones[name].kind for name in names})
            result[part.id] = ("flagged", metres_inside(part.line, area), reason)
    return result
