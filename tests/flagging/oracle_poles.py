"""Poles and spans as the rules' texts ask for them (DOMAIN 1.2, 7.2; readings as the rules' heads tell them)."""

from __future__ import annotations

import math
from datetime import date, timedelta

import shapely

from tests.flagging.oracle_heights import Verdicts, crossings, is_carriageway
from tests.flagging.verdict import Ambiguous, Verdict, judge, worst
from tests.support.facts import Facts, Row
from tests.support.ground import metres

IN_FORCE = date(2020, 7, 1)
STREET_SIDE_M, PAIR_M, RAILWAY_SIDE_M = 20.0, 3.0, 100.0
DOUBT_M = 0.02
UNKNOWN = Verdict("not evaluable", None)


def plane(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a shape in metres of the plane."""
    return shapely.transform(shape, lambda xy: [metres((x, y)) for x, y in xy])


def within(distance: float, reach: float) -> bool:
    """Say whether something is within reach.

    Raises:
        Ambiguous: it is about as far.
    """
    if abs(distance - reach) < DOUBT_M:
        raise Ambiguous
    return distance <= reach


def poles(facts: Facts) -> Verdicts:
    """Return P01 to P05 and R01 of every pole or span they apply to."""
    return (
        new_poles(facts)
        | long_spans(facts)
        | old_poles(facts)
        | corners(facts)
        | setbacks(facts)
        | leans(facts)
    )


def leans(facts: Facts) -> Verdicts:
    """P02: a pole leans by more than 5 degrees; half a degree of tolerance."""
    return {
        ("P02", pole.id): judge(pole.lean_deg, 5, "above", 0.5)
        for pole in facts.pole.values()
        if pole.status != "removed"
    }


def street_of(pole: Row, streets: dict[int, shapely.Geometry]) -> int | None:
    near = sorted((plane(pole.geom).distance(line), number) for number, line in streets.items())
    if not near or not within(near[0][0], STREET_SIDE_M):
        return None
    if len(near) > 1 and near[1][0] - near[0][0] < DOUBT_M:
        raise Ambiguous
    return near[0][1]


def new_poles(facts: Facts) -> Verdicts:
    """P01: no new cable pole on a street that has cable poles."""
    streets = {number: plane(street.geom) for number, street in facts.street.items()}
    telecom = [pole for pole in facts.pole.values() if pole.kind == "telecom"]
    street = {pole.id: street_of(pole, streets) for pole in telecom}
    found: Verdicts = {}
    for pole in telecom:
        planned = pole.status == "planned"
        if street[pole.id] is None or not (planned or pole.status == "in_service"):
            continue
        if not planned and pole.installed_on and pole.installed_on < IN_FORCE:
            continue
        before = [
            other
            for other in telecom
            if other is not pole and other.status != "planned"
            and within(plane(other.geom).distance(plane(pole.geom)), PAIR_M)
            and (other.status in ("disused", "removed") or other.installed_on is None or planned
                 or (pole.installed_on is not None and other.installed_on < pole.installed_on))
        ]  # fmt: skip
        if before:
            continue
        standing = [
            other
            for other in telecom
            if other is not pole
            and other.status in ("in_service", "disused")
            and street[other.id] == street[pole.id]
        ]
        if planned:
            found["P01", pole.id] = judge(float(bool(standing)), 0, "above")
        elif pole.installed_on is None:
            found["P01", pole.id] = UNKNOWN if standing else Verdict("pass", 0)
        else:
            latest = pole.installed_on - timedelta(days=180)
            if any(other.installed_on and other.installed_on < latest for other in standing):
                found["P01", pole.id] = Verdict("fail", 1)
            elif any(other.installed_on is None for other in standing):
                found["P01", pole.id] = UNKNOWN
            else:
                found["P01", pole.id] = Verdict("pass", 0)
    return found


def accuracy(*rows: Row) -> float:
    return math.hypot(*(row.position_accuracy_m or 0 for row in rows))


def long_spans(facts: Facts) -> Verdicts:
    """P03: spans of more than 50 m are watched."""
    found: Verdicts = {}
    for span in facts.span.values():
        a, b = facts.pole[span.pole_a_id], facts.pole[span.pole_b_id]
        length = plane(a.geom).distance(plane(b.geom))
        found["P03", span.id] = judge(length, 50, "above", accuracy(a, b), DOUBT_M)
    return found


def old_poles(facts: Facts) -> Verdicts:
    """P04: cable on the old pole more than 90 days after the new one was put up beside it."""
    loaded = {support.pole_id for support in facts.support.values()}
    found: Verdicts = {}
    for old in facts.pole.values():
        if old.id not in loaded or old.status not in ("in_service", "disused"):
            continue
        pairs = []
        for new in facts.pole.values():
            if (
                new is old
                or new.status != "in_service"
                or (new.kind, new.owner_id) != (old.kind, old.owner_id)
            ):
                continue
            if not within(plane(new.geom).distance(plane(old.geom)), PAIR_M):
                continue
            dated = old.installed_on is not None and new.installed_on is not None
            if old.status == "disused" or (dated and old.installed_on < new.installed_on):
                days = (facts.day - new.installed_on).days if new.installed_on else None
                pairs.append(judge(days, 90, "above"))
            elif not dated:
                pairs.append(UNKNOWN)
        if pairs:
            known = [pair for pair in pairs if pair.value is not None]
            found["P04", old.id] = max(known, key=lambda pair: pair.value or 0) if known else UNKNOWN
    return found


def corners(facts: Facts) -> Verdicts:
    """P05: corner and strain poles are reinforced."""
    held = {
        f.pole_id for f in facts.fitting.values() if f.kind == "guy" and f.state not in ("broken", "unused")
    }
    crossing = {
        pole
        for segment in facts.segment.values()
        if segment.role != "drop"
        and any(
            is_carriageway(street) and crossings(segment.geom, street.geom)
            for street in facts.street.values()
        )
        for pole in (segment.from_pole_id, segment.to_pole_id)
    }
    found: Verdicts = {}
    for pole in facts.pole.values():
        strained = pole.id in crossing if pole.is_corner is None else pole.is_corner
        if strained and pole.status in ("in_service", "disused"):
            firm = True if pole.id in held else pole.is_reinforced
            found["P05", pole.id] = judge(None if firm is None else float(not firm), 0, "above")
    return found


def setbacks(facts: Facts) -> Verdicts:
    """R01: 1.3 times the pole's height, and 5 m, from the railway's formation."""
    told: dict[int, list[Verdict]] = {}
    for pole in facts.pole.values():
        for railway in facts.railway.values():
            middle = plane(pole.geom).distance(plane(railway.geom))
            if pole.status == "removed" or not within(middle, RAILWAY_SIDE_M):
                continue
            edge = max(middle - (railway.formation_width_m or 0) / 2, 0)
            limit = max(5.0, 1.3 * (pole.height_m or 0))
            verdict = judge(edge, limit, "below", accuracy(pole, railway), DOUBT_M)
            known = pole.height_m is not None and railway.formation_width_m is not None
            told.setdefault(pole.id, []).append(verdict if known or verdict.outcome != "pass" else UNKNOWN)
    return {("R01", number): worst(verdicts) for number, verdicts in told.items()}
