"""After any edits, in any order, the findings are those of a whole run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from hypothesis import given, settings
from hypothesis import strategies as st

from gisreg.clock import today
from gisreg.flagging import run as flagging
from gisreg.topology import build as topology
from tests.support.ground import lonlat
from tests.support.measured import DAYS, Surveyors
from tests.support.network import Network
from tests.support.towns import FEW, PLACES, Town, cable_points, towns

NewNetwork = Callable[[], AbstractContextManager[Network]]


class Edits:
    """Makes edits as the service does: remember, write, tie, flag."""

    def __init__(self, surveyors: Surveyors):
        self.s = surveyors
        self.network = surveyors.network

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
        getattr(self, self.s.draw(kinds))()

    def pole(self) -> str:
        return str(self.s.draw(sorted(self.s.town.poles)))

    def measure(self) -> None:
        layer = self.s.draw(["span", "support"])
        if rows := self.network.sql(self.s.ORDERED[layer]):
            (number,) = self.s.draw(rows)
            with self.edit(layer, number):
                self.s.write(layer, number)

    def describe_pole(self) -> None:
        name = self.pole()
        changes = {
            "status": ["in_service", "planned", "disused", "removed"],
            "kind": ["telecom", "power_lv", "power_mv"],
            "installed_on": [None, *DAYS],
            "lowest_power_height_m": [None, 6.5],
            "position_accuracy_m": [None, 30.0],
            "is_corner": [None, True],
            "visibility": ["public", "secret"],
        }
        column = self.s.draw(sorted(changes))
        with self.edit("pole", self.network.ids["pole", name]):
            self.network.set("pole", name, column, self.s.draw(changes[column]))

    def move_pole(self) -> None:
        name = self.pole()
        with self.edit("pole", self.network.ids["pole", name]):
            self.network.redraw("pole", name, [self.s.data.draw(PLACES)])

    def add_pole(self) -> None:
        name = f"N{len(self.s.town.poles)}"
        x, y = self.s.town.poles[self.pole()][0]
        self.s.town.poles[name] = ((x + 1.5, y), "in_service")
        number = self.network.pole(name, (x + 1.5, y), **self.s.written("pole"))
        topology.after_edit(self.network.connection, "pole", [number])
        flagging.after_edit(self.network.connection, "pole", [number])

    def cable(self) -> str | None:
        left = sorted(name for layer, name in self.network.ids if layer == "cable")
        return str(self.s.draw(left)) if left else None

    def redraw_cable(self) -> None:
        if name := self.cable():
            points = self.s.data.draw(cable_points([at for at, _ in self.s.town.poles.values()]))
            with self.edit("cable", self.network.ids["cable", name]):
                self.network.redraw("cable", name, points)
                self.network.set("cable", name, "role", self.s.draw(["trunk", "drop"]))

    def delete_cable(self) -> None:
        if name := self.cable():
            with self.edit("cable", self.network.ids["cable", name]):
                self.network.delete("cable", name)
            del self.network.ids["cable", name]

    def line(self) -> tuple[str, str] | None:
        left = sorted(self.s.lines)
        name = str(self.s.draw(left)) if left else None
        return (self.s.lines[name], name) if name else None

    def describe_line(self) -> None:
        if found := self.line():
            with self.edit(found[0], self.network.ids[found]):
                self.s.write(found[0], self.network.ids[found])

    def move_line(self) -> None:
        if found := self.line():
            (x, y), (u, v) = self.s.data.draw(PLACES), self.s.data.draw(PLACES)
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
            del self.s.lines[found[1]]

    def add_line(self) -> None:
        layer = self.s.draw(["street", "railway", "waterway"])
        number = self.network.ids[layer, self.s.add_line(layer)]
        topology.after_edit(self.network.connection, layer, [number])
        flagging.after_edit(self.network.connection, layer, [number])

    def fit(self) -> None:
        number = self.s.guy(self.pole())
        flagging.after_edit(self.network.connection, "fitting", [number])

    def unfit(self) -> None:
        if rows := self.network.sql("SELECT f.id FROM registry.fitting AS f JOIN registry.pole AS p"
                                    " ON p.id = f.pole_id ORDER BY p.code, f.id"):  # fmt: skip
            with self.edit("fitting", rows[0][0]):
                self.network.sql("DELETE FROM registry.fitting WHERE id = %s", rows[0][0])


@settings(FEW, max_examples=20)
@given(town=towns(zones=1), data=st.data())
def test_edits_lead_where_a_whole_run_leads(new_network: NewNetwork, town: Town, data: st.DataObject) -> None:
    with new_network() as network:
        surveyors = Surveyors(network, town, data, 0.5)
        surveyors.settle()
        network.flag(today())
        edits = Edits(surveyors)
        for _ in range(data.draw(st.integers(1, 6))):
            edits.one()
            report = network.flag(today())
            assert (report.fresh, report.gone, report.changed) == (0, 0, 0)
