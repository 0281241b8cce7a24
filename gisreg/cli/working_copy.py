"""`gisreg checkout` and `gisreg checkin`: a part of the registry as a file, edited, merged back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gisreg.access import keys
from gisreg.access.actor import Actor, operator
from gisreg.cli.default_command import DefaultCommand
from gisreg.cli.table import show
from gisreg.database.connection import Role, transaction
from gisreg.errors import NotSignedInError, UsageError
from gisreg.exporting.formats import format_of
from gisreg.said import both
from gisreg.working_copy.checkin import CheckedIn, checkin
from gisreg.working_copy.checkout import checkout
from gisreg.working_copy.file_ids import write_ids
from gisreg.working_copy.plan import Accepted
from gisreg.working_copy.report import write_report
from gisreg.working_copy.rows import now
from layers import LAYERS

checkout_app = typer.Typer(cls=DefaultCommand, help="A part of the registry as a working copy.")
checkin_app = typer.Typer(cls=DefaultCommand, help="Merge a working copy back.")

Key = Annotated[
    str | None, typer.Option(envvar="GISREG_KEY", help="Your key: you act as yourself, not as the server.")
]
_SHOWN = 50


@checkout_app.command("area")
def checkout_(
    area: Annotated[str, typer.Argument(help="west,south,east,north, ward=NAME or street=NAME.")],
    file: Annotated[
        Path, typer.Argument(help="The .gpkg (with a QGIS project beside it) or .xlsx to write.")
    ],
    layers: Annotated[str, typer.Option(help="Layers, with commas.")] = "pole,cable",
    purpose: Annotated[str | None, typer.Option(help="What for; is kept in the register.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    key: Key = None,
) -> None:
    """Take a part of the registry out, to be edited and checked in: `gisreg checkout AREA FILE`."""
    if file.exists() and not force:
        raise UsageError(
            both(f"Đã có {file}.", f"{file} is there already."),
            hint=both("Hãy chọn tên khác, hoặc thêm --force.", "Choose another name, or say --force."),
        )
    wanted = [name.strip() for name in layers.split(",") if name.strip()]
    done = checkout(_actor(key), area, wanted, file, purpose)
    told = ", ".join(f"{count} {layer}" for layer, count in done.counts.items())
    typer.echo(f"{file}: {told}, number {done.line.number}.")


@checkin_app.command("file")
def checkin_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A working copy.")],
    accept_mine: Annotated[
        list[str] | None,
        typer.Option(metavar="all|FIELD|ID|ID.FIELD", help="Where both changed, the file wins."),
    ] = None,
    accept_theirs: Annotated[
        list[str] | None,
        typer.Option(metavar="all|FIELD|ID|ID.FIELD", help="Where both changed, the registry wins."),
    ] = None,
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete objects that the file does not have any more.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write conflicts and refused rows to this .xlsx or .gpkg.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; write nothing.")] = False,
    key: Key = None,
) -> None:
    """Merge a working copy back, field by field: `gisreg checkin FILE`.

    Exit code 3 says that conflicts or refused rows are left.
    """
    accepted = Accepted(frozenset(accept_mine or []), frozenset(accept_theirs or []))
    actor = _actor(key)
    with transaction(actor=actor, timeout_ms=0) as connection:
        done = checkin(connection, actor, file, accepted, delete=delete)
        fresh = {
            (layer, place): (
                number,
                now(connection, actor, LAYERS[layer], format_of("gpkg"), [number])[number],
            )
            for (layer, place), number in done.fresh.items()
        }
        if dry_run:
            connection.rollback()
    if not dry_run:
        write_ids(file, fresh)
    if report is not None:
        write_report(report, done.conflicts, done.faults)
    _print(done, dry_run=dry_run)
    if done.conflicts or done.faults:
        raise typer.Exit(3)


def _actor(key: str | None) -> Actor:
    if key is None:
        return operator()
    with transaction(Role.WORKER) as connection:
        held = keys.holder(connection, key)
    if held is None:
        raise NotSignedInError(
            both("Khóa không hợp lệ.", "The key is not valid."),
            hint=both("Có thể khóa đã hết hạn hoặc bị thu hồi.", "It may have expired or been revoked."),
        )
    if keys.Scope.WRITE not in held[1] or keys.Scope.EXPORT not in held[1]:
        raise NotSignedInError(
            both("Khóa này không được sửa và xuất tệp.", "The key may not write and export."),
            hint=both("Hãy xin khóa có hai quyền write và export.", "Ask for one with these scopes."),
        )
    return held[0]


def _print(done: CheckedIn, *, dry_run: bool) -> None:
    if done.conflicts:
        show(
            ("layer", "object", "field", "was", "mine", "theirs"),
            (
                (one.layer, one.name or one.object_id, one.field, one.base, one.mine, one.theirs)
                for one in done.conflicts[:_SHOWN]
            ),
        )
        if len(done.conflicts) > _SHOWN:
            typer.echo(f"... and {len(done.conflicts) - _SHOWN} more; see them with --report FILE.xlsx.")
    for layer, names in done.ignored.items():
        typer.echo(
            f"{layer}: columns that are not taken: {', '.join(names)}. Own columns come by gisreg import."
        )
    for fault in done.faults[:_SHOWN]:
        typer.echo(f"{fault.layer} {fault.object_id or f'row {fault.place}'}: {fault.what}")
    typer.echo(
        f"{'Would be: ' if dry_run else ''}{done.changed} changed, {done.inserted} new,"
        f" {done.deleted} deleted,"
        f" {done.proposed} proposed to their owners, {done.untouched} untouched;"
        f" {len(done.conflicts)} conflicts, {len(done.faults)} rows refused, {done.missing} not in the file."
    )
