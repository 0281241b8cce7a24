"""Sessions of people who signed in. Only digests of tokens are kept.

Every function wants a transaction of the worker's role, which must be committed also when nobody was
signed in: it counts the failure.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

import psycopg2.extensions

from gisreg.access.actor import Actor, PersonRole
from gisreg.access.passwords import verified
from gisreg.access.people import actor_of
from gisreg.clock import now
from gisreg.database.queries import load_queries

PgConnection = psycopg2.extensions.connection
queries = load_queries(__file__)

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
TOUCH = timedelta(minutes=1)
"""How exactly the last use is kept."""

FREE_ATTEMPTS = 5
_FIRST_LOCK = timedelta(seconds=30)
_LONGEST_LOCK = timedelta(hours=1)
_FIELDS = (
    "last_seen_at", "person_id", "name", "organisation_id", "organisation", "roles", "areas",
    "inspects",
    "seen_as_organisation_id", "seen_as_organisation", "seen_as_reason",
)  # fmt: skip


def sign_in(
    connection: PgConnection,
    login: str,
    password: str,
    old: str | None = None,
    user_agent: str | None = None,
) -> str | None:
    """Return the token of a new session, or None: wrong, locked out, disabled and unknown look the same.

    Args:
        connection: a transaction of the worker's role; commit it in either case.
        login, password: what was typed.
        old: token of the session that the browser had until now; it ends.
        user_agent: the browser, as it names itself.
    """
    number = proved(connection, login, password)
    return None if number is None else start(connection, number, old=old, user_agent=user_agent)


def proved(connection: PgConnection, login: str, password: str) -> int | None:
    """Return the id of the active person whose password this is, None otherwise; failures are counted.

    Commit the transaction in either case. What is done takes as long for a name that nobody has: a hash is
    verified, guesses at one name wait for each other, and counting a failure waits for no disk.
    """
    moment = now()
    queries.wait_for_name(connection, login=login)
    found = queries.candidate(connection, login=login)
    number, stored, failures, locked_until, is_active = found or (None, None, 0, None, False)
    right, fresh = verified(password, stored)
    shut = number is None or not is_active or (locked_until is not None and locked_until > moment)
    if shut or not right:
        # Where nothing is to be counted, the same is done to nobody.
        queries.note_failure(
            connection,
            person_id=0 if shut else number,
            failed_attempts=failures + 1,
            locked_until=lock_end(failures + 1, moment),
        )
        return None
    if fresh is not None:
        queries.keep_hash(connection, person_id=number, password_hash=fresh)
    queries.forget_failures(connection, person_id=number)
    return int(number or 0)


def start(
    connection: PgConnection,
    person_id: int,
    *,
    old: str | None = None,
    user_agent: str | None = None,
    issuer: str | None = None,
) -> str:
    """Begin a session of somebody who proved who he is and return its token, which is always a new one.

    Args:
        connection: a transaction of the worker's role.
        person_id: who.
        old: token of the session that the browser had until now; it ends.
        user_agent: the browser, as it names itself.
        issuer: the provider that vouched for him, None for a password.
    """
    moment = now()
    if old is not None:
        sign_out(connection, old)
    forget_ended(connection)
    token = secrets.token_urlsafe(32)
    queries.start_session(
        connection,
        token_hash=digest(token),
        person_id=person_id,
        user_agent="".join(filter(str.isprintable, user_agent or ""))[:200] or None,
        issuer=issuer,
        moment=moment,
        expires_at=moment + ABSOLUTE,
    )
    return token


def lock_end(failures: int, moment: datetime) -> datetime | None:
    """Return until when a person is locked out after so many failures; the wait doubles, up to an hour."""
    if failures < FREE_ATTEMPTS:
        return None
    doubled: int = 2 ** min(failures - FREE_ATTEMPTS, 20)
    return moment + min(_FIRST_LOCK * doubled, _LONGEST_LOCK)


def signed_in(connection: PgConnection, token: str) -> Actor | None:
    """Return who is signed in with a token, None where the session has ended or never was."""
    moment = now()
    found = queries.session(connection, token_hash=digest(token), moment=moment, idle_since=moment - IDLE)
    if found is None:
        return None
    row = dict(zip(_FIELDS, found, strict=True))
    if row["last_seen_at"] <= moment - TOUCH:
        queries.touch_session(connection, token_hash=digest(token), moment=moment)
    actor = actor_of(row)
    # Whoever is not of the authority any more looks with his own eyes.
    if row["seen_as_organisation_id"] is not None and PersonRole.AUTHORITY in actor.roles:
        return actor.seeing_as(
            row["seen_as_organisation_id"], row["seen_as_organisation"], row["seen_as_reason"]
        )
    return actor


def sign_out(connection: PgConnection, token: str) -> str | None:
    """End a session; return the provider at which it began, None for a password's."""
    found = queries.end_session(connection, token_hash=digest(token))
    return found[0] if found else None


def forget_ended(connection: PgConnection) -> None:
    """Remove every session that has ended by itself."""
    moment = now()
    queries.forget_old_sessions(connection, moment=moment, idle_since=moment - IDLE)


def csrf_token(token: str) -> str:
    """Return what forms and writing requests of a session must carry besides the cookie."""
    return hmac.new(token.encode(), b"gisreg csrf", hashlib.sha256).hexdigest()


def digest(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).digest()
