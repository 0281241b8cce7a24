"""A street with the poles of two carriers, 2 m apart, a cable along each, and people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gisreg.database.connection import PgConnection, Role, transaction
from gisreg.matching.propose import propose
from gisreg.matching.read import Match, matches
from gisreg.topology.build import build
from tests.proposals.world import BOSS, engineer
from tests.support.databases import Database


class Street:
    """Poles A0 to A4 and B0 to B4 of two carriers, the cables CA and CB along them; B2 bears a box."""

    def __init__(self) -> None:
        """Draw it anew in the configured database."""
        self.sql(
            "TRUNCATE registry.pole_match, registry.pole_merge, registry.pole, registry.pole_code, registry.cable,"
            " registry.fitting, registry.segment, registry.span, registry.support, registry.finding,"
            " registry.lineage, registry.proposal, registry.organisation CASCADE"
        )
        ids = self.sql(
            "INSERT INTO registry.organisation (code, name, kind) VALUES ('A', 'Đơn vị A', 'carrier'),"
            " ('B', 'Đơn vị B', 'carrier'), ('C', 'Đơn vị C', 'carrier') RETURNING code, id"
        )
        self.ids = dict(ids)
        for owner, x, y in (("A", 0, 0), ("B", 0.000015, 0.00002)):
            self.sql(
                "INSERT INTO registry.pole (code, owner_id, height_m, geom)"
                " SELECT %s || i, %s, 8, ST_SetSRID(ST_MakePoint(106.33 + i * 0.0003 + %s, 20.44 + %s), 4326)"
                " FROM generate_series(0, 4) AS i",
                owner, self.ids[owner], x, y,
            )  # fmt: skip
            self.sql(
                "INSERT INTO registry.cable (code, owner_id, geom) SELECT %s, %s, ST_MakeLine(geom ORDER BY code)"
                " FROM registry.pole WHERE owner_id = %s",
                f"C{owner}", self.ids[owner], self.ids[owner],
            )  # fmt: skip
        self.poles = dict(self.sql("SELECT code, id FROM registry.pole"))
        self.sql(
            "INSERT INTO registry.fitting (owner_id, pole_id, kind) VALUES (%s, %s, 'box')",
            self.ids["B"], self.poles["B2"],
        )  # fmt: skip
        self.sql(
            "INSERT INTO registry.pole_private (pole_id, contract_ref) VALUES (%s, 'HĐ 7')", self.poles["B2"]
        )
        with transaction(Role.WORKER) as own:
            build(own)
        self.sql("UPDATE registry.support SET attachment_height_m = 5.5 WHERE pole_id = %s", self.poles["B2"])
        self.a, self.b, self.c = (engineer(name, self.ids[name]) for name in "ABC")

    def sql(self, query: str, *parameters: object) -> list[tuple[object, ...]]:
        """Run a statement as the worker, committed; return its rows."""
        with transaction(Role.WORKER) as own, own.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []

    def matches(self, **wanted: object) -> dict[str, Match]:
        """Propose, and return the matches by the code of their first carrier's pole."""
        with transaction(Role.WORKER) as own:
            propose(own)
        with transaction(actor=BOSS) as own:
            return {(one.first_code if one.first_owner == "A" else one.second_code) or "": one
                    for one in matches(own, **wanted)}  # type: ignore[arg-type]  # fmt: skip

    def state(self) -> dict[str, list[tuple[object, ...]]]:
        """Return what people see of it, without versions and moments."""
        return {
            "poles": self.sql(
                "SELECT id, code, owner_id, status, height_m, ST_AsText(geom) FROM registry.pole ORDER BY 1"
            ),
            "private": self.sql("SELECT pole_id, contract_ref FROM registry.pole_private ORDER BY 1"),
            "codes": self.sql("SELECT pole_id, organisation_id, code FROM registry.pole_code ORDER BY 3"),
            "fittings": self.sql("SELECT pole_id, kind FROM registry.fitting ORDER BY 1"),
            "cables": self.sql("SELECT code, ST_AsText(geom) FROM registry.cable ORDER BY 1"),
            "supports": self.sql(
                "SELECT cable_id, pole_id, attachment_height_m FROM registry.support ORDER BY 1, 2"
            ),
            "segments": self.sql(
                "SELECT cable_id, from_pole_id, to_pole_id FROM registry.segment ORDER BY 1, 2, 3"
            ),
        }


@pytest.fixture
def street(fresh_database: Database) -> Street:
    """Return the street, drawn anew."""
    return Street()


@pytest.fixture
def boss(street: Street) -> Iterator[PgConnection]:
    """Yield a transaction of the authority."""
    with transaction(actor=BOSS) as own:
        yield own
