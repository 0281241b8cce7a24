"""Two engineers take the same poles out, change them, and check in one after the other."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyogrio
import pytest

from gisreg.access.actor import Actor
from gisreg.database.connection import Role, transaction
from gisreg.errors import InvalidInputError
from gisreg.exporting import register
from gisreg.topology.build import build
from gisreg.working_copy.checkin import CheckedIn, checkin
from gisreg.working_copy.checkout import checkout
from gisreg.working_copy.file_ids import write_ids
from gisreg.working_copy.plan import Accepted
from gisreg.working_copy.report import write_report
from tests.proposals.world import BOSS, engineer
from tests.support.databases import Database

BOX = "106.3,20.4,106.4,20.5"
SHAPE_FUNCTIONS = ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")
FIELDS = ("height_m", "lean_deg", "condition", "code")


def sql(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def owner(fresh_database: Database) -> int:
    """Return the owner of 1,000 poles, drawn anew."""
    sql(
        "TRUNCATE registry.pole, registry.cable, registry.segment, registry.span, registry.support,"
        " registry.finding, registry.proposal, registry.organisation CASCADE"
    )
    ((number,),) = sql(
        "INSERT INTO registry.organisation (code, name, kind) VALUES ('O', 'Chủ', 'carrier') RETURNING id"
    )
    sql(
        "INSERT INTO registry.pole (code, owner_id, height_m, lean_deg, geom)"
        " SELECT 'P' || i, %s, 8, 1, ST_SetSRID(ST_MakePoint(106.33 + i %% 40 * 0.0003, 20.44 + i / 40 * 0.0003), 4326)"
        " FROM generate_series(1, 1000) AS i",
        number,
    )
    with transaction(Role.WORKER) as own:
        build(own)
    return int(number)


def take(actor: Actor, path: Path, layers: str = "pole") -> Path:
    checkout(actor, BOX, layers.split(","), path)
    return path


def give(actor: Actor, path: Path, accepted: Accepted | None = None, **how: Any) -> CheckedIn:
    with transaction(actor=actor, timeout_ms=0) as own:
        return checkin(own, actor, path, accepted, **how)


def write(path: Path, statement: str, *parameters: Any) -> None:
    """Change a GeoPackage as a map program does, but for shapes."""
    with closing(sqlite3.connect(path)) as book, book:
        for name in SHAPE_FUNCTIONS:
            book.create_function(name, 1, lambda _: None)
        book.execute(statement, parameters)


def change(path: Path, changes: dict[tuple[str, str], Any]) -> None:
    """Change fields of poles by their code as taken out."""
    with closing(sqlite3.connect(path)) as book, book:
        for name in SHAPE_FUNCTIONS:
            book.create_function(name, 1, lambda _: None)
        ids = {
            json.loads(content)["code"]: one
            for one, content in book.execute("SELECT object_id, content FROM gisreg_base")
        }
        for (code, field), value in changes.items():
            book.execute(f"UPDATE pole SET {field} = ? WHERE id = ?", (value, ids[code]))


def stands() -> dict[tuple[str, str], Any]:
    rows = sql("SELECT id, code, height_m, lean_deg, condition FROM registry.pole ORDER BY id")
    return {
        (row[0], field): value
        for row in rows
        for field, value in zip(("code", *FIELDS[:3]), row[1:], strict=True)
    }


def test_no_edit_is_lost_and_every_conflict_shown(owner: int, tmp_path: Path) -> None:
    first, second = engineer("Một", owner), engineer("Hai", owner)
    mine, yours = take(first, tmp_path / "a.gpkg"), take(second, tmp_path / "b.gpkg")
    luck = np.random.default_rng(7)
    ids = dict(sql("SELECT code, id FROM registry.pole"))

    def drawn() -> dict[tuple[str, str], Any]:
        values = {"height_m": (7.5, 9.0, 10.0), "lean_deg": (2.0, 3.0), "condition": ("good", "worn")}
        return {
            (f"P{i}", field): values[field][luck.integers(len(values[field]))]
            for i in range(1, 1001)
            for field in luck.permutation(list(values))[: luck.integers(1, 3)].tolist()
        }

    ours, theirs = drawn(), drawn()
    change(mine, ours)
    change(yours, theirs)
    one = give(first, mine)
    assert (one.changed, one.conflicts, one.faults) == (1000, [], [])
    two = give(second, yours)
    assert two.faults == []
    clashes = {key for key in ours.keys() & theirs.keys() if ours[key] != theirs[key]}
    assert {(one.object_id, one.field) for one in two.conflicts} == {
        (ids[code], field) for code, field in clashes
    }
    for conflict in two.conflicts:
        key = (str(conflict.name), conflict.field)
        assert (conflict.mine, conflict.theirs) == (theirs[key], ours[key])
    now = stands()
    for (code, field), value in (theirs | ours).items():
        assert now[ids[code], field] == value, (code, field)

    # Again changes nothing; then whose side wins is said.
    again = give(second, yours)
    assert (again.changed, len(again.conflicts)) == (0, len(clashes))
    assert give(second, yours, Accepted(mine=frozenset({"all"}))).conflicts == []
    now = stands()
    for (code, field), value in (ours | theirs).items():
        assert now[ids[code], field] == value
    assert give(second, yours).conflicts == []


def test_reports_show_both_sides(owner: int, tmp_path: Path) -> None:
    person = engineer("Một", owner)
    path = take(person, tmp_path / "a.gpkg")
    change(path, {("P1", "height_m"): 9.0, ("P2", "height_m"): 99.0})
    sql("UPDATE registry.pole SET height_m = 10 WHERE code = 'P1'")
    done = give(person, path)
    (fault,) = done.faults
    for name in ("r.xlsx", "r.gpkg"):
        write_report(tmp_path / name, done.conflicts, done.faults)
    with closing(openpyxl.load_workbook(tmp_path / "r.xlsx")) as book:
        assert [cell.value for cell in book["conflicts"][2]][2:] == [
            "P1",
            "height_m",
            "Chiều cao cột",
            "8.0",
            "9.0",
            "10.0",
        ]
        assert book["rows"].max_row == 2
        told = dict(zip(*([cell.value for cell in line] for line in book["rows"].iter_rows()), strict=True))
        assert (told["what_vi"], told["what"]) == (fault.what.vi, fault.what.en)
    assert pyogrio.read_info(tmp_path / "r.gpkg", layer="conflicts")["features"] == 1


def test_empty_cells_and_lacking_columns_change_nothing_and_clear_clears(owner: int, tmp_path: Path) -> None:
    person = engineer("Một", owner)
    path = take(person, tmp_path / "a.gpkg")
    change(path, {("P1", "height_m"): None, ("P2", "clear"): "height_m", ("P3", "code"): "#clear"})
    write(path, "ALTER TABLE pole DROP COLUMN condition")
    sql("UPDATE registry.pole SET lean_deg = 5 WHERE code = 'P1'")
    done = give(person, path)
    assert (done.changed, done.conflicts, done.faults) == (2, [], [])
    assert sql("SELECT height_m, lean_deg FROM registry.pole WHERE code = 'P1'") == [(8, 5)]
    assert sql("SELECT height_m FROM registry.pole WHERE code = 'P2'") == [(None,)]
    assert sql("SELECT count(*) FROM registry.pole WHERE code IS NULL") == [(1,)]


def test_private_columns_are_merged_and_added_columns_told(owner: int, tmp_path: Path) -> None:
    person = engineer("Một", owner)
    sql(
        "INSERT INTO registry.pole_private (pole_id, note, cable_capacity) SELECT id, 'cũ', 8 FROM registry.pole"
    )
    for name in ("a.gpkg", "a.xlsx"):
        path = take(person, tmp_path / name)
        if name == "a.gpkg":
            change(path, {("P1", "note"): "mới", ("P1", "height_m"): 9.0, ("P2", "cable_capacity"): 900})
            write(path, "ALTER TABLE pole ADD COLUMN ghi_chu_them TEXT")
        else:
            with closing(openpyxl.load_workbook(path)) as book:
                sheet = book["pole"]
                head = [cell.value for cell in sheet[1]]
                row = next(
                    row for row in range(2, 1002) if sheet.cell(row, head.index("code") + 1).value == "P1"
                )
                assert sheet.cell(row, head.index("note") + 1).value == "mới"
                sheet.cell(row, head.index("note") + 1, "#clear")
                sheet.cell(1, len(head) + 1, "ghi_chu_them")
                book.save(path)
        sql(
            "UPDATE registry.pole_private SET note = 'khác' WHERE pole_id = (SELECT id FROM registry.pole WHERE code = 'P3')"
        )
        done = give(person, path)
        assert done.ignored == {"pole": ("ghi_chu_them",)}
        assert done.conflicts == []
        if name == "a.gpkg":
            assert (done.changed, [fault.what.en for fault in done.faults]) == (
                1,
                ["It cannot be taken: cable_capacity must lie between 0 and 500. Correct it."],
            )
            assert sql(
                "SELECT height_m, note, cable_capacity FROM registry.pole JOIN registry.pole_private ON pole_id = id"
                " WHERE code = 'P1'"
            ) == [(9, "mới", 8)]
    assert sql("SELECT count(*) FROM registry.pole_private WHERE note IS NULL") == [(1,)]
    assert sql("SELECT count(*) FROM registry.pole_private WHERE note = 'cũ'") == [(998,)]


def test_rows_are_deleted_only_when_that_is_said(owner: int, tmp_path: Path) -> None:
    person = engineer("Một", owner)
    path = take(person, tmp_path / "a.gpkg")
    gone = dict(sql("SELECT code, id FROM registry.pole WHERE code IN ('P1', 'P2')"))
    write(path, "DELETE FROM pole WHERE id IN (?, ?)", *gone.values())
    sql("UPDATE registry.pole SET height_m = 9 WHERE code = 'P2'")
    assert give(person, path).missing == 2
    assert sql("SELECT count(*) FROM registry.pole") == [(1000,)]
    done = give(person, path, delete=True)
    assert (done.deleted, [one.object_id for one in done.conflicts]) == (1, [gone["P2"]])
    assert give(person, path, Accepted(mine=frozenset({str(gone["P2"])})), delete=True).deleted == 1


def test_new_rows_are_added_once(owner: int, tmp_path: Path) -> None:
    person = engineer("Một", owner)
    for name in ("a.gpkg", "a.xlsx"):
        path = take(person, tmp_path / name)
        if name == "a.gpkg":
            write(
                path, "INSERT INTO pole (code, owner_id, geom) SELECT 'N1', owner_id, geom FROM pole LIMIT 1"
            )
        else:
            with closing(openpyxl.load_workbook(path)) as book:
                sheet = book["pole"]
                head = [cell.value for cell in sheet[1]]
                row = {"code": "N2", "owner_id": owner, "x": 106.35, "y": 20.45}
                sheet.append([row.get(one) for one in head])
                book.save(path)
        done = give(person, path)
        assert (done.inserted, done.faults) == (1, [])
        (((layer, place), number),) = done.fresh.items()
        write_ids(path, {(layer, place): (number, {"id": number, "version": 1})})
        assert give(person, path).inserted == 0


def test_a_workbook_goes_out_and_back(owner: int, tmp_path: Path) -> None:
    person = engineer("Một", owner)
    path = take(person, tmp_path / "a.xlsx")
    assert give(person, path).untouched == 1000
    with closing(openpyxl.load_workbook(path)) as book:
        sheet = book["pole"]
        head = [cell.value for cell in sheet[1]]
        sheet.cell(2, head.index("height_m") + 1, 9.5)
        sheet.cell(3, head.index("height_m") + 1, "#clear")
        sheet.cell(4, head.index("x") + 1, sheet.cell(4, head.index("x") + 1).value + 0.00001)
        book.save(path)
    done = give(person, path)
    assert (done.changed, done.faults) == (3, [])
    assert sql("SELECT count(*) FROM registry.pole WHERE height_m = 9.5 OR height_m IS NULL") == [(2,)]


def test_what_is_others_becomes_a_proposal_and_a_copy_is_in_the_register(owner: int, tmp_path: Path) -> None:
    ((other,),) = sql(
        "INSERT INTO registry.organisation (code, name, kind) VALUES ('X', 'Khác', 'carrier') RETURNING id"
    )
    stranger = engineer("Khác", other)
    path = take(stranger, tmp_path / "a.gpkg")
    change(path, {("P1", "height_m"): 9.0})
    done = give(stranger, path)
    assert (done.changed, done.proposed, done.faults) == (0, 1, [])
    assert sql("SELECT height_m FROM registry.pole WHERE code = 'P1'") == [(8,)]
    with transaction(actor=BOSS) as own:
        line = register.lines(own)[0]
    assert (line.subject, line.row_count, line.person, line.state) == ("pole", 1000, stranger.person, "made")


def test_any_other_file_is_refused(owner: int, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"SQLite format 3")
    with pytest.raises(InvalidInputError, match="no working copy"):
        give(BOSS, path)
