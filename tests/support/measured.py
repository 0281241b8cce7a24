"""Random towns with streets, rails and water through them, measured wholly, in part or not at all."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from hypothesis import assume
from hypothesis import strategies as st

from tests.support.network import Network
from tests.support.towns import PLACES, Town

DAYS = [
    date(2015, 5, 1),
    date(2020, 6, 30),
    date(2020, 7, 1),
    date(2024, 1, 1),
    date(2024, 8, 1),
    date(2026, 6, 1),
]
METHODS = ["laser", "pole_stick", "photo", "estimate", None]
SURFACES = ["carriageway", "pavement", "alley", "railway", "water", "roof", "structure", "open", "unknown"]
HEIGHTS = [n / 10 for n in range(3, 80, 3)]
COLUMNS: dict[str, dict[str, list[Any]]] = {
    "pole": {
        "installed_on": DAYS, "is_corner": [True, False], "is_reinforced": [True, False],
        "height_m": [6.5, 8.0, 12.0], "lowest_power_height_m": [6.0, 7.0, 9.5], "lean_deg": [4.0, 5.3, 12.0],
        "position_accuracy_m": [0.5, 3.0],
    },
    "span": {
        "surface_below": SURFACES, "lowest_height_m": HEIGHTS, "height_method": METHODS[:4],
        "sag_ratio": [0.0, 0.01, 0.05], "has_height_sign": [True, False],
    },
    "support": {"attachment_height_m": HEIGHTS[10:], "height_method": METHODS[:4]},
    "street": {"has_trucks": [True, False]},
    "railway": {"formation_width_m": [4.0, 12.0], "position_accuracy_m": [1.0]},
    "waterway": {"clearance_height_m": [3.5, 6.0]},
}  # fmt: skip
KINDS: dict[str, dict[str, list[Any]]] = {
    "pole": {"kind": ["telecom"] * 3 + ["power_lv", "power_mv", "power_hv", "unknown"]},
    "street": {"street_class": ["primary", "residential", "alley", "path"]},
    "railway": {"railway_class": ["gauge_1000", "gauge_1435", "urban_third_rail", "unknown"]},
    "waterway": {"waterway_class": ["class_3", "not_navigable", "unknown"]},
    "span": {},
    "support": {},
}


class Surveyors:
    """Draw a town with streets, rails and water through it, measured as `share` says: 0, 0.5 or 1."""

    def __init__(self, network: Network, town: Town, data: st.DataObject, share: float):
        self.network, self.town, self.data, self.share = network, town, data, share
        self.lines: dict[str, str] = {}

    def draw(self, choices: list[Any]) -> Any:
        return self.data.draw(st.sampled_from(choices))

    def written(self, layer: str) -> dict[str, Any]:
        """Return values for the columns that people measure, and for those that are always there."""
        values = {name: self.draw(choices) for name, choices in KINDS[layer].items()}
        for name, choices in COLUMNS[layer].items():
            known = self.share == 1 or (self.share > 0 and self.data.draw(st.booleans()))
            values[name] = self.draw(choices) if known else None
        return values

    def settle(self) -> None:
        """Put up everything, tie it, and measure what came of it."""
        for name, (at, status) in self.town.poles.items():
            self.network.pole(name, at, status, **self.written("pole"))
        for name, (points, deployment) in self.town.cables.items():
            self.network.cable(name, points, deployment, role=self.draw(["trunk", "drop"]))
        for layer in ("street", "street", "railway", "waterway"):
            self.add_line(layer)
        for name in self.town.poles:
            if self.data.draw(st.integers(0, 3)) == 0:
                self.guy(name)
        self.network.build()
        for layer in ("span", "support"):
            for (number,) in self.network.sql(self.ORDERED[layer]):
                self.write(layer, number)

    ORDERED: ClassVar = {
        "span": "SELECT s.id FROM registry.span AS s JOIN registry.pole AS a ON a.id = s.pole_a_id"
        " JOIN registry.pole AS b ON b.id = s.pole_b_id ORDER BY least(a.code, b.code), greatest(a.code, b.code)",
        "support": "SELECT s.id FROM registry.support AS s JOIN registry.cable AS c ON c.id = s.cable_id"
        " ORDER BY c.code, s.sequence",
    }

    def write(self, layer: str, number: int) -> None:
        values = self.written(layer)
        names = ", ".join(f"{name} = %s" for name in values)
        self.network.sql(f"UPDATE registry.{layer} SET {names} WHERE id = %s", *values.values(), number)

    def add_line(self, layer: str) -> str:
        name = f"{layer}{len(self.lines)}"
        points = [self.data.draw(PLACES), self.data.draw(PLACES)]
        assume(abs(points[0][0] - points[1][0]) + abs(points[0][1] - points[1][1]) > 5)
        self.network.street(name, points, layer, **self.written(layer))
        self.lines[name] = layer
        return name

    def guy(self, pole: str) -> int:
        ((number,),) = self.network.sql(
            "INSERT INTO registry.fitting (pole_id, kind, state) VALUES (%s, 'guy', %s) RETURNING id",
            self.network.ids["pole", pole],
            self.draw(["in_service", "broken"]),
        )
        return int(number)
