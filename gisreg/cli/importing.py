"""`gisreg import LAYER FILE`: take a file into the registry."""

from __future__ import annotations

import getpass
import shlex
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import psycopg2.extensions
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as ProgressBar

from gisreg.cli.follow import follow_up
from gisreg.database.connection import Actor, Role, transaction
from gisreg.errors import InvalidInputError, UsageError
from gisreg.importing.request import ImportReport, ImportRequest, Progress
from gisreg.importing.run import import_file

app = typer.Typer(help="Take a file into the registry: poles, cables, streets, zones, units.")

_STEPS = {"read": "reading", "check": "checking", "stage": "sending", "merge": "merging"}


@app.callback(invoke_without_command=True, context_settings={"allow_interspersed_args": True})
def import_(
    layer: Annotated[str, typer.Argument(help="Layer: pole, tower, cable, street, zone, admin_unit ...")],
    file: Annotated[Path, typer.Argument(help="GeoJSON, GeoPackage, Shapefile, .osm, .osm.gz, .osm.pbf ...")],
    crs: Annotated[
        str | None, typer.Option(help="Reference system of the coordinates, e.g. EPSG:9209.")
    ] = None,
    owner: Annotated[str | None, typer.Option(help="Code of the organisation that owns the rows.")] = None,
    kind: Annotated[str | None, typer.Option(help="Short for --set kind=KIND.")] = None,
    constants: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="Value for rows where the file has none."),
    ] = None,
    layer_name: Annotated[str | None, typer.Option(help="Layer inside the file.")] = None,
    encoding: Annotated[
        str | None,
        typer.Option(help="Encoding of the text, e.g. tcvn3, vni, CP1258."),
    ] = None,
    coordinates: Annotated[
        str | None, typer.Option(help="How coordinates are written: swapped, km, east+500000 (with commas).")
    ] = None,
    accept_guess: Annotated[
        bool, typer.Option("--accept-guess", help="Take the reference system that clearly fits best.")
    ] = False,
    accept_damaged: Annotated[
        bool, typer.Option("--accept-damaged", help="Take text of which letters have been lost.")
    ] = False,
    valid_from: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day of units or zones.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and count; write nothing.")] = False,
    follow: Annotated[
        bool, typer.Option(help="Afterwards tie cables to poles and flag segments, where that changes.")
    ] = True,
) -> None:
    """Check a file and take it into the registry: all of it, or nothing where a row is wrong.

    The same file again changes nothing. With several files to take, say --no-follow to all but the
    last, so that the network is tied and flagged once.
    """
    given = dict(_pair(text) for text in constants or [])
    request = ImportRequest(
        layer=layer,
        path=file,
        source_layer=layer_name,
        crs=crs,
        coordinates=coordinates,
        accept_guess=accept_guess,
        encoding=encoding,
        accept_damaged=accept_damaged,
        owner=owner,
        constants=given if kind is None else {**given, "kind": kind},
        valid_from=None if valid_from is None else valid_from.date(),
        dry_run=dry_run,
    )
    screen = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with ProgressBar(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task(_STEPS["read"], total=None)

        def show(step: str, done: int, total: int) -> None:
            bar.update(task, description=_STEPS[step], completed=done, total=total or None)

        with transaction(Role.WORKER, Actor(getpass.getuser())) as connection:
            report = _import(connection, request, show)
    _print(report)
    if follow and not dry_run and report.inserted + report.changed:
        follow_up(layer)


def _import(
    connection: psycopg2.extensions.connection, request: ImportRequest, show: Progress
) -> ImportReport:
    try:
        return import_file(connection, request, show)
    except InvalidInputError as error:
        if "confirm" in error.detail:
            error.hint = f"{error.hint} The whole command: {_again(str(error.detail['confirm']))}"
        raise


def _again(more: str) -> str:
    """Return the command that was given, with more options."""
    return f"gisreg {shlex.join(sys.argv[1:])} {more}"


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"--set {text}: no value.", hint="Write --set field=value.")
    return name.strip(), value


def _print(report: ImportReport) -> None:
    console = Console(soft_wrap=True, highlight=False)
    verb = "would become" if report.dry_run else "are"
    console.print(
        escape(
            f"{report.file}: {report.read} read; {report.inserted} {verb} new in {report.layer}, "
            f"{report.changed} changed, {report.unchanged} unchanged."
        )
    )
    if report.columns:
        console.print(escape("columns: " + ", ".join(f"{c} -> {f}" for f, c in report.columns.items())))
    if report.own_columns:
        console.print(escape("not fields of the layer: " + ", ".join(report.own_columns)))
    for note in report.notes:
        console.print(escape(f"note: {note}"))
