"""Random towns with streets, rails and water through them, measured wholly, in part or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pprint import pformat
from typing import Any

from hypothesis import strategies as st

from tests.support.carriers import row
from tests.support.grid import Point
from tests.support.network import DAY, Network
from tests.support.towns import KINDS as ZONE_KINDS
from tests.support.towns import PLACES, Town, towns

Columns = dict[str, Any]
DAYS = [
    date(2015, 5, 1),
    date(2020, 6, 30),
    date(2020, 7, 1),
    date(2024, 1, 1),
    date(2024, 8, 1),
    date(2026, 6, 1),
]
NEAR_DAYS = [DAY + timedelta(days=n) for n in (-40, -9, -1, 0, 1)]
METHODS = ["laser", "pole_stick", "photo", "estimate", None]
SURFACES = [
    "carriageway",
    "pavement",
    "alley",
    "railway",
    "water",
    "roof",
    "roof",
    "structure",
    "structure",
    "open",
    "unknown",
    "unknown",
]
HEIGHTS = [n / 10 for n in range(3, 80, 3)]
MEASURED: dict[str, dict[str, list[Any]]] = {
    "pole": {
        "installed_on": DAYS, "is_corner": [True, False], "is_reinforced": [True, False],
        "height_m": [6.5, 8.0, 12.0], "lowest_power_height_m": [6.0, 7.0, 9.5], "lean_deg": [4.0, 5.3, 12.0],
        "position_accuracy_m": [0.5, 3.0],
    },
    "cable": {"installed_on": [*DAYS, *NEAR_DAYS], "survey_date": NEAR_DAYS, "position_accuracy_m": [1.0]},
    "span": {
        "surface_below": SURFACES, "lowest_height_m": [*HEIGHTS[:4] * 4, *HEIGHTS], "height_method": METHODS[:4],
        "sag_ratio": [0.0, 0.01, 0.05], "has_height_sign": [True, False],
    },
    "support": {"attachment_height_m": HEIGHTS[10:], "height_method": METHODS[:4]},
    "street": {"has_trucks": [True, False]},
    "railway": {"formation_width_m": [4.0, 12.0], "position_accuracy_m": [1.0]},
    "waterway": {"clearance_height_m": [3.5, 6.0]},
    "plan_street": {"deadline": NEAR_DAYS[1:]},
}  # fmt: skip
"""What is there where somebody measured, by layer; what is written in any case stands below."""
WRITTEN: dict[str, dict[str, list[Any]]] = {
    "pole": {"kind": ["telecom"] * 4 + ["power_lv", "power_mv", "power_hv", "lighting", "tree", "unknown"]},
    "cable": {"role": ["trunk", "distribution", "drop", "unknown"], "visibility": ["partner"] * 5 + ["secret"]},
    "street": {"street_class": ["primary", "residential", "alley", "path"]},
    "railway": {"railway_class": ["gauge_1000", "gauge_1435", "urban_third_rail", "unknown"]},
    "waterway": {"waterway_class": ["class_3", "not_navigable", "unknown"]},
    "span": {},
    "support": {},
    "plan_street": {
        "kind": ["underground", "underground", "bundle"], "starts_on": [DAY - timedelta(days=40), DAY],
        "accepted_on": [None, None, DAY, DAY + timedelta(days=1)],
    },
    "temporary_licence": {"valid_from": NEAR_DAYS[:4], "valid_to": [None, DAY + timedelta(days=2)]},
    "span_count": {
        "role": ["drop", "drop", "unknown", "trunk"], "state": ["in_service", "unknown"], "cable_count": [0, 1, 4],
        "counted_on": NEAR_DAYS, "visibility": ["partner"] * 4 + ["secret"],
    },
    "guy": {"kind": ["guy"], "state": ["in_service", "broken"]},
}  # fmt: skip
LINES = ("street", "street", "railway", "waterway")


@dataclass(frozen=True)
class Line:
    """A street, railway or waterway of a random town."""

    layer: str
    points: tuple[Point, ...]
    columns: Columns


@dataclass(frozen=True)
class Surveyed:
    """A town with streets, rails and water through it, and what is written of everything in it.

    What people measured on spans and supports goes by their order along the names of poles and cables, over and over.
    """

    town: Town
    poles: dict[str, Columns]
    cables: dict[str, Columns]
    lines: dict[str, Line]
    guys: list[tuple[str, Columns]]
    plans: list[tuple[str, Columns]]
    licences: list[tuple[str, Columns]]
    spans: list[Columns]
    supports: list[Columns]
    counts: list[Columns]

    def __str__(self) -> str:
        parts = "poles", "cables", "lines", "guys", "plans", "licences", "spans", "supports", "counts"
        return "\n".join([str(self.town), *(f"{part}: {pformat(getattr(self, part))}" for part in parts)])

    def put_up(self, network: Network) -> None:
        """Write everything that is not derived."""
        for name, (at, status) in self.town.poles.items():
            network.pole(name, at, status, **self.poles[name])
        for name, (points, deployment) in self.town.cables.items():
            network.cable(name, points, deployment, **self.cables[name])
        for name, line in self.lines.items():
            network.street(name, line.points, line.layer, **line.columns)
        self.town.write_zones(network)
        for name, columns in self.guys:
            row(network, "fitting", pole_id=network.ids["pole", name], **columns)
        for number, (name, columns) in enumerate(self.plans):
            plan = row(
                network, "plan_street", street_id=network.ids["street", name], plan_no=str(number), **columns
            )
            network.ids["plan_street", str(number)] = plan
        for name, columns in self.licences:
            row(network, "temporary_licence", cable_id=network.ids["cable", name], **columns)

    def survey(self, network: Network) -> None:
        """Write what was measured of what came out of tying the cables."""
        for layer, measured in (("span", self.spans), ("support", self.supports)):
            for number, columns in zip(derived(network, layer), measured * 9, strict=False):
                update(network, layer, number, columns)
        seen = set()
        for number, columns in zip(derived(network, "span"), self.counts, strict=False):
            key = (number, columns["role"], columns["state"], columns["counted_on"])
            if key not in seen:
                seen.add(key)
                row(network, "span_count", span_id=number, **columns)


ORDERED = {
    "span": "SELECT s.id FROM registry.span AS s JOIN registry.pole AS a ON a.id = s.pole_a_id"
    " JOIN registry.pole AS b ON b.id = s.pole_b_id WHERE a.id = ANY (%s)"
    " ORDER BY least(a.code, b.code), greatest(a.code, b.code)",
    "support": "SELECT s.id FROM registry.support AS s JOIN registry.cable AS c ON c.id = s.cable_id"
    " WHERE s.pole_id = ANY (%s) ORDER BY c.code, s.sequence",
}


def derived(network: Network, layer: str) -> list[int]:
    """Return the spans or supports of a network in the order of their names."""
    poles = [number for (kind, _), number in network.ids.items() if kind == "pole"]
    return [number for (number,) in network.sql(ORDERED[layer], poles)]


def update(network: Network, layer: str, number: int, columns: Columns) -> None:
    """Write columns of one row."""
    names = ", ".join(f"{name} = %s" for name in columns)
    network.sql(f"UPDATE registry.{layer} SET {names} WHERE id = %s", *columns.values(), number)


@st.composite
def written(draw: st.DrawFn, layer: str, share: float) -> Columns:
    """Return values for the columns that people measure, as `share` says (0, 0.5 or 1), and for the others."""
    values = {name: draw(st.sampled_from(choices)) for name, choices in WRITTEN[layer].items()}
    for name, choices in MEASURED.get(layer, {}).items():
        known = share == 1 or (share > 0 and draw(st.booleans()))
        values[name] = draw(st.sampled_from(choices)) if known else None
    if layer == "plan_street":
        for name in ("deadline", "accepted_on"):
            if values[name] is not None:
                values[name] = max(values[name], values["starts_on"])
    return values


@st.composite
def lines(draw: st.DrawFn, layer: str, share: float) -> Line:
    """Return a line of two or three points right through a town."""
    points = draw(st.lists(PLACES, min_size=2, max_size=3, unique=True))
    (x, y), (u, v) = points[0], points[-1]
    if abs(x - u) + abs(y - v) < 5:
        points[-1] = (x + 31, y + 17)
    return Line(layer, tuple(points), draw(written(layer, share)))


@st.composite
def surveyed(draw: st.DrawFn, share: float) -> Surveyed:
    """Return a town of which everything, half or nothing was measured."""
    town = draw(towns(zones=2, kinds=(*ZONE_KINDS, "undergrounded", "undergrounded"), hung=True))
    poles = {name: draw(written("pole", share)) for name in town.poles}
    cables = {name: draw(written("cable", share)) for name in town.cables}
    crossing = {f"{layer}{n}": draw(lines(layer, share)) for n, layer in enumerate(LINES)}

    def some(layer: str, names: Any, most: int) -> list[tuple[str, Columns]]:
        pairs = st.tuples(st.sampled_from(sorted(names)), written(layer, share))
        return draw(st.lists(pairs, max_size=most))

    return Surveyed(
        town, poles, cables, crossing,
        guys=some("guy", poles, 2), plans=some("plan_street", ("street0", "street1"), 2),
        licences=some("temporary_licence", cables, 1),
        spans=draw(st.lists(written("span", share), min_size=6, max_size=6)),
        supports=draw(st.lists(written("support", share), min_size=7, max_size=7)),
        counts=draw(st.lists(written("span_count", share), max_size=3)),
    )  # fmt: skip
