"""Jobs exist exactly if their change was committed, run under whoever asked, and survive a killed worker."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from typer.testing import CliRunner

from gisreg.access.actor import Actor, PersonRole
from gisreg.cli.jobs import app as commands
from gisreg.database.connection import PgConnection, Role, transaction
from gisreg.doctor.check import Outcome
from gisreg.doctor.jobs import failed_jobs, worker
from gisreg.errors import NotFoundError
from gisreg.jobs import state
from gisreg.jobs.outbox import defer
from gisreg.jobs.work import Periodic, Task
from gisreg.jobs.worker import application, work
from gisreg.said import both
from gisreg.settings import get_settings
from tests.support.databases import Database
from tests.support.worked import in_a_thread, run_jobs

LAN = Actor("Lan", "VNPT", request_id="r-17", roles=frozenset({PersonRole.ENGINEER}))


@pytest.fixture(autouse=True)
def empty_queue(fresh_database: Database) -> Iterator[None]:
    yield
    with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM jobs.procrastinate_jobs")
        cursor.execute("DELETE FROM jobs.procrastinate_workers")


def jobs() -> list[state.Listed]:
    with transaction(Role.WORKER) as connection:
        return state.jobs(connection, finished=True)


def run(*tasks: Task) -> None:
    run_jobs(tasks)


def until(condition: Callable[[], bool], timeout_s: float = 30) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, jobs()
        time.sleep(0.05)


def test_a_job_exists_exactly_if_its_change_was_committed(fresh_database: Database) -> None:
    seen: list[tuple[dict[str, Any], Any]] = []

    def note(connection: PgConnection, payload: dict[str, Any]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT gisreg.actor() ->> 'person', gisreg.actor() -> 'roles'")
            seen.append((payload, cursor.fetchone()))

    with pytest.raises(ZeroDivisionError), transaction(actor=LAN) as connection:
        defer(connection, "note", {"what": "never"})
        raise ZeroDivisionError
    with transaction(actor=LAN) as connection:
        defer(connection, "note", {"what": "dây"})
        assert jobs() == []
    run(Task("note", note))
    # The person is named, but no right is carried over: the worker's role needs none.
    assert seen == [({"what": "dây"}, ("Lan", []))]
    assert [(job.task, job.status, job.person) for job in jobs()] == [("note", "succeeded", "Lan")]


def test_a_failure_is_told_and_tried_again(fresh_database: Database) -> None:
    times: list[int] = []

    def fails(connection: PgConnection, payload: dict[str, Any]) -> None:
        times.append(1)
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO registry.organisation (code, name, kind) VALUES ('J', 'J', 'other')")
        if len(times) == 1:
            raise NotFoundError(
                both("Máy chủ thư không trả lời.", "The mail server is away."),
                hint=both("Hãy chờ.", "Wait."),
            )

    with transaction(actor=LAN) as connection:
        number = defer(connection, "fails", {})
    run(Task("fails", fails))
    (job,) = jobs()
    assert (job.status, job.attempts) == ("todo", 1)
    assert job.failure == "Máy chủ thư không trả lời. Hãy chờ. / The mail server is away. Wait."
    assert job.scheduled_at is not None
    with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registry.organisation WHERE code = 'J'")
        assert cursor.fetchone() == (0,)
    listed = CliRunner().invoke(commands, ["list"], env={"COLUMNS": "200"})
    assert "The mail server is away." in listed.output
    retried = CliRunner().invoke(commands, ["retry", str(number)])
    assert retried.exit_code == 0, retried.output
    run(Task("fails", fails))
    (job,) = jobs()
    assert job.status == "succeeded"
    with pytest.raises(NotFoundError), transaction(Role.WORKER) as connection:
        state.retry(connection, number)


def test_the_application_cannot_read_or_write_the_queue(fresh_database: Database) -> None:
    from psycopg2.errors import InsufficientPrivilege

    for query in (
        "SELECT * FROM jobs.procrastinate_jobs",
        "DELETE FROM jobs.procrastinate_jobs",
        "SELECT jobs.procrastinate_defer_jobs_v1('{}')",
        "SELECT * FROM gisreg.job_failure",
        "UPDATE gisreg.head_export SET digest = 'x'",
    ):
        with pytest.raises(InsufficientPrivilege), transaction() as connection:
            connection.cursor().execute(f"SET LOCAL search_path = jobs; {query}")


def test_periodic_work_goes_on_while_there_is_more(fresh_database: Database) -> None:
    steps: list[int] = []

    def step(connection: PgConnection) -> bool:
        steps.append(1)
        return len(steps) < 3

    async def until_stepped() -> None:
        working = asyncio.create_task(work(application([], [Periodic("step", "* * * * *", step)])))
        deadline = time.monotonic() + 20
        while len(steps) < 3 and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working

    in_a_thread(until_stepped())
    assert len(steps) == 3


WORKER = """
import asyncio, sys, time
from gisreg.jobs.worker import application, work
from gisreg.jobs.work import Task

def slow(connection, payload):
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM registry.organisation WHERE code = 'SLOW')")
        if cursor.fetchone()[0]:
            return
        cursor.execute("INSERT INTO registry.organisation (code, name, kind) VALUES ('SLOW', 'S', 'other')")
        print("began", flush=True)
        if payload["kill"] == "within":
            time.sleep(float(sys.argv[1]))
    if payload["kill"] == "after":
        connection.commit()
        print("committed", flush=True)
        time.sleep(float(sys.argv[1]))

asyncio.run(work(application([Task("slow", slow)], [])))
"""


@pytest.mark.parametrize("kill", ["within", "after"])
def test_a_killed_worker_loses_nothing_and_does_nothing_twice(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch, kill: str
) -> None:
    monkeypatch.setenv("GISREG_JOBS_STALLED_AFTER_S", "1.5")
    get_settings.cache_clear()
    with transaction(Role.WORKER) as connection:
        connection.cursor().execute("DELETE FROM registry.organisation WHERE code = 'SLOW'")
    before = _times_written()
    with transaction(actor=LAN) as connection:
        defer(connection, "slow", {"kill": kill})
    began = "began" if kill == "within" else "committed"
    first = _worker("60")
    assert first.stdout is not None
    while first.stdout.readline().strip() != began.encode():
        assert first.poll() is None
    first.send_signal(signal.SIGKILL)
    first.wait()
    first.stdout.close()
    (job,) = jobs()
    assert job.status == "doing"
    second = _worker("0")
    try:
        until(lambda: jobs()[0].status == "succeeded")
    finally:
        second.terminate()
        second.communicate(timeout=30)
    assert _times_written() - before == 1


def _times_written() -> int:
    """Return how often the worker's task wrote its row, over all cases."""
    with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM history.organisation WHERE code = 'SLOW' AND operation = 'I'")
        (times,) = cursor.fetchone() or (0,)
    return int(times)


def _worker(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, *words], stdout=subprocess.PIPE, env=dict(os.environ)
    )


def test_the_doctor_sees_whether_a_worker_lives(fresh_database: Database) -> None:
    assert worker().outcome is Outcome.WARN
    run(Task("nothing", lambda connection, payload: None))
    with transaction(actor=LAN) as connection:
        defer(connection, "nothing", {})
    run(Task("nothing", lambda connection, payload: None))
    assert worker().outcome is Outcome.OK
    assert failed_jobs().outcome is Outcome.OK
    with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE jobs.procrastinate_events SET at = at - interval '11 minutes'")
        cursor.execute("UPDATE jobs.procrastinate_jobs SET status = 'doing'")
        cursor.execute("UPDATE jobs.procrastinate_jobs SET status = 'failed'")
    assert worker().outcome is Outcome.WARN
    assert failed_jobs().outcome is Outcome.WARN
