"""Real files as they are, each test module in a database of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gisreg.database.connection import Actor, Role, transaction
from gisreg.database.migrate import upgrade
from gisreg.importing.request import ImportReport, ImportRequest
from gisreg.importing.run import import_file
from gisreg.settings import get_settings
from tests.support.databases import Database

Importer = Callable[..., ImportReport]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder as a test on real data."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("real")


@pytest.fixture(scope="module")
def bring(shared_data: Path, fresh_database: Database) -> Importer:
    """Return a function that imports a real file into the module's database, in its own transaction."""

    def run(layer: str, name: str, **options: Any) -> ImportReport:
        with transaction(Role.WORKER, Actor("tester")) as connection:
            return import_file(connection, ImportRequest(layer, shared_data / name, **options))

    return run


@contextmanager
def region(metric_srid: int, bounds: tuple[float, float, float, float]) -> Iterator[None]:
    """Let the registry be somewhere else inside the block: metric system and area."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GISREG_REGION_METRIC_SRID", str(metric_srid))
        patch.setenv("GISREG_REGION_BOUNDS", str(list(bounds)))
        get_settings.cache_clear()
        upgrade()
        yield
    get_settings.cache_clear()


def ask(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a query on the configured database, asked as the worker."""
    with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()
