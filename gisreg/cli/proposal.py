"""`gisreg proposal ...`: what others say about somebody's objects, and deciding on it."""

from __future__ import annotations

from typing import Annotated

import typer

from gisreg.access.actor import operator
from gisreg.cli.table import show
from gisreg.clock import now
from gisreg.contacts.directory import organisation_of
from gisreg.database.connection import Role, transaction
from gisreg.proposals.clock import escalate as run_clock
from gisreg.proposals.decide import decide
from gisreg.proposals.read import Wanted, proposals
from gisreg.proposals.words import lines

app = typer.Typer(no_args_is_help=True, help="Proposals about other organisations' objects.")

Ids = Annotated[list[int], typer.Argument(help="Ids of proposals; all are decided, or none.")]


@app.command(name="list")
def list_(
    state: Annotated[str, typer.Option(help="waiting, or one of the states.")] = "waiting",
    batch: Annotated[str | None, typer.Option(help="Only this batch.")] = None,
    owner: Annotated[str | None, typer.Option(help="Only objects of this organisation (its code).")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those whose day is over.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
) -> None:
    """List proposals with both values."""
    with transaction(Role.APP, operator()) as connection:
        owner_id = organisation_of(connection, owner) if owner else None
        rows, more = proposals(connection, Wanted(state, batch, owner_id=owner_id, overdue=overdue), limit)
        found = [(row, line) for row in rows for line in lines(connection, row)]
    show(
        ("id", "object", "field", "stands", "proposed", "by", "state", "due"),
        (
            (
                row["id"],
                f"{row['layer']} {row['object'] or row['object_id']}",
                line["vi"],
                _plain(line["now"]),
                _plain(line["proposed"]),
                row["organisation"],
                row["state"],
                row["due_on"],
            )
            for row, line in found
        ),
    )
    if more is not None:
        typer.echo(f"There are more than {limit}.")


def _plain(value: object) -> object:
    return value["vi"] if isinstance(value, dict) else value


@app.command()
def confirm(
    ids: Ids,
    note: Annotated[str | None, typer.Option(help="Why.")] = None,
    although_outdated: Annotated[
        bool, typer.Option("--although-outdated", help="Also where the object was changed meanwhile.")
    ] = False,
) -> None:
    """Confirm proposals as the authority: they are applied as edits."""
    with transaction(Role.APP, operator(), timeout_ms=0) as connection:
        states = decide(connection, operator(), ids, "confirm", note, although_outdated=although_outdated)
    typer.echo(f"{len(states)} proposals are confirmed.")


@app.command()
def dispute(ids: Ids, note: Annotated[str, typer.Option(help="Why they are wrong.")]) -> None:
    """Dispute proposals as the authority: nothing is changed."""
    with transaction(Role.APP, operator()) as connection:
        states = decide(connection, operator(), ids, "dispute", note)
    typer.echo(f"{len(states)} proposals are disputed.")


@app.command()
def escalate() -> None:
    """Move overdue proposals to the authority; to be run every day."""
    with transaction(Role.WORKER) as connection:
        done = run_clock(connection, now())
    typer.echo(f"{done.escalated} proposals went to the authority, {done.superseded} ended.")
