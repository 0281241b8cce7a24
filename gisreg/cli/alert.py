"""`gisreg alert ...`: what the authority should look at."""

from __future__ import annotations

from typing import Annotated

import typer

from gisreg.access.actor import operator
from gisreg.alerts import register
from gisreg.cli.table import show
from gisreg.clock import local
from gisreg.database.connection import Role, transaction

app = typer.Typer(no_args_is_help=True, help="Alerts: unusual exports, a broken chain; list, close.")


@app.command(name="list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are closed.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=register.MOST)] = 100,
) -> None:
    """List alerts, the newest first."""
    with transaction(Role.APP, operator()) as connection:
        found = register.alerts(connection, closed=everything, limit=limit)
    show(
        ("id", "Lúc / At", "Việc / What", "Nội dung / Message", "Đóng / Closed"),
        (
            (
                one.id,
                f"{local(one.raised_at):%Y-%m-%d %H:%M}",
                " / ".join(one.title),
                one.message_vi,
                f"{one.closed_by}: {one.closed_note}" if one.closed_at else None,
            )
            for one in found
        ),
    )


@app.command()
def close(
    alert: Annotated[int, typer.Argument(help="Id of the alert.")],
    note: Annotated[str, typer.Option(help="What was found; it is kept.")],
) -> None:
    """Close an alert; nobody is told of it any more."""
    who = operator(note)
    with transaction(Role.APP, who) as connection:
        register.close(connection, who, alert, note)
    typer.echo(f"Alert {alert} is closed.")
