"""One JSON line a request, with who and how long, and never a secret."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from re import search
from typing import Any

import httpx
import pytest

from gisreg.access.actor import PersonRole
from gisreg.cli import service
from gisreg.cli.service import free_port
from gisreg.logs import redacted
from tests.support.databases import Database
from tests.support.served import key_of, person

WORD = "mật khẩu rất bí mật"


@dataclass
class Process:
    """`gisreg serve` as people run it, and what it wrote."""

    address: str
    written: Path

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.written.read_text(encoding="utf-8").splitlines()]

    def requests(self) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line["event"] == "request"]

    def get(self, path: str, name: str, **headers: str) -> dict[str, Any]:
        """Ask for a path as the request of that name; return the line, which comes after the answer."""
        httpx.get(self.address + path, headers=headers | {"X-Request-ID": name})
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            found = [line for line in self.requests() if line["request_id"] == name]
            if found:
                return found[0]
            time.sleep(0.02)
        raise AssertionError(f"no line of {name}")


@pytest.fixture(scope="module")
def process(seeded_network: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    written = tmp_path_factory.mktemp("log") / "log"
    port = free_port("127.0.0.1")
    with written.open("wb") as file:
        running = subprocess.Popen(
            [sys.executable, "-m", "gisreg.cli.main", "serve", "--port", str(port)],
            stderr=file,
            stdout=file,
            env=dict(os.environ),
        )
    try:
        service._wait_until_ready(running, "127.0.0.1", port)
        yield Process(f"http://127.0.0.1:{port}", written)
    finally:
        service._stop(running)


def test_a_line_says_who_asked_for_what_and_how_long_it_took(process: Process) -> None:
    key = key_of("logs", PersonRole.AUTHORITY)
    path = "/collections/pole/items?code=SECRET-CODE&limit=1"
    line = process.get(path, "asked-by-the-test-1", **{"X-Api-Key": key})
    assert {name: line[name] for name in ("level", "logger", "request_id", "method", "route", "status")} == {
        "level": "info",
        "logger": "gisreg.request",
        "request_id": "asked-by-the-test-1",
        "method": "GET",
        "route": "/collections/{layer}/items",
        "status": 200,
    }
    assert 0 < line["ms"] < 30_000
    assert line["key_prefix"] == key.split("_")[1]
    assert isinstance(line["person_id"], int)
    assert line["organisation_id"] is None
    assert search(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", line["timestamp"])
    assert "SECRET-CODE" not in process.written.read_text(encoding="utf-8")


def test_a_path_that_is_no_route_is_not_written(process: Process) -> None:
    line = process.get("/typed/by/somebody", "no-route-at-all")
    assert (line["route"], line["status"], line["person_id"]) == (None, 404, None)
    assert "typed" not in process.written.read_text(encoding="utf-8")


def test_static_files_are_one_route(process: Process) -> None:
    line = process.get("/static/css/pages.css", "a-style-sheet")
    assert (line["route"], line["status"]) == ("/static/{path}", 200)


def test_no_secret_is_ever_written(process: Process) -> None:
    person("careful", PersonRole.AUTHORITY, password=WORD)
    key = key_of("careful-2", PersonRole.AUTHORITY)
    secrets = [WORD, key.split("_")[2]]
    with httpx.Client(base_url=process.address) as browser:
        form = search(r'name="csrf_token" value="([0-9a-f]{64})"', browser.get("/sign-in").text)
        assert form is not None
        for word in ("a wrong password", WORD):
            browser.post("/sign-in", data={"login": "careful", "password": word, "csrf_token": form[1]})
        secrets += [form[1], "a wrong password", *browser.cookies.values()]
        assert "gisreg" in browser.cookies or browser.get("/session").json()["person"] is None
        browser.get(f"/collections?api_key={key}&password={WORD}")
        browser.get(f"/{key}")
        browser.get("/sign-in/oidc/callback?code=code-of-the-provider&state=state-of-ours")
        browser.get("/collections", headers={"Authorization": f"Bearer {key}"})
        browser.get("/collections", auth=("qgis", key))
        browser.post("/account/password", data={"old": WORD, "new": "the new password", "again": "x"})
        browser.post("/collections/pole/items", json={"properties": {"password": WORD}})
    process.get("/health", "the-last-one")
    written = process.written.read_text(encoding="utf-8")
    secrets += ["code-of-the-provider", "state-of-ours", "the new password"]
    assert [secret for secret in secrets if secret in written] == []
    assert process.requests()
    assert all("?" not in json.dumps(line) for line in process.requests())


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (f"key gr_0123456789ab_{'f' * 64} failed", "key gr_0123456789ab_*** failed"),
        ("Authorization: Bearer abcdefgh.ijkl", "Authorization: Bearer ***"),
        (
            "to postgresql://gisreg_app:s3cr%40t@db:5432/x failed",
            "to postgresql://gisreg_app:***@db:5432/x failed",
        ),
        ("id eyJhbGciOi.eyJzdWIi.c2ln here", "id *** here"),
        ("GET /x?code=abc&layer=pole&state=def", "GET /x?code=***&layer=pole&state=***"),
        ('{"event": "as usual", "status": 200}', '{"event": "as usual", "status": 200}'),
    ],
)
def test_what_libraries_say_is_cleaned(line: str, kept: str) -> None:
    assert redacted(line) == kept


def test_text_for_people(tmp_path: Path) -> None:
    program = (
        "import logging; from gisreg.logs import configure; from gisreg.settings import LogSettings\n"
        "configure(LogSettings(format='text', level='warning'))\n"
        "logging.getLogger('a').info('not this')\n"
        "password = 'hunter22-hunter22'\n"
        "try: raise ValueError('oops')\n"
        "except ValueError: logging.getLogger('a').exception('it failed', extra={'request_id': 'r'})\n"
    )
    for form in ("text", "json"):
        told = subprocess.run(
            [sys.executable, "-c", program.replace("'text'", f"'{form}'")],
            capture_output=True,
            text=True,
            check=True,
        ).stderr
        assert "not this" not in told
        assert "it failed" in told
        assert "ValueError: oops" in told
        assert "request_id" in told
        assert told.count("hunter22") <= 1  # the line of the program, never the value of the variable
