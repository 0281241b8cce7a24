"""Scenarios of rules as text: a drawing, what is known of it, and what the rule says.

A file holds any number of them. A line that is not indented begins one: the rule and what the scenario shows. Then come

- lines of the drawing, each after a `|` (`tests.support.grid`; capital letters are poles),
- statements, one a line: a word, names of drawn points, and columns as `name=value`,
- what is expected, each after `->`: every object of which the rule says something, and nothing else.

The statements: `step` (metres from one character to the next, 10 where nothing is said); `pole A`, `tower t`, `cable k ABC`,
`street s xy`, `railway r xy`, `waterway w xy`, `zone z 1234`, `hole z 5678` for what is drawn; `span AB`, `support k A`
for what was measured on what comes of it; `fitting A`, `approval A`, `licence k`, `plan s`, `count AB`, `tidied k AB`,
`case k`, `note A`; `threshold key value`; and `day`, for the expectations below it. A number in the place of a day counts
from 1 July 2026. `owner=` names a carrier.

Objects are told as `A`, `AB` (a span), `k AB` (a segment), `k A` (a support), `k`, `s`, `box A` (a fitting), or
`k AB in z`; then follow the zone rule where it is another one, `pass`, `fail`, `borderline`, `manual` or `not evaluable`,
and a value in the rule's unit: what was measured, or the metres inside (of a borderline one also `of` how many it may be).
`=> k AB: urban 50` is what a segment's state says: why it is flagged, and with how many metres.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.carriers import row
from tests.support.grid import Grid
from tests.support.network import DAY
from tests.support.side_by_side import Place

LINES = ("street", "railway", "waterway")
FOLDER = Path(__file__).parent / "scenarios"
DATED = re.compile(r"(_on|_date|valid_from|valid_to|deadline)$")
EXPECTED = re.compile(
    r"-> (.+?): (?:(Z\d\d) )?(pass|fail|borderline|manual|not evaluable)(?: (-?[\d.]+))?(?: of ([\d.]+))?$"
)
STATE = re.compile(r"=> (.+?): (\w+) ([\d.]+)$")
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
            one.statements.append(words)
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
    if DATED.search(name):
        return DAY + timedelta(days=int(text)) if re.fullmatch(r"-?\d+", text) else date.fromisoformat(text)
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) and name != "tag_phone" else text


class Stage:
    """Puts a scenario into the registry at a place: first what is drawn, after the cables were tied what is known."""

    def __init__(self, scenario: Scenario, place: Place, owners: dict[str, int]):
        self.scenario, self.place, self.owners = scenario, place, owners
        step = next((float(words[1]) for words in scenario.statements if words[0] == "step"), 10.0)
        self.grid = Grid("\n".join(scenario.drawing), step)
        self.said: list[tuple[str, list[str], dict[str, Any]]] = []
        for word, *rest in scenario.statements:
            names = [one for one in rest if "=" not in one]
            columns = dict(one.split("=", 1) for one in rest if "=" in one)
            self.said.append((word, names, {key: value_of(key, text) for key, text in columns.items()}))
        for _, _, columns in self.said:
            if "owner" in columns:
                columns["owner_id"] = owners[str(columns.pop("owner"))]

    def draw(self) -> None:
        """Write what is drawn."""
        of_poles = {names[0]: columns for word, names, columns in self.said if word == "pole"}
        for name, at in self.grid.poles.items():
            self.place.pole(name, at, **of_poles.get(name, {}))
        for word, names, columns in self.said:
            points = self.grid.line(names[1]) if len(names) > 1 and word in ("cable", "zone", *LINES) else []
            if word == "cable":
                self.place.cable(names[0], points, **columns)
            elif word in LINES:
                self.place.street(names[0], points, word, **columns)
            elif word == "zone":
                holes = [self.grid.line(n[1]) for w, n, _ in self.said if w == "hole" and n[0] == names[0]]
                self.place.zone(names[0], [points, *holes], **columns)
            elif word == "tower":
                self.place.tower(names[0], self.grid[names[0]], **columns)

    def tell(self) -> None:
        """Write what is known of what came of the drawing."""
        ids = self.place.ids
        for word, names, columns in self.said:
            if word == "span":
                self.place.survey(names[0], **columns)
            elif word == "support":
                self._update("support", self.place.support(*names), columns)
            elif word == "fitting":
                row(self.place, "fitting", pole_id=ids["pole", names[0]], **columns)
            elif word == "approval":
                row(self.place, "attachment_approval", pole_id=ids["pole", names[0]], **columns)
            elif word == "licence":
                row(self.place, "temporary_licence", cable_id=ids["cable", names[0]], **columns)
            elif word == "plan":
                plan = {"plan_no": str(len(ids)), "starts_on": DAY - timedelta(days=90)} | columns
                row(self.place, "plan_street", street_id=ids["street", names[0]], **plan)
            elif word == "count":
                counted = {"counted_on": DAY, "span_id": self.place.span(names[0])} | columns
                row(self.place, "span_count", **counted)
            elif word == "tidied":
                moment = DAY + timedelta(days=int(names[2]))
                row(self.place, "tidying_event", segment_id=self.place.part(*names[:2]).id, from_state="reported",
                    to_state="accepted", person="Lan", happened_at=f"{moment} 12:00+07")  # fmt: skip
            elif word == "case":
                row(self.place, "dead_cable", state_since=DAY, **self._about(names) | columns)
            elif word == "note":
                (layer, number) = self._object(names)
                row(self.place, "finding_note", layer=layer, object_id=number, text="nứt", noted_by="Lan")
            elif word not in ("step", "pole", "tower", "cable", "zone", "hole", *LINES):
                raise ValueError(f"{self.scenario}: '{word}' is no statement.")

    def _update(self, layer: str, number: int, columns: dict[str, Any]) -> None:
        names = ", ".join(f"{name} = %s" for name in columns)
        self.place.sql(f"UPDATE registry.{layer} SET {names} WHERE id = %s", *columns.values(), number)

    def _object(self, names: list[str]) -> tuple[str, int]:
        if len(names) == 2:
            return "segment", self.place.part(*names).id
        for layer in ("pole", "cable", "tower"):
            if (layer, names[0]) in self.place.ids:
                return layer, self.place.ids[layer, names[0]]
        return "span", self.place.span(names[0])

    def _about(self, names: list[str]) -> dict[str, int]:
        layer, number = self._object(names)
        return {f"{layer}_id": number}

    def asked(self, day: date) -> Told:
        """Return what the rule says of everything at the place."""
        if not self.scenario.rule.startswith("Z"):
            outcomes = self.place.verdicts(self.scenario.rule, day)
            values = self.place.measured(self.scenario.rule, day)
            return {name: (outcome, (values[name],)) for name, outcome in outcomes.items()}
        label = self.place.label_of
        found: Told = {
            f"{label(number)} in {zone}": (f"{rule} {outcome}", (inside, possible))
            for (number, rule, zone), (outcome, inside, possible) in self.place.zone_findings().items()
        }
        return found | {
            f"=> {label(number)}": (str(reason), (metres,))
            for number, (_, metres, reason) in self.place.flags().items()
        }


def agrees(found: Told, expected: Told) -> bool:
    """Say whether what a rule says is what is expected: values within a thousandth or two centimetres."""
    return {name: outcome for name, (outcome, _) in found.items()} == {
        name: outcome for name, (outcome, _) in expected.items()
    } and all(
        value == pytest.approx(wanted, rel=1e-3, abs=0.02)
        for name, (_, values) in expected.items()
        for value, wanted in zip(found[name][1], values, strict=False)
    )
