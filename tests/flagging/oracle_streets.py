"""What hangs on streets that are planned, undergrounded or crossed, as the rules' texts ask for it (DOMAIN 7.2)."""

from __future__ import annotations

import shapely

from tests.flagging.oracle_heights import crossed
from tests.flagging.oracle_poles import nearest_street
from tests.flagging.verdict import UNKNOWN, Verdict, Verdicts, clearly, judge
from tests.support.facts import Facts, Row, grouped

REACH_M = 20.0
SHARED = ("public", "partner")


class Plans:
    """The plans of streets, and which street something is on."""

    def __init__(self, facts: Facts):
        self.facts = facts
        self.of_street = grouped(facts.plan_street.values(), "street_id")
        self.licences = grouped(facts.temporary_licence.values(), "cable_id")

    def at(self, place: shapely.Point) -> list[Row]:
        """Return the plans of the street nearest to a place. Raises Ambiguous."""
        if not any(
            (street.id,) in self.of_street for street in self.facts.near("street", place, REACH_M + 1)
        ):
            return []
        return self.of_street.get((nearest_street(self.facts, place, REACH_M),), [])


def streets(facts: Facts) -> Verdicts:
    """Return A06 of supports, A07, D02 and D03 of segments and D02S of spans that they apply to."""
    plans = Plans(facts)
    found: Verdicts = {}
    for rule, say, rows in (
        ("A06", undergrounded, facts.support),
        ("A07", new_cable, facts.segment),
        ("D02", drop_across, facts.segment),
        ("D02S", counted_drops, facts.span),
        ("D03", overhead, facts.segment),
    ):
        for row in rows.values():
            if verdict := clearly(say, plans, row):
                found[rule, row.id] = verdict
    return found


def undergrounded(plans: Plans, support: Row) -> Verdict | None:
    """A06: cable on a light pole or tree where everything else is below ground."""
    facts, pole = plans.facts, plans.facts.pole[support.pole_id]
    zones = [
        zone
        for zone in facts.meeting("zone", pole.geom)
        if zone.kind == "undergrounded" and zone.visibility in SHARED
        and zone.valid_from <= facts.day and (zone.valid_to is None or facts.day < zone.valid_to)
    ]  # fmt: skip
    done = [
        plan
        for plan in plans.at(pole.flat)
        if plan.kind == "underground" and plan.accepted_on is not None and plan.accepted_on <= facts.day
    ]
    if not zones and not done:
        return None
    return judge(None if pole.kind == "unknown" else float(pole.kind in ("lighting", "tree")), 0, "above")


def middle(segment: Row) -> shapely.Point:
    return segment.flat.interpolate(0.5, normalized=True)


def new_cable(plans: Plans, segment: Row) -> Verdict | None:
    """A07: cable that was hung since a plan has begun, without a licence on that day."""
    day = plans.facts.day
    running = [
        plan.starts_on
        for plan in plans.at(middle(segment))
        if plan.starts_on <= day and (plan.accepted_on is None or plan.accepted_on > day)
    ]
    if not running:
        return None
    hung = plans.facts.cable[segment.cable_id].installed_on
    if hung is None:
        return UNKNOWN
    licensed = any(
        licence.valid_from <= hung and (licence.valid_to is None or hung < licence.valid_to)
        for licence in plans.licences.get((segment.cable_id,), [])
    )
    return judge(float(hung >= min(running) and not licensed), 0, "above")


def overhead(plans: Plans, segment: Row) -> Verdict | None:
    """D03: days since the earliest deadline by which the street was to be undergrounded."""
    below = [plan for plan in plans.at(middle(segment)) if plan.kind == "underground"]
    if not below:
        return None
    ends = [plan.deadline for plan in below if plan.deadline is not None]
    return judge((plans.facts.day - min(ends)).days if ends else None, 0, "above")


def crosses(facts: Facts, segment: Row) -> bool:
    """Tell whether a segment crosses a street that is neither alley nor footway."""
    return any(
        street.street_class not in ("alley", "path") for street, _ in crossed(facts, segment, "street")
    )


def drop_across(plans: Plans, segment: Row) -> Verdict | None:
    """D02: a subscriber's cable crosses a street."""
    if not crosses(plans.facts, segment):
        return None
    role = plans.facts.cable[segment.cable_id].role
    return judge(None if role == "unknown" else float(role == "drop"), 0, "above")


def counted_drops(plans: Plans, span: Row) -> Verdict | None:
    """D02S: a survey counted more subscribers' cables across a street than are drawn."""
    facts = plans.facts
    counts = [row for row in facts.counts_of.get((span.id,), []) if row.visibility in SHARED]
    segments = [
        segment
        for segment in facts.segments_of_span.get((span.id,), [])
        if facts.cable[segment.cable_id].visibility in SHARED
    ]
    if not counts:
        return None
    newest = max(row.counted_on for row in counts)
    drawn = {s.cable_id: facts.cable[s.cable_id] for s in segments}.values()
    days = [cable.survey_date for cable in drawn]
    if days and None not in days and newest < min(days):
        return None
    if span.surface_below != "carriageway" and not any(crosses(facts, s) for s in segments):
        return None

    def more(role: str) -> int:
        counted = sum(row.cable_count for row in counts if row.counted_on == newest and row.role == role)
        return max(counted - sum(cable.role == role for cable in drawn), 0)

    return judge(more("drop") or (None if more("unknown") else 0), 0, "above")
