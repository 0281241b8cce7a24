"""`gisreg jobs ...`: run the worker, see what it does, try again what failed."""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated

import typer

from gisreg.cli.table import show
from gisreg.clock import local
from gisreg.database.connection import Role, transaction
from gisreg.jobs import state

app = typer.Typer(no_args_is_help=True, help="Background jobs: run them, see them, try again.")


@app.command()
def run() -> None:
    """Run background jobs until interrupted: a process of its own, beside the service."""
    # Imported here: the queue's libraries take a moment, and `gisreg jobs list` should not wait.
    from gisreg.jobs.registry import PERIODIC, TASKS
    from gisreg.jobs.worker import application, work

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s")
    asyncio.run(work(application(TASKS, PERIODIC)))


@app.command("list")
def list_jobs(
    all_: Annotated[bool, typer.Option("--all", help="Also those that succeeded.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Most jobs to print.")] = 100,
) -> None:
    """List jobs that wait, run or failed, the newest first."""
    with transaction(Role.WORKER) as connection:
        found = state.jobs(connection, finished=all_, most=limit)
    show(
        ("id", "job", "state", "attempts", "last change", "for", "failed because"),
        [
            (
                job.id,
                job.task,
                job.status,
                job.attempts,
                local(job.changed_at).isoformat(" ", "seconds") if job.changed_at else None,
                job.person,
                job.failure,
            )
            for job in found
        ],
    )


@app.command()
def retry(job_id: Annotated[int, typer.Argument(metavar="ID", help="Id of the job.")]) -> None:
    """Let a failed or waiting job begin at once."""
    with transaction(Role.WORKER) as connection:
        state.retry(connection, job_id)
    typer.echo(f"Job {job_id} begins with the next look of the worker.")
