"""After any edits, in any order, the findings are those of a whole run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from gisreg.clock import today
from gisreg.flagging import run as flagging
from gisreg.topology import build as topology
from tests.flagging.agreement import with_a_whole_run
from tests.support.carriers import row
from tests.support.ground import lonlat
from tests.support.measured import DAYS, Columns, Surveyed, derived, lines, surveyed, update, written
from tests.support.network import Network
from tests.support.towns import FEW, PLACES, cable_points

T = TypeVar("T")
NewNetwork = Callable[[], AbstractContextManager[Network]]


class Edits:
    """Makes edits as the service does: remember, write, tie, flag."""

    def __init__(self, network: Network, town: Surveyed, data: st.DataObject):
        self.network, self.data = network, data
        self.poles = {name: at for name, (at, _) in town.town.poles.items()}
        self.lines = {name: line.layer for name, line in town.lines.items()}

    def draw(self, choices: list[T]) -> T:
        return self.data.draw(st.sampled_from(choices))

    def written(self, layer: str) -> Columns:
        return self.data.draw(written(layer, 0.5))

    @contextmanager
    def edit(self, layer: str, number: int) -> Iterator[None]:
        flagging.before_edit(self.network.connection, layer, [number])
        yield
        topology.after_edit(self.network.connection, layer, [number])
        flagging.after_edit(self.network.connection, layer, [number])

    def one(self) -> None:
        kinds = [
            "measure", "measure", "describe_pole", "describe_pole", "move_pole", "add_pole", "redraw_cable",
            "delete_cable", "describe_line", "move_line", "delete_line", "add_line", "fit", "unfit",
        ]  # fmt: skip
        getattr(self, self.draw(kinds))()

    def pole(self) -> str:
        return self.draw(sorted(self.poles))

    def measure(self) -> None:
        layer = self.draw(["span", "support"])
        if there := derived(self.network, layer):
            number = self.draw(there)
            with self.edit(layer, number):
                update(self.network, layer, number, self.written(layer))

    def describe_pole(self) -> None:
        name = self.pole()
        changes: dict[str, list[Any]] = {
            "status": ["in_service", "planned", "disused", "removed"],
            "kind": ["telecom", "power_lv", "power_mv"],
            "installed_on": [None, *DAYS],
            "lowest_power_height_m": [None, 6.5],
            "position_accuracy_m": [None, 30.0],
            "is_corner": [None, True],
            "visibility": ["public", "secret"],
        }
        column = self.draw(sorted(changes))
        with self.edit("pole", self.network.ids["pole", name]):
            self.network.set("pole", name, column, self.draw(changes[column]))

    def move_pole(self) -> None:
        name = self.pole()
        with self.edit("pole", self.network.ids["pole", name]):
            self.network.redraw("pole", name, [self.data.draw(PLACES)])

    def add_pole(self) -> None:
        name = f"N{len(self.poles)}"
        x, y = self.poles[self.pole()]
        self.poles[name] = (x + 1.5, y)
        number = self.network.pole(name, (x + 1.5, y), **self.written("pole"))
        topology.after_edit(self.network.connection, "pole", [number])
        flagging.after_edit(self.network.connection, "pole", [number])

    def cable(self) -> str | None:
        left = sorted(name for layer, name in self.network.ids if layer == "cable")
        return self.draw(left) if left else None

    def redraw_cable(self) -> None:
        if name := self.cable():
            points = self.data.draw(cable_points(list(self.poles.values())))
            with self.edit("cable", self.network.ids["cable", name]):
                self.network.redraw("cable", name, points)
                self.network.set("cable", name, "role", self.draw(["trunk", "drop"]))

    def delete_cable(self) -> None:
        if name := self.cable():
            with self.edit("cable", self.network.ids["cable", name]):
                self.network.delete("cable", name)
            del self.network.ids["cable", name]

    def line(self) -> tuple[str, str] | None:
        left = sorted(self.lines)
        name = self.draw(left) if left else None
        return (self.lines[name], name) if name else None

    def describe_line(self) -> None:
        if found := self.line():
            with self.edit(found[0], self.network.ids[found]):
                update(self.network, found[0], self.network.ids[found], self.written(found[0]))

    def move_line(self) -> None:
        if found := self.line():
            (x, y), (u, v) = self.data.draw(PLACES), self.data.draw(PLACES)
            with self.edit(found[0], self.network.ids[found]):
                self.network.sql(
                    f"UPDATE registry.{found[0]} SET geom ="
                    " ST_Multi(ST_SetSRID(ST_MakeLine(ST_Point(%s, %s), ST_Point(%s, %s)), 4326)) WHERE id = %s",
                    *lonlat((x, y)),
                    *lonlat((u + 1, v)),
                    self.network.ids[found],
                )

    def delete_line(self) -> None:
        if found := self.line():
            with self.edit(found[0], self.network.ids[found]):
                self.network.delete(*found)
            del self.lines[found[1]]

    def add_line(self) -> None:
        layer = self.draw(["street", "railway", "waterway"])
        line, name = self.data.draw(lines(layer, 0.5)), f"{layer} {len(self.network.ids)}"
        self.lines[name] = layer
        number = self.network.street(name, line.points, layer, **line.columns)
        topology.after_edit(self.network.connection, layer, [number])
        flagging.after_edit(self.network.connection, layer, [number])

    def fit(self) -> None:
        pole = self.network.ids["pole", self.pole()]
        number = row(self.network, "fitting", pole_id=pole, **self.written("guy"))
        flagging.after_edit(self.network.connection, "fitting", [number])

    def unfit(self) -> None:
        if rows := self.network.sql("SELECT f.id FROM registry.fitting AS f JOIN registry.pole AS p"
                                    " ON p.id = f.pole_id ORDER BY p.code, f.id"):  # fmt: skip
            with self.edit("fitting", rows[0][0]):
                self.network.sql("DELETE FROM registry.fitting WHERE id = %s", rows[0][0])


@settings(FEW, max_examples=20)
@given(town=surveyed(0.5), data=st.data())
def test_edits_lead_where_a_whole_run_leads(
    new_network: NewNetwork, town: Surveyed, data: st.DataObject
) -> None:
    with new_network() as network:
        town.put_up(network)
        network.build()
        town.survey(network)
        network.flag(today())
        edits = Edits(network, town, data)
        for _ in range(data.draw(st.integers(1, 6))):
            edits.one()
            assert with_a_whole_run(network, today()).different == {}
