"""`gisreg contact ...`: who answers for organisations; notices, their delivery and escalation."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from gisreg.access.actor import operator
from gisreg.cli.table import show
from gisreg.clock import now
from gisreg.contacts import directory
from gisreg.contacts.escalate import escalate as run_escalation
from gisreg.contacts.outbox import deliver as run_delivery
from gisreg.database.connection import Role, transaction

app = typer.Typer(no_args_is_help=True, help="Contacts of organisations, and notices to them.")

Organisation = Annotated[str, typer.Argument(help="Code of the organisation.")]
Area = Annotated[str | None, typer.Option(help="Code of a commune; everywhere by default.")]
Subject = Annotated[str, typer.Option(help="general, sharing, tidying, incident, proposal, billing or data.")]
Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"])]


@app.command()
def add(
    organisation: Organisation,
    name: Annotated[str, typer.Argument(help="Name of the person or desk.")],
    subject: Subject = "general",
    area: Area = None,
    rank: Annotated[int, typer.Option(min=1, max=99, help="1 is asked first, then the deputies.")] = 1,
    email: Annotated[str | None, typer.Option(help="E-mail address.")] = None,
    phone: Annotated[str | None, typer.Option(help="Phone number.")] = None,
    login: Annotated[str | None, typer.Option(help="Login of the person in this registry.")] = None,
) -> None:
    """Add a contact."""
    with transaction(Role.APP, operator()) as connection:
        number = directory.add(
            connection,
            directory.organisation_of(connection, organisation),
            name,
            subject=subject,
            commune_id=directory.commune_of(connection, area),
            rank=rank,
            email=email,
            phone=phone,
            login=login,
        )
    typer.echo(f"Contact {number} is added.")


@app.command(name="list")
def list_(
    organisation: Annotated[str | None, typer.Option(help="Only of this organisation (its code).")] = None,
) -> None:
    """List contacts in order."""
    with transaction(Role.APP, operator()) as connection:
        wanted = directory.organisation_of(connection, organisation) if organisation else None
        rows = directory.contacts(connection, wanted)
    show(
        ("id", "organisation", "area", "subject", "rank", "name", "e-mail", "phone", "absent"),
        (
            (
                row.id,
                row.organisation,
                row.commune or "everywhere",
                row.subject,
                row.rank,
                row.name,
                row.email,
                row.phone,
                f"{row.absent_from} to {row.absent_until}" if row.absent_from else None,
            )
            for row in rows
        ),
    )


@app.command()
def who(organisation: Organisation, subject: Subject = "general", area: Area = None) -> None:
    """Show who answers today, in the order in which to ask."""
    with transaction(Role.APP, operator()) as connection:
        rows = directory.who_answers(
            connection,
            directory.organisation_of(connection, organisation),
            directory.commune_of(connection, area),
            subject,
            now(),
        )
    show(("name", "e-mail", "phone"), ((row.name, row.email, row.phone) for row in rows))


@app.command()
def absent(contact: Annotated[int, typer.Argument(help="Id of the contact.")], first: Day, last: Day) -> None:
    """Write down that a contact does not answer on some days, both included."""
    with transaction(Role.APP, operator()) as connection:
        directory.absent(connection, contact, first.date(), last.date())
    typer.echo(f"Contact {contact} is absent from {first.date()} to {last.date()}.")


@app.command()
def retire(contact: Annotated[int, typer.Argument(help="Id of the contact.")]) -> None:
    """Let a contact answer no more."""
    with transaction(Role.APP, operator()) as connection:
        directory.retire(connection, contact)
    typer.echo(f"Contact {contact} answers no more.")


@app.command()
def deliver() -> None:
    """Send queued notices by mail; to be run every few minutes."""
    with transaction(Role.WORKER) as connection:
        done = run_delivery(connection)
    typer.echo(
        f"{done.sent} notices were sent, {done.bounced} came back, {done.delayed} wait, "
        f"{done.kept} stay in the application."
    )


@app.command()
def escalate() -> None:
    """Pass unread notices on to deputies, coordinators and the authority; to be run every hour."""
    with transaction(Role.WORKER) as connection:
        number = run_escalation(connection, now())
    typer.echo(f"{number} notices went on.")
