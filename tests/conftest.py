"""Fixtures of every room: a throw-away PostGIS cluster a run, a database a worker, no skips."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import connection

from gisreg.database.address import Role
from tests.support.databases import (
    VARIABLES,
    Database,
    DatabaseServer,
    forget_connections,
    new_run,
)
from tests.support.network import Network

pytest_plugins = [
    "tests.support.chromium",
    "tests.support.no_skips",
    "tests.support.real_data",
    "tests.support.served",
    "tests.support.watched",
]

_SERVER = pytest.StashKey[DatabaseServer]()


def pytest_configure(config: pytest.Config) -> None:
    """Name the run's cluster; keep tests that ask for no database away from the one of this machine."""
    given = getattr(config, "workerinput", {}).get("gisreg_test_root")
    server = DatabaseServer(Path(given)) if given else new_run()
    config.stash[_SERVER] = server
    for name in [name for name in os.environ if name.startswith("GISREG_")]:
        del os.environ[name]
    os.environ["GISREG_DATA_DIR"] = str(server.root / "nothing-here")
    for kind in ("TILES", "READS", "WRITES", "EXPORTS", "IMPORTS", "SIGN_INS"):
        os.environ[f"GISREG_LIMIT_{kind}"] = "0"  # tests ask faster than people; those of limits set them
    forget_connections()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell an xdist worker where the run's cluster is."""
    node.workerinput["gisreg_test_root"] = str(node.config.stash[_SERVER].root)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop and remove the cluster at the end of the run, when every worker has ended."""
    if not hasattr(config, "workerinput"):
        config.stash[_SERVER].remove()


@pytest.fixture(scope="session")
def database_server(pytestconfig: pytest.Config) -> DatabaseServer:
    """Return the run's cluster; it clones databases."""
    return pytestconfig.stash[_SERVER]


@pytest.fixture(scope="session")
def database(database_server: DatabaseServer, worker_id: str) -> Iterator[Database]:
    """Return this worker's migrated database, which is also what the settings name from now on.

    All tests of a worker share it: leave behind nothing, or ask for `fresh_database`.
    """
    made = database_server.clone(f"gisreg_{worker_id}")
    with made.as_configured():
        yield made


@pytest.fixture(scope="module")
def fresh_database(
    database_server: DatabaseServer, database: Database, worker_id: str, request: pytest.FixtureRequest
) -> Iterator[Database]:
    """Return a migrated and otherwise empty database of this test module's own, configured meanwhile.

    Asks for the worker's database first, so that leaving the module goes back to that one.
    """
    module = request.module.__name__.replace(".", "_")[-40:]
    made = database_server.clone(f"{module}_{worker_id}")
    with made.as_configured():
        yield made
    database_server.drop(made)


@pytest.fixture
def connect() -> Iterator[Callable[[Role], connection]]:
    """Return a function that connects to the configured database; nothing it did is committed."""
    with ExitStack() as stack:

        def open_as(role: Role) -> connection:
            return stack.enter_context(closing(psycopg2.connect(os.environ[VARIABLES[role]])))

        yield open_as


@pytest.fixture
def new_network(database: Database) -> Callable[[], AbstractContextManager[Network]]:
    """Return a maker of empty networks, each in a transaction of the worker that is rolled back."""

    @contextmanager
    def make() -> Iterator[Network]:
        with closing(psycopg2.connect(database.urls[Role.WORKER])) as own:
            yield Network(own)
            own.rollback()

    return make


@pytest.fixture
def network(new_network: Callable[[], AbstractContextManager[Network]]) -> Iterator[Network]:
    """Return an empty network that is forgotten after the test."""
    with new_network() as made:
        yield made
