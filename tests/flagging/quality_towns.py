"""Random towns with masts, manholes, ducts, fittings, units and requests, described wholly, in part or not at all."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import timedelta
from typing import Any, ClassVar

import shapely
from hypothesis import strategies as st

from tests.support.carriers import organisation, row
from tests.support.grid import Point
from tests.support.ground import degrees_of, lonlat
from tests.support.network import DAY, Network
from tests.support.towns import PLACES, Town

DATES = [DAY + timedelta(days=n) for n in (-900, -60, -59, 0, 3)]
VISIBILITIES = ["public", "partner", "partner", "agency", "secret"]
STATUSES = ["in_service"] * 4 + ["planned", "disused", "removed"]
EXTRAS: dict[str, list[dict[str, Any]]] = {
    "pole": [
        {"Hiện trạng": "tốt"},
        {"Hiện trạng": "lạ"},
        {"Hiện trạng": "không rõ", "Độ nghiêng": 200},
        {"Cao": "8,5"},
        {"Cao": "tám"},
        {"khác": 1},
    ],
    "cable": [{"Chiều dài": 40}, {"Chiều dài": "?"}, {"Loại cáp": "thép"}, {"Đường kính (cm)": 1.2}],
    "duct": [{"Chiều dài (km)": "0,05"}, {"Đường kính": 9e6}, {"Loại": "hào"}, {"Loại": "không rõ"}],
    "tower": [{"Kết cấu": "Cột dây co"}, {"Chiều cao": 900}],
    "manhole": [{"Độ sâu (cm)": 120}, {"Loại": "?"}, {"Loại": "Không rõ"}],
    "fitting": [{"Độ cao": 600}, {"Trạng thái": "hỏng"}],
}
ALWAYS: dict[str, dict[str, list[Any]]] = {
    "pole": {"kind": ["telecom", "telecom", "power_lv", "unknown"], "visibility": VISIBILITIES},
    "cable": {
        "role": ["trunk", "drop", "unknown"], "state": ["in_service", "ownerless", "unknown"],
        "visibility": VISIBILITIES,
    },
    "tower": {
        "mast_class": ["A1a", "A2a", "A2a", "A2b", "A2c", "unknown"], "status": STATUSES,
        "visibility": VISIBILITIES,
    },
    "manhole": {"status": STATUSES, "visibility": VISIBILITIES},
    "duct": {"status": STATUSES, "visibility": VISIBILITIES},
    "fitting": {"kind": ["box", "tag"], "state": ["in_service", "unknown"], "visibility": VISIBILITIES},
}  # fmt: skip
MEASURED: dict[str, dict[str, list[Any]]] = {
    "pole": {
        "code": ["P-1", "P-2", "P-3", " "], "material": ["steel", "wood"], "height_m": [6.5, 8.0],
        "lowest_power_height_m": [None, None, 6.0, 7.5], "has_light": [False, False, True], "installed_on": DATES,
        "survey_date": DATES, "position_accuracy_m": [0.5, 60.0],
    },
    "cable": {"medium": ["fibre"], "installed_on": DATES, "survey_date": DATES, "position_accuracy_m": [3.0]},
    "tower": {
        "height_m": [12.0, 15.0, 18.0], "survey_date": DATES, "position_accuracy_m": [0.5, 20.0],
        "building_height_m": [9.0],
    },
    "manhole": {"survey_date": DATES},
    "duct": {"survey_date": DATES, "position_accuracy_m": [100.0]},
    "fitting": {"height_m": [4.0, 7.0, 8.5], "height_method": ["laser", "photo", None], "survey_date": DATES},
}  # fmt: skip
FAR: Point = (90_000.0, 0.0)


class Keepers:
    """Draw a town and enter it as `share` says: of everything 0, 0.5 or 1."""

    LINES: ClassVar = ("cable", "duct")

    def __init__(self, network: Network, town: Town, data: st.DataObject, share: float):
        self.network, self.town, self.data, self.share = network, town, data, share
        self.owners: list[int | None] = [organisation(network, "one"), organisation(network, "two"), None]
        self.number = 0
        # In the order of their making: ids come in another one each time.
        self.made: dict[str, list[int]] = defaultdict(list)

    def draw(self, choices: list[Any]) -> Any:
        return self.data.draw(st.sampled_from(choices))

    def chance(self, of: int) -> bool:
        return bool(self.data.draw(st.integers(1, of)) == 1)

    def columns(self, layer: str) -> dict[str, Any]:
        values = {name: self.draw(choices) for name, choices in ALWAYS[layer].items()}
        owners = self.owners[:2] if self.share == 1 else self.owners
        values["owner_id"] = self.draw(owners)
        for name, choices in MEASURED[layer].items():
            known = self.share == 1 or (self.share > 0 and self.data.draw(st.booleans()))
            values[name] = (
                self.draw(choices) if known else ("unknown" if name in ("material", "medium") else None)
            )
        if layer in ("pole", "cable", "tower", "manhole", "duct"):
            # A code that is an owner's already is refused; of nobody's there may be two.
            code = values.pop("code", None) if layer == "pole" else self.draw([None, f"{layer}-"])
            if code and values["owner_id"] is not None:
                self.number += 1
                code = f"{code}{self.number}"
            values["code"] = code if self.share else None
        return values

    def place(self) -> Point:
        if self.chance(12):
            return FAR
        x, y = self.data.draw(PLACES)
        return (x * 6, y * 6) if self.data.draw(st.booleans()) else (x, y)

    def enter(self, layer: str) -> int:
        """Add an object of a layer that is not of the town's plan, near one that is there or anywhere."""
        self.number += 1
        name, columns = f"{layer}{self.number}", self.columns(layer)
        if layer == "fitting":
            pole = self.draw(self.made["pole"])
            return self.own(layer, row(self.network, "fitting", pole_id=pole, **columns))
        if layer in self.LINES:
            points = [self.place() for _ in range(self.data.draw(st.integers(2, 3)))]
            if self.chance(3):
                points.append(points[-1])
            shape: Any = shapely.LineString(degrees_of(points))
        else:
            shape = shapely.Point(lonlat(self.place()))
        if self.chance(3) and self.made[layer]:
            ((twin,),) = self.network.sql(
                f"SELECT ST_AsBinary(geom) FROM registry.{layer} WHERE id = %s", self.draw(self.made[layer])
            )
            shape = shapely.from_wkb(bytes(twin))
        return self.own(layer, self.network._add(layer, name, columns, shape))

    def own(self, layer: str, number: int) -> int:
        """Keep an object in mind, and write private columns where something is known of them."""
        self.made[layer].append(number)
        if self.share and self.chance(2):
            given: dict[str, Any] = {"extra": json.dumps(self.draw(EXTRAS[layer]), ensure_ascii=False)}
            few = [None, 2, 4, 6]
            given |= {"cable": {"fibres_used": self.draw(few), "fibre_count": self.draw(few)},
                      "duct": {"ways_free": self.draw(few), "ways": self.draw(few)}}.get(layer, {})  # fmt: skip
            names = ", ".join(given)
            marks = ", ".join(["%s"] * len(given))
            self.network.sql(
                f"INSERT INTO registry.{layer}_private ({layer}_id, {names}) VALUES (%s, {marks})",
                number,
                *given.values(),
            )
        return number

    def settle(self) -> None:
        """Enter everything, tie it, and describe what came of it."""
        for name, (at, status) in self.town.poles.items():
            columns = self.columns("pole") | {"status": status}
            self.own("pole", self.network._add("pole", name, columns, shapely.Point(lonlat(at))))
        for name, (points, deployment) in self.town.cables.items():
            columns = self.columns("cable") | {"deployment": deployment}
            self.own(
                "cable", self.network._add("cable", name, columns, shapely.LineString(degrees_of(points)))
            )
        for layer in (
            "pole",
            "cable",
            "tower",
            "tower",
            "tower",
            "manhole",
            "manhole",
            "duct",
            "duct",
            "fitting",
        ):
            for _ in range(self.data.draw(st.integers(0, 2))):
                self.enter(layer)
        for number in range(self.data.draw(st.integers(0, 2)) if self.share else 0):
            self.unit(number)
        for number, kind in enumerate(("a1_only", "urban")):
            if self.data.draw(st.booleans()):
                self.zone(f"z{number}", kind)
        self.network.street("s", [(20, -30), (20, 60)])
        self.network.build()
        if self.share:
            self.survey()
        for _ in range(self.data.draw(st.integers(0, 3))):
            self.ask()
        if self.chance(3):
            self.lose()

    def unit(self, number: int) -> int:
        x, y = self.data.draw(PLACES)
        size = self.draw([40.0, 3_000.0])
        ring = [(x - size, y - size), (x + size, y - size), (x + size, y + size), (x - size, y + size)]
        self.made["admin_unit"].append(self.network.unit(str(number), ring))
        return self.made["admin_unit"][-1]

    def zone(self, name: str, kind: str) -> int:
        x, y = self.data.draw(PLACES)
        size = self.draw([30.0, 400.0])
        ring = [(x - size, y - size), (x + size, y - size), (x + size, y + size), (x - size, y + size)]
        self.made["zone"].append(self.network.zone(name, [ring], kind))
        self.network.set("zone", name, "visibility", self.draw(["public", "public", "secret"]))
        return self.made["zone"][-1]

    def survey(self) -> None:
        """Measure attachments, count cables, write numbers of others and who is on which mast."""
        for number in self.derived("support"):
            if self.data.draw(st.booleans()):
                self.network.sql(
                    "UPDATE registry.support SET attachment_height_m = %s, height_method = %s WHERE id = %s",
                    self.draw([5.0, 6.6, 8.4]),
                    self.draw(["laser", "estimate", None]),
                    number,
                )
        for number in self.derived("span"):
            if self.chance(3):
                count = row(
                    self.network, "span_count", span_id=number, cable_count=self.draw([0, 2]), counted_on=DAY
                )
                self.made["span_count"].append(count)
        for organisation_id in self.owners[:2]:
            if self.data.draw(st.booleans()):
                self.network.sql(
                    "INSERT INTO registry.pole_code (pole_id, organisation_id, code)"
                    " SELECT %s, %s, coalesce(code, 'P-9') FROM registry.pole WHERE id = %s",
                    self.draw(self.made["pole"]),
                    organisation_id,
                    self.draw(self.made["pole"]),
                )
        for tower in self.made["tower"]:
            if self.data.draw(st.booleans()):
                self.made["tower_tenancy"].append(self.tenant(tower))

    def derived(self, layer: str) -> list[int]:
        """Return the ids of attachments or spans in an order that does not hang on ids."""
        of = {"support": "cable_id, sequence", "span": "pole_a_id, pole_b_id"}[layer]
        rows = self.network.sql(f"SELECT id, {of} FROM registry.{layer}")
        place = {number: n for layer in ("pole", "cable") for n, number in enumerate(self.made[layer])}
        if layer == "support":
            return [number for number, *_ in sorted(rows, key=lambda one: (place.get(one[1], -1), one[2]))]
        return [number for number, *_ in sorted(rows, key=lambda one: sorted((place[one[1]], place[one[2]])))]

    def tenant(self, tower: int) -> int:
        first = self.draw(DATES)
        return row(
            self.network, "tower_tenancy", tower_id=tower, owner_id=self.owners[0], valid_from=first,
            valid_to=self.draw([None, first + timedelta(days=30)]), status=self.draw(["in_service", "removed"]),
            antenna_height_m=self.draw([None, 11.0, 26.0]), visibility=self.draw(VISIBILITIES),
        )  # fmt: skip

    def ask(self) -> None:
        """Add a request about a pole, mast or duct that is there."""
        kind = self.draw(["pole", "tower", "duct"])
        if not self.made[kind]:
            return
        asked = self.draw([None, 3, 44, 45, 46, 80])
        made = row(
            self.network, "share_request", wish="x", owner_id=self.owners[0], asker_id=self.owners[1],
            asked_at=None if asked is None else f"{DAY - timedelta(days=asked)} 08:00+07",
            due_on=self.draw([None, None, DAY, DAY - timedelta(days=2)]),
            state=self.draw(["submitted", "submitted", "withdrawn"]), **{f"{kind}_id": self.draw(self.made[kind])},
        )  # fmt: skip
        self.made["share_request"].append(made)

    def lose(self) -> None:
        """Have something that is derived refer to what is gone."""
        self.network.sql(
            self.draw([
                "UPDATE registry.crossing SET street_id = 1",
                "UPDATE registry.support SET cable_id = 2 WHERE id = (SELECT min(id) FROM registry.support)",
                "UPDATE registry.segment SET span_id = 3 WHERE sequence = 2",
                "UPDATE registry.span SET pole_a_id = 4 WHERE pole_a_id = (SELECT min(pole_a_id) FROM registry.span)"
                " AND pole_b_id = (SELECT max(pole_b_id) FROM registry.span)",
            ])
        )  # fmt: skip
