"""Whole runs that nobody waits for: after a threshold changed, and every night."""

from __future__ import annotations

from typing import Any

from gisreg.database.connection import PgConnection
from gisreg.flagging.run import run
from gisreg.jobs.outbox import defer

TASK = "flagging.run"


def run_later(connection: PgConnection) -> None:
    """Have the worker look at everything once this transaction is committed."""
    defer(connection, TASK, {})


def run_whole(connection: PgConnection, payload: dict[str, Any]) -> None:
    """Look at all objects as of today. Again changes nothing. `payload` is empty."""
    run(connection)


def run_nightly(connection: PgConnection) -> bool:
    """Look at all objects as of the new day: zones, thresholds and waivers begin and end with days."""
    run(connection)
    return False
