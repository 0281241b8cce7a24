"""`gisreg dead-cable ...`: cases of dead cable from the suspicion to the disposal."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from gisreg.access.actor import operator
from gisreg.cli.table import show
from gisreg.database.connection import Role, transaction
from gisreg.dead_cables import register
from gisreg.dead_cables.case import About, Recovered, open_case, take_step
from gisreg.organisations.directory import id_of

app = typer.Typer(no_args_is_help=True, help="Dead cable: cases from a suspicion to the disposal.")

Reason = Annotated[str, typer.Option(help="Why; kept with the step for ever.")]
On = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="When it happened; today by default.")
]


@app.command(name="open")
def open_(
    reason: Reason,
    cable: Annotated[int | None, typer.Option(help="Id of a whole cable.")] = None,
    segment: Annotated[int | None, typer.Option(help="Id of one segment of a cable.")] = None,
    span: Annotated[int | None, typer.Option(help="Id of a span with counted cables.")] = None,
    count: Annotated[int, typer.Option(help="How many of the span's counted cables.")] = 1,
    on: On = None,
) -> None:
    """Open a case on a suspicion, for a cable, a segment or counted cables of a span."""
    actor = operator(reason)
    about = About(cable, segment, span, count)
    with transaction(Role.APP, actor) as connection:
        number = open_case(connection, about, actor, reason, on.date() if on else None)
    typer.echo(f"Case {number} is 'suspected'.")


@app.command()
def step(
    case: Annotated[int, typer.Argument(help="Id of the case.")],
    state: Annotated[
        str,
        typer.Argument(help="claimed, ownerless, noticed, authorised, recovered, disposed or dismissed."),
    ],
    reason: Reason,
    on: On = None,
    metres: Annotated[float | None, typer.Option(help="Metres recovered.", min=0)] = None,
    kg: Annotated[float | None, typer.Option(help="Kilograms recovered.", min=0)] = None,
    organisation: Annotated[str | None, typer.Option(help="Code of the organisation that claims.")] = None,
) -> None:
    """Bring a case one step further; a step that skips another is refused."""
    actor = operator(reason)
    recovered = None if metres is None or kg is None else Recovered(metres, kg)
    with transaction(Role.APP, actor) as connection:
        claimant = None if organisation is None else id_of(connection, organisation)
        reached = take_step(
            connection, case, state, actor, reason, on.date() if on else None, recovered, claimant
        )
    typer.echo(f"Case {case} is '{reached}' now.")


@app.command(name="list")
def list_(
    state: Annotated[str | None, typer.Option(help="Only cases in this state.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only cases whose clock has run out.")] = False,
) -> None:
    """List the cases with what they are about, their owner, since when they are so and until when they may
    be."""
    with transaction(Role.APP, operator()) as connection:
        rows = register.cases(connection, state, overdue=overdue)
    show(
        ("case", "state", "since", "due", "about", "owner", "m", "kg"),
        (
            (
                row["id"],
                row["state"],
                row["state_since"],
                f"{row['due_on']}{' !' if row['overdue'] else ''}" if row["due_on"] else None,
                f"{row['about']['title']['vi']}{': ' + str(row['cable_count']) if row['span_id'] else ''}",
                row["owner"],
                row["metres"],
                row["kg"],
            )
            for row in rows
        ),
        right_from=6,
    )
    told = register.totals(rows)
    typer.echo(
        f"{len(rows)} hồ sơ / cases, {told['overdue']} quá hạn / overdue; "
        f"thu hồi / recovered {told['metres']:g} m, {told['kg']:g} kg"
    )


@app.command()
def trail(case: Annotated[int, typer.Argument(help="Id of the case.")]) -> None:
    """Show the steps of a case: who, when, why."""
    with transaction(Role.APP, operator()) as connection:
        rows = register.trail(connection, case)
    show(
        ("on", "from", "to", "who", "why", "m", "kg"),
        (
            (
                row["happened_on"],
                row["from_state"],
                row["to_state"],
                row["person"],
                row["reason"],
                row["metres"],
                row["kg"],
            )
            for row in rows
        ),
        right_from=5,
    )
