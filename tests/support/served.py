"""A small seeded network and the real service over it, on a real port."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg2
import pytest
import uvicorn

from api.app import create_app
from gisreg.access import keys, passwords, people
from gisreg.access.actor import PersonRole
from gisreg.access.keys import Scope
from gisreg.cli.service import free_port
from gisreg.database.address import Role
from gisreg.database.connection import Actor, transaction
from gisreg.flagging.run import run as flag
from gisreg.tiles.cells import refresh_stale
from gisreg.topology.build import build
from tests.support.databases import Database

NETWORK = Path(__file__).with_name("network.sql").read_text(encoding="utf-8")

Query = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def seeded_network(fresh_database: Database) -> Database:
    """Return this module's database with 200 poles, 10 cables (190 segments), a zone, streets, masts."""
    with transaction(Role.WORKER, Actor("seed")) as connection:
        with connection.cursor() as cursor:
            cursor.execute(NETWORK)
        build(connection)
        flag(connection)
        refresh_stale(connection)
    return fresh_database


@pytest.fixture
def query(seeded_network: Database) -> Iterator[Query]:
    """Return a function that runs one statement as the worker and commits it; it returns the rows."""
    connection = psycopg2.connect(seeded_network.urls[Role.WORKER])
    connection.autocommit = True

    def ask(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []

    yield ask
    connection.close()


@contextmanager
def serving(port: int | None = None) -> Iterator[str]:
    """Serve the configured database on a port (a free one) inside the block; yield the address."""
    port = port or free_port("127.0.0.1")
    server = uvicorn.Server(
        uvicorn.Config(create_app(), host="127.0.0.1", port=port, log_level="critical", ws="none")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the service does not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def address(seeded_network: Database) -> Iterator[str]:
    """Return the address of the service over this module's database, on a free port."""
    with serving() as started:
        yield started


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    """Return an HTTP client of the running service with a key of the authority's."""
    key = key_of("authority", PersonRole.AUTHORITY)
    with httpx.Client(base_url=address, timeout=30, headers={"Authorization": f"Bearer {key}"}) as made:
        yield made


@pytest.fixture(scope="module")
def public(address: str) -> Iterator[httpx.Client]:
    """Return an HTTP client of the running service that nobody signed in."""
    with httpx.Client(base_url=address, timeout=30) as made:
        yield made


def person(login: str, *roles: PersonRole, name: str = "", area: str | None = None, **given: Any) -> None:
    """Make a person with roles everywhere or in an area, committed; a ward supervisor is one of some ward."""
    with transaction(Role.WORKER) as connection:
        people.create(connection, login, name or login, **given)
        for role in roles:
            ward = area or (_some_ward(connection) if role is PersonRole.WARD_SUPERVISOR else None)
            people.grant(connection, login, role, "tests", area=ward if role in people.BOUND else None)


def _some_ward(connection: psycopg2.extensions.connection) -> str:
    """Return the code of the first commune; a far one is made where there is none."""
    first = "SELECT gso_code FROM registry.admin_unit WHERE level = 'commune' ORDER BY gso_code LIMIT 1"
    with connection.cursor() as cursor:
        cursor.execute(first)
        if cursor.rowcount == 0:
            cursor.execute(
                "INSERT INTO registry.admin_unit (gso_code, level, kind, name, valid_from, geom)"
                " VALUES ('99999', 'commune', 'phuong', 'Phường xa', '2020-01-01',"
                " ST_Multi(ST_MakeEnvelope(117, 8, 117.1, 8.1, 4326)))"
            )
            cursor.execute(first)
        return str(cursor.fetchall()[0][0])


def key_of(
    login: str, *roles: PersonRole, scopes: tuple[Scope, ...] = tuple(Scope), name: str = "", **given: Any
) -> str:
    """Make a person with roles and return a key for a day."""
    person(login, *roles, name=name, **given)
    with transaction(Role.WORKER) as connection:
        return keys.create(connection, login, "tests", scopes, timedelta(days=1))


def session_cookie(address: str, login: str, password: str) -> str:
    """Sign in through the form and return the session's cookie."""
    with httpx.Client(base_url=address, timeout=30) as browser:
        found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', browser.get("/sign-in").text)
        assert found is not None
        told = {"login": login, "password": password, "csrf_token": found[1]}
        assert browser.post("/sign-in", data=told).status_code == 303
        return browser.cookies["gisreg"]


@pytest.fixture(scope="module")
def authority_cookie(site: str) -> str:
    """Return the cookie of the authority, signed in at the module's own `site`."""
    word = passwords.generated()
    person("so", PersonRole.AUTHORITY, password=word)
    return session_cookie(site, "so", word)


def one(client: httpx.Client, layer: str, **where: str) -> dict[str, Any]:
    """Return the one feature of a layer that meets a filter."""
    features = client.get(f"/collections/{layer}/items", params=where).json()["features"]
    assert len(features) == 1, features
    found: dict[str, Any] = features[0]
    return found


def edited(client: httpx.Client, layer: str, object_id: int, **members: Any) -> httpx.Response:
    """Return the answer to an edit made on the object's present version."""
    path = f"/collections/{layer}/items/{object_id}"
    return client.patch(path, json=members, headers={"If-Match": client.get(path).headers["ETag"]})
