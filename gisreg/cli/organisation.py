"""`gisreg organisation ...`: who owns, uses and supervises."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from gisreg.cli.table import show
from gisreg.database.connection import Actor, Role, transaction
from gisreg.organisations.directory import add as add_organisation
from gisreg.organisations.directory import everyone

app = typer.Typer(no_args_is_help=True, help="Organisations: carriers, power companies, the department.")


@app.command()
def add(
    code: Annotated[str, typer.Argument(help="Short code that files and commands use, e.g. VNPT.")],
    name: Annotated[str, typer.Argument(help="Vietnamese name.")],
    kind: Annotated[
        str, typer.Option(help="carrier, pay_tv, power, lighting, tower_company, agency, commune or other.")
    ],
    name_en: Annotated[str | None, typer.Option(help="English name.")] = None,
    alias: Annotated[list[str] | None, typer.Option(help="Another name in files; may be repeated.")] = None,
    phone: Annotated[str | None, typer.Option(help="Contact phone.")] = None,
    colour: Annotated[str | None, typer.Option(help="Map colour, #rrggbb.")] = None,
) -> None:
    """Add an organisation."""
    with transaction(Role.WORKER, Actor(getpass.getuser())) as connection:
        add_organisation(
            connection, code, name, kind, name_en=name_en, aliases=alias or (), phone=phone, colour=colour
        )
    typer.echo(f"{code} is added.")


@app.command(name="list")
def list_() -> None:
    """List all organisations."""
    with transaction(Role.WORKER) as connection:
        rows = everyone(connection)
    show(
        ("code", "name", "kind", "other names", "phone"),
        ((r["code"], r["name"], r["kind"], ", ".join(r["aliases"]), r["phone"]) for r in rows),
    )
