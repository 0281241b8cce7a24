"""`gisreg import list|show|undo|profiles|save-profile`: imports on record, and mapping profiles."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from gisreg.access.actor import operator
from gisreg.cli.table import show as show_table
from gisreg.clock import local
from gisreg.database.connection import Role, transaction
from gisreg.importing import batches
from gisreg.importing.profile import read_profile
from gisreg.importing.undo import undo as undo_batch

Number = Annotated[int, typer.Argument(metavar="BATCH", help="The import's number (gisreg import list).")]


def list_(limit: Annotated[int, typer.Option(min=1, help="Most imports to list.")] = 20) -> None:
    """List the latest imports."""
    with transaction(Role.APP, operator()) as connection:
        found = list(batches.QUERIES.list_batches(connection, limit=limit))
    for number, moment, layer, file, person, owner, *counts, undone in found:
        told = zip(counts, ("new", "changed", "unchanged", "rejected", "deleted"), strict=True)
        done = ", ".join(f"{count} {what}" for count, what in told if count)
        gone = f"; undone {_minute(undone)}" if undone else ""
        typer.echo(f"{number}  {_minute(moment)}  {layer}  {file}  {owner or '-'}  by {person}: {done}{gone}")
    if not found:
        typer.echo("Nothing was imported yet.")


def show(number: Number) -> None:
    """Show all that is known of one import: file, reference system, mapping, options, counts."""
    with transaction(Role.APP, operator()) as connection:
        batch = batches.find(connection, number)
    show_table(("what", "is"), [(name, value) for name, value in batch.items() if value is not None])


def undo(
    number: Number,
    follow: Annotated[
        bool, typer.Option(help="Afterwards tie cables to poles and flag segments, where that changes.")
    ] = True,
) -> None:
    """Undo an import as one, as long as nobody touched its objects later."""
    with transaction(Role.APP, operator()) as connection:
        batches.find(connection, number)
    with transaction(Role.WORKER, operator(f"undo import {number}")) as connection:
        report = undo_batch(connection, number)
    typer.echo(
        f"import {number} is undone: {report.removed} objects removed, {report.restored} restored, "
        f"{report.brought_back} brought back."
    )
    if follow and report.removed + report.restored + report.brought_back:
        from gisreg.cli.follow import follow_up  # rules and zones take their time to load

        follow_up(report.layer)


def profiles() -> None:
    """List the mapping profiles that are kept for organisations."""
    with transaction(Role.APP, operator()) as connection:
        found = list(batches.QUERIES.list_profiles(connection))
    show_table(
        ("owner", "profile", "since"), [(owner, name, _minute(moment)) for owner, name, moment in found]
    )


def save_profile(
    owner: Annotated[str, typer.Argument(help="Code of the organisation.")],
    name: Annotated[str, typer.Argument(help="Name of the profile.")],
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The profile as YAML.")],
) -> None:
    """Keep a mapping profile for an organisation; one of that name is replaced."""
    profile = read_profile(path)
    with transaction(Role.APP, operator("mapping profile")) as connection:
        batches.save_profile(connection, batches.organisation_id(connection, owner), name, profile)
    typer.echo(f"The profile {name} of {owner} is kept.")


def add_commands(app: typer.Typer) -> None:
    """Put these commands beside the import of a file."""
    app.command("list")(list_)
    app.command()(show)
    app.command()(undo)
    app.command()(profiles)
    app.command()(save_profile)


def _minute(moment: datetime | None) -> str | None:
    return None if moment is None else f"{local(moment):%Y-%m-%d %H:%M}"
