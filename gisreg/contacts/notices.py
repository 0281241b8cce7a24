"""Notices: somebody of an organisation is told something, and says that he has read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gisreg.access.actor import Actor
from gisreg.clock import now
from gisreg.contacts.directory import who_answers
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.errors import ForbiddenError, NotFoundError
from gisreg.said import both

queries = load_queries(__file__)

_COLUMNS = (
    "id", "addressee", "subject", "about", "about_id", "title_vi", "title_en", "text_vi", "text_en",
    "created_at", "delivery", "read_at", "read_by", "is_settled",
)  # fmt: skip


@dataclass(frozen=True)
class Message:
    """What is told: `about` and `about_id` name the matter; texts in both languages.

    Texts name no fields of the registry: they leave it by mail, where no policy holds.
    """

    subject: str
    about: str
    about_id: int
    title_vi: str
    title_en: str
    text_vi: str
    text_en: str


@dataclass(frozen=True)
class Addressee:
    """To whom a notice goes: a contact, an organisation's coordinators, or the authority."""

    kind: str
    contact_id: int | None = None
    person_id: int | None = None


AUTHORITY = Addressee("authority")
COORDINATORS = Addressee("coordinators")


def notify(
    connection: PgConnection,
    message: Message,
    *,
    organisation_id: int | None,
    commune_id: int | None = None,
    caused_by: Actor | None = None,
) -> None:
    """Tell an organisation something: its first contact who answers, else its coordinators.

    Args:
        connection: a transaction of whoever causes it, or of the worker.
        message: what.
        organisation_id: whom; None is the authority.
        commune_id: where, for choosing the contact.
        caused_by: who acts in this transaction; None for the registry itself.
    """
    moment = now()
    to = AUTHORITY
    if organisation_id is not None:
        answering = who_answers(connection, organisation_id, commune_id, message.subject, moment)
        first = answering[0] if answering else None
        to = Addressee("contact", first.id, first.person_id) if first else COORDINATORS
    write(
        connection,
        message,
        to,
        organisation_id,
        commune_id,
        caused_by.person_id if caused_by else None,
        moment=moment,
    )


def write(
    connection: PgConnection,
    message: Message,
    to: Addressee,
    organisation_id: int | None,
    commune_id: int | None,
    caused_by_id: int | None,
    *,
    moment: datetime,
    thread_id: int | None = None,
) -> None:
    """Queue a notice for an addressee; in a thread, or as the first one of a new thread."""
    queries.insert_notice(
        connection,
        thread_id=thread_id,
        addressee=to.kind,
        organisation_id=organisation_id,
        contact_id=to.contact_id,
        person_id=to.person_id,
        commune_id=commune_id,
        subject=message.subject,
        about=message.about,
        about_id=message.about_id,
        title_vi=message.title_vi,
        title_en=message.title_en,
        text_vi=message.text_vi,
        text_en=message.text_en,
        caused_by_id=caused_by_id,
        moment=moment,
    )


def mine(
    connection: PgConnection, *, unread: bool = False, limit: int = 100, after: int | None = None
) -> list[dict[str, Any]]:
    """Return the notices that the actor may see, the newest first; `after` the id of one to go on from."""
    rows = queries.mine(connection, is_unread=unread, after=after, moreover=limit)
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]


def mark_read(connection: PgConnection, actor: Actor, ids: Sequence[int]) -> int:
    """Mark notices as read; return how many were not before.

    Raises:
        NotFoundError: the actor does not see some of them.
        ForbiddenError: he sees some but is not the one who is told. Nothing is marked then.
    """
    wanted = sorted(set(ids))
    seen = dict(queries.notices_seen(connection, ids=wanted))
    if len(seen) < len(wanted):
        unknown = next(number for number in wanted if number not in seen)
        raise NotFoundError(
            both(
                f"Không có thông báo {unknown} cho tài khoản này.", f"There is no notice {unknown} for you."
            ),
            hint=both("Xem danh sách thông báo.", "See the list of notices."),
        )
    marked = list(queries.mark_read(connection, ids=wanted, moment=now(), person=actor.person))
    if len(marked) < sum(seen.values()):
        raise ForbiddenError(
            both(
                "Một số thông báo trong số này gửi cho người khác.",
                "Some of these notices are for somebody else.",
            ),
            hint=both("Người được báo tự đánh dấu đã đọc.", "Whom a notice names marks it as read."),
        )
    return len(marked)
