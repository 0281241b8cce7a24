"""Many random towns in one registry, kilometres apart: one run of the rules serves them all.

A rule reaches some hundred metres at most, so what it says of a town does not hang on the others; a test that finds a
difference says in which town it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import shapely
from hypothesis import Verbosity, given, seed, settings
from hypothesis import strategies as st

from tests.support.carriers import span, support
from tests.support.grid import Point
from tests.support.ground import degrees_of, lonlat
from tests.support.network import Network
from tests.support.plain_draws import BACKEND
from tests.support.towns import FEW

T = TypeVar("T")
BATCH = 16
SPACING_M = 4_000.0
ENOUGH = 200
"""As many towns must have been compared wholly."""


def drawn(strategy: st.SearchStrategy[T], count: int, number: int = 0) -> list[T]:
    """Return so many examples of a strategy, all different and the same in every run.

    Args:
        number: another number, other examples.
    """
    found: dict[str, T] = {}
    for run in range(count):
        found |= {repr(one): one for one in _ten(strategy, 1_000 * number + run)}
        if len(found) >= count:
            break
    return list(found.values())[:count]


def _ten(strategy: st.SearchStrategy[T], number: int) -> list[T]:
    """Return ten examples but the first, which is the simplest of all."""
    some: list[T] = []

    @seed(number)
    @settings(FEW, max_examples=10, verbosity=Verbosity.quiet, backend=BACKEND)
    @given(strategy)
    def keep(one: T) -> None:
        some.append(one)

    keep()
    return some[1:]


def batches(items: Sequence[T], size: int = BATCH) -> Iterator[Sequence[T]]:
    """Return items in batches that are laid side by side."""
    for first in range(0, len(items), size):
        yield items[first : first + size]


class Place(Network):
    """A network that shares a registry with others, each at a place and with names of its own."""

    def __init__(self, shared: Network, number: int):
        super().__init__(
            shared.connection, (SPACING_M * (number % 4), SPACING_M * (number // 4)), f"{number}:"
        )
        self.number = number
        self.mine: frozenset[int] = frozenset()
        self.labels: dict[int, str] = {}

    def settle(self) -> None:
        """Learn which objects are of this place, besides those that are known; after every build and edit."""
        ids: dict[str, list[int]] = {}
        for (layer, _), number in self.ids.items():
            ids.setdefault(layer, []).append(number)
        poles, cables = ids.get("pole", []), ids.get("cable", [])
        rows = self.sql(
            "SELECT id FROM registry.segment WHERE cable_id = ANY (%s)"
            " UNION ALL SELECT id FROM registry.support WHERE cable_id = ANY (%s)"
            " UNION ALL SELECT id FROM registry.span WHERE pole_a_id = ANY (%s)"
            " UNION ALL SELECT id FROM registry.fitting WHERE pole_id = ANY (%s)",
            cables,
            cables,
            poles,
            poles,
        )
        self.mine |= {*self.ids.values(), *(row[0] for row in rows)}

    def is_mine(self, number: int) -> bool:
        return number in self.mine

    def remember(self) -> None:
        """Keep the names of what is here now, whatever code it is given and whatever it loses."""
        self.labels = {number: name for (_, name), number in self.ids.items()}
        self.labels |= {number: self.label_of(number) for number in self.mine}

    def label_of(self, number: int) -> str:
        return self.labels.get(number) or super().label_of(number).replace(self.mark, "")

    def site(self, layer: str, name: str, at: Point, **columns: Any) -> int:
        """Add a tower or manhole."""
        (point,) = self.moved([at])
        return self._add(layer, name, {"code": self.mark + name} | columns, shapely.Point(lonlat(point)))

    def duct(self, name: str, points: Sequence[Point], **columns: Any) -> int:
        line = shapely.LineString(degrees_of(self.moved(points)))
        return self._add("duct", name, {"code": self.mark + name} | columns, line)

    def span(self, poles: str) -> int:
        """Return the id of the span between two poles, each named by one character."""
        return span(self, *poles)

    def support(self, cable: str, pole: str) -> int:
        """Return the id of the support of a cable on a pole."""
        return support(self, cable, pole)


class Judged(Protocol):
    """What was compared with an oracle: by object what hangs by a hair, and what differs."""

    unclear: dict[int, int]
    different: dict[int, list[str]]


@dataclass
class Tally:
    """How many towns were compared, wholly or but for what hangs by a hair, and those that differ."""

    wholly: int = 0
    partly: int = 0
    different: list[str] = field(default_factory=list)

    def count(self, places: Sequence[Place], towns: Sequence[object], *judged: Judged) -> None:
        """Count the towns of a batch by what was found of their objects."""
        for place, town in zip(places, towns, strict=True):
            unclear = any(place.is_mine(number) for one in judged for number in one.unclear)
            self.partly += unclear
            self.wholly += not unclear
            told = [
                sentence
                for one in judged
                for number, sentences in one.different.items()
                if place.is_mine(number)
                for sentence in (place.label_of(number), *sentences)
            ]
            if told:
                self.different.append("\n".join([str(town), *told]))
        nobodys = {
            number: sentences
            for one in judged
            for number, sentences in one.different.items()
            if not any(place.is_mine(number) for place in places)
        }
        if nobodys:
            self.different.append(f"objects of no town: {nobodys}")

    def check(self, least: int = ENOUGH) -> None:
        """Fail where a town differed, with its drawing, or where too few were compared wholly."""
        if self.different:
            raise AssertionError(f"{len(self.different)} towns differ. The first:\n{self.different[0]}")
        assert self.wholly >= least, f"only {self.wholly} towns were compared wholly, {self.partly} in part"
