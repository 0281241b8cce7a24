"""A committed town for those who come from outside: over HTTP, at the command line."""

from __future__ import annotations

import pytest

from gisreg.access.actor import Actor
from gisreg.database.connection import Role, transaction
from tests.support.databases import Database
from tests.support.network import Network


@pytest.fixture(scope="module")
def town(fresh_database: Database) -> Database:
    """Two streets and what crosses them, a cable along one, all committed."""
    with transaction(Role.WORKER, Actor("tests")) as connection:
        network = Network(connection)
        network.street("Lê Lợi", [(0, 0), (400, 0)])
        network.street("Trần Phú", [(0, 200), (400, 200)])
        network.street("A Một", [(100, -80), (100, 80)])
        network.street("B Hai", [(300, -80), (300, 80)])
        for x in (110, 150):
            network.pole(str(x), (x, 5))
        network.cable("k", [(110, 5), (150, 5)])
        network.build()
    return fresh_database
