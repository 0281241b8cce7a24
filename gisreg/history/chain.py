"""The chain of change sets: seal what was committed, and tell where the chain ends.

Whoever owns the tables can rewrite the history, and the worker's role is a member of the owner's (it
rebuilds indexes). Neither rights nor triggers stop them; the chain makes it seen. Every change set is
digested with all of its history rows and linked to the one before; the newest digest (the head), written
down where the server cannot change it, fixes everything before it. `gisreg.history.verify` computes all
of it anew and says what differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gisreg.database.connection import Actor, PgConnection, Role, transaction
from gisreg.database.queries import load_queries

queries = load_queries(__file__, "chain.sql")

BATCH = 10_000
"""Change sets that are sealed in one transaction."""


@dataclass(frozen=True)
class Head:
    """The last link: its number from 1 on, its digest (64 hexadecimal digits), when it was made."""

    number: int
    digest: str
    sealed_at: datetime


def seal() -> int:
    """Seal every committed change set that is not sealed yet and return how many there were.

    Two sealers wait for each other; writers wait for none. Transactions that are still open are taken
    the next time. About 4 s for a million history rows.
    """
    sealed = 0
    while True:
        with transaction(Role.WORKER, Actor("gisreg")) as connection:
            done = int(queries.seal(connection, most=BATCH))
        sealed += done
        if done < BATCH:
            return sealed


def seal_step(connection: PgConnection) -> bool:
    """Seal at most a batch in this transaction, which has written nothing; return whether more may wait."""
    return int(queries.seal(connection, most=BATCH)) == BATCH


def head() -> Head | None:
    """Return the last link, None where nothing was ever sealed."""
    with transaction(Role.WORKER) as connection:
        return head_in(connection)


def head_in(connection: PgConnection) -> Head | None:
    """Return the last link as a transaction of the worker's role sees it."""
    row = queries.head(connection)
    return None if row is None else Head(int(row[0]), bytes(row[1]).hex(), row[2])
