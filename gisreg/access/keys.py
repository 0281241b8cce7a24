"""Keys with which programs act for a person: hashed, scoped, expiring, revocable.

Every function wants a transaction of the worker's role.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import psycopg2.extensions

from gisreg.access.actor import Actor
from gisreg.access.people import actor_of, person_id
from gisreg.clock import now
from gisreg.database.queries import load_queries
from gisreg.errors import InvalidInputError, NotFoundError
from gisreg.said import both

PgConnection = psycopg2.extensions.connection
queries = load_queries(__file__)

TOUCH = timedelta(minutes=1)
LONGEST = timedelta(days=731)
_FORM = re.compile(r"gr_([0-9a-f]{12})_[0-9a-f]{64}", re.ASCII)
_FIELDS = (
    "id", "key_hash", "scopes", "last_used_at",
    "person_id", "name", "organisation_id", "organisation", "roles", "areas", "inspects",
)  # fmt: skip


class Scope(StrEnum):
    """What a key may be used for, within what its person may do."""

    READ = "read"
    WRITE = "write"
    EXPORT = "export"


@dataclass(frozen=True)
class Key:
    """One line of the list of keys; the secret part is kept nowhere."""

    prefix: str
    name: str
    login: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


def create(
    connection: PgConnection, login: str, name: str, scopes: Collection[Scope], lifetime: timedelta
) -> str:
    """Make a key for a person and return it, for the only time.

    Raises:
        NotFoundError: no such person.
        InvalidInputError: no scope, no name, or a lifetime that is over or longer than two years.
    """
    if not scopes or not name.strip():
        raise InvalidInputError(
            both("Khóa cần có tên và ít nhất một quyền.", "A key has a name and at least one scope."),
            hint=both(f"Các quyền: {', '.join(Scope)}.", f"Scopes: {', '.join(Scope)}."),
        )
    if not timedelta(0) < lifetime <= LONGEST:
        raise InvalidInputError(
            both("Khóa không thể có thời hạn như vậy.", "A key cannot hold for that long."),
            hint=both(
                f"Hãy cho từ 1 đến {LONGEST.days} ngày; sau đó tạo khóa mới được.",
                f"Give 1 to {LONGEST.days} days; keys can be renewed.",
            ),
        )
    prefix = secrets.token_hex(6)
    key = f"gr_{prefix}_{secrets.token_hex(32)}"
    moment = now()
    queries.insert_key(
        connection,
        prefix=prefix,
        key_hash=_digest(key),
        person_id=person_id(connection, login),
        name=name.strip(),
        scopes=sorted(scope.value for scope in set(scopes)),
        moment=moment,
        expires_at=moment + lifetime,
    )
    return key


def holder(connection: PgConnection, key: str) -> tuple[Actor, frozenset[Scope]] | None:
    """Return for whom a key acts and what it may be used for; None for one that is not valid now."""
    form = _FORM.fullmatch(key)
    moment = now()
    found = queries.key(connection, prefix=form[1], moment=moment) if form else None
    if found is None:
        return None
    row = dict(zip(_FIELDS, found, strict=True))
    if not hmac.compare_digest(bytes(row["key_hash"]), _digest(key)):
        return None
    if row["last_used_at"] is None or row["last_used_at"] <= moment - TOUCH:
        queries.touch_key(connection, key_id=row["id"], moment=moment)
    return actor_of(row), frozenset(Scope(scope) for scope in row["scopes"])


def prefix_of(key: str) -> str:
    """Return the part of a key (whole, or as lists show it) that names it and is no secret."""
    return key.removeprefix("gr_").split("_", 1)[0]


def revoke(connection: PgConnection, prefix: str) -> None:
    """End a key, named by its prefix (or given whole). Raises NotFoundError."""
    short = prefix_of(prefix)
    if not queries.revoke_key(connection, prefix=short, moment=now()):
        raise NotFoundError(
            both(f"Không có khóa {short} nào để thu hồi.", f"There is no key {short} that could be revoked."),
            hint=both("Xem `gisreg key list`.", "See `gisreg key list`."),
        )


def keys(connection: PgConnection, login: str | None = None) -> list[Key]:
    """Return the keys of one person, or of everybody."""
    return [
        Key(row[0], row[1], row[2], tuple(row[3]), *row[4:]) for row in queries.keys(connection, login=login)
    ]


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
