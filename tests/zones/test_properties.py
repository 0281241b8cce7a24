"""What holds of every drawn street: sides make up the strip, sections add up, a wider zone never loses ground."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import pairwise

import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.support.network import Network
from tests.support.towns import FEW, Point, within
from tests.zones.drawn import area, off

NewNetwork = Callable[[], AbstractContextManager[Network]]


@dataclass(frozen=True)
class Road:
    """A bent street that runs to the east, and where A, B and C cross it (metres to the east)."""

    points: list[Point]
    crossings: tuple[float, float, float]

    def draw(self, network: Network) -> None:
        """Draw the street, forwards or as its points come, and those that cross it."""
        network.street("Lê Lợi", self.points)
        for name, x in zip(("A Một", "B Hai", "C Ba"), self.crossings, strict=True):
            network.street(name, [(x, -400), (x, 400)])


@st.composite
def roads(draw: st.DrawFn) -> Road:
    """Return a street of gentle bends, drawn from either end."""
    points: list[Point] = [(0.0, 0.0)]
    for _ in range(draw(st.integers(2, 6))):
        x, y = points[-1]
        points.append((x + draw(within(60, 160)), max(-200.0, min(200.0, y + draw(within(-40, 40))))))
    length = points[-1][0]
    places = sorted(draw(st.lists(within(5, length - 5), min_size=3, max_size=3, unique=True)))
    assume(all(second - first > 8 for first, second in pairwise(places)))
    return Road(points if draw(st.booleans()) else points[::-1], (places[0], places[1], places[2]))


@FEW
@given(road=roads(), width_m=within(2, 25))
def test_sections_add_up_and_do_not_depend_on_the_way_they_are_said(
    new_network: NewNetwork, road: Road, width_m: float
) -> None:
    with new_network() as network:
        road.draw(network)
        whole = area(network, "Lê Lợi (từ A Một đến C Ba)", width_m)
        first = area(network, "Lê Lợi (từ A Một đến B Hai)", width_m)
        second = area(network, "Lê Lợi (từ B Hai đến C Ba)", width_m)
        # At a bend, square ends of two sections may leave a wedge or overlap: never more than one width's square.
        assert off(first.union(second), whole) < width_m * width_m + 2
        assert off(area(network, "Lê Lợi (từ C Ba đến A Một)", width_m), whole) < 0.1
        assert (
            area(network, "Lê Lợi", width_m).union(whole).area
            <= area(network, "Lê Lợi", width_m).area * 1.001
        )


@FEW
@given(road=roads(), width_m=within(2, 20))
def test_left_and_right_make_up_the_strip(new_network: NewNetwork, road: Road, width_m: float) -> None:
    with new_network() as network:
        road.draw(network)
        both = area(network, "Lê Lợi (từ A Một đến C Ba)", width_m)
        left = area(network, "Lê Lợi (từ A Một đến C Ba), bên trái", width_m)
        right = area(network, "Lê Lợi (từ A Một đến C Ba), bên phải", width_m)
        assert off(left.union(right), both) < 0.01 * both.area
        assert left.intersection(right).area < 0.01 * both.area
        assert off(area(network, "Lê Lợi (từ C Ba đến A Một), bên phải", width_m), left) < 0.5


@FEW
@given(road=roads(), width_m=within(2, 20), more_m=within(0.5, 20))
def test_a_wider_zone_never_loses_ground(
    new_network: NewNetwork, road: Road, width_m: float, more_m: float
) -> None:
    with new_network() as network:
        road.draw(network)
        for text in ("Lê Lợi", "Lê Lợi (từ A Một đến B Hai)", "Lê Lợi\nB Hai"):
            small, large = area(network, text, width_m), area(network, text, width_m + more_m)
            assert small.difference(large).area < 0.1
            assert shapely.is_valid(large)
