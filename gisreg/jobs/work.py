"""What a job is: deferred with a change (Task), or run by the clock (Periodic)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gisreg.database.connection import PgConnection


@dataclass(frozen=True)
class Task:
    """Work that a change defers (gisreg.jobs.outbox.defer).

    `run` takes a transaction of the worker's role under whoever deferred it, and the payload. It may be
    called again after it was done (the worker can be killed between its commit and the note that it
    succeeded), so it looks whether it was.
    """

    name: str
    run: Callable[[PgConnection, dict[str, Any]], None]


@dataclass(frozen=True)
class Periodic:
    """Work by the clock: five fields of cron, in UTC.

    `run` takes a transaction of the worker's role and returns whether there is more to do, in a next
    transaction. What was missed while no worker ran is not made up for: let it look for itself what is due.
    """

    name: str
    cron: str
    run: Callable[[PgConnection], bool]
