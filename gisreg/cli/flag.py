"""`gisreg flag ...`: look at objects by every rule; or at what that would change."""

from __future__ import annotations

import getpass
from datetime import datetime
from typing import Annotated

import typer

from gisreg.cli.follow import flag
from gisreg.cli.table import show
from gisreg.cli.threshold import number
from gisreg.clock import now
from gisreg.database.connection import Actor, PgConnection, Role, transaction
from gisreg.errors import UsageError
from gisreg.flagging import partial
from gisreg.flagging.what_if import CHANGES, Difference, summed, what_if
from gisreg.said import both

app = typer.Typer(no_args_is_help=True, help="Flagging: find what does not meet the rules.")

_TITLES = {"rule": "Quy tắc / Rule", "street": "Đường / Street", "carrier": "Chủ / Owner"}


@app.callback()
def group() -> None:
    """Flagging: find what does not meet the rules."""


@app.command()
def run(
    zone: Annotated[str | None, typer.Option(help="Only what lies in the zone of this code.")] = None,
    street: Annotated[
        str | None, typer.Option(help="Only what lies along a street (code, id, name).")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="Only what was edited since then."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would change; write nothing.")
    ] = False,
    instead: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="With --dry-run: as if a threshold were so (or off)."
        ),
    ] = None,
    grow: Annotated[
        list[str] | None,
        typer.Option(metavar="ZONE=METRES", help="With --dry-run: as if a zone were so much larger."),
    ] = None,
) -> None:
    """Look at everything, or a part, by every rule as of today. Again changes nothing.

    A run that fails leaves the findings as they were. Of two runs the second waits.
    """
    if (instead or grow) and not dry_run:
        raise UsageError(
            both("--set và --grow chỉ để thử.", "--set and --grow only try something."),
            hint=both("Hãy thêm --dry-run.", "Add --dry-run."),
        )
    if dry_run:
        values = dict(_pair(text, "--set") for text in instead or [])
        metres = dict(_pair(text, "--grow") for text in grow or [])
        with transaction(Role.WORKER, Actor(getpass.getuser())) as connection:
            found = what_if(
                connection,
                _part(connection, zone, street, since),
                {key: None if text == "off" else number(key, text) for key, text in values.items()},
                {key: number(key, text) for key, text in metres.items()},
            )
        _print(found)
        return
    flag(lambda connection: _part(connection, zone, street, since))


def _part(
    connection: PgConnection, zone: str | None, street: str | None, since: datetime | None
) -> partial.Objects | None:
    """Return what is to be looked at: the union of what was named, None for everything."""
    parts = []
    if zone is not None:
        parts.append(partial.of_zone(connection, zone))
    if street is not None:
        parts.append(partial.of_street(connection, street))
    if since is not None:
        parts.append(partial.since(connection, since.replace(tzinfo=now().tzinfo)))
    return partial.together(parts) if parts else None


def _pair(text: str, option: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not (key and sign and value):
        raise UsageError(
            both(f"{option} {text} không có dạng NAME=VALUE.", f"{option} {text} is not NAME=VALUE."),
            hint=both(f"Ví dụ: {option} NAME=5.0", f"Write for example {option} NAME=5.0"),
        )
    return key, value


def _print(found: list[Difference]) -> None:
    if not found:
        typer.echo("Không có gì thay đổi / Nothing would change.")
        return
    for by, title in _TITLES.items():
        show(
            (title, *(f"{vi} / {en}" for vi, en in CHANGES.values()), "m"),
            (
                (
                    key,
                    *(counts[change] for change in CHANGES),
                    f"{round(metres):+d}" if round(metres) else "0",
                )
                for key, counts, metres in summed(found, by)
            ),
            right_from=1,
        )
    typer.echo("Chưa ghi gì / Nothing was written.")
