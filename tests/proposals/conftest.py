"""Two carriers, a power company and the authority over the seeded network, as people with keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from gisreg.access.actor import PersonRole
from tests.proposals.world import World
from tests.support.databases import Database
from tests.support.served import key_of

PEOPLE = {
    "vnpt": ("VNPT", PersonRole.ENGINEER),
    "vnpt_coordinator": ("VNPT", PersonRole.COORDINATOR),
    "vtl": ("VTL", PersonRole.ENGINEER),
    "power": ("PC", PersonRole.ENGINEER),
    "inspector": (None, PersonRole.INSPECTOR),
    "boss": (None, PersonRole.AUTHORITY),
}


class People:
    """HTTP clients by who they are."""

    vnpt: httpx.Client
    vnpt_coordinator: httpx.Client
    vtl: httpx.Client
    power: httpx.Client
    inspector: httpx.Client
    boss: httpx.Client


@pytest.fixture(scope="module")
def people(seeded_network: Database, address: str) -> Iterator[People]:
    found = People()
    with ExitStack() as stack:
        for name, (organisation, role) in PEOPLE.items():
            key = key_of(name, role, name=f"Người {name}", organisation=organisation)
            headers = {"Authorization": f"Bearer {key}"}
            made = httpx.Client(base_url=address, timeout=30, headers=headers)
            setattr(found, name, stack.enter_context(made))
        yield found


@pytest.fixture
def world(fresh_database: Database) -> World:
    """Return poles of two carriers, drawn anew in this module's database."""
    return World()
