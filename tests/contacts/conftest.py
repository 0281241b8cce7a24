"""A real mail server on the loopback, a clock that tests hold, two organisations with people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from gisreg.access.actor import Actor, PersonRole
from gisreg.cli.service import free_port
from gisreg.contacts import directory
from gisreg.contacts.notices import Message, notify
from gisreg.database.connection import Role, transaction
from gisreg.settings import get_settings
from tests.support.databases import Database
from tests.support.served import person

START = datetime.fromisoformat("2026-05-04T08:00:00+07:00")
MATTER = Message(
    "incident", "incident", 7, "Cáp đứt", "A cable is down", "Chi tiết ở trang.", "See the page."
)

Later = Callable[[timedelta], datetime]


class Mailbox:
    """What the server took; what it answers to a recipient (`250 OK` unless said otherwise)."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.port = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        return "250 taken"


@pytest.fixture
def settings() -> Iterator[Callable[..., None]]:
    """Return a function that sets environment variables for the settings; undone after the test."""
    with pytest.MonkeyPatch.context() as patch:

        def put(**variables: str) -> None:
            for name, value in variables.items():
                patch.setenv(name, value)
            get_settings.cache_clear()

        yield put
    get_settings.cache_clear()


@pytest.fixture
def later(settings: Callable[..., None]) -> Later:
    """Return a function that sets the clock to so long after the start; it stands there now."""

    def move(by: timedelta) -> datetime:
        settings(GISREG_NOW=(START + by).isoformat())
        return START + by

    move(timedelta(0))
    return move


@pytest.fixture
def mailbox(settings: Callable[..., None]) -> Iterator[Mailbox]:
    """Return a mail server that the settings name."""
    box = Mailbox()
    box.port = free_port("127.0.0.1")
    controller = Controller(box, hostname="127.0.0.1", port=box.port, server_hostname="test")
    controller.start()
    settings(
        GISREG_MAIL_HOST="127.0.0.1",
        GISREG_MAIL_PORT=str(box.port),
        GISREG_MAIL_SECURITY="none",
        GISREG_MAIL_SENDER="so@tinh.example",
        GISREG_MAIL_LINK_BASE="http://127.0.0.1:8000",
    )
    yield box
    controller.stop()


@pytest.fixture(scope="module")
def organisations(fresh_database: Database) -> dict[str, int]:
    """Return ids of organisations A (with coordinators) and B; the authority has an address."""
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.organisation (code, name, kind)"
            " VALUES ('A', 'Đơn vị A', 'carrier'), ('B', 'Đơn vị B', 'carrier') RETURNING code, id"
        )
        found = dict(cursor.fetchall())
    person("dieuphoi", PersonRole.COORDINATOR, organisation="A", email="dieuphoi@a.example")
    person("kythuat", PersonRole.ENGINEER, organisation="A", email="kythuat@a.example")
    person("so", PersonRole.AUTHORITY, email="so@so.example")
    return found


@pytest.fixture
def contacts(organisations: dict[str, int], later: Later) -> Iterator[list[int]]:
    """Return the ids of organisation A's first contact (with an account) and two deputies."""
    with transaction(Role.APP, coordinator(organisations)) as own:
        made = [
            directory.add(
                own,
                organisations["A"],
                name,
                subject="incident",
                rank=rank,
                email=f"{name.lower()}@a.example",
                login="kythuat" if rank == 1 else None,
            )
            for rank, name in enumerate(("Mot", "Hai", "Ba"), 1)
        ]
    yield made
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute("TRUNCATE registry.notice, registry.contact_absence, registry.contact")


def coordinator(organisations: dict[str, int], code: str = "A") -> Actor:
    """Return a coordinator of an organisation."""
    roles = frozenset({PersonRole.COORDINATOR})
    return Actor("Điều phối", f"Đơn vị {code}", organisation_id=organisations[code], roles=roles)


def tell(organisations: dict[str, int], message: Message = MATTER, code: str | None = "A") -> None:
    """Tell an organisation (None: the authority) something."""
    with transaction(Role.WORKER) as own:
        notify(own, message, organisation_id=organisations[code] if code else None)


def rows(columns: str) -> list[tuple[Any, ...]]:
    """Return columns of all notices, the oldest first."""
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM registry.notice ORDER BY created_at, escalated_at NULLS LAST")
        return cursor.fetchall()
