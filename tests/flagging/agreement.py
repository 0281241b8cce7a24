"""Where the registry says something else than an oracle: a sentence for every object on which they differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import pytest

from tests.flagging import oracle_zones
from tests.flagging.verdict import Verdict, Verdicts
from tests.support.facts import Facts
from tests.support.network import Network

REL, ABS_M = 1e-3, 0.01
"""Metres agree within a thousandth, or a centimetre where that is more."""
STEPPED_M = 0.2
"""Metres that the oracle counts in steps agree within two decimetres."""


@dataclass
class Agreement:
    """What was compared: keys that hang by a hair, and differences, by object."""

    compared: int = 0
    unclear: dict[int, int] = field(default_factory=dict)
    different: dict[int, list[str]] = field(default_factory=dict)

    def leave_out(self, number: int) -> None:
        self.unclear[number] = self.unclear.get(number, 0) + 1

    def differ(self, number: int, told: str) -> None:
        self.different.setdefault(number, []).append(told)


def near(value: float | None) -> object:
    return None if value is None else pytest.approx(value, rel=REL, abs=ABS_M)


def between(least: float | None, most: float | None) -> object:
    """Return what equals metres between two bounds that were counted in steps."""
    if least is None or most is None:
        return None
    slack = max(REL * most, STEPPED_M)
    return pytest.approx((least + most) / 2, rel=0, abs=(most - least) / 2 + slack)


def on_rules(network: Network, facts: Facts, expected: Verdicts, rules: Iterable[str]) -> Agreement:
    """Compare findings of the catalogue's rules, and which objects each could not evaluate, with verdicts."""
    found = Agreement()
    rules = list(rules)
    stand = {
        (rule, number): (outcome, value)
        for rule, number, outcome, value in network.sql(
            "SELECT rule_id, object_id, outcome, measured_value FROM registry.finding WHERE rule_id = ANY (%s)",
            rules,
        )
    }
    asked = {
        (rule, number): unknown
        for rule in rules
        for number, unknown in network.sql(
            f"SELECT object_id, measured_value IS NULL FROM gisreg.rule_{rule.lower()}_whole(%s, gisreg.flag_limits(%s))",
            facts.day,
            facts.day,
        )
    }
    silent = Verdict("pass", None)
    for key in stand.keys() | asked.keys() | expected.keys():
        verdict = expected.get(key, silent)
        if verdict.outcome == "unclear":
            found.leave_out(key[1])
            continue
        found.compared += 1
        said = (verdict.outcome, near(verdict.value)) if verdict.outcome in ("fail", "borderline") else None
        if stand.get(key) != said:
            found.differ(key[1], f"{key[0]} of {key[1]}: stands {stand.get(key)}, expected {verdict}")
        unknown = verdict.value is None if key in expected else None
        if asked.get(key) != unknown:
            found.differ(key[1], f"{key[0]} of {key[1]}: not evaluable {asked.get(key)}, expected {verdict}")
    return found


def on_zones(network: Network, facts: Facts) -> Agreement:
    """Compare the findings of the zone rules, and what they mean for the segments' states, with the oracle."""
    found = Agreement()
    expected = oracle_zones.answers(facts)
    stand: dict[tuple[int, int], list[tuple[object, ...]]] = {}
    for number, zone, *told in network.sql(
        "SELECT object_id, zone_id, rule_id, outcome, metres_inside, metres_possible, visibility, priority"
        " FROM registry.finding WHERE rule_id >= 'Z'"
    ):
        stand.setdefault((number, zone), []).append(tuple(told))
    for key in stand.keys() | expected.keys():
        answer = expected.get(key)
        if answer is not None and (answer.outcome is None or answer.rule is None):
            found.leave_out(key[0])
            continue
        found.compared += 1
        said = [] if answer is None else [(
            answer.rule, answer.outcome, near(answer.inside),
            between(answer.possible_least, answer.possible),
            answer.visibility, near(answer.priority),
        )]  # fmt: skip
        if stand.get(key, []) != said:
            found.differ(
                key[0], f"zone {key[1]}, segment {key[0]}: stands {stand.get(key)}, expected {answer}"
            )
    flags = oracle_zones.flags(facts, expected)
    states = {
        number: (metres, reason)
        for number, metres, reason in network.sql(
            "SELECT segment_id, flagged_m, reason FROM registry.segment_state WHERE flagged_m > 0 OR reason IS NOT NULL"
        )
    }
    for number in flags.keys() | states.keys():
        metres, reason = flags.get(number, (0.0, None))
        if metres is None:
            found.leave_out(number)
        elif states.get(number) != ((near(metres), reason) if number in flags else None):
            found.differ(number, f"state of {number}: {states.get(number)}, expected {metres} m, {reason}")
    return found


EVERYTHING = """
SELECT
  object_id, zone_id, rule_id, outcome, owner_id, visibility, metres_inside, metres_possible, measured_value,
  threshold_value, priority
FROM registry.finding
UNION ALL
SELECT
  segment_id, NULL, 'state', tidying_state, NULL, reason, flagged_m, NULL, NULL, NULL, priority
FROM registry.segment_state
"""


def with_a_whole_run(network: Network, day: date) -> Agreement:
    """Run all rules over everything: what changes then had not followed the edits before."""
    found = Agreement()
    before = set(network.sql(EVERYTHING))
    report = network.flag(day)
    after = set(network.sql(EVERYTHING))
    for told, rows in (("stood", before - after), ("a whole run says", after - before)):
        for row in rows:
            found.differ(row[0], f"{told}: {row[1:]}")
    if not found.different:
        counts = report.fresh, report.gone, report.changed, report.segments_touched
        assert counts == (0, 0, 0, 0), "the run tells of changes that are none"
    return found
