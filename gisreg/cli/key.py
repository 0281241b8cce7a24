"""`gisreg key ...`: keys with which programs act for a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import typer

from gisreg.access import keys
from gisreg.access.actor import operator
from gisreg.access.keys import Scope
from gisreg.cli.table import show
from gisreg.clock import local, now
from gisreg.database.connection import Role, transaction

app = typer.Typer(no_args_is_help=True, help="Keys of programs: add, list, revoke.")


@app.command()
def add(
    login: Annotated[str, typer.Argument(help="For whom the key acts.")],
    name: Annotated[str, typer.Option(help="What it is for.")],
    days: Annotated[int, typer.Option(min=1, help="For how long it holds.")],
    scope: Annotated[list[Scope] | None, typer.Option(help="May be given more than once.")] = None,
) -> None:
    """Make a key, print it once; reads only unless told otherwise."""
    with transaction(Role.WORKER, operator()) as connection:
        key = keys.create(connection, login, name, scope or [Scope.READ], timedelta(days=days))
    typer.echo(f"Key (shown this once): {key}")


@app.command(name="list")
def list_(
    login: Annotated[str | None, typer.Argument(help="Whose keys; everybody's by default.")] = None,
) -> None:
    """List keys; the secret part is kept nowhere."""
    with transaction(Role.WORKER) as connection:
        found = keys.keys(connection, login)
    show(
        ("key", "login", "name", "scopes", "expires", "last used", "state"),
        (
            (
                f"gr_{key.prefix}",
                key.login,
                key.name,
                ", ".join(key.scopes),
                _day(key.expires_at),
                _day(key.last_used_at),
                "revoked" if key.revoked_at else "expired" if key.expires_at <= now() else "valid",
            )
            for key in found
        ),
    )


@app.command()
def revoke(key: Annotated[str, typer.Argument(help="As `list` shows it.")]) -> None:
    """End a key at once."""
    with transaction(Role.WORKER, operator()) as connection:
        keys.revoke(connection, key)
    typer.echo("Revoked.")


def _day(moment: datetime | None) -> str | None:
    return None if moment is None else f"{local(moment):%Y-%m-%d}"
