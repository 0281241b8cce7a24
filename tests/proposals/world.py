"""A few poles of two carriers, a cable along them, and people who act without HTTP in between."""

from __future__ import annotations

import json
from typing import Any

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import PgConnection, Role, transaction
from gisreg.features import edit
from gisreg.features.items import read_item
from gisreg.flagging.run import run as flag
from gisreg.proposals.decide import decide, withdraw
from gisreg.proposals.propose import propose
from gisreg.topology.build import build
from layers import LAYERS

POLE = LAYERS["pole"]
BOSS = Actor("Sở", roles=frozenset({PersonRole.AUTHORITY}))
START = (106.33, 20.44)
STEP = 0.0003


def engineer(name: str, organisation_id: int) -> Actor:
    """Return an engineer of an organisation."""
    roles = frozenset({PersonRole.ENGINEER})
    return Actor(f"Kỹ sư {name}", name, organisation_id=organisation_id, roles=roles)


class World:
    """Poles P0 to P3 of `owner`, Q0 of `third`; `proposer` has none; a cable of the owner's along P0 to P3."""

    def __init__(self) -> None:
        """Draw it anew in the configured database, flagged and tied."""
        with transaction(Role.WORKER) as own, own.cursor() as cursor:
            cursor.execute(
                "TRUNCATE registry.proposal, registry.proposal_event, registry.notice, registry.contact,"
                " registry.contact_absence, registry.pole, registry.cable, registry.zone, registry.segment,"
                " registry.span, registry.support, registry.finding, registry.organisation CASCADE"
            )
            cursor.execute(
                "INSERT INTO registry.organisation (code, name, kind) VALUES"
                " ('O', 'Chủ', 'carrier'), ('P', 'Bên nêu', 'carrier'), ('T', 'Bên thứ ba', 'carrier')"
                " RETURNING code, id"
            )
            ids = dict(cursor.fetchall())
            cursor.execute(
                "INSERT INTO registry.pole (code, owner_id, visibility, height_m, geom)"
                " SELECT format('P%%s', i), %s, 'public', 8, ST_SetSRID(ST_MakePoint(%s + i * %s, %s), 4326)"
                " FROM generate_series(0, 3) AS i"
                " UNION ALL SELECT 'Q0', %s, 'public', 8, ST_SetSRID(ST_MakePoint(106.34, 20.44), 4326)",
                (ids["O"], START[0], STEP, START[1], ids["T"]),
            )
            cursor.execute(
                "INSERT INTO registry.cable (code, owner_id, geom) SELECT 'C', %s, ST_MakeLine(geom ORDER BY code)"
                " FROM registry.pole WHERE owner_id = %s",
                (ids["O"], ids["O"]),
            )
            cursor.execute(
                "INSERT INTO registry.zone (code, name, kind, valid_from, geom) VALUES ('Z', 'Z', 'urban',"
                " '2020-01-01', ST_Multi(ST_MakeEnvelope(106.3299, 20.4399, 106.3304, 20.4401, 4326)))"
            )
            build(own)
            flag(own)
            cursor.execute("SELECT code, id FROM registry.pole")
            self.poles: dict[str, int] = dict(cursor.fetchall())
        self.ids = ids
        self.owner = engineer("Chủ", ids["O"])
        self.proposer = engineer("Bên nêu", ids["P"])
        self.third = engineer("Bên thứ ba", ids["T"])

    def sql(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run a statement as the worker, committed; return its rows."""
        with transaction(Role.WORKER) as own, own.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []

    def version(self, pole: str) -> int:
        """Return a pole's version."""
        return int(self.sql("SELECT version FROM registry.pole WHERE id = %s", self.poles[pole])[0][0])

    def patch(self, at: tuple[float, float] | None = None, **properties: Any) -> dict[str, Any]:
        """Return a merge patch of a pole."""
        geometry = {} if at is None else {"geometry": {"type": "Point", "coordinates": list(at)}}
        return {"properties": properties} | geometry

    def propose(
        self, pole: str, at: tuple[float, float] | None = None, by: Actor | None = None, **properties: Any
    ) -> int:
        """Propose something about a pole; return the proposal's id."""
        actor, patch = by or self.proposer, self.patch(at, **properties)
        with transaction(Role.APP, actor) as own:
            return propose(own, actor, POLE, self.poles[pole], self.version(pole), patch, batch="b")

    def edit(self, pole: str, actor: Actor, patch: dict[str, Any]) -> None:
        """Edit a pole."""
        with transaction(Role.APP, actor) as own:
            edit.update(own, POLE, self.poles[pole], self.version(pole), patch)

    def decide(
        self,
        *ids: int,
        decision: str = "confirm",
        note: str | None = None,
        by: Actor | None = None,
        **more: bool,
    ) -> dict[int, str]:
        """Decide on proposals, as the owner unless said otherwise."""
        actor = by or self.owner
        with transaction(Role.APP, actor) as own:
            return decide(own, actor, ids, decision, note, **more)

    def withdraw(self, *ids: int) -> int:
        """Withdraw proposals as the proposer."""
        with transaction(Role.APP, self.proposer) as own:
            return withdraw(own, self.proposer, ids)

    def state(self, proposal: int) -> str:
        """Return a proposal's state."""
        return str(self.sql("SELECT state FROM registry.proposal WHERE id = %s", proposal)[0][0])

    def facts(self) -> dict[str, Any]:
        """Return everything in the registry that a proposal could change, ids of what is derived left out."""
        with transaction(Role.WORKER) as own:
            return self.facts_in(own)

    def facts_in(self, own: PgConnection) -> dict[str, Any]:
        """Return the same as one transaction sees it."""

        def ask(query: str) -> list[tuple[Any, ...]]:
            with own.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall()

        poles = {code: json.loads(read_item(own, POLE, number).body) for code, number in self.poles.items()}
        for feature in poles.values():
            del feature["properties"]["updated_at"], feature["id"]
        return {
            "poles": poles,
            "segments": ask(
                "SELECT c.code, p.code, q.code, s.ordinal, s.sequence, ST_AsText(s.geom),"
                " round(f.flagged_m::numeric, 6), f.tidying_state"
                " FROM registry.segment AS s JOIN registry.cable AS c ON c.id = s.cable_id"
                " LEFT JOIN registry.pole AS p ON p.id = s.from_pole_id"
                " LEFT JOIN registry.pole AS q ON q.id = s.to_pole_id"
                " LEFT JOIN registry.segment_state AS f ON f.segment_id = s.id ORDER BY s.sequence"
            ),
            "supports": ask(
                "SELECT p.code, s.ordinal, round(s.snap_distance_m::numeric, 6)"
                " FROM registry.support AS s JOIN registry.pole AS p ON p.id = s.pole_id ORDER BY 1, 2"
            ),
        }
