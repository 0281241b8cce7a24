"""A run that fails leaves everything as it was; of two runs the second waits; a night's run follows the day."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import psycopg2
import pytest
from typer.testing import CliRunner

from gisreg.access.actor import operator
from gisreg.cli.main import assemble
from gisreg.clock import now
from gisreg.database.address import Role
from gisreg.database.connection import transaction
from gisreg.flagging import partial
from gisreg.flagging.later import run_nightly
from gisreg.flagging.run import run
from gisreg.jobs.registry import PERIODIC, TASKS
from tests.support.databases import Database
from tests.support.served import Query

STANDING = "SELECT object_id, zone_id, rule_id, outcome, run_id FROM registry.finding ORDER BY 1, 2, 3"

HANGING = """
import sys, time
from gisreg.access.actor import operator
from gisreg.database.connection import Role, transaction
from gisreg.flagging.run import run
with transaction(Role.WORKER, operator()) as connection:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry.zone SET geom = ST_Multi(ST_Envelope(ST_Buffer(geom, 0.01)))")
    report = run(connection)
    print(report.fresh, flush=True)
    time.sleep(60)
"""


def test_a_run_that_is_killed_leaves_the_findings(seeded_network: Database, query: Query) -> None:
    before = query(STANDING)
    child = subprocess.Popen(
        [sys.executable, "-c", HANGING], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert child.stdout is not None
    assert int(child.stdout.readline()) > 0, "it wrote nothing"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert query(STANDING) == before
    with transaction(Role.WORKER, operator()) as connection:
        assert run(connection).fresh == 0


def test_a_rule_that_fails_leaves_the_findings(seeded_network: Database, query: Query) -> None:
    before = query(STANDING)
    with pytest.raises(psycopg2.DataError), transaction(Role.WORKER, operator()) as connection:
        run(connection, instead={"pole_lean_warn_deg": 1.0, "lean_tolerance_deg": {"no": "number"}})  # type: ignore[dict-item]
    assert query(STANDING) == before


def test_of_two_runs_the_second_waits(seeded_network: Database) -> None:
    done: list[str] = []

    def second() -> None:
        with transaction(Role.WORKER, operator()) as connection:
            assert not partial.queries.begin_alone(connection)
            run(connection)
            done.append("second")

    with transaction(Role.WORKER, operator()) as connection:
        run(connection)
        other = threading.Thread(target=second)
        other.start()
        time.sleep(0.5)
        done.append("first")
    other.join(20)
    assert done == ["first", "second"]


def test_only_what_was_edited_since(seeded_network: Database, query: Query) -> None:
    moment = now()
    with transaction(Role.WORKER, operator()) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE registry.pole SET lean_deg = 9 WHERE code IN ('P0-0', 'P9-9')")
    with transaction(Role.WORKER, operator()) as connection:
        part = partial.since(connection, moment)
        ids = {number for (number,) in query("SELECT id FROM registry.pole WHERE code IN ('P0-0', 'P9-9')")}
        assert ids <= set(part["pole"])
        assert len(part["pole"]) < 200
        report = run(connection, objects=part)
        assert (report.fresh, report.gone) == (2, 0)
        assert partial.since(connection, now() + timedelta(seconds=1)) == {}
        again = run(connection)
        assert (again.fresh, again.gone, again.changed) == (0, 0, 0)


def test_the_night_s_run_is_a_job(seeded_network: Database) -> None:
    assert {"flagging.nightly"} <= {job.name for job in PERIODIC}
    assert {"flagging.run"} <= {task.name for task in TASKS}
    with transaction(Role.WORKER, operator()) as connection:
        assert run_nightly(connection) is False


def test_commands(seeded_network: Database) -> None:
    app = assemble()

    def told(*words: str) -> str:
        result = CliRunner().invoke(app, list(words), env={"COLUMNS": "240"}, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return str(result.output)

    told("flag", "run")
    assert "as before" in told("flag", "run", "--zone", "Z1")
    assert "as before" in told("flag", "run", "--street", "S1", "--since", "2026-01-01")
    assert "Nothing would change" in told("flag", "run", "--dry-run")
    tried = told("flag", "run", "--dry-run", "--set", "pole_lean_warn_deg=1,5", "--grow", "Z1=50")
    assert "Nothing was written" in tried
    assert "Z03" in tried
    assert "cần kiểm chứng" in told("why", "P0-0")
    assert "Fails" in told("why", "P0-0")
    assert "Không áp dụng" in told("why", "C1/3", "--all")
    assert "Priority" in told("why", "C4/12")
    assert "findings" in told("findings", "list", "--rule", "P02")
    assert "12345" in told("findings", "counts", "--by", "rule,ward")
    assert "Lý Bôn" in told("findings", "streets")
    number = told("findings", "note", "P1-1", "nứt chân cột").split()[-1]
    assert "nứt chân cột" in told("why", "P1-1")
    told("findings", "close", number, "--reason", "đã thay")
    waiver = told("waiver", "grant", "P02", "P0-0", "--reason", "sẽ thay", "--until", "2099-01-01").split()[
        -1
    ]
    assert "Waived" in told("why", "P0-0")
    assert "sẽ thay" in told("waiver", "list")
    told("waiver", "end", waiver)
    assert "Fails" in told("why", "P0-0")
    assert "5.5 m" in told("threshold", "list")
    told("threshold", "set", "pole_lean_warn_deg", "4,5", "--unit", "deg", "--reason", "thử")
    assert "4.5 deg" in told("threshold", "show", "pole_lean_warn_deg")
    told("threshold", "end", "pole_lean_warn_deg", "--reason", "hết thử")
    assert "độ nghiêng" in told("measure-next", "--limit", "5")
    assert '"FeatureCollection"' in told("measure-next", "--json", "--zone", "Z1")


@pytest.mark.parametrize(
    "words",
    [
        ("flag", "run", "--set", "a=1"),
        ("flag", "run", "--dry-run", "--set", "pole_lean_warn_deg"),
        ("flag", "run", "--dry-run", "--set", "pole_lean_warn_deg=x"),
        ("threshold", "set", "pole_lean_warn_deg", "5", "--unit", "rad", "--reason", "x"),
        ("why", "nothing-is-called-so"),
    ],
)
def test_commands_that_are_wrong(seeded_network: Database, words: tuple[str, ...]) -> None:
    assert CliRunner().invoke(assemble(), list(words)).exit_code != 0
