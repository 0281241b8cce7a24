"""What nobody needs any more: ended sessions, jobs long done; and counts that a crash left stale."""

from __future__ import annotations

from datetime import timedelta

from gisreg.access.sessions import forget_ended
from gisreg.clock import now
from gisreg.database.connection import PgConnection
from gisreg.jobs.outbox import queries
from gisreg.tiles.cells import refresh_stale

SUCCEEDED_FOR = timedelta(days=2)
FAILED_FOR = timedelta(days=90)


def clean(connection: PgConnection) -> bool:
    """Remove sessions that have ended, jobs that succeeded two days ago and failed three months ago."""
    moment = now()
    forget_ended(connection)
    queries.forget_succeeded(connection, before=moment - SUCCEEDED_FOR)
    queries.forget_failed(connection, before=moment - FAILED_FOR)
    queries.forget_periodic(connection, before_epoch=int((moment - SUCCEEDED_FOR).timestamp()))
    return False


def settle_cells(connection: PgConnection) -> bool:
    """Count cells anew that a large edit marked and did not get to settle (its process was killed)."""
    refresh_stale(connection)
    return False
