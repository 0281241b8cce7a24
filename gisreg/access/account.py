"""What a person may see and do about himself: roles, password, sessions, keys.

Every function wants a transaction of the worker's role and the id of the person who is signed in; what
belongs to others is not found.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg2.extensions

from gisreg.access import keys, passwords, sessions
from gisreg.access.actor import PersonRole
from gisreg.clock import now
from gisreg.database.queries import load_queries
from gisreg.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from gisreg.said import both

PgConnection = psycopg2.extensions.connection
queries = load_queries(__file__)

MOST_KEYS = 20
"""Valid keys of one person; each has a limit of requests of its own."""


@dataclass(frozen=True)
class HeldRole:
    """A role that holds today, in one commune or (None) everywhere, until a moment or (None) for good."""

    role: PersonRole
    area: str | None
    until: datetime | None


@dataclass(frozen=True)
class OpenSession:
    """A session that has not ended; `number` is no secret."""

    number: int
    user_agent: str | None
    began: datetime
    last_seen: datetime
    is_this: bool


@dataclass(frozen=True)
class Account:
    """Who a person is."""

    login: str
    name: str
    email: str | None
    organisation: str | None
    has_password: bool
    provider: str | None
    roles: tuple[HeldRole, ...]
    sessions: tuple[OpenSession, ...]
    keys: tuple[keys.Key, ...]


def read(connection: PgConnection, person_id: int, token: str) -> Account:
    """Return all about a person; `token` tells which session is this one. Keys that are over are left out."""
    moment = now()
    login, name, email, organisation, has_password, provider = _person(connection, person_id)
    return Account(
        login,
        name,
        email,
        organisation,
        has_password,
        provider,
        tuple(
            HeldRole(PersonRole(role), area, until)
            for role, area, until in queries.roles_of(connection, person_id=person_id, moment=moment)
        ),
        tuple(
            OpenSession(*row)
            for row in queries.sessions_of(
                connection,
                person_id=person_id,
                token_hash=sessions.digest(token),
                moment=moment,
                idle_since=moment - sessions.IDLE,
            )
        ),
        tuple(
            key for key in keys.keys(connection, login) if key.revoked_at is None and key.expires_at > moment
        ),
    )


def change_password(
    connection: PgConnection, person_id: int, old: str, new: str, user_agent: str | None = None
) -> str | None:
    """Keep a new password and return the token of a new session; every session that there was ends.

    Args:
        connection: a transaction of the worker's role; commit it also where the answer is None.
        person_id: who.
        old: the password until now; None is returned where it is wrong, and the failure is counted as at
            signing in.
        new: the password from now on.
        user_agent: the browser, as it names itself.

    Raises:
        ForbiddenError: the person has no password: he signs in at a provider.
        InvalidInputError: the new one is too short or too long, or the same.
    """
    login, _, _, _, has_password, _ = _person(connection, person_id)
    if not has_password:
        raise ForbiddenError(
            both("Tài khoản này không có mật khẩu để đổi.", "There is no password to change."),
            hint=both(
                "Tài khoản đăng nhập ở bên cung cấp; hãy đổi mật khẩu ở đó.",
                "You sign in at a provider; change it there.",
            ),
        )
    fresh = passwords.hashed(new)
    if sessions.proved(connection, login, old) is None:
        return None
    if new == old:
        raise InvalidInputError(
            both("Mật khẩu mới trùng với mật khẩu cũ.", "The new password is the old one."),
            hint=both("Hãy chọn mật khẩu khác.", "Choose another."),
        )
    queries.set_password(connection, person_id=person_id, password_hash=fresh, moment=now())
    queries.end_sessions(connection, person_id=person_id)
    return sessions.start(connection, person_id, user_agent=user_agent)


def end_session(connection: PgConnection, person_id: int, number: int) -> None:
    """End one of one's sessions. Raises NotFoundError."""
    if not queries.end_numbered_session(connection, person_id=person_id, number=number):
        raise NotFoundError(
            both("Tài khoản này không có phiên đăng nhập đó.", "There is no such session of yours."),
            hint=both("Có thể phiên đã kết thúc.", "It may have ended already."),
        )


def end_other_sessions(connection: PgConnection, person_id: int, token: str) -> None:
    """End all of one's sessions but this one."""
    queries.end_other_sessions(connection, person_id=person_id, token_hash=sessions.digest(token))


def create_key(
    connection: PgConnection, person_id: int, name: str, scopes: Collection[keys.Scope], days: int
) -> str:
    """Make a key for oneself and return it, for the only time.

    Raises:
        ConflictError: there are enough of them.
        InvalidInputError: no name, no scope, or too long a lifetime.
    """
    login = _person(connection, person_id)[0]
    moment = now()
    valid = [key for key in keys.keys(connection, login) if not key.revoked_at and key.expires_at > moment]
    if len(valid) >= MOST_KEYS:
        raise ConflictError(
            both(f"Đã có đủ {MOST_KEYS} khóa.", f"There are {MOST_KEYS} keys already."),
            hint=both("Hãy thu hồi khóa không dùng nữa.", "Revoke one that nobody uses."),
        )
    return keys.create(connection, login, name, scopes, timedelta(days=days))


def revoke_key(connection: PgConnection, person_id: int, prefix: str) -> None:
    """End one of one's keys. Raises NotFoundError."""
    if not queries.revoke_own_key(connection, person_id=person_id, prefix=prefix, moment=now()):
        raise NotFoundError(
            both("Tài khoản này không có khóa đó.", "There is no such key of yours."),
            hint=both("Có thể khóa đã bị thu hồi.", "It may have been revoked already."),
        )


def _person(
    connection: PgConnection, person_id: int
) -> tuple[str, str, str | None, str | None, bool, str | None]:
    found = queries.account(connection, person_id=person_id)
    if found is None:
        raise NotFoundError(both("Không có người này.", "There is no such person."))
    login, name, email, organisation, has_password, provider = found
    return login, name, email, organisation, has_password, provider
