"""Poles and spans as the rules' texts ask for them (DOMAIN 1.2, 7.2; readings as the rules' heads tell them)."""

from __future__ import annotations

import math
from datetime import date, timedelta

import shapely

from tests.flagging.oracle_heights import crossed, is_carriageway
from tests.flagging.verdict import UNKNOWN, Ambiguous, Verdict, Verdicts, clearly, judge, worst
from tests.support.facts import Facts, Row

IN_FORCE = date(2020, 7, 1)
STREET_SIDE_M, PAIR_M, RAILWAY_SIDE_M = 20.0, 3.0, 100.0
DOUBT_M = 0.02


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
    found: Verdicts = {("P03", span.id): long_span(facts, span) for span in facts.span.values()}
    streets, strained = Streets(facts, STREET_SIDE_M), Strained(facts)
    for pole in facts.pole.values():
        for rule, say, about in (
            ("P01", new_pole, streets),
            ("P02", lean, facts),
            ("P04", old_pole, facts),
            ("P05", corner, strained),
            ("R01", setback, facts),
        ):
            if verdict := clearly(say, about, pole):
                found[rule, pole.id] = verdict
    return found


class Streets:
    """The streets at which telecom poles stand: the nearest one within reach."""

    def __init__(self, facts: Facts, reach_m: float):
        self.facts = facts
        self.of: dict[int, int | None] = {}
        self.unsure: set[int] = set()
        """Streets to which a pole may belong or not: nothing is told of them."""
        self.standing: dict[int, list[Row]] = {}
        for pole in facts.pole.values():
            if pole.kind != "telecom":
                continue
            try:
                street = nearest_street(facts, pole.flat, reach_m)
            except Ambiguous:
                self.unsure |= {row.id for row in facts.near("street", pole.flat, reach_m + 1)}
                continue
            self.of[pole.id] = street
            if street is not None and pole.status in ("in_service", "disused"):
                self.standing.setdefault(street, []).append(pole)


def nearest_street(facts: Facts, place: shapely.Point, reach_m: float) -> int | None:
    """Return the street nearest to a place of the plane, None where there is none within reach; of two that are as
    near the one with the lower id.

    Raises:
        Ambiguous: two are about as near, but not at the same point; or the reach hangs by a hair.
    """
    near = sorted(
        (place.distance(street.flat), street.id) for street in facts.near("street", place, reach_m + 1)
    )
    if not near or not within(near[0][0], reach_m):
        return None
    if len(near) > 1 and 1e-9 < near[1][0] - near[0][0] < DOUBT_M:
        raise Ambiguous
    return near[0][1]


def new_pole(streets: Streets, pole: Row) -> Verdict | None:
    """P01: no new cable pole on a street that has cable poles."""
    planned = pole.status == "planned"
    if pole.kind != "telecom" or not (planned or pole.status == "in_service"):
        return None
    if not planned and pole.installed_on and pole.installed_on < IN_FORCE:
        return None
    if pole.id not in streets.of or streets.of[pole.id] in streets.unsure:
        raise Ambiguous
    street = streets.of[pole.id]
    if street is None:
        return None
    for other in streets.facts.near("pole", pole.flat, PAIR_M + 1):
        if (
            other is not pole and other.kind == "telecom" and other.status != "planned"
            and within(other.flat.distance(pole.flat), PAIR_M)
            and (other.status in ("disused", "removed") or other.installed_on is None or planned
                 or (pole.installed_on is not None and other.installed_on < pole.installed_on))
        ):  # fmt: skip
            return None
    others = [other for other in streets.standing.get(street, []) if other is not pole]
    if planned:
        return judge(float(bool(others)), 0, "above")
    if pole.installed_on is None:
        return UNKNOWN if others else Verdict("pass", 0)
    latest = pole.installed_on - timedelta(days=180)
    if any(other.installed_on and other.installed_on < latest for other in others):
        return Verdict("fail", 1)
    return UNKNOWN if any(other.installed_on is None for other in others) else Verdict("pass", 0)


def lean(facts: Facts, pole: Row) -> Verdict | None:
    """P02: a pole leans by more than 5 degrees; half a degree of tolerance."""
    return None if pole.status == "removed" else judge(pole.lean_deg, 5, "above", 0.5)


def accuracy(*rows: Row) -> float:
    return math.hypot(*(row.position_accuracy_m or 0 for row in rows))


def long_span(facts: Facts, span: Row) -> Verdict:
    """P03: spans of more than 50 m are watched."""
    a, b = facts.pole[span.pole_a_id], facts.pole[span.pole_b_id]
    length = a.flat.distance(b.flat)
    return clearly(judge, length, 50, "above", accuracy(a, b), DOUBT_M) or UNKNOWN


def old_pole(facts: Facts, old: Row) -> Verdict | None:
    """P04: cable on the old pole more than 90 days after the new one was put up beside it."""
    if old.status not in ("in_service", "disused") or old.id not in facts.loaded:
        return None
    pairs = []
    for new in facts.near("pole", old.flat, PAIR_M + 1):
        if new is old or new.status != "in_service" or (new.kind, new.owner_id) != (old.kind, old.owner_id):
            continue
        if not within(new.flat.distance(old.flat), PAIR_M):
            continue
        dated = old.installed_on is not None and new.installed_on is not None
        if old.status == "disused" or (dated and old.installed_on < new.installed_on):
            days = (facts.day - new.installed_on).days if new.installed_on else None
            pairs.append(judge(days, 90, "above"))
        elif not dated:
            pairs.append(UNKNOWN)
    known = [pair for pair in pairs if pair.value is not None]
    if known:
        return max(known, key=lambda pair: pair.value or 0)
    return UNKNOWN if pairs else None


class Strained:
    """The poles from which a cable other than a drop crosses a carriageway, and those that a guy holds."""

    def __init__(self, facts: Facts):
        self.poles = {
            pole
            for segment in facts.segment.values()
            if segment.role != "drop"
            and any(is_carriageway(street) for street, _ in crossed(facts, segment, "street"))
            for pole in (segment.from_pole_id, segment.to_pole_id)
        }
        self.held = {
            guy.pole_id
            for guy in facts.fitting.values()
            if guy.kind == "guy" and guy.state not in ("broken", "unused")
        }


def corner(strained: Strained, pole: Row) -> Verdict | None:
    """P05: corner and strain poles are reinforced."""
    is_strained = pole.id in strained.poles if pole.is_corner is None else pole.is_corner
    if not is_strained or pole.status not in ("in_service", "disused"):
        return None
    held = pole.id in strained.held
    firm = True if held else pole.is_reinforced
    return judge(None if firm is None else float(not firm), 0, "above")


def setback(facts: Facts, pole: Row) -> Verdict | None:
    """R01: 1.3 times the pole's height, and 5 m, from the railway's formation."""
    if pole.status == "removed":
        return None
    told = []
    for railway in facts.near("railway", pole.flat, RAILWAY_SIDE_M + 1):
        middle = pole.flat.distance(railway.flat)
        if not within(middle, RAILWAY_SIDE_M):
            continue
        edge = max(middle - (railway.formation_width_m or 0) / 2, 0)
        limit = max(5.0, 1.3 * (pole.height_m or 0))
        verdict = judge(edge, limit, "below", accuracy(pole, railway), DOUBT_M)
        known = pole.height_m is not None and railway.formation_width_m is not None
        told.append(verdict if known or verdict.outcome != "pass" else UNKNOWN)
    return worst(told) if told else None
