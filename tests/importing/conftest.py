"""Small files made in the tests, imported into the worker's shared database and rolled back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import connection

from gisreg.database.connection import Actor, Role, transaction
from gisreg.errors import InvalidInputError
from gisreg.importing import arrow_file, parts
from gisreg.importing.request import ColumnOptions, ImportReport, ImportRequest, TableOptions
from gisreg.importing.run import import_file
from tests.importing.in_both import require_both, require_refusal
from tests.importing.taken_by_parts import PART, ROWS, told
from tests.support.databases import Database

Feature = tuple[dict[str, Any], dict[str, Any] | None]


@pytest.fixture
def registry(database: Database) -> Iterator[connection]:
    """Yield a worker's connection in a transaction that is rolled back at the end of the test."""
    with transaction(Role.WORKER, Actor("tester")) as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def geojson(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes (properties, geometry) pairs as a GeoJSON file."""

    def write(*features: Feature, name: str = "features.geojson") -> Path:
        path = tmp_path / name
        content = {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": properties, "geometry": geometry}
                for properties, geometry in features
            ],
        }
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return path

    return write


@pytest.fixture
def take(registry: connection) -> Callable[..., ImportReport]:
    """Return a function that imports a file into a layer within the test's transaction.

    All that it says of rows is looked through: every broken file of the tests is asked for both languages.
    """

    def run(layer: str, path: Path, **options: Any) -> ImportReport:
        report = import_file(registry, ImportRequest(layer, path, **options))
        require_both(report)
        return report

    return run


@pytest.fixture
def refused(registry: connection) -> Callable[..., InvalidInputError]:
    """Return a function that imports a file, and hands over the error with which it was refused."""

    def run(layer: str, path: Path, **options: Any) -> InvalidInputError:
        with registry.cursor() as cursor:
            cursor.execute("SAVEPOINT before_refusal")
            with pytest.raises(InvalidInputError) as caught:
                import_file(registry, ImportRequest(layer, path, **options))
            cursor.execute("ROLLBACK TO SAVEPOINT before_refusal")
        require_refusal(caught.value)
        return caught.value

    return run


@pytest.fixture
def rows(registry: connection) -> Callable[..., list[tuple[Any, ...]]]:
    """Return a function that runs a query and returns its rows."""

    def fetch(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with registry.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall()

    return fetch


@pytest.fixture
def table() -> Callable[..., TableOptions]:
    """Return what makes options for reading a spreadsheet."""
    return TableOptions


@pytest.fixture
def columns() -> Callable[..., ColumnOptions]:
    """Return what makes statements about columns."""
    return ColumnOptions


def point(lon: float, lat: float) -> dict[str, Any]:
    """Return a GeoJSON point."""
    return {"type": "Point", "coordinates": [lon, lat]}


def square(west: float, south: float, size: float) -> dict[str, Any]:
    """Return a GeoJSON square, its size in degrees."""
    ring = [
        [west, south],
        [west + size, south],
        [west + size, south + size],
        [west, south + size],
        [west, south],
    ]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take files in parts of a few rows."""
    monkeypatch.setattr(arrow_file, "BATCH", PART)
    monkeypatch.setattr(arrow_file, "SMALL", 0)


@pytest.fixture
def by_parts(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return a list that takes, for every import, whether it was taken by parts in the end."""
    taken: list[bool] = []
    real = parts.take

    def noted(*arguments: Any) -> bool:
        taken.append(real(*arguments))
        return taken[-1]

    monkeypatch.setattr(parts, "take", noted)
    return taken


@pytest.fixture
def outcome(registry: connection) -> Callable[..., dict[str, Any]]:
    """Return what imports a file and tells all that came of it, undone afterwards."""

    def run(path: Path, layer: str = "pole", **options: Any) -> dict[str, Any]:
        with registry.cursor() as cursor:
            cursor.execute("SAVEPOINT before")
            try:
                report = import_file(registry, ImportRequest(layer, path, accept_valid=True, **options))
                require_both(report)
                outcome = told(report)
            except InvalidInputError as error:
                outcome = {"error": error.message, "hint": error.hint}
                cursor.execute("ROLLBACK TO SAVEPOINT before")
            cursor.execute(ROWS)
            rows = cursor.fetchall()
            cursor.execute("ROLLBACK TO SAVEPOINT before")
        return {**outcome, "rows": rows}

    return run
