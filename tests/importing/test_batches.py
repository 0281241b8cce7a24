"""Imports on record: each can be undone as one, as long as nobody touched what it wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg2
import pytest

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from gisreg.errors import ConflictError, NotFoundError
from gisreg.importing import batches
from gisreg.importing.profile import profile_of
from gisreg.importing.request import ImportReport, ImportRequest
from gisreg.importing.run import import_file
from gisreg.importing.undo import undo
from tests.importing.conftest import point
from tests.importing.in_both import MARKED
from tests.support.databases import Database

Bring = Callable[..., ImportReport]
FIRST = (
    ({"ma": "C-1", "cao": 8, "Tuyến": "a"}, point(106.341, 20.45)),
    ({"ma": "C-2", "cao": 8, "Tuyến": "a"}, point(106.342, 20.45)),
)
SECOND = (
    ({"ma": "C-1", "cao": 9, "Tuyến": "b"}, point(106.351, 20.45)),
    ({"ma": "C-2", "cao": 8}, point(106.342, 20.45)),
    ({"ma": "C-3", "cao": 8, "Tuyến": "c"}, point(106.343, 20.45)),
)
STATE = (
    "SELECT code, height_m, ST_AsText(geom), extra FROM registry.pole LEFT JOIN registry.pole_private ON pole_id = id"
    " ORDER BY code"
)


def ask(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with transaction(Role.WORKER, Actor("somebody")) as connection, connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def bring(fresh_database: Database) -> Bring:
    """Return a function that imports a file into an emptied database, in a transaction of its own."""
    ask("TRUNCATE registry.pole, registry.cable, registry.import_batch, registry.organisation CASCADE")

    def run(path: Any, layer: str = "pole", **options: Any) -> ImportReport:
        with transaction(Role.WORKER, Actor("lan")) as connection:
            return import_file(connection, ImportRequest(layer, path, **options))

    return run


def undone(number: int) -> Any:
    with transaction(Role.WORKER, Actor("minh")) as connection:
        return undo(connection, number)


def test_an_import_is_written_down(bring, geojson):
    ask("INSERT INTO registry.organisation (code, name, kind) VALUES ('VTL', 'Viettel', 'carrier')")
    report = bring(geojson(*FIRST), owner="VTL", constants={"kind": "telecom"})

    with transaction(Role.WORKER) as connection:
        batch = batches.find(connection, report.batch)

    assert (batch["file_name"], batch["person"], batch["owner"], batch["crs"]) == (
        "features.geojson", "lan", "VTL", "EPSG:4326"
    )  # fmt: skip
    assert (batch["rows_read"], batch["rows_inserted"], batch["rows_rejected"]) == (2, 2, 0)
    assert len(batch["file_sha256"]) == 64
    assert batch["mapping"]["columns"] == {"code": "ma", "height_m": "cao"}
    assert batch["options"]["constants"] == {"kind": "telecom"}


def test_the_operation_is_the_official_one(bring, tmp_path):
    path = tmp_path / "poles.csv"
    path.write_text("ma,X,Y\nC-1,2261880.297,587095.876\n", encoding="utf-8")
    report = bring(path, crs="EPSG:9209")
    ((crs, operation),) = ask(
        "SELECT crs, crs_operation FROM registry.import_batch WHERE id = %s", report.batch
    )
    assert crs == "EPSG:9209"
    assert "VN-2000 to WGS 84 (2)" in operation


def test_undoing_gives_back_what_was(bring, geojson):
    bring(geojson(*FIRST))
    before = ask(STATE)
    second = bring(geojson(*SECOND))
    assert (second.inserted, second.changed, second.unchanged) == (1, 1, 1)

    report = undone(second.batch)

    assert ask(STATE) == before
    assert (report.removed, report.restored, report.brought_back) == (1, 1, 0)
    with pytest.raises(ConflictError, match="undone already, by minh"):
        undone(second.batch)
    assert ask("SELECT undone_by FROM registry.import_batch WHERE id = %s", second.batch) == [("minh",)]


def test_imports_are_undone_in_reverse_order_only(bring, geojson):
    first, second = bring(geojson(*FIRST)), bring(geojson(*SECOND))

    with pytest.raises(ConflictError) as caught:
        undone(first.batch)

    assert "1 objects were touched later" in caught.value.message
    assert "C-1: changed by lan" in caught.value.message
    undone(second.batch)
    assert undone(first.batch).removed == 2
    assert ask(STATE) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE registry.pole SET height_m = 10 WHERE code = 'C-3'",
        "UPDATE registry.pole_private SET note = 'x'",
        "INSERT INTO registry.fitting (pole_id, kind) SELECT id, 'box' FROM registry.pole WHERE code = 'C-3'",
    ],
)
def test_what_was_touched_later_is_named(bring, geojson, change):
    bring(geojson(*FIRST))
    second = bring(geojson(*SECOND))
    ask(change)
    before = ask(STATE)

    with pytest.raises(ConflictError) as caught:
        undone(second.batch)

    touched = caught.value.detail["touched"]
    assert {"C-3"} <= {one["name"] for one in touched} <= {"C-1", "C-3"}
    for one in touched:
        assert f"  {one['name']}: {one['what_vi']}" in caught.value.said.vi.splitlines()
        assert f"  {one['name']}: {one['what']}" in caught.value.said.en.splitlines()
        assert MARKED.search(one["what_vi"].removesuffix(one["what"]))
    assert ask(STATE) == before


def test_what_a_scope_lost_comes_back(bring, geojson):
    ask("INSERT INTO registry.organisation (code, name, kind) VALUES ('A', 'A', 'carrier')")
    ask(
        "INSERT INTO registry.admin_unit (gso_code, level, kind, name, valid_from, geom) VALUES"
        " ('1', 'commune', 'xa', 'Xã', '2025-07-01', ST_Multi(ST_MakeEnvelope(106, 20, 107, 21, 4326)))"
    )
    bring(geojson(*FIRST), owner="A")
    before = ask(STATE)
    second = bring(geojson(*SECOND[:1]), owner="A", replace_scope="ward=1")
    assert second.deletions == ["C-2"]

    report = undone(second.batch)

    assert (report.removed, report.restored, report.brought_back) == (0, 1, 1)
    assert ask(STATE) == before


def test_an_import_that_changed_nothing_can_be_undone(bring, geojson):
    bring(geojson(*FIRST))
    again = bring(geojson(*FIRST))
    report = undone(again.batch)
    assert (report.removed, report.restored) == (0, 0)


def test_a_dry_run_and_a_refusal_are_no_imports(bring, geojson):
    assert bring(geojson(*FIRST), dry_run=True).batch is None
    assert ask("SELECT count(*) FROM registry.import_batch") == [(0,)]


def test_who_knows_of_an_import(bring, geojson):
    ask(
        "INSERT INTO registry.organisation (code, name, kind) VALUES ('A', 'A', 'carrier'), ('B', 'B', 'carrier')"
    )
    ids = dict(ask("SELECT code, id FROM registry.organisation"))
    number = bring(geojson(*FIRST), owner="A").batch
    seen = {}
    for code, role in (("A", "engineer"), ("B", "engineer"), ("A", "viewer"), ("B", "authority")):
        actor = Actor("x", code, organisation_id=ids[code], roles=frozenset({PersonRole(role)}))
        with transaction(Role.APP, actor) as connection:
            seen[code, role] = [row[0] for row in batches.QUERIES.list_batches(connection, limit=9)] == [
                number
            ]
    assert seen == {
        ("A", "engineer"): True,
        ("B", "engineer"): False,
        ("A", "viewer"): False,
        ("B", "authority"): True,
    }
    with transaction(Role.APP) as connection, pytest.raises(NotFoundError):
        batches.find(connection, number)


def test_profiles_are_an_organisations_own(bring):
    ask(
        "INSERT INTO registry.organisation (code, name, kind) VALUES ('A', 'A', 'carrier'), ('B', 'B', 'carrier')"
    )
    ids = dict(ask("SELECT code, id FROM registry.organisation"))
    mine, theirs = (
        Actor("x", code, organisation_id=ids[code], roles=frozenset({PersonRole.ENGINEER})) for code in "AB"
    )
    profile = profile_of({"columns": {"Ký hiệu": "code"}, "crs": "EPSG:9209"}, "p")
    with transaction(Role.APP, mine) as connection:
        batches.save_profile(connection, ids["A"], "cột", profile)
        assert batches.load_profile(connection, ids["A"], "cột") == profile
    with transaction(Role.APP, theirs) as connection:
        with pytest.raises(NotFoundError):
            batches.load_profile(connection, ids["A"], "cột")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            batches.save_profile(connection, ids["A"], "cột 2", profile)
