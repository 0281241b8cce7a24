"""What became of jobs: listed for people, tried again, and whether a worker lives at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gisreg.database.connection import PgConnection
from gisreg.errors import NotFoundError
from gisreg.jobs.outbox import queries
from gisreg.said import both


@dataclass(frozen=True)
class Listed:
    """A job: its state, when something last happened to it, and why it failed the last time."""

    id: int
    task: str
    status: str
    attempts: int
    scheduled_at: datetime | None
    person: str | None
    changed_at: datetime | None
    failure: str | None


def jobs(connection: PgConnection, *, finished: bool = False, most: int = 100) -> list[Listed]:
    """Return jobs that wait, run or failed, the newest first; with `finished` the others too."""
    return [Listed(*row) for row in queries.listed(connection, finished=finished, most=most)]


def retry(connection: PgConnection, job_id: int) -> None:
    """Let a failed or waiting job begin at once.

    Raises:
        NotFoundError: there is no such job, or it runs or has succeeded.
    """
    if queries.retry(connection, job_id=job_id) is None:
        raise NotFoundError(
            both(
                f"Không có việc {job_id} nào bị lỗi hoặc đang chờ.",
                f"There is no job {job_id} that failed or waits.",
            ),
            hint=both("Xem bằng: gisreg jobs list", "See them with: gisreg jobs list"),
        )


def last_sign(connection: PgConnection) -> datetime | None:
    """Return when a worker last showed that it lives, None for never."""
    found: datetime | None = queries.last_sign(connection)
    return found


def failed(connection: PgConnection) -> int:
    """Return how many jobs were given up."""
    return int(queries.failed(connection))
