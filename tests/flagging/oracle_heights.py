"""Heights and distances to power as the rules' texts ask for them (DOMAIN 1.2, 7.2), without a database."""

from __future__ import annotations

import numpy as np
import shapely

from tests.flagging.verdict import Verdict, judge, worst
from tests.support.facts import Facts, Row
from tests.support.ground import geodesic_length

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
DOUBT_M = 0.01

Verdicts = dict[tuple[str, int], Verdict]


def is_carriageway(street: Row) -> bool:
    """Say whether trucks may drive there: on every street, and in alleys where they do."""
    return street.street_class not in ("alley", "path") or bool(street.has_trucks)


def crossings(line: shapely.LineString, other: shapely.Geometry) -> list[float]:
    """Return where along a line, 0 to 1, it crosses another."""
    met = shapely.intersection(line, other)
    points = [part for part in shapely.get_parts(met).tolist() if part.geom_type == "Point"]
    return [float(line.project(point, normalized=True)) for point in points]


class Hanging:
    """A segment with what was measured of it."""

    def __init__(self, facts: Facts, segment: Row):
        self.span = facts.span.get(segment.span_id)
        self.surface = (self.span.surface_below if self.span else None) or "unknown"
        self.length_m = geodesic_length(segment.geom)
        self.ends = [
            min(
                (
                    s.attachment_height_m
                    for s in facts.support.values()
                    if s.cable_id == segment.cable_id
                    and s.pole_id == pole
                    and s.attachment_height_m is not None
                ),
                default=None,
            )
            for pole in (segment.from_pole_id, segment.to_pole_id)
        ]

    def measured(self, surfaces: tuple[str, ...]) -> bool:
        return bool(
            self.span and self.span.lowest_height_m is not None and self.surface in (*surfaces, "unknown")
        )

    def height(self, surface: str, at: float | None) -> float | None:
        """Return the height above a surface at a place, or at the lowest point; None if not known."""
        if self.span and self.measured((surface,)):
            return float(self.span.lowest_height_m)
        a, b = self.ends
        if a is None or b is None:
            return None
        ratio = SAG if self.span is None or self.span.sag_ratio is None else self.span.sag_ratio
        t = np.linspace(0, 1, 4001) if at is None else np.array([at])
        return float(np.min(a + (b - a) * t - 4 * ratio * self.length_m * t * (1 - t)))

    def tolerance(self, surface: str) -> float:
        if self.span and self.measured((surface,)):
            return TOLERANCE.get(self.span.height_method, ESTIMATE)
        return ESTIMATE

    def judge(self, surface: str, at: float | None, limit: float | None) -> Verdict:
        doubt = 0.0 if self.measured((surface,)) else DOUBT_M
        return judge(self.height(surface, at), limit, "below", self.tolerance(surface), doubt)


def heights(facts: Facts) -> Verdicts:
    """Return H01 to H06 of every segment they apply to, and H07 of spans."""
    found: Verdicts = {}
    signs: dict[int, Verdict] = {}
    for segment in facts.segment.values():
        hanging = Hanging(facts, segment)
        told: dict[str, list[Verdict]] = {}
        met = [(street, t) for street in facts.street.values() for t in crossings(segment.geom, street.geom)]
        for street, t in met:
            rule, surface, limit = (
                ("H01", "carriageway", 5.5) if is_carriageway(street)
                else ("H04", "alley", 4.5) if street.street_class == "alley"
                else ("H03", "pavement", 3.5)
            )  # fmt: skip
            told.setdefault(rule, []).append(hanging.judge(surface, t, limit))
            if rule == "H01" and segment.span_id is not None:
                sign = facts.span[segment.span_id].has_height_sign
                signs[segment.span_id] = judge(None if sign is None else float(not sign), 0, "above")
        for rule, surface, limit in (
            ("H01", "carriageway", 5.5),
            ("H03", "pavement", 3.5),
            ("H04", "alley", 4.5),
        ):
            if hanging.surface == surface:
                told.setdefault(rule, []).append(hanging.judge(surface, None, limit))
        if hanging.surface == "unknown" and not met:
            told.setdefault("H03", []).append(hanging.judge("pavement", None, 3.5))
        for railway in facts.railway.values():
            for t in crossings(segment.geom, railway.geom):
                limit_m = ENVELOPE.get(railway.railway_class)
                told.setdefault("H02", []).append(hanging.judge("railway", t, limit_m))
        for water in facts.waterway.values():
            navigable = water.waterway_class != "not_navigable"
            for t in crossings(segment.geom, water.geom):
                clear = water.clearance_height_m
                if navigable:
                    told.setdefault("H05", []).append(
                        hanging.judge("water", t, None if clear is None else round(clear + 1, 3))
                    )
        if hanging.surface == "railway" and not any(
            segment.geom.intersects(r.geom) for r in facts.railway.values()
        ):
            told["H02"] = [Verdict("not evaluable", None)]
        if hanging.surface == "water" and not any(
            segment.geom.intersects(w.geom) for w in facts.waterway.values()
        ):
            told["H05"] = [Verdict("not evaluable", None)]
        if hanging.surface in ("roof", "structure"):
            assert hanging.span is not None
            limit = 1.0 if hanging.surface == "roof" else 0.5
            method = TOLERANCE.get(hanging.span.height_method, ESTIMATE)
            told["H06"] = [judge(hanging.span.lowest_height_m, limit, "below", method)]
        for rule, verdicts in told.items():
            lowest = [v for v in verdicts if v.value is not None] if rule in ("H01", "H03", "H04") else []
            found[rule, segment.id] = min(lowest, key=lambda v: v.value or 0) if lowest else worst(verdicts)
    return found | {("H07", span): verdict for span, verdict in signs.items()}


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
