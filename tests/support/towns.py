"""Random small towns: poles, cables that run past them with noise, and zones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import shapely
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from tests.support.grid import Point
from tests.support.ground import polygon
from tests.support.network import Network

# Every try costs a fifth of a second and more: what fails is shown as it was drawn, not shrunk. The same
# towns are drawn in every run; take `derandomize` away to hunt.
FEW = settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.filter_too_much,
        HealthCheck.too_slow,
    ],
)
KINDS = ("urban", "district_centre", "aesthetic_priority", "heritage", "underground_only")


@dataclass(frozen=True)
class ZonePlan:
    """A zone of a random town: rings in metres of the plane, kind, first day, first day no longer valid."""

    rings: list[list[Point]]
    kind: str
    valid_from: date
    valid_to: date | None
    weight: float = 1.0


@dataclass(frozen=True)
class Town:
    """Poles with their status, cables with their deployment, zones; by name, in metres of the plane.

    `accuracies` are those of the positions of poles and cables by name, in metres, as far as they are known.
    """

    poles: dict[str, tuple[Point, str]]
    cables: dict[str, tuple[list[Point], str]]
    zones: dict[str, ZonePlan]
    accuracies: dict[str, float] = field(default_factory=dict)

    @property
    def standing(self) -> dict[str, Point]:
        """Return the poles that cables may be tied to."""
        return {name: at for name, (at, status) in self.poles.items() if status in ("in_service", "disused")}

    @property
    def aerial(self) -> dict[str, list[Point]]:
        """Return the cables that hang."""
        return {name: points for name, (points, deployment) in self.cables.items() if deployment == "aerial"}

    def write(self, network: Network) -> None:
        """Put everything into the registry."""
        for name, (at, status) in self.poles.items():
            network.pole(name, at, status, position_accuracy_m=self.accuracies.get(name))
        for name, (points, deployment) in self.cables.items():
            network.cable(name, points, deployment, position_accuracy_m=self.accuracies.get(name))
        self.write_zones(network)

    def write_zones(self, network: Network) -> None:
        """Put the zones into the registry."""
        for name, zone in self.zones.items():
            network.zone(name, zone.rings, zone.kind, zone.valid_from, zone.valid_to, weight=zone.weight)

    def __str__(self) -> str:
        """Return the town as one would tell it: a drawing of the poles, then everything by name."""
        told = [sketch(self.standing)]
        told += [f"pole {name} {at} {status}" for name, (at, status) in self.poles.items()]
        told += [f"cable {name} {deployment} {points}" for name, (points, deployment) in self.cables.items()]
        told += [f"zone {name} {zone}" for name, zone in self.zones.items()]
        return "\n".join([*told, f"accuracies {self.accuracies}"])


def sketch(points: dict[str, Point], step_m: float = 5.0) -> str:
    """Return points as text: north is up, a character is 5 m."""
    rows = [["."] * 19 for _ in range(9)]
    for name, (x, y) in points.items():
        row, column = 8 - round(y / step_m), round(x / step_m)
        if 0 <= row < 9 and 0 <= column < 19:
            rows[row][column] = name[0]
    return "\n".join("".join(row) for row in rows)


def within(least: float, most: float) -> st.SearchStrategy[float]:
    """Return lengths in metres, to the centimetre, which shrink towards a round zero."""
    return st.integers(round(least * 100), round(most * 100)).map(lambda cm: cm / 100)


PLACES = st.tuples(within(0, 90), within(0, 40))


@st.composite
def cable_points(draw: st.DrawFn, places: list[Point], hung: bool = False) -> list[Point]:
    """Return the points of a cable: near poles, with noise, or anywhere; `hung`: mostly from pole to pole."""
    points: list[Point] = []
    if hung and draw(st.integers(0, 3)):
        for x, y in draw(st.permutations(places))[: draw(st.integers(3, 5))]:
            points.append((x + draw(within(-1, 1)), y + draw(within(-1, 1))))
        return points
    for _ in range(draw(st.integers(2, 6))):
        if draw(st.booleans()):
            x, y = draw(st.sampled_from(places))
            points.append((x + draw(within(-2.2, 2.2)), y + draw(within(-2.2, 2.2))))
        else:
            points.append(draw(PLACES))
    apart = [points[0], *(b for a, b in pairwise(points) if math.dist(a, b) > 0.05)]
    return apart if len(apart) > 1 else [apart[0], (apart[0][0] + 20, apart[0][1] + 7)]


def zone_plans(kinds: Sequence[str] = KINDS) -> st.SearchStrategy[ZonePlan]:
    """Return rectangles and triangles, some with a hole."""
    return _zone_plans(kinds).filter(lambda plan: bool(polygon(plan.rings).is_valid))


@st.composite
def _zone_plans(draw: st.DrawFn, kinds: Sequence[str]) -> ZonePlan:
    x, y = draw(within(-20, 60)), draw(within(-20, 30))
    width, height = draw(within(8, 80)), draw(within(8, 60))
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    rings = [corners if draw(st.booleans()) else corners[:3]]
    if draw(st.booleans()):
        middle = shapely.Polygon(rings[0]).centroid
        size = min(width, height) / draw(st.integers(7, 12))
        rings.append(
            [(middle.x - size, middle.y - size), (middle.x, middle.y + size), (middle.x + size, middle.y)]
        )
    first = draw(st.sampled_from([date(2020, 1, 1), date(2026, 7, 1), date(2026, 7, 2)]))
    last = draw(st.sampled_from([None, None, date(2026, 7, 2), date(2027, 1, 1)]))
    kind = draw(st.sampled_from(kinds))
    weight = draw(st.sampled_from([1.0, 1.0, 2.5]))
    return ZonePlan(rings, kind, first, last if last is None or last > first else None, weight)


@st.composite
def towns(draw: st.DrawFn, zones: int = 0, kinds: Sequence[str] = KINDS, hung: bool = False) -> Town:
    """Return a town of up to 7 poles, 3 cables (`cable_points` tells of `hung` ones) and `zones` zones."""
    places = draw(st.lists(PLACES, min_size=4 if hung else 2, max_size=6, unique=True))
    if draw(st.booleans()):  # a pole beside another, as after a replacement
        x, y = places[0]
        places.append((x + draw(within(0.3, 3)), y))
    status = st.sampled_from(["in_service"] * 6 + ["disused", "removed", "planned"])
    poles = {chr(65 + n): (place, draw(status)) for n, place in enumerate(places)}
    cables = {
        f"k{n}": (points, draw(st.sampled_from(["aerial"] * 5 + ["underground"])))
        for n, points in enumerate(
            draw(st.lists(cable_points(places, hung), min_size=2 if hung else 1, max_size=3))
        )
    }
    plans = draw(st.lists(zone_plans(kinds), max_size=zones))
    accuracies: dict[str, float] = {}
    if zones and draw(st.booleans()):
        accuracy = st.sampled_from([0.0, 0.05, 0.5, 1.0, 2.5, 8.0, 60.0])
        accuracies = {name: draw(accuracy) for name in (*poles, *cables) if draw(st.integers(0, 9))}
    return Town(poles, cables, {f"z{n}": plan for n, plan in enumerate(plans)}, accuracies)
