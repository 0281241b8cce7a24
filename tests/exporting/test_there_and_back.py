"""Random registries leave in every format and come back: nothing changes, but for what a format is said to lose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg2 import sql as composed

from gisreg.access.actor import operator
from gisreg.database.connection import Actor, Role, transaction
from gisreg.exporting.export import export
from gisreg.exporting.formats import FORMATS, formats_for
from gisreg.exporting.reference_systems import SRIDS
from gisreg.exporting.selection import select
from gisreg.importing.request import ImportRequest
from gisreg.importing.run import import_file
from layers import LAYERS
from tests.exporting.random_registry import objects
from tests.support.databases import Database

OWNERS = [101, 102]
KEYS = ("pole", "cable", "zone", "street")


def sql(query: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
    with transaction(Role.WORKER, Actor("người thử")) as own, own.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def registry(fresh_database: Database) -> Database:
    sql(
        "INSERT INTO registry.organisation (id, code, name, kind) VALUES (101, 'VNPT', 'Viễn thông Hưng Yên', 'carrier'),"
        " (102, 'ĐL-HY', 'Điện lực Hưng Yên', 'power')"
    )
    return fresh_database


def settle(key: str, rows: list[dict[str, Any]]) -> None:
    """Let the registry hold these objects of a layer and no others."""
    layer = LAYERS[key]
    private = {item.name for item in layer.private_fields}
    sql(f"TRUNCATE registry.{key} CASCADE")
    with transaction(Role.WORKER, Actor("người thử")) as own, own.cursor() as cursor:
        for row in rows:
            main = {name: one for name, one in row.items() if name not in private | {"geom"}}
            cursor.execute(
                composed.SQL(
                    "INSERT INTO registry.{} ({}, geom) VALUES ({}, ST_GeomFromText(%s, 4326)) RETURNING id"
                ).format(
                    composed.Identifier(key),
                    composed.SQL(", ").join(map(composed.Identifier, main)),
                    composed.SQL(", ").join(composed.Placeholder() * len(main)),
                ),
                [*main.values(), row["geom"]],
            )
            kept = {name: one for name, one in row.items() if name in private and one is not None}
            if kept:
                number = cursor.fetchone()[0]
                cursor.execute(
                    composed.SQL("INSERT INTO registry.{} ({}, {}) VALUES (%s, {})").format(
                        composed.Identifier(f"{key}_private"),
                        composed.Identifier(f"{key}_id"),
                        composed.SQL(", ").join(map(composed.Identifier, kept)),
                        composed.SQL(", ").join(composed.Placeholder() * len(kept)),
                    ),
                    [number, *kept.values()],
                )


def stands(cursor: Any, key: str) -> dict[int, dict[str, Any]]:
    """Return every object of a layer with its private columns and own fields."""
    private = LAYERS[key].private_table
    beside = f"LEFT JOIN registry.{private} AS p ON p.{key}_id = t.id" if private else ""
    also = "|| coalesce(to_jsonb(p), '{}')" if private else ""
    cursor.execute(
        f"SELECT t.id, to_jsonb(t) - '{{geom,updated_at}}'::text[] {also} || jsonb_build_object('shape', ST_AsText(t.geom, 15))"
        f" FROM registry.{key} AS t {beside}"
    )
    return dict(cursor.fetchall())


def there_and_back(key: str, form: str, folder: Path, crs: str | None = None) -> list[Any]:
    """Export a layer and import the file as somebody does who only says yes; return what changed."""
    selection = select(key, FORMATS[form], crs=crs, bbox=None, filters=[])
    with export(operator(), selection) as made, transaction(Role.WORKER, Actor("người nhập")) as own:
        assert made.file is not None
        # Another name than the export's: nothing may depend on it.
        path = folder / f"tệp về {form}.{FORMATS[form].extension}"
        path.write_bytes(made.file.read_bytes())
        with own.cursor() as cursor:
            before = stands(cursor, key)
            report = import_file(own, ImportRequest(key, path, accept_valid=True))
            after = stands(cursor, key)
        own.rollback()
    found: list[Any] = [(one.row, one.what.en) for one in report.problems.found]
    found += [("new", one) for number, one in after.items() if number not in before]
    found += [
        (name, was, after[number].get(name))
        for number, old in before.items()
        for name, was in old.items()
        if was != after[number].get(name) and name != "version"
    ]
    return found if found or report.unchanged == len(before) else [report]


@pytest.mark.parametrize("key", KEYS)
@given(data=st.data())
@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),  # what fails is told whole; making it smaller takes minutes
)
def test_every_format_comes_back_unchanged(
    registry: Database, tmp_path_factory: Any, key: str, data: Any
) -> None:
    rows = data.draw(objects(key, OWNERS))
    settle(key, rows)
    folder = tmp_path_factory.mktemp("back")
    wrong = {
        form.key: found
        for form in formats_for(LAYERS[key])
        if (found := there_and_back(key, form.key, folder))
    }
    assert wrong == {}


POLES = [
    {"geom": f"POINT({lon!r} {lat!r})", "code": f"C-{number}", "owner_id": OWNERS[number % 2]}
    for number, (lon, lat) in enumerate(
        ((106.3366, 20.4463), (105.80001234567, 21.02876543219), (108.2, 16.07), (106.7, 10.77))
    )
]
METRIC = [srid for srid in SRIDS if srid != 4326]


@pytest.mark.parametrize("srid", METRIC)
def test_every_reference_system_comes_back(registry: Database, tmp_path: Path, srid: int) -> None:
    """To the millimetre, by whatever format says its system in its own way (MapInfo: the datum in numbers)."""
    settle("pole", POLES)
    wrong = {
        form: found
        for form in ("gpkg", "tab")
        if (found := there_and_back("pole", form, tmp_path, crs=f"EPSG:{srid}"))
    }
    assert wrong == {}


@pytest.mark.parametrize("srid", [9209, 3405, 3857])
def test_every_format_says_its_reference_system(registry: Database, tmp_path: Path, srid: int) -> None:
    settle("pole", POLES)
    wrong = {
        form.key: found
        for form in formats_for(LAYERS["pole"])
        if form.srid is None and (found := there_and_back("pole", form.key, tmp_path, crs=f"EPSG:{srid}"))
    }
    assert wrong == {}
