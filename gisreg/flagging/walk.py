"""The order in which to walk to places along streets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol, TypeVar

Place = tuple[float, float]
"""Longitude and latitude in degrees."""


class Stop(Protocol):
    """Something to walk to: where it is, and along which street (None: along none)."""

    @property
    def id(self) -> int:
        """Its number, which decides between stops that are as near."""

    @property
    def place(self) -> Place:
        """Where it is."""

    @property
    def street(self) -> tuple[int, str | None, str | None] | None:
        """Id, code and name of its street."""


S = TypeVar("S", bound=Stop)


def walk(stops: Sequence[S]) -> list[S]:
    """Return stops in walking order: every street once, from one of its ends to the other.

    The first street is the first stop's; the next one is that of whose ends one is nearest. Stops along no
    street are streets of their own. Greedy, which for a few hundred stops is near enough to the shortest walk
    (and grows with their square).
    """
    streets = _by_street(stops)
    order: list[S] = []
    while streets:
        if order:
            last = order[-1].place
            street = min(streets, key=lambda one: min(_apart(last, end.place) for end in _ends(streets[one])))
        else:
            street = next(iter(streets))
        left = streets.pop(street)
        chosen = (
            min(_ends(left), key=lambda end: _apart(order[-1].place, end.place)) if order else _ends(left)[0]
        )
        while True:
            order.append(chosen)
            left.remove(chosen)
            if not left:
                break
            here = chosen.place
            chosen = min(left, key=lambda one: (_apart(here, one.place), one.id))
    return order


def _by_street(stops: Sequence[S]) -> dict[tuple[str, int], list[S]]:
    found: dict[tuple[str, int], list[S]] = {}
    for stop in stops:
        key = ("stop", stop.id) if stop.street is None else ("street", stop.street[0])
        found.setdefault(key, []).append(stop)
    return found


def _ends(stops: Sequence[S]) -> tuple[S, S]:
    """Return the two stops of a street that are its ends: the farthest from the first, and from that one."""
    one = max(stops, key=lambda stop: (_apart(stops[0].place, stop.place), stop.id))
    other = max(stops, key=lambda stop: (_apart(one.place, stop.place), stop.id))
    return one, other


def _apart(a: Place, b: Place) -> float:
    """Return a measure of distance that orders as metres do: degrees, longitude shrunk by the latitude."""
    return math.hypot((a[0] - b[0]) * math.cos(math.radians(a[1])), a[1] - b[1])
