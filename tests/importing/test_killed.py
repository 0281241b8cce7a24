"""An import that is killed, or whose database is: never a part of a batch, and the next one works."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg2
import pytest

from gisreg.database.address import Role
from tests.support.databases import VARIABLES, Database, DatabaseServer, reachable_folder

ROWS = 3_000
COUNTS = (
    "SELECT (SELECT count(*) FROM registry.pole), (SELECT count(*) FROM registry.pole_private),"
    " (SELECT count(*) FROM history.pole), (SELECT count(*) FROM registry.import_batch)"
)
IMPORT = """
import os
import sys
from pathlib import Path
from gisreg.database.connection import Actor, Role, transaction
from gisreg.importing.request import ImportRequest
from gisreg.importing.run import import_file

for line in sys.stdin:
    child = os.fork()
    if child:
        print("go", child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)
        continue
    with transaction(Role.WORKER, Actor("tester")) as connection:
        report = import_file(connection, ImportRequest("pole", Path(line.strip()), crs="EPSG:4326"))
    print("done", report.inserted, flush=True)
    os._exit(0)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[DatabaseServer]:
    """Return a cluster of this module's own, as durable as a real one: it is killed."""
    made = DatabaseServer(reachable_folder("gisreg-killed-"))
    yield made
    made.remove()


@pytest.fixture(scope="module")
def own(server: DatabaseServer) -> Iterator[Database]:
    database = server.clone("killed")
    with database.as_configured():
        yield database


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return files of poles whose codes are all different, so that each is a batch of its own."""
    folder = tmp_path_factory.mktemp("files")
    made = []
    for number in range(40):
        path = folder / f"poles-{number}.csv"
        lines = [
            f"K{number}-{row},{20.4 + row / 1e5:.5f},{106.3 + number / 1e4:.5f},x{row}" for row in range(ROWS)
        ]
        path.write_text("\n".join(["ma,lat,lon,ghi chu rieng", *lines]) + "\n", encoding="utf-8")
        made.append(path)
    return made


@pytest.fixture(autouse=True)
def _nothing_runs_on() -> Iterator[None]:
    yield
    while STARTED:
        end(STARTED.pop())


STARTED: list[subprocess.Popen[str]] = []


def start(database: Database) -> subprocess.Popen[str]:
    """Return a process that imports the files whose names it is sent, its modules loaded already."""
    environment = os.environ | {VARIABLES[role]: url for role, url in database.urls.items()}
    process = subprocess.Popen(
        [sys.executable, "-c", IMPORT], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, env=environment,
    )  # fmt: skip
    STARTED.append(process)
    return process


def begin(process: subprocess.Popen[str], path: Path) -> int:
    """Let a child of the process, its modules loaded, import a file; returns the child's number."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{path}\n")
    process.stdin.flush()
    word, number = process.stdout.readline().split()
    assert word == "go"
    return int(number)


def finished(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    told = process.stdout.readline().strip()
    if told.startswith("done"):
        assert process.stdout.readline() == "ended\n"
    return told


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait(10)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def counts(database: Database) -> tuple[int, ...]:
    """Return how many poles, private rows, versions and batches there are, once nobody works any more."""
    deadline = time.monotonic() + 30
    while True:
        connection = psycopg2.connect(database.urls[Role.WORKER])
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid() AND state <> 'idle' AND application_name = 'gisreg'"
                )
                if cursor.fetchone() == (0,) or time.monotonic() > deadline:
                    cursor.execute(COUNTS)
                    found: tuple[int, ...] = cursor.fetchone()
                    return found
        finally:
            connection.close()
        time.sleep(0.05)


def whole(found: tuple[int, ...]) -> int:
    """Return how many batches there are; fails where one is there in part."""
    poles, private, versions, batches = found
    assert poles == private == versions == batches * ROWS, found
    return batches


def test_killed_at_any_moment(own: Database, files: list[Path]) -> None:
    chance = random.Random(20)  # noqa: S311 - moments, not secrets
    process = start(own)
    begin(process, files[22])  # the first one is slower
    assert finished(process) == f"done {ROWS}"
    moment = time.monotonic()
    begin(process, files[0])
    assert finished(process) == f"done {ROWS}"
    takes_s = time.monotonic() - moment
    batches, cut_short = whole(counts(own)), 0
    assert batches == 2

    for turn in range(20):
        child = begin(process, files[1 + turn])
        time.sleep(chance.uniform(0, takes_s))
        with suppress(ProcessLookupError):  # it was done already
            os.kill(child, signal.SIGKILL)
        finished(process)
        now = whole(counts(own))
        assert now - batches in (0, 1)
        cut_short += now == batches
        batches = now

    assert cut_short >= 5, "the process was killed too late to try anything"
    begin(process, files[-1])
    assert finished(process) == f"done {ROWS}"
    end(process)
    assert whole(counts(own)) == batches + 1


def test_the_database_is_killed(own: Database, server: DatabaseServer, files: list[Path]) -> None:
    chance = random.Random(5)  # noqa: S311 - moments, not secrets
    batches = whole(counts(own))
    process = start(own)
    moment = time.monotonic()
    begin(process, files[25])
    assert finished(process) == f"done {ROWS}"
    takes_s, batches = time.monotonic() - moment, batches + 1

    for turn in range(5):
        begin(process, files[26 + turn])
        time.sleep(chance.uniform(0, takes_s))
        postmaster = server.cluster.status().pid
        assert postmaster is not None
        os.kill(postmaster, signal.SIGKILL)
        finished(process)
        server.cluster.start()
        now = whole(counts(own))
        assert now - batches in (0, 1)
        batches = now

    begin(process, files[-2])
    assert finished(process) == f"done {ROWS}"
    end(process)
    assert whole(counts(own)) == batches + 1
