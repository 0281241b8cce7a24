"""After any edits, in any order, the registry is what a whole run over the same objects makes of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.grid import Point
from tests.support.network import Network
from tests.support.towns import FEW, PLACES, Town, cable_points, towns

NewNetwork = Callable[[], AbstractContextManager[Network]]


@dataclass
class Edits:
    """Draws edits of a town and makes them in the registry, keeping the town up to date."""

    town: Town
    network: Network
    data: st.DataObject

    def one(self) -> None:
        """Make one edit and bring the registry in line with it."""
        kind = self.data.draw(st.sampled_from(["move", "status", "insert", "redraw", "bury", "replace"]))
        getattr(self, kind)()

    def _pole(self) -> str:
        return self.data.draw(st.sampled_from(sorted(self.town.poles)))

    def _cable(self) -> str:
        return self.data.draw(st.sampled_from(sorted(self.town.cables)))

    def _put(self, name: str, at: Point, status: str) -> None:
        self.town.poles[name] = (at, status)

    def move(self) -> None:
        name, at = self._pole(), self.data.draw(PLACES)
        self._put(name, at, self.town.poles[name][1])
        self.network.redraw("pole", name, [at])
        self.network.edited("pole", name)

    def status(self) -> None:
        name, status = self._pole(), self.data.draw(st.sampled_from(["removed", "in_service", "planned"]))
        self._put(name, self.town.poles[name][0], status)
        self.network.set("pole", name, "status", status)
        self.network.edited("pole", name)

    def insert(self) -> None:
        name = f"N{len(self.town.poles)}"
        x, y = self.data.draw(st.sampled_from(self.town.cables[self._cable()][0]))
        self._put(name, (x + 0.7, y), "in_service")
        self.network.pole(name, (x + 0.7, y))
        self.network.edited("pole", name)

    def replace(self) -> None:
        old, new = self._pole(), f"N{len(self.town.poles)}"
        x, y = self.town.poles[old][0]
        self._put(old, (x, y), "removed")
        self._put(new, (x + 1, y), "in_service")
        self.network.set("pole", old, "status", "removed")
        self.network.pole(new, (x + 1, y))
        self.network.edited("pole", old, new)

    def redraw(self) -> None:
        name = self._cable()
        points = self.data.draw(cable_points([at for at, _ in self.town.poles.values()]))
        self.town.cables[name] = (points, self.town.cables[name][1])
        self.network.redraw("cable", name, points)
        self.network.edited("cable", name)

    def bury(self) -> None:
        name = self._cable()
        other = "underground" if self.town.cables[name][1] == "aerial" else "aerial"
        self.town.cables[name] = (self.town.cables[name][0], other)
        self.network.set("cable", name, "deployment", other)
        self.network.edited("cable", name)


def picture(network: Network, town: Town) -> dict[str, object]:
    """Return everything that is derived, by names instead of ids."""
    labels = {part.id: (name, part.label) for name in town.cables for part in network.parts(name)}
    lines = {labels[part.id]: part.line.wkb for name in town.cables for part in network.parts(name)}
    counts = network.sql("SELECT pole_id, cable_count FROM registry.pole_state WHERE cable_count > 0")
    spans = network.sql(
        "SELECT s.pole_a_id, s.pole_b_id, t.cable_count"
        " FROM registry.span AS s JOIN registry.span_state AS t ON t.span_id = s.id"
    )
    crossings = network.sql("SELECT segment_id, ordinal FROM registry.crossing")
    return {
        "lines": lines,
        "supports": {name: [item[:2] for item in network.supports(name)] for name in town.cables},
        "poles": {network.name_of("pole", pole): count for pole, count in counts},
        "spans": {
            frozenset((network.name_of("pole", a), network.name_of("pole", b))): n for a, b, n in spans
        },
        "near": {key: round(metres, 2) for key, metres in network.near_misses().items()},
        "crossings": sorted((labels[segment], ordinal) for segment, ordinal in crossings),
        "findings": {
            (*labels[number], rule, zone): pytest.approx(metres, abs=1e-3)
            for (number, rule, zone), metres in network.findings().items()
        },
        "flags": {
            labels[number]: (state, pytest.approx(metres, abs=1e-3), reason)
            for number, (state, metres, reason) in network.flags().items()
        },
    }


def put_up_street(network: Network) -> None:
    network.street("street", [(-10, 18.37), (110, 21.91)])


@settings(FEW, max_examples=12)
@given(town=towns(zones=2), data=st.data())
def test_edits_lead_where_a_whole_run_leads(new_network: NewNetwork, town: Town, data: st.DataObject) -> None:
    town = replace(town, poles=dict(town.poles), cables=dict(town.cables))
    with new_network() as network:
        network.only_zones()
        town.write(network)
        put_up_street(network)
        network.build()
        network.flag()
        edits = Edits(town, network, data)
        for _ in range(data.draw(st.integers(1, 4))):
            edits.one()
        after = picture(network, town)
        again, flagged = network.build(), network.flag()
        assert (again.fresh, again.gone, again.changed) == (0, 0, 0)
        assert (flagged.fresh, flagged.gone, flagged.changed) == (0, 0, 0)
        assert picture(network, town) == after
    with new_network() as fresh:
        fresh.only_zones()
        town.write(fresh)
        put_up_street(fresh)
        fresh.build()
        fresh.flag()
        assert picture(fresh, town) == after
