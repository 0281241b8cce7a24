"""`gisreg tidying ...`: move segments from flagged to accepted, and see how far it has come."""

from __future__ import annotations

import getpass
from datetime import datetime
from typing import Annotated

import typer

from gisreg.cli.table import show
from gisreg.clock import now
from gisreg.database.connection import Actor, Role, transaction
from gisreg.tidying.progress import progress as read_progress
from gisreg.tidying.state import set_state

app = typer.Typer(no_args_is_help=True, help="Tidying: set the state of segments, see the progress.")


@app.command(name="set")
def set_(
    state: Annotated[str, typer.Argument(help="flagged, planned, in_progress, reported or accepted.")],
    segments: Annotated[list[int], typer.Argument(help="Ids of segments.")],
    person: Annotated[str | None, typer.Option(help="Who says so; you by default.")] = None,
    organisation: Annotated[str | None, typer.Option(help="For which organisation.")] = None,
    note: Annotated[str | None, typer.Option(help="Free text, kept with the step.")] = None,
    at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="When it happened; now by default."),
    ] = None,
) -> None:
    """Move segments to a tidying state: all that are named, or none where one may not."""
    actor = Actor(person or getpass.getuser(), organisation)
    moment = None if at is None else at.replace(tzinfo=now().tzinfo)
    with transaction(Role.WORKER, actor) as connection:
        moved = set_state(connection, segments, state, actor, note, moment)
    typer.echo(f"{moved} segments are '{state}' now.")


@app.command()
def progress(
    by: Annotated[str, typer.Option(help="ward, carrier or week.")] = "ward",
) -> None:
    """Show metres to tidy, under way, reported and accepted, by ward, carrier or week."""
    with transaction(Role.WORKER) as connection:
        rows = read_progress(connection, by)
    kilometres = ("flagged_m", "underway_m", "reported_m", "accepted_m")
    show(
        ("", "segments", "to tidy km", "under way km", "reported km", "accepted km", "accepted %"),
        (
            (
                row["name"],
                row["segments"],
                *(f"{row[name] / 1000:.1f}" for name in kilometres),
                f"{row['share_accepted']:.0%}",
            )
            for row in rows
        ),
        right_from=1,
    )
