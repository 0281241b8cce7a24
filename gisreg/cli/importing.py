"""`gisreg import LAYER FILE`: take a file into the registry."""

from __future__ import annotations

import getpass
import shlex
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import psycopg2.extensions
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as ProgressBar

from gisreg.access.actor import operator
from gisreg.cli.default_command import DefaultCommand
from gisreg.cli.import_batches import add_commands
from gisreg.cli.import_photos import photos
from gisreg.cli.import_report import print_report
from gisreg.database.connection import Actor, Role, transaction
from gisreg.errors import InvalidInputError, UsageError
from gisreg.importing.batches import load_profile, organisation_id
from gisreg.importing.profile import Profile, read_profile
from gisreg.importing.request import ColumnOptions, ImportReport, ImportRequest, Progress, TableOptions
from gisreg.importing.run import import_file
from gisreg.said import both

app = typer.Typer(
    cls=DefaultCommand,
    no_args_is_help=True,
    help="Take a file into the registry: poles, cables, streets, zones, units. `gisreg import pole FILE` is "
    "short for `gisreg import file pole FILE`.",
)

_STEPS = {"read": "reading", "check": "checking", "stage": "sending", "merge": "merging"}


class Hidden(StrEnum):
    """What to do with hidden rows and columns."""

    KEEP = "keep"
    SKIP = "skip"


class Dates(StrEnum):
    """The order of day and month."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


class Decimal(StrEnum):
    """The decimal sign."""

    COMMA = "comma"
    POINT = "point"


class Axes(StrEnum):
    """The order of easting and northing."""

    XY = "xy"
    YX = "yx"


@app.command()
def file(
    layer: Annotated[str, typer.Argument(help="Layer: pole, tower, cable, street, zone, admin_unit ...")],
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV, XLSX, GeoJSON, GeoPackage, Shapefile, .osm ...")
    ],
    crs: Annotated[
        str | None, typer.Option(help="Reference system of the coordinates, e.g. EPSG:9209.")
    ] = None,
    owner: Annotated[str | None, typer.Option(help="Code of the organisation that owns the rows.")] = None,
    kind: Annotated[str | None, typer.Option(help="Short for --set kind=KIND.")] = None,
    constants: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="Value for rows where the file has none."),
    ] = None,
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=FIELD", help="What a column is: a field, own or drop."),
    ] = None,
    unit: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN=UNIT", help="Unit of a column's numbers, e.g. cm.")
    ] = None,
    profile: Annotated[
        str | None, typer.Option(help="What columns mean: a YAML file, or a name kept for the owner.")
    ] = None,
    layer_name: Annotated[str | None, typer.Option(help="Layer inside the file.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of the workbook.")] = None,
    all_sheets: Annotated[bool, typer.Option("--all-sheets", help="Read all sheets.")] = False,
    sheet_column: Annotated[
        str | None, typer.Option(help="Column that takes the sheet's name: a field, or any name.")
    ] = None,
    header_row: Annotated[int | None, typer.Option(min=1, help="Row with the columns' names.")] = None,
    hidden: Annotated[Hidden | None, typer.Option(help="Hidden rows and columns: keep or skip.")] = None,
    dates: Annotated[Dates, typer.Option(help="Order of day and month.")] = Dates.DAY_FIRST,
    decimal: Annotated[Decimal | None, typer.Option(help="Sign in numbers such as 12,345.")] = None,
    axes: Annotated[Axes | None, typer.Option(help="xy: X is the easting; yx: the northing.")] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of the text, e.g. tcvn3, vni, CP1258.")
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
    accept_valid: Annotated[
        bool, typer.Option("--accept-valid", help="Take the good rows although others are rejected.")
    ] = False,
    rejects: Annotated[
        Path | None, typer.Option(help="Write rejected rows with the reasons to this .xlsx or .gpkg.")
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend geometries that can be; every one is said.")
    ] = False,
    keep_z: Annotated[bool, typer.Option("--keep-z", help="Keep heights of points as own field z.")] = False,
    replace_scope: Annotated[
        str | None,
        typer.Option(metavar="ward=NAME|street=NAME", help="Delete what lies there and is not in the file."),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            metavar="FIELD,FIELD", help="By which fields a row is an object of the registry (owner,code)."
        ),
    ] = None,
    match_within: Annotated[
        float | None,
        typer.Option(min=0, max=50, help="Rows without a code: how far from their object, in metres (1)."),
    ] = None,
    follow: Annotated[
        bool, typer.Option(help="Afterwards tie cables to poles and flag segments, where that changes.")
    ] = True,
) -> None:
    """Check a file and take it into the registry: all of it, or nothing where a row is wrong.

    The same file again changes nothing. With several files to take, say --no-follow to all but the
    last, so that the network is tied and flagged once.
    """
    given = dict(_pair(text, "--set", "field=value") for text in constants or [])
    request = ImportRequest(
        layer=layer,
        path=path,
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
        accept_valid=accept_valid,
        rejects=() if rejects is None else (rejects,),
        repair=repair,
        keep_z=keep_z,
        replace_scope=replace_scope,
        key=tuple(part.strip() for part in (key or "").split(",") if part.strip()),
        match_within_m=match_within,
        table=TableOptions(sheet, all_sheets, sheet_column, header_row, hidden, dates, decimal, axes),
        columns=ColumnOptions(
            fields=dict(_pair(text, "--map", "column=field") for text in mapped or []),
            units=dict(_pair(text, "--unit", "column=unit") for text in unit or []),
        ),
    )
    if profile is not None:
        request = _profile(profile, owner).apply(request)
    report = _run(request)
    print_report(report)
    if follow and not dry_run and report.inserted + report.changed + report.deleted:
        from gisreg.cli.follow import follow_up  # rules and zones take their time to load

        follow_up(layer, report.batch)
    if report.rejected and not accept_valid:
        raise typer.Exit(2)


def _profile(name: str, owner: str | None) -> Profile:
    if owner is None or Path(name).exists():
        return read_profile(Path(name))
    with transaction(Role.APP, operator()) as connection:
        return load_profile(connection, organisation_id(connection, owner), name)


def _run(request: ImportRequest) -> ImportReport:
    screen = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with ProgressBar(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task(_STEPS["read"], total=None)

        def show(step: str, done: int, total: int) -> None:
            bar.update(task, description=_STEPS[step], completed=done, total=total or None)

        with transaction(Role.WORKER, Actor(getpass.getuser())) as connection:
            return _import(connection, request, show)


def _import(
    connection: psycopg2.extensions.connection, request: ImportRequest, show: Progress
) -> ImportReport:
    try:
        return import_file(connection, request, show)
    except InvalidInputError as error:
        if "confirm" in error.detail:
            command = _again(str(error.detail["confirm"]))
            hint = error.advice or both("", "")
            error.advice = both(
                f"{hint.vi} Lệnh đầy đủ: {command}".strip(), f"{hint.en} The whole command: {command}".strip()
            )
        raise


def _again(more: str) -> str:
    """Return the command that was given, with more options."""
    return f"gisreg {shlex.join(sys.argv[1:])} {more}"


def _pair(text: str, option: str, form: str) -> tuple[str, str]:
    name, equals, value = text.rpartition("=") if option != "--set" else text.partition("=")
    if not equals or not name.strip():
        raise UsageError(
            both(f"{option} {text}: thiếu giá trị.", f"{option} {text}: no value."),
            hint=both(f"Ghi {option} {form}.", f"Write {option} {form}."),
        )
    return name.strip(), value.strip() if option != "--set" else value


add_commands(app)
app.command()(photos)
