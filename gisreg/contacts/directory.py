"""Contacts of organisations: who answers where, about what, and who stands in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg2 import errors as pg

from gisreg.clock import local, today
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.errors import ForbiddenError, InvalidInputError, NotFoundError, UsageError
from gisreg.said import Said, both, listed
from layers.codelists import CONTACT_SUBJECT

queries = load_queries(__file__)

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True)
class Answering:
    """Somebody who answers: `commune_id` None is everywhere; rank 1 comes first."""

    id: int
    name: str
    email: str | None
    phone: str | None
    person_id: int | None
    commune_id: int | None
    subject: str
    rank: int


@dataclass(frozen=True)
class Contact:
    """A line of the directory, with the absence that holds or comes next (both days included)."""

    id: int
    organisation_id: int
    organisation: str
    commune_id: int | None
    commune: str | None
    subject: str
    rank: int
    name: str
    email: str | None
    phone: str | None
    absence_id: int | None
    absent_from: date | None
    absent_until: date | None
    version: int


def who_answers(
    connection: PgConnection, organisation_id: int, commune_id: int | None, subject: str, at: datetime
) -> list[Answering]:
    """Return who answers for an organisation, in the order in which to ask.

    Those named for the commune come before those for everywhere, those for the subject before those
    for everything else (`general`); who is absent on that day is left out, so that a deputy is first.

    Args:
        connection: an actor who may see contacts, or the worker.
        organisation_id: the organisation.
        commune_id: id of today's commune, None for no place in particular.
        subject: one of the contact subjects.
        at: the moment; its day in the registry's time zone counts.
    """
    require_subject(subject)
    rows = queries.answering(
        connection,
        organisation_id=organisation_id,
        commune_id=commune_id,
        subject=subject,
        day=local(at).date(),
    )
    return [Answering(*row) for row in rows]


def contacts(
    connection: PgConnection,
    organisation_id: int | None = None,
    commune_id: int | None = None,
    subject: str | None = None,
) -> list[Contact]:
    """Return the active contacts that the actor may see; None is any."""
    rows = queries.contacts(
        connection, organisation_id=organisation_id, commune_id=commune_id, subject=subject, day=today()
    )
    return [Contact(*row) for row in rows]


def add(
    connection: PgConnection,
    organisation_id: int,
    name: str,
    *,
    subject: str = "general",
    commune_id: int | None = None,
    rank: int = 1,
    email: str | None = None,
    phone: str | None = None,
    login: str | None = None,
) -> int:
    """Add a contact and return its id.

    Args:
        connection: a transaction of a coordinator of the organisation, or of the authority.
        organisation_id: whose contact.
        name: of the person or desk.
        subject: about what; `general` for whatever has nobody of its own.
        commune_id: where; None is everywhere.
        rank: 1 is asked first, then the deputies.
        email: one address (ASCII).
        phone: digits, spaces, + - . ( ).
        login: of the person in this registry, who then reads the notices here too.

    Raises:
        InvalidInputError: name, e-mail, phone or rank cannot be used, or no way to reach him is given.
        NotFoundError: nobody with that login belongs to the organisation.
        ForbiddenError: the actor does not keep these contacts.
        UsageError: there is no such subject.
    """
    require_subject(subject)
    _require_reachable(name, email, phone, login, rank)
    person_id = None
    if login is not None:
        person_id = queries.person_of(connection, login=login, organisation_id=organisation_id)
        if person_id is None:
            raise NotFoundError(
                both(
                    f"Đơn vị này không có ai có tên đăng nhập {login}.",
                    f"Nobody with the login {login} belongs to this organisation.",
                ),
                hint=both("Xem `gisreg user list`.", "See `gisreg user list`."),
            )
    try:
        number = queries.insert_contact(
            connection,
            organisation_id=organisation_id,
            commune_id=commune_id,
            subject=subject,
            rank=rank,
            name=name.strip(),
            person_id=person_id,
            email=email,
            phone=phone,
        )
    except pg.InsufficientPrivilege as error:
        raise _not_kept() from error
    except pg.ForeignKeyViolation as error:
        raise NotFoundError(
            both("Không có đơn vị hoặc xã, phường này.", "There is no such organisation or commune.")
        ) from error
    return int(number)


def change(connection: PgConnection, contact_id: int, changes: Mapping[str, Any]) -> None:
    """Change how a contact is reached, or his place in the order.

    Args:
        connection: a transaction of a coordinator of the organisation, or of the authority.
        contact_id: the contact.
        changes: `name`, `email`, `phone`, `rank`, as for `add`; what is not named stays.

    Raises:
        NotFoundError, ForbiddenError: as for `retire`.
        InvalidInputError: as for `add`.
    """
    found = queries.contact(connection, id=contact_id)
    if found is None:
        raise _unknown(contact_id)
    name, email, phone, rank, person_id = found
    wanted = {"name": name, "email": email, "phone": phone, "rank": rank} | dict(changes)
    login = None if person_id is None else str(person_id)
    _require_reachable(wanted["name"], wanted["email"], wanted["phone"], login, wanted["rank"])
    if not queries.change(connection, id=contact_id, **wanted):
        raise _not_kept()


def retire(connection: PgConnection, contact_id: int) -> None:
    """Let a contact answer no more; what was sent to him stays.

    Raises:
        NotFoundError: no such contact, or retired already.
        ForbiddenError: the actor does not keep these contacts.
    """
    _require_seen(connection, contact_id)
    if not queries.retire(connection, id=contact_id):
        raise _not_kept()


def absent(connection: PgConnection, contact_id: int, from_on: date, until_on: date) -> None:
    """Write down that a contact does not answer on some days, both included; the next in order does.

    Raises:
        NotFoundError, ForbiddenError: as for `retire`.
        InvalidInputError: the last day comes before the first.
    """
    if until_on < from_on:
        raise InvalidInputError(
            both(
                f"Ngày {until_on:%d/%m/%Y} trước ngày {from_on:%d/%m/%Y}.",
                f"{until_on} comes before {from_on}.",
            ),
            hint=both(
                "Hãy cho ngày đầu và ngày cuối của thời gian vắng.",
                "Give the first and the last day of the absence.",
            ),
        )
    _require_seen(connection, contact_id)
    try:
        queries.insert_absence(connection, contact_id=contact_id, from_on=from_on, until_on=until_on)
    except pg.InsufficientPrivilege as error:
        raise _not_kept() from error


def present(connection: PgConnection, absence_id: int) -> None:
    """Take an absence back: the contact answers on those days after all.

    Raises:
        NotFoundError: no such absence; ForbiddenError: the actor does not keep these contacts.
    """
    if not queries.absence_seen(connection, id=absence_id):
        raise NotFoundError(
            both(f"Không có lần vắng {absence_id}.", f"There is no absence {absence_id}."),
            hint=both("Xem `gisreg contact list`.", "See `gisreg contact list`."),
        )
    if not queries.delete_absence(connection, id=absence_id):
        raise _not_kept()


def organisation_of(connection: PgConnection, code: str) -> int:
    """Return the id of the organisation of a code. Raises NotFoundError."""
    found = queries.organisation_id(connection, code=code)
    if found is None:
        raise NotFoundError(
            both(f"Không có đơn vị mã {code}.", f"There is no organisation with the code {code}."),
            hint=both("Xem `gisreg organisation list`.", "See `gisreg organisation list`."),
        )
    return int(found)


def commune_of(connection: PgConnection, code: str | None) -> int | None:
    """Return the id of today's commune of a code, None for None. Raises NotFoundError."""
    if code is None:
        return None
    found = queries.commune_id(connection, code=code, day=today())
    if found is None:
        raise NotFoundError(
            both(
                f"Hiện không có xã, phường mã {code}.",
                f"There is no commune with the code {code} today.",
            ),
            hint=both("Hãy dùng mã của cơ quan thống kê.", "Use the statistics office's code."),
        )
    return int(found)


def require_subject(subject: str) -> None:
    """Refuse what is no subject of contacts (UsageError)."""
    if subject not in CONTACT_SUBJECT.values:
        raise UsageError(
            both(
                f"'{subject[:40]}' không phải việc mà đầu mối phụ trách được.",
                f"'{subject[:40]}' is no subject of contacts.",
            ),
            hint=both(
                f"Hãy dùng: {', '.join(CONTACT_SUBJECT.values)}.",
                f"Use one of: {', '.join(CONTACT_SUBJECT.values)}.",
            ),
        )


def _require_reachable(name: str, email: str | None, phone: str | None, login: str | None, rank: int) -> None:
    faults: list[tuple[str, Said]] = []
    if not name.strip() or not name.isprintable() or len(name) > 200:
        faults.append(
            ("name", both("phải là tên dài nhất 200 ký tự", "must be a name of at most 200 letters"))
        )
    if email is not None and (len(email) > 254 or not _EMAIL.fullmatch(email)):
        told = both("phải là một địa chỉ như ten@donvi.vn", "must be one address such as ten@donvi.vn")
        faults.append(("email", told))
    if phone is not None and not re.fullmatch(r"[0-9 +().-]{3,30}", phone):
        faults.append(("phone", both("phải là số điện thoại", "must be a phone number")))
    if not 1 <= rank <= 99:
        faults.append(("rank", both("phải từ 1 đến 99", "must lie between 1 and 99")))
    if email is None and phone is None and login is None:
        faults.append(
            ("email", both("hoặc phone hoặc login: cần ít nhất một", "or phone or login is required"))
        )
    if faults:
        every = listed([Said("{0} {1}", "{0} {1}", fault) for fault in faults], "; ")
        raise InvalidInputError(
            Said("Không nhận được đầu mối này: {0}.", "The contact cannot be taken: {0}.", (every,)),
            errors=[{"field": name, "message": one.en, "message_vi": one.vi} for name, one in faults],
        )


def _require_seen(connection: PgConnection, contact_id: int) -> None:
    if queries.contact(connection, id=contact_id) is None:
        raise _unknown(contact_id)


def _unknown(contact_id: int) -> NotFoundError:
    return NotFoundError(
        both(f"Không có đầu mối {contact_id}.", f"There is no contact {contact_id}."),
        hint=both("Xem `gisreg contact list`.", "See `gisreg contact list`."),
    )


def _not_kept() -> ForbiddenError:
    return ForbiddenError(
        both("Tài khoản này không được sửa các đầu mối ấy.", "These contacts are not yours to keep."),
        hint=both(
            "Điều phối viên của đơn vị hoặc cơ quan quản lý sửa các đầu mối này.",
            "A coordinator of the organisation keeps them, or the authority.",
        ),
    )
