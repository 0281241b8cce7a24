"""Heads of the chain leave for real receivers: a folder, a mail server, a web server that checks signatures."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from typer.testing import CliRunner

from gisreg.cli.history import app
from gisreg.cli.service import free_port
from gisreg.clock import now
from gisreg.database.address import Role
from gisreg.database.connection import transaction
from gisreg.errors import DeliveryError, UsageError
from gisreg.history import chain, heads
from gisreg.history.deliver import SIGNATURE_HEADER, by_mail, by_post, to_folder
from gisreg.history.export import deliver, printed, request_exports
from gisreg.settings import get_settings
from tests.history.conftest import Sql, pole
from tests.support.databases import Database

SHARED = "khoá chung"
LINE = f"2026-11-23T10:00:00+07:00 7 {'ab' * 32}"


class Box(Message):
    """Keeps the mails that arrive."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.mails.append(message)


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return a function that sets variables of the environment for this test."""

    def put(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"GISREG_{name}", value)
        get_settings.cache_clear()

    yield put
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Box]:
    """Return what a real SMTP server on loopback received."""
    box = Box()
    server = Controller(box, hostname="127.0.0.1", port=free_port("127.0.0.1"))
    server.start()
    settings(
        MAIL_SECURITY="none",
        MAIL_HOST="127.0.0.1",
        MAIL_PORT=str(server.port),
        MAIL_SENDER="gisreg@so.example",
    )
    yield box
    server.stop()


@pytest.fixture
def receiver(settings: Any) -> Iterator[list[tuple[dict[str, str], bytes]]]:
    """Return what a real web server on loopback was posted; it answers 500 once, then 204."""
    posted: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.append((dict(self.headers), body))
            self.send_response(500 if len(posted) == 1 else 204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings(
        HEADS_WEBHOOK_URL=f"http://127.0.0.1:{server.server_port}/heads?from=so",
        HEADS_WEBHOOK_SECRET=SHARED,
        HEADS_WEBHOOK_HOSTS='["127.0.0.1"]',
    )
    yield posted
    server.shutdown()
    thread.join()
    server.server_close()


def test_files_are_only_ever_added(tmp_path: Path) -> None:
    to_folder(str(tmp_path), LINE)
    to_folder(str(tmp_path), LINE)
    (first,) = tmp_path.iterdir()
    assert first.read_text() == LINE + "\n"
    other = LINE.replace("ab", "cd")
    first.write_text("")  # killed before the line was written
    to_folder(str(tmp_path), other)
    assert [head.digest for head in heads.read(tmp_path)] == ["cd" * 32]
    with pytest.raises(DeliveryError, match="nowhere"):
        to_folder(str(tmp_path / "nowhere"), LINE)


def test_a_mail_arrives_and_bears_the_same_identifier_again(mailbox: Box) -> None:
    by_mail("luu-tru@so.example", LINE)
    by_mail("luu-tru@so.example", LINE)
    first, second = mailbox.mails
    assert first["To"] == "luu-tru@so.example"
    assert LINE in first.get_payload(decode=True).decode()
    assert first["Message-ID"] == second["Message-ID"]


def test_a_mail_server_that_is_away_is_named(settings: Any) -> None:
    port = free_port("127.0.0.1")
    settings(MAIL_HOST="127.0.0.1", MAIL_PORT=str(port))
    with pytest.raises(DeliveryError, match=f"127.0.0.1:{port} did not take the mail"):
        by_mail("luu-tru@so.example", LINE)


def test_without_a_mail_server_the_setting_is_named() -> None:
    with pytest.raises(DeliveryError, match="GISREG_MAIL_HOST"):
        by_mail("luu-tru@so.example", LINE)


def test_a_post_is_signed(receiver: list[tuple[dict[str, str], bytes]]) -> None:
    url = get_settings().heads.webhook_url
    assert url is not None
    with pytest.raises(DeliveryError, match="status 500"):
        by_post(url, LINE)
    by_post(url, LINE)
    (first, _), (headers, body) = receiver
    stamp, signature = (part.partition("=")[2] for part in headers[SIGNATURE_HEADER].split(","))
    wanted = hmac.new(SHARED.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert signature == wanted
    assert json.loads(body)["digest"] == "ab" * 32
    assert first["Idempotency-Key"] == headers["Idempotency-Key"]


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "https://evil.example/", "ftp://127.0.0.1/", "http://127.0.0.1@evil.example/"],
)
def test_only_allowed_hosts_are_posted_to(settings: Any, url: str) -> None:
    settings(HEADS_WEBHOOK_HOSTS='["127.0.0.1", "example.org"]', HEADS_WEBHOOK_SECRET=SHARED)
    with pytest.raises(UsageError):
        by_post(url, LINE)


def test_a_head_goes_out_once_a_day_to_every_place(
    fresh_database: Database,
    owner: Sql,
    settings: Any,
    mailbox: Box,
    receiver: list[tuple[dict[str, str], bytes]],
    tmp_path: Path,
) -> None:
    settings(HEADS_FOLDER=str(tmp_path), HEADS_MAIL_TO='["a@so.example"]', NOW="2026-11-23T10:00:00+07:00")
    pole("exported")
    chain.seal()
    for _ in range(2):
        with transaction(Role.WORKER) as connection:
            request_exports(connection)
    tasks = "SELECT args -> 'payload' FROM jobs.procrastinate_jobs WHERE task_name = 'history.deliver_head'"
    deferred = [payload for (payload,) in owner(tasks)]
    assert len(deferred) == 3
    failures = 0
    for payload in deferred * 2:
        try:
            with transaction(Role.WORKER) as connection:
                deliver(connection, payload)
        except DeliveryError:
            failures += 1
    assert failures == 1  # the web server's first answer; the second round brought it
    assert (len(mailbox.mails), len(receiver), len(list(tmp_path.iterdir()))) == (1, 2, 1)
    found = chain.head()
    assert found is not None
    (kept,) = heads.read(tmp_path)
    assert (kept.number, kept.digest) == (found.number, found.digest)
    day, number, digest = (printed() or "").split()
    assert (day, number, digest) == (
        f"{found.sealed_at.astimezone(now().tzinfo):%Y-%m-%d}",
        "-",
        found.digest,
    )
    verified = CliRunner().invoke(app, ["verify"])
    assert verified.exit_code == 0, verified.output
    assert "1 exported heads agree" in verified.output
    assert "by mail to a@so.example" in verified.output
    settings(NOW="2026-11-24T10:00:00+07:00")
    with transaction(Role.WORKER) as connection:
        request_exports(connection)
    assert len(owner(tasks)) == 6
    assert now().day == 24


def test_a_rewritten_chain_is_seen_against_the_folder(
    fresh_database: Database, owner: Sql, settings: Any, tmp_path: Path
) -> None:
    pole("before")
    chain.seal()
    found = chain.head()
    assert found is not None
    to_folder(str(tmp_path), heads.line(found.number, "00" * 32, now()))
    settings(HEADS_FOLDER=str(tmp_path))
    verified = CliRunner().invoke(app, ["verify"])
    assert verified.exit_code == 1
    assert "rewritten" in verified.output


def test_no_variable_of_a_test_stays(fresh_database: Database) -> None:
    assert not [name for name in os.environ if name.startswith("GISREG_HEADS")]
