"""What nobody reads goes on: to the deputies, to the organisation's coordinators, to the authority."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gisreg.contacts.directory import who_answers
from gisreg.contacts.notices import AUTHORITY, COORDINATORS, Addressee, Message, write
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.settings import get_settings

queries = load_queries(__file__)

AT_MOST = 500
"""So many notices go on by one call; the next call goes on with the others."""


@dataclass(frozen=True)
class _Unheard:
    id: int
    thread_id: int
    addressee: str
    organisation_id: int | None
    commune_id: int | None
    caused_by_id: int | None
    message: Message


def escalate(connection: PgConnection, now: datetime) -> int:
    """Tell the next one what came back or was not read in time; return how many notices went on.

    A thread goes one step at a time, each with its own time to be read, and ends with the authority or
    as soon as one of its notices is read. Can be run twice or by several at once.

    Args:
        connection: a transaction of the worker's role.
        now: the moment, with a time zone.
    """
    before = now - timedelta(hours=get_settings().notice.unread_hours)
    queries.because(connection, reason="unread notices")
    number = 0
    for row in list(queries.unheard(connection, before=before, at_most=AT_MOST)):
        notice_id, thread_id, addressee, organisation_id, commune_id, caused_by_id, *texts = row
        one = _Unheard(
            notice_id, thread_id, addressee, organisation_id, commune_id, caused_by_id, Message(*texts)
        )
        to = _next(connection, one, now)
        write(
            connection,
            one.message,
            to,
            one.organisation_id,
            one.commune_id,
            one.caused_by_id,
            moment=now,
            thread_id=one.thread_id,
        )
        queries.note_escalation(connection, id=one.id, moment=now)
        number += 1
    return number


def _next(connection: PgConnection, one: _Unheard, now: datetime) -> Addressee:
    if one.addressee == COORDINATORS.kind or one.organisation_id is None:
        return AUTHORITY
    asked = list(queries.asked(connection, thread_id=one.thread_id))
    # Somebody can be named in several lines; to ask him again helps nobody.
    known = {value for row in asked for value in row if value is not None}
    for deputy in who_answers(connection, one.organisation_id, one.commune_id, one.message.subject, now):
        if known.isdisjoint({deputy.id, deputy.person_id, deputy.email}):
            return Addressee("contact", deputy.id, deputy.person_id)
    return COORDINATORS
