"""Deferring: a job is a row of the caller's own transaction, there exactly if the change was committed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg2.extras import Json

from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries

queries = load_queries(__file__)


def defer(
    connection: PgConnection, task: str, payload: Mapping[str, Any], not_before: datetime | None = None
) -> int:
    """Defer a task of `gisreg.jobs.registry.TASKS` and return the job's id.

    Args:
        connection: the transaction of the change that needs it; its actor is whom the job acts for.
        task: name of the task.
        payload: what the task is told (JSON).
        not_before: when it may begin at the earliest; None for at once.
    """
    return int(queries.defer(connection, task=task, payload=Json(dict(payload)), not_before=not_before))
