"""Scenarios of rules as text: a drawing, what is known of it, and what the rule says.

A file holds any number of them. A line that is not indented begins one: the rule and what the scenario shows. Then come

- lines of the drawing, each after a `|` (`tests.support.grid`; capital letters are poles),
- statements, one a line: a word, names of drawn points, and columns as `name=value`,
- what is expected, each after `->`: every object of which the rule says something, and nothing else.

The statements: `step` (metres from one character to the next, 10 where nothing is said); `pole A`, `tower t`, `manhole m`,
`cable k ABC`, `duct d xy`, `street s xy`, `railway r xy`, `waterway w xy`, `zone z 1234`, `hole z 5678`, `unit u 1234` for
what is drawn; `span AB`, `support k A`, `segment k AB`, `crossing k AB` for what is written on what comes of it;
`fitting A`, `approval A`, `number A`, `tenant t`, `request A`, `licence k`, `plan s`, `count AB`, `tidied k AB`, `case k`,
`note A`; `threshold key value`; and `day`, for the expectations below it. A number in the place of a day counts from 1 July
2026, in the place of a moment it is nine in the morning of that day. `owner=` and `asker=` name a carrier, and
`extra.name=` is a field of the owner's own; what has spaces stands in quotation marks.

Objects are told as `A`, `AB` (a span), `k AB` (a segment), `k A` (a support), `k`, `s`, `box A` (a fitting), or
`k AB in z`; then follow the zone rule where it is another one, `pass`, `fail`, `borderline`, `manual` or `not evaluable`,
and a value in the rule's unit: what was measured, or the metres inside (of a borderline one also `of` how many it may be).
`=> k AB: urban 50` is what a segment's state says: why it is flagged, and with how many metres.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.network import DAY

FOLDER = Path(__file__).parent / "scenarios"
DATED = re.compile(r"(_on|_date|valid_from|valid_to|deadline)$")
EXPECTED = re.compile(
    r"-> (.+?): (?:(Z\d\d) )?(pass|fail|borderline|manual|not evaluable)(?: (-?[\d.]+))?(?: of ([\d.]+))?$"
)
STATE = re.compile(r"=> (.+?): (\w+) ([\d.]+)$")
OWN = "extra."
TEXTS = ("tag_phone", "code")
Told = dict[str, tuple[str, tuple[float | None, ...]]]
"""Outcome and values by the name of an object; the state of a segment by its name after `=>`."""


@dataclass
class Scenario:
    """A scenario as it is written."""

    rule: str
    title: str
    file: str
    drawing: list[str] = field(default_factory=list)
    statements: list[list[str]] = field(default_factory=list)
    thresholds: dict[str, float | None] = field(default_factory=dict)
    expected: dict[date, Told] = field(default_factory=dict)

    @property
    def is_of_the_whole_registry(self) -> bool:
        """Tell whether it says where the province is: then everything else would lie in or outside that, too."""
        return any(words[0] == "unit" for words in self.statements)

    def __str__(self) -> str:
        return f"{self.rule} {self.title}"


def read() -> list[Scenario]:
    """Return every scenario of the folder. Raises ValueError for a line that is not understood."""
    files = sorted(FOLDER.glob("*.txt"))
    found = [one for path in files for one in parse(path.read_text("utf-8"), path.name)]
    if len({str(one) for one in found}) < len(found):
        raise ValueError("Two scenarios of a rule have the same title.")
    return found


def parse(text: str, file: str) -> Iterator[Scenario]:
    """Return the scenarios of a file."""
    found: list[Scenario] = []
    day = DAY
    for number, line in enumerate(text.splitlines(), start=1):
        told = line.strip()
        if not told or told.startswith("#"):
            continue
        if line[0] != " ":
            rule, _, title = told.partition(" ")
            found.append(Scenario(rule, title, file))
            day = DAY
            continue
        one, words = found[-1], told.split()
        if told.startswith("|"):
            one.drawing.append(line[line.index("|") + 1 :])
        elif words[0] == "day":
            day = date.fromisoformat(words[1])
            one.expected.setdefault(day, {})
        elif words[0] == "threshold":
            one.thresholds[words[1]] = None if words[2] == "none" else float(words[2])
        elif told == "-> nothing":
            one.expected.setdefault(day, {})
        elif words[0] in ("->", "=>"):
            one.expected.setdefault(day, {}).update([expectation(told, rule, f"{file}, line {number}")])
        else:
            one.statements.append(shlex.split(told))
    yield from found


def expectation(told: str, rule: str, where: str) -> tuple[str, tuple[str, tuple[float | None, ...]]]:
    """Return the name of an object, and outcome and values that are expected of it."""
    if match := STATE.match(told):
        return f"=> {match[1]}", (match[2], (float(match[3]),))
    if not (match := EXPECTED.match(told)):
        raise ValueError(f"{where}: '{told}' is no expectation.")
    outcome = f"{match[2] or rule} {match[3]}" if rule.startswith("Z") else match[3]
    return match[1], (outcome, tuple(float(value) for value in match.groups()[3:] if value))


def value_of(name: str, text: str) -> Any:
    """Return the value of a column as it is written."""
    if text in ("true", "false", "none"):
        return {"true": True, "false": False, "none": None}[text]
    if name.startswith(OWN):
        return text
    if name.endswith("_at"):
        return f"{value_of('_on', text)} 09:00+07"
    if DATED.search(name):
        return DAY + timedelta(days=int(text)) if re.fullmatch(r"-?\d+", text) else date.fromisoformat(text)
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) and name not in TEXTS else text


def agrees(found: Told, expected: Told) -> bool:
    """Say whether what a rule says is what is expected: values within a thousandth or two centimetres."""
    return {name: outcome for name, (outcome, _) in found.items()} == {
        name: outcome for name, (outcome, _) in expected.items()
    } and all(
        value == pytest.approx(wanted, rel=1e-3, abs=0.02)
        for name, (_, values) in expected.items()
        for value, wanted in zip(found[name][1], values, strict=False)
    )
