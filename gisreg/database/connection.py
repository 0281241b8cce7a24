"""Connections: SQLAlchemy's pool of psycopg2 connections, one pool a role, one way to use them.

The pool waits, pre-pings and recycles; a pool that stays full is a BusyError (the API says 503).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from functools import lru_cache

import psycopg2
import psycopg2.extensions
import sqlalchemy
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from gisreg.access.actor import Actor, statement
from gisreg.database.address import Role, url
from gisreg.errors import BusyError, DatabaseUnavailableError
from gisreg.said import both
from gisreg.settings import get_settings

__all__ = [
    "Actor",
    "Role",
    "dispose_engines",
    "engine",
    "request_timeout_ms",
    "signing_key",
    "transaction",
]

PgConnection = psycopg2.extensions.connection

request_timeout_ms: ContextVar[int | None] = ContextVar("request_timeout_ms", default=None)
"""Statement timeout of the request that is being answered, by its kind; None outside of one."""


@lru_cache(maxsize=8)
def _engine_for(address: str) -> sqlalchemy.Engine:
    settings = get_settings().database
    return sqlalchemy.create_engine(
        sqlalchemy.engine.make_url(address).set(drivername="postgresql+psycopg2"),
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=settings.pool_timeout_s,
        pool_pre_ping=True,
        pool_recycle=1800,
        connect_args={"application_name": "gisreg"},
    )


def engine(role: Role) -> sqlalchemy.Engine:
    """Return the pool of a role's connections (made on first use).

    Raises:
        ClusterError, UsageError: there is no address for this role.
    """
    return _engine_for(url(role))


@lru_cache(maxsize=8)
def _signing_key(address: str) -> bytes:
    with closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM access.signing_key")
        row = cursor.fetchone()
    return bytes(row[0]) if row else b""


def signing_key() -> bytes:
    """Return the registry's own key, by which it knows what it said itself."""
    return _signing_key(url(Role.WORKER))


def dispose_engines() -> None:
    """Close every pooled connection and forget the pools (after a fork, in tests)."""
    _engine_for.cache_clear()
    _signing_key.cache_clear()


@contextmanager
def transaction(
    role: Role = Role.APP, actor: Actor | None = None, *, timeout_ms: int | None = None
) -> Iterator[PgConnection]:
    """Yield a psycopg2 connection in a transaction: committed at the end, rolled back on any error.

    Args:
        role: database role to act as.
        actor: who acts; named in the history for all that this transaction changes.
        timeout_ms: statement timeout, 0 for none; None takes that of the request, and outside of one the
            setting for the application's role and none for the others.

    Raises:
        BusyError: no connection became free in time.
        DatabaseUnavailableError: the database cannot be reached.
    """
    pool = engine(role)
    try:
        pooled = pool.raw_connection()
    except PoolTimeoutError as error:
        raise BusyError(hint=both("Hãy thử lại sau vài giây.", "Try again in a few seconds.")) from error
    except OperationalError as error:
        raise DatabaseUnavailableError(
            both(
                f"Không kết nối được với cơ sở dữ liệu: {str(error.orig).strip()}",
                f"The database cannot be reached: {str(error.orig).strip()}",
            ),
            hint=both(
                "Xem bằng `gisreg db status`; khởi động bằng `gisreg db start`.",
                "Look at `gisreg db status`; start it with `gisreg db start`.",
            ),
        ) from error
    connection: PgConnection = pooled.driver_connection  # type: ignore[assignment]
    try:
        _begin(connection, role, actor, timeout_ms)
        yield connection
        connection.commit()
    except BaseException:
        if not connection.closed:
            connection.rollback()
        raise
    finally:
        pooled.close()


_FORGET = "CLOSE ALL; UNLISTEN *; RESET ALL; SELECT pg_advisory_unlock_all()"
"""What a session could carry from one request to the next: open cursors, settings (who acted, too), locks.

One message with what follows: it costs no trip to the server.
"""


def _begin(connection: PgConnection, role: Role, actor: Actor | None, timeout_ms: int | None) -> None:
    if timeout_ms is None:
        timeout_ms = _usual_timeout_ms(role)
    query, parameters = "SELECT set_config('statement_timeout', %s, true)", [str(timeout_ms)]
    if role is Role.APP:
        query = f"{_FORGET}; {query}"
    if actor is not None:
        # Verified wherever it is read; who looks with another's eyes is made unable to write at once, too.
        query += (
            ", set_config('gisreg.actor', %s, true)" if actor.true is None else ", gisreg.begin_actor(%s)"
        )
        parameters.append(statement(actor, connection.info.backend_pid, signing_key()))
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)


def _usual_timeout_ms(role: Role) -> int:
    of_request = request_timeout_ms.get()
    if of_request is not None:
        return of_request
    return get_settings().database.statement_timeout_ms if role is Role.APP else 0
