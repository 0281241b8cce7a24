"""The clocks of proposals and notices, and the mail that waits."""

from __future__ import annotations

from gisreg.clock import now
from gisreg.contacts import escalate, outbox
from gisreg.database.connection import PgConnection
from gisreg.proposals import clock


def escalate_proposals(connection: PgConnection) -> bool:
    """Move overdue proposals to the authority; return whether there were any, for then more may wait."""
    done = clock.escalate(connection, now())
    return bool(done.escalated or done.superseded)


def escalate_notices(connection: PgConnection) -> bool:
    """Tell the next one what came back or was not read in time."""
    return bool(escalate.escalate(connection, now()))


def deliver_notices(connection: PgConnection) -> bool:
    """Send the notices that are queued and due; what a server refuses for now waits for its next time."""
    outbox.deliver(connection)
    return False
