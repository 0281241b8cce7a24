"""The worker: runs deferred jobs and those of the clock, until it is told to stop.

The queue is procrastinate's. It speaks to PostgreSQL through psycopg 3, which it brings along; the jobs
themselves use this program's own connections (psycopg2), in threads. A job's own transaction commits
before the queue learns that it succeeded: killed in between, the job runs again.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job

from gisreg.access.actor import Actor
from gisreg.clock import now
from gisreg.database.address import url
from gisreg.database.connection import Role, transaction
from gisreg.errors import GisregError
from gisreg.jobs.outbox import queries
from gisreg.jobs.work import Periodic, Task
from gisreg.said import Said, listed
from gisreg.settings import get_settings

log = logging.getLogger("gisreg.jobs")

MOST_ATTEMPTS = 30
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
NOBODY = Actor("gisreg (jobs)")


class Backoff(BaseRetryStrategy):
    """Try again after 10 s, 20 s, 40 s ... an hour; give up after 30 attempts, which is about a day."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to try again, None for never."""
        if job.attempts + 1 >= MOST_ATTEMPTS:
            return None
        wait = min(FIRST_WAIT * 2 ** min(job.attempts, 20), LONGEST_WAIT)
        return RetryDecision(retry_in={"seconds": int(wait.total_seconds())})


def application(tasks: Sequence[Task], periodic: Sequence[Periodic]) -> App:
    """Return the queue's application with these jobs. Opens no connection."""
    app = App(
        connector=PsycopgConnector(
            conninfo=url(Role.WORKER),
            kwargs={"options": "-c search_path=jobs", "application_name": "gisreg jobs"},
        )
    )
    for task in tasks:
        app.task(name=task.name, pass_context=True, retry=Backoff())(_deferred(task))
    for entry in periodic:
        # The same work never waits twice (queueing lock) and never runs twice at once (lock).
        name = entry.name
        made = app.task(name=name, pass_context=True, retry=Backoff(), queueing_lock=name, lock=name)
        app.periodic(cron=entry.cron)(made(_by_the_clock(entry)))
    return app


async def work(app: App, *, wait: bool = True) -> None:
    """Run jobs until told to stop by SIGINT or SIGTERM; with `wait` False until none is left."""
    settings = get_settings().jobs
    async with app.open_async():
        watching = asyncio.create_task(_take_up_again(app, settings.stalled_after_s))
        try:
            await app.run_worker_async(
                wait=wait,
                concurrency=settings.concurrency,
                shutdown_graceful_timeout=20,
                update_heartbeat_interval=settings.stalled_after_s / 3,
                stalled_worker_timeout=settings.stalled_after_s,
                install_signal_handlers=wait and threading.current_thread() is threading.main_thread(),
            )
        finally:
            watching.cancel()


async def _take_up_again(app: App, stalled_after_s: float) -> None:
    """Let jobs begin anew whose worker has fallen silent."""
    while True:
        try:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=stalled_after_s):
                log.warning("job %s (%s) lost its worker and begins anew", job.id, job.task_name)
                await app.job_manager.retry_job(job, retry_at=now())
        except Exception:
            # The database may be restarting; the worker itself waits for it too.
            log.exception("stalled jobs could not be looked for")
        await asyncio.sleep(stalled_after_s / 3)


def _deferred(task: Task) -> Callable[..., Awaitable[None]]:
    async def run(context: JobContext, payload: dict[str, Any], actor: dict[str, Any] | None) -> None:
        await asyncio.to_thread(_run, context, lambda: _once(task, payload, stated(actor)))

    return run


def _by_the_clock(entry: Periodic) -> Callable[..., Awaitable[None]]:
    async def run(context: JobContext, timestamp: int) -> None:
        await asyncio.to_thread(_run, context, lambda: _until_done(entry))

    return run


def _once(task: Task, payload: dict[str, Any], actor: Actor) -> None:
    with transaction(Role.WORKER, actor) as connection:
        task.run(connection, payload)


def _until_done(entry: Periodic) -> None:
    more = True
    while more:
        with transaction(Role.WORKER, NOBODY) as connection:
            more = entry.run(connection)


def _run(context: JobContext, step: Callable[[], None]) -> None:
    """Do a job; keep why it failed and let the queue know."""
    try:
        step()
    except Exception as error:
        told = str(error) if isinstance(error, GisregError) else f"{type(error).__name__}: {error}"
        log.warning("job %s (%s) failed: %s", context.job.id, context.job.task_name, told)
        # Read by people, unlike the log.
        kept = str(_whole(error)) if isinstance(error, GisregError) else told
        with transaction(Role.WORKER) as connection:
            queries.note_failure(connection, job_id=context.job.id, message=kept[:2_000])
        raise


def _whole(error: GisregError) -> Said:
    return listed([one for one in (error.said, error.advice) if one], " ")


def stated(claims: dict[str, Any] | None) -> Actor:
    """Return whom a job acts for: whoever deferred it, as the database read it then (names, no rights).

    The worker's role sees everything; the names are for the history.
    """
    if claims is None:
        return NOBODY
    return Actor(
        person=str(claims["person"]),
        organisation=claims.get("organisation"),
        request_id=claims.get("request_id"),
        reason=claims.get("reason"),
        person_id=claims.get("person_id"),
        organisation_id=claims.get("organisation_id"),
    )
