"""Whoever rewrites the history is found out, and writers never wait for the sealer."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from typer.testing import CliRunner

from gisreg.cli.history import app
from gisreg.database.address import Role
from gisreg.database.connection import transaction
from gisreg.errors import InvalidInputError, NotFoundError
from gisreg.history import chain, heads
from gisreg.history.heads import Exported
from gisreg.history.verify import Verdict, verify
from tests.history.conftest import LAN, Sql, change, pole
from tests.support.databases import Database, DatabaseServer

COPY = """
CREATE SCHEMA kept;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY[
    'gisreg.chain', 'gisreg.chain_block', 'gisreg.change_set', 'history.pole', 'history.alert', 'history.notice'
  ] LOOP
    EXECUTE format('CREATE TABLE kept.%I AS SELECT * FROM %s', split_part(t, '.', 2), t);
  END LOOP;
END $$
"""
BACK = """
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY[
    'gisreg.chain', 'gisreg.chain_block', 'gisreg.change_set', 'history.pole', 'history.alert', 'history.notice'
  ] LOOP
    EXECUTE format('DELETE FROM %s', t);
    EXECUTE format('INSERT INTO %s OVERRIDING SYSTEM VALUE SELECT * FROM kept.%I', t, split_part(t, '.', 2));
  END LOOP;
END $$;
DROP SCHEMA kept CASCADE
"""


def checked(*exported: Exported) -> Verdict:
    with transaction(Role.WORKER) as connection:
        return verify(connection, exported)


@pytest.fixture
def sealed(owner: Sql) -> Iterator[Sql]:
    """Return the owner's hand on a sealed history of poles, which is put back afterwards."""
    for number in range(5):
        pole(f"sealed-{number}")
    change("UPDATE registry.pole SET height_m = 9 WHERE code LIKE 'sealed-%%'", actor=LAN)
    chain.seal()
    assert checked().broken is None
    owner(COPY)
    yield owner
    owner(BACK)


def test_everything_committed_is_sealed_once(fresh_database: Database, owner: Sql) -> None:
    pole("a")
    pole("b")
    assert chain.seal() >= 2
    assert chain.seal() == 0
    verdict = checked()
    assert (verdict.broken, verdict.unsealed) == (None, 0)
    assert owner("SELECT count(*) FROM gisreg.chain") == owner("SELECT count(*) FROM gisreg.change_set")
    before = chain.head()
    pole("c")
    assert checked().unsealed == 1
    chain.seal()
    after = chain.head()
    assert before is not None
    assert after is not None
    assert after.number == before.number + 1


@pytest.mark.parametrize("operation", ["changed", "deleted", "added"])
def test_a_row_is_named(sealed: Sql, operation: str) -> None:
    (row, own), *_ = sealed(
        "SELECT history_id, change_set_id FROM history.pole WHERE height_m = 9 ORDER BY 1"
    )
    if operation == "changed":
        sealed("UPDATE history.pole SET code = 'forged' WHERE history_id = %s", row)
    elif operation == "deleted":
        sealed("DELETE FROM history.pole WHERE history_id = %s", row)
    else:
        ((row,),) = sealed(
            "CREATE TEMPORARY TABLE forged AS SELECT * FROM history.pole WHERE history_id = %s;"
            "UPDATE forged SET history_id = nextval('history.pole_history_id_seq');"
            "INSERT INTO history.pole OVERRIDING SYSTEM VALUE SELECT * FROM forged RETURNING history_id",
            row,
        )
    broken = checked().broken
    assert broken is not None
    assert (broken.table, broken.history_id, broken.change_set_id) == ("pole", row, own)
    assert f"the row {row} of history.pole was {operation}" in broken.told.en
    done = {"changed": "sửa", "deleted": "xóa", "added": "thêm"}[operation]
    assert f"hàng {row} của history.pole đã bị {done}" in broken.told.vi


def test_a_moved_digit_of_a_position_is_seen(sealed: Sql) -> None:
    ((row,),) = sealed(
        "UPDATE history.pole SET geom = ST_Translate(geom, 1e-13, 0)"
        " WHERE history_id = (SELECT max(history_id) FROM history.pole) RETURNING history_id"
    )
    broken = checked().broken
    assert broken is not None
    assert broken.history_id == row


@pytest.mark.parametrize(
    "column", ["person = 'Minh'", "recorded_at = recorded_at - interval '1 us'", "organisation_id = 7"]
)
def test_a_change_set_is_reattributed(sealed: Sql, column: str) -> None:
    ((own,),) = sealed(
        f"UPDATE gisreg.change_set SET {column}"
        " WHERE id = (SELECT max(change_set_id) FROM history.pole) RETURNING id"
    )
    broken = checked().broken
    assert broken is not None
    assert (broken.table, broken.change_set_id) == ("change_set", own)


def test_a_row_moves_to_another_change_set(sealed: Sql) -> None:
    (first, own), (_, other), *_ = sealed("SELECT history_id, change_set_id FROM history.pole ORDER BY 1")
    sealed("UPDATE history.pole SET change_set_id = %s WHERE history_id = %s", other, first)
    broken = checked().broken
    assert broken is not None
    assert (broken.change_set_id, broken.history_id) == (own, first)
    sealed("UPDATE history.pole SET change_set_id = 0 WHERE history_id = %s", first)
    broken = checked().broken
    assert broken is not None
    assert broken.history_id == first


def test_a_row_of_no_change_set(sealed: Sql) -> None:
    ((row,),) = sealed(
        "CREATE TEMPORARY TABLE forged AS SELECT * FROM history.pole LIMIT 1;"
        "UPDATE forged SET history_id = nextval('history.pole_history_id_seq'), change_set_id = 0;"
        "INSERT INTO history.pole OVERRIDING SYSTEM VALUE SELECT * FROM forged RETURNING history_id"
    )
    broken = checked().broken
    assert broken is not None
    assert (broken.table, broken.history_id) == ("pole", row)


def test_a_change_set_is_deleted_with_its_rows(sealed: Sql) -> None:
    ((own,),) = sealed("SELECT max(change_set_id) FROM history.pole")
    for table, column in (("history.pole", "change_set_id"), ("gisreg.change_set", "id")):
        sealed(f"DELETE FROM {table} WHERE {column} = %s", own)
    broken = checked().broken
    assert broken is not None
    assert (broken.table, broken.change_set_id) == ("change_set", own)


@pytest.mark.parametrize(
    "forgery",
    [
        "DELETE FROM gisreg.chain WHERE number = 2",
        "UPDATE gisreg.chain SET digest = sha256('x') WHERE number = 2",
        "UPDATE gisreg.chain SET content = sha256('x') WHERE number = 2",
        "UPDATE gisreg.chain SET sealed_at = sealed_at + interval '1 us' WHERE number = 2",
        "UPDATE gisreg.chain SET change_set_id = -1 WHERE number = 2",
        "UPDATE gisreg.chain SET number = 999999 WHERE number = 2",
    ],
)
def test_a_link_is_forged(sealed: Sql, forgery: str) -> None:
    sealed(forgery)
    broken = checked().broken
    assert broken is not None
    assert (broken.number, broken.table) == (2, "chain")


def test_kept_digests_are_forged(sealed: Sql) -> None:
    sealed("UPDATE gisreg.chain_block SET leaves = '' WHERE table_name = 'pole'")
    broken = checked().broken
    assert broken is not None
    assert broken.table == "chain_block"


def test_a_chain_made_anew_is_caught_by_an_exported_head(sealed: Sql, tmp_path: Path) -> None:
    file = tmp_path / "heads.txt"
    runner = CliRunner()
    assert runner.invoke(app, ["head", "--out", str(file)]).exit_code == 0
    told = runner.invoke(app, ["verify", "--against", str(file)])
    assert (told.exit_code, "1 exported heads agree" in told.output) == (0, True)
    sealed("UPDATE history.pole SET code = 'forged' WHERE code = 'sealed-2'")
    told = runner.invoke(app, ["verify"])
    assert told.exit_code == 1
    assert "was changed" in told.output
    sealed("TRUNCATE gisreg.chain, gisreg.chain_block")
    chain.seal()
    assert runner.invoke(app, ["verify"]).exit_code == 0, "a chain made anew agrees with itself"
    told = runner.invoke(app, ["verify", "--against", str(file)])
    assert told.exit_code == 1
    assert "rewritten" in told.output


def test_a_chain_cut_off_is_caught_by_an_exported_head(sealed: Sql) -> None:
    last = chain.head()
    assert last is not None
    sealed("DELETE FROM gisreg.chain WHERE number = %s", last.number)
    broken = checked(Exported(1, "today", last.number, last.digest)).broken
    assert broken is not None
    assert "missing" in broken.told.en


def test_files_that_hold_no_heads(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        heads.read(tmp_path / "none")
    file = tmp_path / "heads.txt"
    for text in ("", "# only a remark\n", "2026-01-01 1 abc\n", "2026-01-01 1 " + "G" * 64):
        file.write_text(text, encoding="ascii")
        with pytest.raises(InvalidInputError):
            heads.read(file)


def test_the_sealer_among_concurrent_writers(fresh_database: Database, owner: Sql) -> None:
    stop = threading.Event()
    faults: list[BaseException] = []

    def guarded(work: object) -> threading.Thread:
        def run() -> None:
            try:
                work()  # type: ignore[operator]
            except BaseException as error:
                faults.append(error)

        return threading.Thread(target=run)

    def write() -> None:
        for number in range(15):
            pole(f"busy-{number}")

    def seal() -> None:
        while not stop.is_set():
            chain.seal()

    sealers = [guarded(seal) for _ in range(2)]
    writers = [guarded(write) for _ in range(3)]
    # One that begins before and commits after all others must not be skipped, nor waited for.
    with transaction(Role.WORKER, LAN) as slow, slow.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.pole (code, geom) VALUES"
            " ('slow', ST_SetSRID(ST_MakePoint(106.3, 20.4), 4326))"
        )
        for thread in (*sealers, *writers):
            thread.start()
        for thread in writers:
            thread.join()
        assert owner(
            "SELECT count(*) FROM history.pole AS h JOIN gisreg.chain AS c USING (change_set_id)"
            " WHERE h.code LIKE 'busy-%'"
        ) != [(0,)]
    stop.set()
    for thread in sealers:
        thread.join()
    chain.seal()
    assert faults == []
    verdict = checked()
    assert (verdict.broken, verdict.unsealed) == (None, 0)
    assert owner("SELECT count(*) FROM history.pole AS h WHERE code LIKE 'busy-%' OR code = 'slow'") == [
        (46,)
    ]
    assert owner(
        "SELECT count(*) FROM gisreg.change_set AS s LEFT JOIN gisreg.chain AS c ON c.change_set_id = s.id"
        " WHERE c.number IS NULL"
    ) == [(0,)]


def test_a_restored_number_of_a_transaction_is_another_one(fresh_database: Database, owner: Sql) -> None:
    old = owner("SELECT max(id) FROM gisreg.change_set")
    with transaction(Role.OWNER, LAN) as connection, connection.cursor() as cursor:
        # As after a restore: an old change set bears the number that this transaction has now.
        cursor.execute(
            "UPDATE gisreg.change_set SET transaction_id = pg_current_xact_id() WHERE id = %s", old[0]
        )
        cursor.execute(
            "INSERT INTO registry.organisation (code, name, kind) VALUES ('restored', 'x', 'carrier')"
        )
        cursor.execute("SELECT change_set_id > %s FROM history.organisation WHERE code = 'restored'", old[0])
        assert cursor.fetchall() == [(True,)]
        connection.rollback()


def test_the_chain_survives_dump_and_restore(
    fresh_database: Database, database_server: DatabaseServer, tmp_path: Path
) -> None:
    pole("dumped")
    chain.seal()
    last = chain.head()
    assert last is not None
    file = tmp_path / "dump"
    subprocess.run(["pg_dump", "--format=custom", f"--file={file}", fresh_database.admin], check=True)
    other = database_server.clone("restored_history")
    try:
        subprocess.run(["pg_restore", "--clean", "--if-exists", f"--dbname={other.admin}", file], check=True)
        with closing(psycopg2.connect(other.urls[Role.WORKER])) as connection:
            verdict = verify(connection, [Exported(1, "then", last.number, last.digest)])
    finally:
        database_server.drop(other)
    assert (verdict.broken, verdict.heads, verdict.unsealed) == (None, 1, 0)
