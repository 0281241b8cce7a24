"""Puts a scenario into the registry at a place of its own, and asks what the rule says there."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from layers import LAYERS
from tests.flagging.scenario import OWN, Scenario, Told, value_of
from tests.support.carriers import row
from tests.support.grid import Grid
from tests.support.network import DAY
from tests.support.side_by_side import Place

STREETS = ("street", "railway", "waterway")
SITES = ("tower", "manhole")
DRAWN = ("pole", "cable", "duct", "zone", "hole", "unit", *STREETS, *SITES)
MEASURED = ("span", "support", "segment", "crossing")
ROWS: dict[str, tuple[str, dict[str, Any]]] = {
    "fitting": ("fitting", {}),
    "approval": ("attachment_approval", {}),
    "licence": ("temporary_licence", {}),
    "plan": ("plan_street", {"starts_on": DAY - timedelta(days=90)}),
    "count": ("span_count", {"counted_on": DAY}),
    "case": ("dead_cable", {"state_since": DAY}),
    "number": ("pole_code", {}),
    "tenant": ("tower_tenancy", {"valid_from": DAY - timedelta(days=90)}),
    "request": ("share_request", {"wish": "hai cáp"}),
}
"""The table of what is told of an object, and what holds where the scenario says nothing."""
ORGANISATIONS = {"owner": "owner_id", "asker": "asker_id"}
NAMED = ("pole", "cable", "tower", "manhole", "duct", "street")


def parted(layer: str, columns: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the columns of a layer's table, and those of its private table, own fields among them."""
    private = {field.name for field in LAYERS[layer].private_fields}
    own = {name.removeprefix(OWN): value for name, value in columns.items() if name.startswith(OWN)}
    hidden = {name: value for name, value in columns.items() if name in private}
    open_to_all = {
        name: value for name, value in columns.items() if name not in private and not name.startswith(OWN)
    }
    return open_to_all, hidden | ({"extra": json.dumps(own, ensure_ascii=False)} if own else {})


class Stage:
    """A scenario at a place: first what is drawn, after the cables were tied what is known."""

    def __init__(self, scenario: Scenario, place: Place, owners: dict[str, int]):
        self.scenario, self.place = scenario, place
        step = next((float(words[1]) for words in scenario.statements if words[0] == "step"), 10.0)
        self.grid = Grid("\n".join(scenario.drawing), step)
        self.said: list[tuple[str, list[str], dict[str, Any]]] = []
        for word, *rest in scenario.statements:
            names = [one for one in rest if "=" not in one]
            columns: dict[str, Any] = {}
            for name, text in (one.split("=", 1) for one in rest if "=" in one):
                if name in ORGANISATIONS:
                    columns[ORGANISATIONS[name]] = owners[text]
                else:
                    columns[name] = value_of(name, text)
            if isinstance(columns.get("code"), str):
                columns["code"] = place.mark + columns["code"]
            self.said.append((word, names, columns))

    def draw(self) -> None:
        """Write what is drawn."""
        of_poles = {names[0]: columns for word, names, columns in self.said if word == "pole"}
        for name, at in self.grid.poles.items():
            self._draw_one("pole", [name], of_poles.get(name, {}) | {"at": at})
        for word, names, columns in self.said:
            if word in DRAWN and word not in ("pole", "hole"):
                self._draw_one(word, names, columns)

    def _draw_one(self, word: str, names: list[str], columns: dict[str, Any]) -> None:
        place, name = self.place, names[0]
        points = self.grid.line(names[1]) if len(names) > 1 else []
        if word == "unit":
            place.unit(name, points)
        elif word == "zone":
            holes = [self.grid.line(n[1]) for w, n, _ in self.said if w == "hole" and n[0] == name]
            place.zone(name, [points, *holes], **columns)
        elif word in STREETS:
            place.street(name, points, word, **columns)
        else:
            given, hidden = parted(word, columns)
            if word == "pole":
                number = place.pole(name, **given)
            elif word == "cable":
                number = place.cable(name, points, **given)
            elif word == "duct":
                number = place.duct(name, points, **given)
            else:
                number = place.site(word, name, self.grid[name], **given)
            self._hide(word, number, hidden)

    def _hide(self, layer: str, number: int, columns: dict[str, Any]) -> None:
        """Write what only the owner and the authority see."""
        if columns:
            self._insert(f"{layer}_private", {f"{layer}_id": number} | columns)

    def _insert(self, table: str, columns: dict[str, Any]) -> None:
        """Add a row to a table, whether or not it has ids."""
        names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
        self.place.sql(f"INSERT INTO registry.{table} ({names}) VALUES ({marks})", *columns.values())

    def tell(self) -> None:
        """Write what is known of what came of the drawing."""
        for word, names, columns in self.said:
            if word in ROWS:
                self._tell_row(word, names, columns)
            elif word in MEASURED:
                self._measure(word, names, columns)
            elif word == "tidied":
                moment = DAY + timedelta(days=int(names[2]))
                row(self.place, "tidying_event", segment_id=self.place.part(*names[:2]).id, from_state="reported",
                    to_state="accepted", person="Lan", happened_at=f"{moment} 12:00+07")  # fmt: skip
            elif word == "note":
                layer, number = self._object(names)
                row(self.place, "finding_note", layer=layer, object_id=number, text="nứt", noted_by="Lan")
            elif word != "step" and word not in DRAWN:
                raise ValueError(f"{self.scenario}: '{word}' is no statement.")

    def _tell_row(self, word: str, names: list[str], columns: dict[str, Any]) -> None:
        table, usual = ROWS[word]
        layer, number = self._object(names)
        given = {f"{layer}_id": number} | usual | columns
        if word == "fitting":
            given, hidden = parted("fitting", given)
            self._hide("fitting", row(self.place, table, **given), hidden)
            return
        if word == "plan":
            given["plan_no"] = str(len(self.place.ids))
        elif word == "number":
            given["organisation_id"] = given.pop("owner_id")
        self._insert(table, given)

    def _measure(self, layer: str, names: list[str], columns: dict[str, Any]) -> None:
        """Write columns of what came of the drawing."""
        key = "id"
        if layer == "span":
            number = self.place.span(names[0])
        elif layer == "support":
            number = self.place.support(*names)
        else:
            number = self.place.part(*names).id
            key = "id" if layer == "segment" else "segment_id"
        assigned = ", ".join(f"{name} = %s" for name in columns)
        self.place.sql(f"UPDATE registry.{layer} SET {assigned} WHERE {key} = %s", *columns.values(), number)

    def _object(self, names: list[str]) -> tuple[str, int]:
        if len(names) == 2:
            return "segment", self.place.part(*names).id
        for layer in NAMED:
            if (layer, names[0]) in self.place.ids:
                return layer, self.place.ids[layer, names[0]]
        return "span", self.place.span(names[0])

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
