"""The head of the chain, once a day, to places that this server cannot rewrite.

Each destination is a job of its own, deferred in the transaction that notes the export: one that fails is
tried again without the others. Delivering twice (the worker was killed in between) does no harm: a file
with the same line stays, a mail and a post bear the same identifier as before.
"""

from __future__ import annotations

from typing import Any

from gisreg.clock import local, now
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.errors import NotFoundError
from gisreg.history.chain import Head, head, head_in
from gisreg.history.deliver import BY_KIND, destinations
from gisreg.history.heads import line
from gisreg.jobs.outbox import defer
from gisreg.said import both

queries = load_queries(__file__, "export.sql")

DELIVER = "history.deliver_head"


def request_exports(connection: PgConnection) -> bool:
    """Note today's export of the head to every configured destination, and defer its delivery.

    Does nothing where that was done today already, nothing was ever sealed, or no place is configured.
    """
    found = head_in(connection)
    if found is None:
        return False
    moment = now()
    for kind, target in destinations():
        export_id = queries.request(
            connection,
            day=moment.date(),
            kind=kind,
            target=target,
            number=found.number,
            digest=found.digest,
            moment=moment,
        )
        if export_id is not None:
            defer(connection, DELIVER, {"export_id": export_id})
    return False


def deliver(connection: PgConnection, payload: dict[str, Any]) -> None:
    """Deliver one export, unless it has arrived. Task of the worker.

    Raises:
        NotFoundError: there is no such export.
        DeliveryError: the destination did not take it; the worker tries again later.
    """
    found = queries.locked(connection, export_id=payload["export_id"])
    if found is None:
        number = payload["export_id"]
        raise NotFoundError(
            both(
                f"Không có lần xuất đầu chuỗi {number}.", f"There is no export {number} of the chain's head."
            )
        )
    kind, target, number, digest, requested_at, delivered_at = found
    if delivered_at is not None:
        return
    BY_KIND[kind](target, line(number, digest, local(requested_at)))
    queries.delivered(connection, export_id=payload["export_id"], moment=now())


def printed() -> str | None:
    """Return the present head for the foot of a report, map or file: day and digest; None before the first.

    Without its number: how many change sets there are would tell of hidden ones. Opens a transaction of the
    worker's role.
    """
    found: Head | None = head()
    return None if found is None else f"{local(found.sealed_at):%Y-%m-%d} - {found.digest}"


def elsewhere(connection: PgConnection) -> list[str]:
    """Return sentences that say where heads lie that this program cannot read, and how to compare them."""
    return [
        f"{number} heads went by {kind} to {target}, the last on {day}. To compare them, put their lines "
        "into a file on a machine you trust and run: gisreg history verify --against FILE"
        for kind, target, number, day in queries.elsewhere(connection)
    ]
