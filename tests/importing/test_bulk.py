"""A bulk is written without indexes and keys; they stand again afterwards, and other people are let finish."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from psycopg2 import errors as pg
from psycopg2.extensions import connection

from gisreg.database.address import Role
from gisreg.importing import merge
from gisreg.importing.request import ImportRequest
from gisreg.importing.run import import_file
from tests.support.databases import Database

KEYS = (
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint"
    " WHERE connamespace = 'registry'::regnamespace AND contype <> 'c'"
    " UNION ALL SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid"
    " FROM pg_index JOIN pg_class ON pg_class.oid = indrelid"
    " WHERE relnamespace IN ('registry'::regnamespace, 'history'::regnamespace) ORDER BY 1, 2"
)
OIDS = (
    "SELECT indexrelid FROM pg_index"
    " WHERE indrelid IN ('registry.pole'::regclass, 'registry.pole_private'::regclass) ORDER BY 1"
)


@pytest.fixture(autouse=True)
def _every_import_is_a_bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge, "BULK_FROM", 0)


@pytest.fixture
def other(database: Database) -> Iterator[connection]:
    """Yield a connection of somebody else."""
    opened = psycopg2.connect(database.urls[Role.WORKER])
    yield opened
    opened.close()


@pytest.fixture
def poles(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str = "poles.csv", **changed: str) -> Path:
        lines = ["ma,lat,lon,ghi chu,cao,rieng"]
        for n in range(30):
            lines.append(
                f"B-{n},{20.4 + n / 1e4:.5f},106.3,{changed.get('note', 'n')},{changed.get('height', '8')},{n}"
            )
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def test_keys_and_indexes_stand_again(
    registry: connection, poles: Callable[..., Path], rows: Callable[..., list[Any]]
):
    before, oids = rows(KEYS), rows(OIDS)

    report = import_file(registry, ImportRequest("pole", poles(), crs="EPSG:4326"))

    assert report.inserted == 30
    assert rows(KEYS) == before
    assert not set(rows(OIDS)) & set(oids)  # every one of them was made anew
    assert rows("SELECT count(*) FROM history.pole") == rows("SELECT count(*) FROM registry.pole") == [(30,)]
    assert rows("SELECT count(*) FROM history.pole_private JOIN registry.pole_private USING (pole_id)") == [
        (30,)
    ]


def test_changes_in_bulk(registry: connection, poles: Callable[..., Path], rows: Callable[..., list[Any]]):
    import_file(registry, ImportRequest("pole", poles(), crs="EPSG:4326"))
    before = rows(KEYS)

    report = import_file(
        registry, ImportRequest("pole", poles("again.csv", note="m", height="9"), crs="EPSG:4326")
    )

    assert (report.inserted, report.changed, report.unchanged) == (0, 30, 0)
    assert rows(
        "SELECT DISTINCT note, height_m, version FROM registry.pole JOIN registry.pole_private ON pole_id = id"
    ) == [("m", 9.0, 2)]
    assert rows(KEYS) == before
    oids = rows(OIDS)
    assert (
        import_file(
            registry, ImportRequest("pole", poles("again.csv", note="m", height="9"), crs="EPSG:4326")
        ).unchanged
        == 30
    )
    assert rows(OIDS) == oids  # nothing to write, nothing to drop


def test_keys_still_hold(registry: connection, poles: Callable[..., Path]):
    import_file(registry, ImportRequest("pole", poles(), crs="EPSG:4326"))
    with registry.cursor() as cursor, pytest.raises(pg.ForeignKeyViolation):
        cursor.execute("INSERT INTO registry.pole_private (pole_id) VALUES (1)")


def test_a_dry_run_leaves_nothing(
    registry: connection, poles: Callable[..., Path], rows: Callable[..., list[Any]]
):
    before, oids = rows(KEYS), rows(OIDS)

    assert import_file(registry, ImportRequest("pole", poles(), crs="EPSG:4326", dry_run=True)).inserted == 30

    assert (rows(KEYS), rows(OIDS)) == (before, oids)


@pytest.mark.parametrize(
    "read", ["SELECT count(*) FROM registry.pole", "SELECT count(*) FROM registry.pole_code"]
)
def test_who_reads_is_let_finish(
    registry: connection,
    poles: Callable[..., Path],
    rows: Callable[..., list[Any]],
    other: connection,
    read: str,
):
    with other.cursor() as cursor:
        cursor.execute(read)
    oids = rows(OIDS)

    report = import_file(registry, ImportRequest("pole", poles(), crs="EPSG:4326"))

    assert report.inserted == 30
    assert rows(OIDS) == oids  # somebody was in the tables: row by row
    with other.cursor() as cursor:
        cursor.execute(read)
        assert cursor.fetchone() == (0,)
    other.rollback()


def test_small_imports_drop_nothing(
    registry: connection,
    poles: Callable[..., Path],
    rows: Callable[..., list[Any]],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(merge, "BULK_FROM", 30)
    oids = rows(OIDS)

    assert import_file(registry, ImportRequest("pole", poles(), crs="EPSG:4326")).inserted == 30

    assert rows(OIDS) == oids


@pytest.mark.parametrize(
    ("rows", "order", "keeps"),
    [(200_000, "x, y", True), (200_000, "md5(n::text)", False), (500, "x, y", False)],
)
def test_a_file_that_keeps_neighbours_together_is_not_sorted(other, rows, order, keeps):
    # A few rows are sorted whatever they are like: that costs nothing.
    with other.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE import_stage ON COMMIT DROP AS"
            " SELECT ST_SetSRID(ST_MakePoint(106 + x * 0.001, 20 + y * 0.001), 4326) AS geom"
            " FROM (SELECT n, n / 50 AS x, n %% 50 AS y FROM generate_series(0, %s - 1) AS n) AS place"
            f" ORDER BY {order}",
            (rows,),
        )
        cursor.execute("SELECT gisreg.import_keeps_together()")
        assert cursor.fetchone() == (keeps,)
