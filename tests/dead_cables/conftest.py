"""A committed street with drawn and counted dead cable, and people who act on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest

from gisreg.access.actor import PersonRole
from gisreg.database.address import Role
from gisreg.database.connection import Actor
from tests.support.carriers import counted, organisation, span
from tests.support.databases import Database
from tests.support.network import Network

AUTHORITY = Actor("Lan", "Sở", roles=frozenset({PersonRole.AUTHORITY}))


@pytest.fixture(scope="module")
def street(fresh_database: Database) -> Iterator[Network]:
    """Return poles A to C with VNPT's suspect cable v, a secret one h, and four dead ones counted on A-B."""
    with closing(psycopg2.connect(fresh_database.urls[Role.WORKER])) as own:
        made = Network(own)
        vnpt = organisation(made, "VNPT")
        organisation(made, "VTL")
        for n, name in enumerate("ABC"):
            made.pole(name, (n * 30, 0))
        made.cable("v", [(0, 0.1), (60, 0.1)], owner_id=vnpt, state="suspect")
        made.cable("h", [(0, 0.2), (60, 0.2)], state="suspect", visibility="secret")
        made.build()
        counted(made, span(made, "A", "B"), 4, state="dead")
        made.flag()
        own.commit()
        yield made


def insider(network: Network, code: str, *roles: PersonRole) -> Actor:
    """Return somebody who works for an organisation."""
    return Actor(
        "Minh", code, organisation_id=network.ids["organisation", code],
        roles=frozenset(roles or (PersonRole.ENGINEER,)),
    )  # fmt: skip
