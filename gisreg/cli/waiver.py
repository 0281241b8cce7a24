"""`gisreg waiver ...`: findings that the authority lets pass for a time."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from gisreg.access.actor import operator
from gisreg.cli.table import show
from gisreg.clock import today
from gisreg.database.connection import transaction
from gisreg.flagging import decisions
from gisreg.flagging.subject import called

app = typer.Typer(
    no_args_is_help=True, help="Waivers: findings that the authority lets pass, and until when."
)


@app.command()
def grant(
    rule: Annotated[str, typer.Argument(help="Id of the rule.")],
    subject: Annotated[str, typer.Argument(help="The object, as for `gisreg why`.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept.")],
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="First day on which it no longer holds; none: further notice."
        ),
    ] = None,
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; today.")
    ] = None,
    legal: Annotated[str | None, typer.Option(help="The decision it rests on.")] = None,
) -> None:
    """Let a finding pass for a time; it stays to be seen as waived."""
    who = operator(reason)
    with transaction(actor=who) as connection:
        number = decisions.grant(
            connection,
            who,
            rule,
            called(connection, subject),
            reason,
            until.date() if until else None,
            since.date() if since else None,
            legal_ref=legal,
        )
    typer.echo(f"waiver {number}")


@app.command()
def end(
    waiver: Annotated[int, typer.Argument(help="Id of the waiver.")],
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day without it; today.")
    ] = None,
) -> None:
    """Let a waiver end; its finding returns."""
    with transaction(actor=operator()) as connection:
        decisions.end(connection, waiver, day.date() if day else None)
    typer.echo(f"waiver {waiver} ends on {day.date() if day else today()}.")


@app.command(name="list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False,
) -> None:
    """List waivers, the next to end first."""
    with transaction(actor=operator()) as connection:
        found = decisions.waivers(connection, None if everything else today())
    show(
        ("id", "Quy tắc / Rule", "Đối tượng / Object", "Từ / From", "Đến / To", "Lý do / Reason", "Ai / By"),
        (
            (one.id, one.rule_id, one.object_id, one.valid_from, one.valid_to, one.reason, one.granted_by)
            for one in found
        ),
    )
