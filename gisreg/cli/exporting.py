"""`gisreg export ...`: objects as files, and the register of who took them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from gisreg.access.actor import operator
from gisreg.cli.table import show
from gisreg.clock import local
from gisreg.database.connection import transaction
from gisreg.errors import UsageError
from gisreg.exporting import register
from gisreg.exporting.export import export
from gisreg.exporting.formats import FORMATS, Format
from gisreg.exporting.register import Line
from gisreg.exporting.selection import select
from gisreg.said import both

_HELP = """Layers as files, and the register of who took them.

`gisreg export LAYER FILE` writes a layer; the end of the file's name says the format. `gisreg export list`,
`show`, `release` and `refuse` are for the register.
"""


class _Group(typer.core.TyperGroup):
    """Commands by name; anything else is a layer that is to be exported."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Put the name of the command before a layer."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["layer", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=_Group, no_args_is_help=True, help=_HELP)

Number = Annotated[str, typer.Argument(help="Number as files and `list` show it, such as XK-00000-000000.")]
Note = Annotated[str | None, typer.Option(help="Why; is kept.")]


def format_of_file(file: Path) -> Format:
    """Return the format that the end of a name says: poles.gpkg, poles.shp.zip.

    Raises:
        UsageError: it says none.
    """
    name = file.name.lower()
    for form in FORMATS.values():
        if name.endswith(f".{form.extension}"):
            return form
    endings = ", ".join(f".{form.extension}" for form in FORMATS.values())
    raise UsageError(
        both(
            f"{file.name}: phần cuối tên tệp không cho biết định dạng.",
            f"{file.name}: the end of the name says no format.",
        ),
        hint=both(f"Hãy dùng một trong {endings}.", f"Write one of {endings}."),
    )


@app.command("layer")
def layer_(
    layer: Annotated[str, typer.Argument(help="Layer: pole, tower, cable, segment, street, zone ...")],
    file: Annotated[Path, typer.Argument(help="The file to write; the end of its name says the format.")],
    crs: Annotated[str | None, typer.Option(help="Reference system of the file, e.g. EPSG:9209.")] = None,
    filters: Annotated[
        list[str] | None,
        typer.Option(
            "--filter", metavar="FIELD=VALUE", help="Only such rows; the same field again means or."
        ),
    ] = None,
    bbox: Annotated[str | None, typer.Option(help="west,south,east,north in degrees.")] = None,
    purpose: Annotated[str | None, typer.Option(help="What for; is kept in the register.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write a layer into a file. `gisreg export LAYER FILE` is short for it."""
    if file.exists() and not force:
        raise UsageError(
            both(f"Đã có {file}.", f"{file} is there already."),
            hint=both("Hãy chọn tên khác, hoặc thêm --force.", "Choose another name, or say --force."),
        )
    pairs = [_pair(text) for text in filters or []]
    selection = select(layer, format_of_file(file), crs=crs, bbox=bbox, filters=pairs)
    with export(operator(), selection, purpose) as made:
        if made.file is not None:
            shutil.copyfile(made.file, file)
    line = made.line
    typer.echo(f"{file}: {line.row_count} rows of {layer}, EPSG:{line.srid}, number {line.number}.")


@app.command("list")
def list_(limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many.")] = 50) -> None:
    """List what left the registry, the newest first."""
    with transaction(actor=operator()) as connection:
        found = register.lines(connection, limit)
    show(
        ("number", "when", "who", "organisation", "what", "format", "rows", "state"),
        (
            (
                line.number,
                f"{local(line.asked_at):%Y-%m-%d %H:%M}",
                line.person,
                line.organisation,
                line.subject,
                line.format,
                line.row_count,
                line.state,
            )
            for line in found
        ),
    )


@app.command("show")
def show_(number: Number) -> None:
    """Say who took what stands under a number."""
    with transaction(actor=operator()) as connection:
        line = register.line(connection, number)
    for name, value in line.told().items():
        typer.echo(f"{name}: {'-' if value is None else value}")


@app.command()
def release(number: Number, note: Note = None) -> None:
    """Release a held export: whoever asked for it can fetch it once."""
    _print(_decided(number, note, release=True))


@app.command()
def refuse(number: Number, note: Note = None) -> None:
    """Refuse a held export."""
    _print(_decided(number, note, release=False))


def _decided(number: str, note: str | None, *, release: bool) -> Line:
    actor = operator()
    with transaction(actor=actor) as connection:
        return register.decide(connection, actor, number, release=release, note=note)


def _print(line: Line) -> None:
    until = f" until {local(line.fetch_until):%Y-%m-%d %H:%M}" if line.fetch_until else ""
    typer.echo(
        f"{line.number} ({line.person}, {line.row_count} rows of {line.subject}): {line.state}{until}."
    )


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(
            both(f"--filter {text}: thiếu giá trị.", f"--filter {text}: no value."),
            hint=both("Hãy viết --filter trường=giá_trị.", "Write --filter field=value."),
        )
    return name.strip(), value
