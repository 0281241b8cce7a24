"""Objects of every layer whose every text is a marker of its own, and who may see which, by docs/rights.md.

The oracle is written from the rights page, not from the policies: a marker that turns up in an answer to
somebody who may not see it has leaked, whatever way it took.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from psycopg2.extensions import connection as PgConnection  # noqa: N812 - psycopg2 calls the class so

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from gisreg.flagging.run import run as flag
from gisreg.sharing.occupancy import count_tenants
from gisreg.topology.build import build
from tests.access.rights import allows, table

RIGHTS = table()
VISIBILITIES = ("public", "partner", "agency", "secret")
OWNED = ("pole", "tower", "tower_tenancy", "cable", "manhole", "duct", "fitting")
SHARED = ("organisation", "admin_unit", "street", "railway", "waterway", "zone")
KEEPER = Actor("Lan", "Sở", roles=frozenset({PersonRole.AUTHORITY}))

_numbers = count(1)


def marker() -> str:
    """Return a text that occurs nowhere else."""
    return f"MK{next(_numbers):06d}Q"


@dataclass(frozen=True)
class Plan:
    """An object to be made: layer, code of its owner (None: nobody's), visibility, and what it was before.

    `before` is the visibility in which it was entered, where that was another.
    """

    layer: str
    owner: str | None
    visibility: str
    before: str | None = None


@dataclass
class Thing:
    """An object that was made: its ids in all tables, and the markers of its parts.

    `now` are texts of its present columns, `was` those of its first version alone, `private` those of
    its private columns, `work` those of steps and findings. At `entered` it was in its first state.
    """

    plan: Plan
    id: int
    entered: datetime
    parts: dict[str, list[int]] = field(default_factory=dict)
    now: set[str] = field(default_factory=set)
    was: set[str] = field(default_factory=set)
    private: set[str] = field(default_factory=set)
    work: set[str] = field(default_factory=set)

    @property
    def ids(self) -> set[int]:
        """Return the ids of the object and of what was derived from it."""
        return {self.id}.union(*self.parts.values()) if self.parts else {self.id}


@dataclass(frozen=True)
class Viewer:
    """Who looks: his role (None: a visitor) and the code of his organisation (None: of none)."""

    role: PersonRole | None
    organisation: str | None = None

    def may(self, key: str, plan: Plan, visibility: str | None = None) -> bool:
        """Return whether the rights page shows him this class of an object's data."""
        own = self.role is not None and plan.owner is not None and plan.owner == self.organisation
        return allows(RIGHTS[key][self.role], visibility or plan.visibility, own)

    def hidden(self, things: Iterable[Thing]) -> Iterator[str]:
        """Return every text that must not be in any answer to him."""
        for thing in things:
            sees = self.may("position", thing.plan)
            if not sees:
                yield from thing.now
                yield from map(str, thing.ids)
            if not (sees and self.may("position", thing.plan, thing.plan.before)):
                yield from thing.was
            if not self.may("contract", thing.plan):
                yield from thing.private
            if not self.may("finding", thing.plan):
                yield from thing.work


class World:
    """Makes things in the configured database; every world lies in an area of its own."""

    def __init__(self, connection: PgConnection, organisations: dict[str, int], first: int = 0):
        self.connection = connection
        self.organisations = organisations
        self.place = count(first)
        self.things: list[Thing] = []

    def sql(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(query, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def _row(self, layer: str, shape: str | None, **columns: Any) -> int:
        names, values = [*columns], [*columns.values()]
        marks = ["%s"] * len(names)
        if shape is not None:
            names, marks, values = [*names, "geom"], [*marks, "ST_GeomFromText(%s, 4326)"], [*values, shape]
        query = f"INSERT INTO registry.{layer} ({', '.join(names)}) VALUES ({', '.join(marks)}) RETURNING id"
        return int(self.sql(query, *values)[0][0])

    def add(self, plan: Plan) -> Thing:
        """Make an object in its first state, with private columns where it has some."""
        number = next(self.place)
        x, y = 106.3 + number % 40 * 0.002, 20.4 + number // 40 * 0.002
        point, line = f"POINT({x} {y})", f"LINESTRING({x} {y}, {x + 0.0004} {y})"
        area = f"MULTIPOLYGON((({x} {y}, {x + 0.001} {y}, {x + 0.001} {y + 0.001}, {x} {y})))"
        owner = self.organisations[plan.owner] if plan.owner else None
        seen = {"visibility": plan.before or plan.visibility, "source": marker()}
        beside = seen | {"source": marker()}
        code, name = marker(), marker()
        given: dict[str, Any] = {}
        shape: str | None = point
        parts: dict[str, list[int]] = {}
        match plan.layer:
            case "organisation":
                given, shape = {"code": code, "name": name, "kind": "carrier", "phone": marker()}, None
            case "admin_unit":
                given = {"gso_code": code, "level": "commune", "kind": "xa", "name": name}
                given |= {"valid_from": "2020-01-01", "legal_ref": marker()}
                shape = area
            case "street" | "railway" | "waterway":
                given, shape = {"code": code, "name": name}, f"MULTI{line.replace('(', '((')})"
            case "zone":
                given = {"code": code, "name": name, "kind": "heritage", "valid_from": "2020-01-01"}
                given |= {"decision_no": marker()}
                shape = area
            case "tower_tenancy":
                tower = self._row("tower", point, owner_id=owner, **beside)
                given, shape = {"tower_id": tower, "valid_from": "2020-01-01"}, None
                parts["tower"] = [tower]
            case "fitting":
                pole = self._row("pole", point, owner_id=owner, **beside)
                given = {"pole_id": pole, "kind": "tag", "tag_text": code, "tag_phone": marker()}
                parts["pole"] = [pole]
            case "cable":
                ends = [f"POINT({x} {y})", f"POINT({x + 0.0004} {y})"]
                parts["pole"] = [self._row("pole", end, owner_id=owner, **beside) for end in ends]
                given, shape = {"code": code}, line
            case "duct":
                given, shape = {"code": code}, line
            case _:
                given = {"code": code} | ({"name": name} if plan.layer == "tower" else {})
        if plan.layer == "pole":
            given["lean_deg"] = 15  # found by rule P02
        if plan.layer in OWNED:
            given["owner_id"] = owner
        thing = Thing(plan, self._row(plan.layer, shape, **given, **seen), datetime.now(UTC), parts)
        thing.was = {text for text in (given | seen).values() if str(text).startswith("MK")}
        if parts:
            thing.now.add(beside["source"])
        if plan.layer in OWNED:
            thing.private = {marker(), marker()}
            note, extra = sorted(thing.private)
            self.sql(
                f"INSERT INTO registry.{plan.layer}_private ({plan.layer}_id, note, extra)"
                " VALUES (%s, %s, jsonb_build_object('own', %s))",
                *(thing.id, note, extra),
            )
        if plan.layer == "pole":
            thing.now.add(other := marker())
            self.sql(
                "INSERT INTO registry.pole_code (pole_id, organisation_id, code) VALUES (%s, %s, %s)",
                *(thing.id, owner or self.organisations["A"], other),
            )
        self.things.append(thing)
        return thing

    def turn(self, thing: Thing) -> None:
        """Bring an object from its first state to its present one; its texts become others."""
        plan = thing.plan
        column = {"fitting": "tag_text", "admin_unit": "name", "tower_tenancy": "source"}.get(
            plan.layer, "code"
        )
        fresh = marker()
        self.sql(
            f"UPDATE registry.{plan.layer} SET visibility = %s, {column} = %s WHERE id = %s",
            *(plan.visibility, fresh, thing.id),
        )
        for layer, ids in thing.parts.items():
            if layer in ("pole", "tower"):
                self.sql(
                    f"UPDATE registry.{layer} SET visibility = %s WHERE id = ANY (%s)", plan.visibility, ids
                )
        present = self.sql(
            f"SELECT to_jsonb(t)::text FROM registry.{plan.layer} AS t WHERE id = %s", thing.id
        )
        stayed = {text for text in thing.was if text in present[0][0]}
        thing.now |= {fresh} | stayed
        thing.was -= stayed

    def ground(self) -> None:
        """Lay a zone, a commune and streets that everybody sees under all places."""
        box = "MULTIPOLYGON(((106 20, 107 20, 107 21, 106 21, 106 20)))"
        lines = ", ".join(
            f"({106.3002 + n * 0.002:.4f} 20.3, {106.3002 + n * 0.002:.4f} 20.9)" for n in range(40)
        )
        self.sql(
            "INSERT INTO registry.zone (code, name, kind, valid_from, geom)"
            " VALUES ('GROUND', 'GROUND', 'urban', '2020-01-01', ST_GeomFromText(%s, 4326)) ON CONFLICT DO NOTHING",
            box,
        )
        self.sql(
            "INSERT INTO registry.admin_unit (gso_code, level, kind, name, valid_from, geom)"
            " VALUES ('1', 'commune', 'xa', 'GROUND', '2020-01-01', ST_GeomFromText(%s, 4326)) ON CONFLICT DO NOTHING",
            box,
        )
        self.sql(
            "INSERT INTO registry.street (code, name, geom) VALUES ('GROUND', 'GROUND', ST_GeomFromText(%s, 4326))"
            " ON CONFLICT DO NOTHING",
            f"MULTILINESTRING({lines})",
        )

    def settle(self) -> None:
        """Derive what follows: segments, spans, findings, steps of tidying; note their ids."""
        build(self.connection)
        flag(self.connection)
        count_tenants(self.connection)
        for thing in self.things:
            if thing.plan.layer == "cable":
                for layer in ("segment", "support"):
                    rows = self.sql(f"SELECT id FROM registry.{layer} WHERE cable_id = %s", thing.id)
                    thing.parts[layer] = [number for (number,) in rows]


def make(
    plans: Iterable[Plan], organisations: dict[str, int], first: int = 0, actor: Actor = KEEPER
) -> list[Thing]:
    """Make objects, committed: entered as they were, turned, derived, worked on."""
    with transaction(Role.WORKER, actor) as connection:
        world = World(connection, organisations, first)
        world.ground()
        for plan in plans:
            world.add(plan)
    for thing in world.things:
        thing.entered = datetime.now(UTC)
    with transaction(Role.WORKER, actor) as connection:
        world.connection = connection
        for thing in world.things:
            world.turn(thing)
        world.settle()
        for thing in world.things:
            for segment in thing.parts.get("segment", []):
                thing.work |= {(note := marker()), (person := marker())}
                world.sql(
                    "INSERT INTO registry.tidying_event (segment_id, from_state, to_state, person, note)"
                    " VALUES (%s, 'flagged', 'planned', %s, %s)",
                    *(segment, person, note),
                )
    return world.things
