"""Heights and distances to power as the rules' texts ask for them (DOMAIN 1.2, 7.2), without a database."""

from __future__ import annotations

import numpy as np
import shapely

from tests.flagging.verdict import UNKNOWN, Verdict, Verdicts, clearly, judge, worst
from tests.support.facts import Facts, Row

TOLERANCE = {"laser": 0.05, "pole_stick": 0.05, "photo": 0.3}
ESTIMATE = 0.5
SAG = 0.02
ENVELOPE = {
    "gauge_1000": 5.3,
    "gauge_1435": 6.55,
    "high_speed": 7.7,
    "urban_overhead": 6.3,
    "urban_third_rail": 4.3,
}
OVER = {"H01": ("carriageway", 5.5), "H03": ("pavement", 3.5), "H04": ("alley", 4.5)}
"""Surface and least height of the rules on what a cable crosses or hangs over."""
DOUBT_M = 0.01


def is_carriageway(street: Row) -> bool:
    """Say whether trucks may drive there: on every street, and in alleys where they do."""
    return street.street_class not in ("alley", "path") or bool(street.has_trucks)


def crossings(line: shapely.LineString, other: shapely.Geometry) -> list[float]:
    """Return where along a line, 0 to 1, it crosses another."""
    met = shapely.intersection(line, other)
    points = [part for part in shapely.get_parts(met).tolist() if part.geom_type == "Point"]
    return [float(line.project(point, normalized=True)) for point in points]


def crossed(facts: Facts, segment: Row, table: str) -> list[tuple[Row, float]]:
    """Return what a segment crosses of a table, and where along it."""
    return [(row, t) for row in facts.meeting(table, segment.geom) for t in crossings(segment.geom, row.geom)]


class Hanging:
    """A segment with what was measured of it."""

    def __init__(self, facts: Facts, segment: Row):
        self.span = facts.span.get(segment.span_id)
        self.surface = (self.span.surface_below if self.span else None) or "unknown"
        self.length_m = segment.flat.length
        self.ends = [
            min(
                (
                    support.attachment_height_m
                    for support in facts.supports_of.get((segment.cable_id, pole), [])
                    if support.attachment_height_m is not None
                ),
                default=None,
            )
            for pole in (segment.from_pole_id, segment.to_pole_id)
        ]

    def measured(self, surface: str) -> bool:
        """Say whether what was measured on the span is a height above this surface."""
        return bool(
            self.span and self.span.lowest_height_m is not None and self.surface in (surface, "unknown")
        )

    def height(self, surface: str, at: float | None) -> float | None:
        """Return the height above a surface at a place, or at the lowest point; None if not known."""
        if self.span and self.measured(surface):
            return float(self.span.lowest_height_m)
        a, b = self.ends
        if a is None or b is None:
            return None
        ratio = SAG if self.span is None or self.span.sag_ratio is None else self.span.sag_ratio
        t = np.linspace(0, 1, 4001) if at is None else np.array([at])
        return float(np.min(a + (b - a) * t - 4 * ratio * self.length_m * t * (1 - t)))

    def tolerance(self, surface: str) -> float:
        if self.span and self.measured(surface):
            return TOLERANCE.get(self.span.height_method, ESTIMATE)
        return ESTIMATE

    def judge(self, surface: str, at: float | None, limit: float | None) -> Verdict:
        doubt = 0.0 if self.measured(surface) else DOUBT_M
        return judge(self.height(surface, at), limit, "below", self.tolerance(surface), doubt)

    def lowest(self, surface: str, places: list[float | None], limit: float) -> Verdict:
        """Return what is so of the lowest of several places, as far as anybody measured."""
        known = [(height, at) for at in places if (height := self.height(surface, at)) is not None]
        if not known:
            return UNKNOWN
        return self.judge(surface, min(known, key=lambda found: found[0])[1], limit)


def heights(facts: Facts) -> Verdicts:
    """Return H01 to H06 of every segment they apply to, and H07 of spans."""
    found: Verdicts = {}
    for segment in facts.segment.values():
        hanging = Hanging(facts, segment)
        met = crossed(facts, segment, "street")
        places: dict[str, list[float | None]] = {}
        for street, t in met:
            is_alley = street.street_class == "alley"
            rule = "H01" if is_carriageway(street) else "H04" if is_alley else "H03"
            places.setdefault(rule, []).append(t)
            if rule == "H01" and segment.span_id is not None:
                sign = facts.span[segment.span_id].has_height_sign
                found["H07", segment.span_id] = judge(None if sign is None else float(not sign), 0, "above")
        for rule, (surface, _) in OVER.items():
            if hanging.surface == surface:
                places.setdefault(rule, []).append(None)
        if hanging.surface == "unknown" and not met:
            places.setdefault("H03", []).append(None)
        for rule, where in places.items():
            surface, limit = OVER[rule]
            if verdict := clearly(hanging.lowest, surface, where, limit):
                found[rule, segment.id] = verdict
        for rule, say in (("H02", over_railways), ("H05", over_water), ("H06", over_roofs)):
            if verdict := clearly(say, facts, segment, hanging):
                found[rule, segment.id] = verdict
    return found


def over_railways(facts: Facts, segment: Row, hanging: Hanging) -> Verdict | None:
    """H02: the worst crossing counts; a railway that only the surveyor saw has no class."""
    met = [
        hanging.judge("railway", t, ENVELOPE.get(railway.railway_class))
        for railway, t in crossed(facts, segment, "railway")
    ]
    if met:
        return worst(met)
    only_seen = hanging.surface == "railway" and not facts.meeting("railway", segment.geom)
    return UNKNOWN if only_seen else None


def over_water(facts: Facts, segment: Row, hanging: Hanging) -> Verdict | None:
    """H05: a metre above the clearance that is announced; water that only the surveyor saw has none."""
    met = []
    for water, t in crossed(facts, segment, "waterway"):
        if water.waterway_class != "not_navigable":
            clear = water.clearance_height_m
            met.append(hanging.judge("water", t, None if clear is None else round(clear + 1, 3)))
    if met:
        return worst(met)
    only_seen = hanging.surface == "water" and not facts.meeting("waterway", segment.geom)
    return UNKNOWN if only_seen else None


def over_roofs(facts: Facts, segment: Row, hanging: Hanging) -> Verdict | None:
    """H06: what was measured above a roof or structure, and nothing that was computed."""
    if hanging.surface not in ("roof", "structure"):
        return None
    limit = 1.0 if hanging.surface == "roof" else 0.5
    method = TOLERANCE.get(hanging.span.height_method, ESTIMATE)
    return judge(hanging.span.lowest_height_m, limit, "below", method)


def power(facts: Facts) -> Verdicts:
    """Return E01 to E03 of every attachment on a pole with power."""
    found: Verdicts = {}
    for support in facts.support.values():
        pole = facts.pole[support.pole_id]
        volts = pole.kind if pole.kind in ("power_lv", "power_mv", "power_hv") else None
        if volts is None and pole.lowest_power_height_m is not None:
            volts = "power_lv"
        if volts is None:
            continue
        measured = support.attachment_height_m is not None and pole.lowest_power_height_m is not None
        below = round(pole.lowest_power_height_m - support.attachment_height_m, 3) if measured else None
        method = TOLERANCE.get(support.height_method, ESTIMATE)
        for rule, limit, value in (
            ("E01", {"power_lv": 1.25}.get(volts), below),
            ("E02", {"power_mv": 3.0}.get(volts), below),
            (
                "E03",
                {"power_lv": 0.5, "power_mv": 4.0, "power_hv": 6.0}[volts],
                None if below is None else abs(below),
            ),
        ):
            if limit is not None:
                found[rule, support.id] = judge(value, limit, "below", method)
    return found
