"""The outbox: queued notices go to the mail server, at least once; later again where it does not answer."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from gisreg.clock import now
from gisreg.contacts.message import Told, mail
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.mail import session
from gisreg.settings import get_settings

queries = load_queries(__file__)

AT_MOST = 500
"""So many notices are sent by one call; the next call goes on."""

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True)
class Delivery:
    """How many notices were sent, came back, must wait, and stay in the application (nobody has mail)."""

    sent: int = 0
    bounced: int = 0
    delayed: int = 0
    kept: int = 0


@dataclass(frozen=True)
class _Queued:
    id: int
    addressee: str
    organisation_id: int | None
    contact_id: int | None
    title_vi: str
    title_en: str
    text_vi: str
    text_en: str
    attempts: int

    @property
    def told(self) -> Told:
        return Told(self.id, self.title_vi, self.title_en, self.text_vi, self.text_en)


def deliver(connection: PgConnection) -> Delivery:
    """Send what is queued and due, one mail to each addressee for all that he is told.

    Can be run by several at once: each takes what no other holds. Without a mail server in the settings
    everything stays in the application.

    Args:
        connection: a transaction of the worker's role; it must be committed, also when all waits.
    """
    moment = now()
    queries.because(connection, reason="delivery of notices")
    if get_settings().mail.host is None:
        return Delivery(kept=int(queries.keep_in_app(connection, moment=moment)))
    queue = [_Queued(*row) for row in queries.queued(connection, moment=moment, at_most=AT_MOST)]
    groups = [
        list(some)
        for _, some in groupby(queue, lambda one: (one.addressee, one.organisation_id, one.contact_id))
    ]
    counted = {"sent": 0, "bounced": 0, "delayed": 0, "kept": 0}
    server: smtplib.SMTP | Exception | None = None
    try:
        for some in groups:
            first = some[0]
            addresses = [
                address
                for (address,) in queries.addresses(
                    connection,
                    addressee=first.addressee,
                    organisation_id=first.organisation_id,
                    contact_id=first.contact_id,
                    moment=moment,
                )
            ]
            if addresses and server is None:
                server = _opened()
            outcome, trouble = _send(server, addresses, some, moment)
            _write_down(connection, some, outcome, trouble, moment)
            counted[outcome] += len(some)
    finally:
        if isinstance(server, smtplib.SMTP):
            server.close()
    return Delivery(**counted)


def _opened() -> smtplib.SMTP | Exception:
    """Return a session with the mail server, or why there is none."""
    try:
        return session()
    except (OSError, smtplib.SMTPException) as error:
        return error


def _send(
    server: smtplib.SMTP | Exception | None, addresses: list[str], notices: list[_Queued], moment: datetime
) -> tuple[str, str | None]:
    """Return what became of a mail, as a field of Delivery, and the trouble in words."""
    if not addresses:
        return "kept", None
    if not isinstance(server, smtplib.SMTP):
        return "delayed", _words(server)
    try:
        message = mail(addresses, [one.told for one in notices], moment)
    except ValueError as error:
        return "bounced", _words(error)
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        return "bounced" if all(code >= 500 for code in codes) else "delayed", _words(error)
    except smtplib.SMTPResponseException as error:
        return "bounced" if error.smtp_code >= 500 else "delayed", _words(error)
    except smtplib.SMTPNotSupportedError as error:
        return "bounced", _words(error)
    except (OSError, smtplib.SMTPException) as error:
        return "delayed", _words(error)
    return "sent", None


def _words(error: Any) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def _write_down(
    connection: PgConnection, notices: list[_Queued], outcome: str, trouble: str | None, moment: datetime
) -> None:
    ids = [one.id for one in notices]
    if outcome == "delayed":
        for attempts, some in _by_attempts(notices):
            queries.note_delay(
                connection, ids=some, next_attempt_at=moment + wait_after(attempts + 1), trouble=trouble
            )
        return
    queries.note_delivery(
        connection,
        ids=ids,
        delivery="app" if outcome == "kept" else outcome,
        sent_at=moment if outcome == "sent" else None,
        bounced_at=moment if outcome == "bounced" else None,
        trouble=trouble,
    )


def _by_attempts(notices: list[_Queued]) -> Iterator[tuple[int, list[int]]]:
    for attempts in sorted({one.attempts for one in notices}):
        yield attempts, [one.id for one in notices if one.attempts == attempts]


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failed attempts: a minute, doubling, at most six hours."""
    doubled: int = 2 ** min(attempts - 1, 20)
    return min(_FIRST_WAIT * doubled, _LONGEST_WAIT)
