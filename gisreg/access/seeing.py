"""The authority with the eyes of an organisation: exactly what its people may read, nothing to write.

Every function wants a transaction of the worker's role that bears the actor as who he really is: that is
who is written down.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import psycopg2.extensions

from gisreg.access.actor import Actor, PersonRole
from gisreg.clock import now
from gisreg.database.queries import load_queries
from gisreg.errors import ForbiddenError, InvalidInputError, NotFoundError
from gisreg.said import both

PgConnection = psycopg2.extensions.connection
queries = load_queries(__file__, "seeing.sql")

LEAST_REASON = 5


@dataclass(frozen=True)
class Look:
    """One line of the log: somebody began or stopped to look as an organisation."""

    action: str
    happened_at: datetime
    person: str
    organisation: str
    reason: str
    request_id: str | None


def organisations(connection: PgConnection) -> list[tuple[str, str]]:
    """Return code and name of every organisation, as one can be chosen to look as."""
    return [(code, name) for code, name in queries.organisations(connection)]


def start(connection: PgConnection, token: str, actor: Actor, organisation: str, reason: str) -> None:
    """Let a session look as the organisation of that code; where it looked as another, that ends.

    Raises:
        ForbiddenError: the actor is not of the authority.
        InvalidInputError: the reason says nothing.
        NotFoundError: there is no such organisation.
    """
    really = actor.really
    if PersonRole.AUTHORITY not in really.roles:
        raise ForbiddenError(
            both(
                "Chỉ cơ quan quản lý mới được xem như một đơn vị.",
                "Only the authority looks with the eyes of an organisation.",
            ),
            hint=both("Hãy xin vai trò này.", "Ask for the role."),
        )
    if len(reason.strip()) < LEAST_REASON:
        raise InvalidInputError(
            both(
                "Muốn xem như một đơn vị phải nêu lý do.",
                "Looking as an organisation needs a reason.",
            ),
            hint=both(
                "Hãy nêu lý do trong vài từ; lý do được ghi vào sổ.",
                "Say in a few words why; it is written down.",
            ),
        )
    found = queries.organisation(connection, code=organisation)
    if found is None:
        raise NotFoundError(
            both(
                f"Không có đơn vị mã {organisation[:40]}.",
                f"There is no organisation with the code {organisation[:40]}.",
            ),
            hint=both("Hãy chọn trong danh sách.", "Choose one of the list."),
        )
    stop(connection, token, actor)
    queries.begin(connection, token_hash=_digest(token), organisation_id=found[0], reason=reason.strip())
    _write_down(connection, really, "start", found[0], found[1], reason.strip())


def stop(connection: PgConnection, token: str, actor: Actor) -> None:
    """Let a session look with its own eyes again; nothing happens where it does."""
    found = queries.present(connection, token_hash=_digest(token))
    if found is None:
        return
    queries.end(connection, token_hash=_digest(token))
    _write_down(connection, actor.really, "stop", *found)


def looks(connection: PgConnection, most: int = 100) -> list[Look]:
    """Return the log, the newest first."""
    return [Look(*row) for row in queries.looks(connection, most=most)]


def _write_down(
    connection: PgConnection, really: Actor, action: str, organisation_id: int, organisation: str, reason: str
) -> None:
    queries.write_down(
        connection,
        action=action,
        moment=now(),
        person_id=really.person_id,
        person=really.person,
        organisation_id=organisation_id,
        organisation=organisation,
        reason=reason,
        request_id=really.request_id,
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
