"""`gisreg zone ...`: zones out of lists of streets, circles and former units."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from gisreg.access.actor import operator
from gisreg.cli.table import show as show_table
from gisreg.database.connection import PgConnection, transaction
from gisreg.importing.ground import words_of
from gisreg.tiles.cells import settle
from gisreg.zones import keep, say
from gisreg.zones import make as making
from gisreg.zones.build import Draft, preview
from gisreg.zones.entry import Read
from gisreg.zones.matched import Matched, describe
from gisreg.zones.rebuild import rebuild as build_anew
from gisreg.zones.rebuild import rebuild_all
from gisreg.zones.recipe import CirclePart, Side, StreetPart, UnitPart
from gisreg.zones.sheet import read_file, read_text
from gisreg.zones.source import Source, from_json, together
from gisreg.zones.trouble import refuse

app = typer.Typer(
    no_args_is_help=True,
    help="Zones out of what decisions say: lists of streets, circles, former units.",
)

Day = datetime | None
_DAYS = ["%Y-%m-%d"]
Code = Annotated[str, typer.Argument(help="Code of a zone.")]


@app.callback()
def group() -> None:
    """Zones out of what decisions say: lists of streets, circles, former units."""


@app.command()
def make(
    code: Annotated[str, typer.Option(help="Code of the zone.")],
    name: Annotated[str, typer.Option(help="Its name.")],
    kind: Annotated[str, typer.Option(help="Its kind, such as aesthetic_priority.")],
    valid_from: Annotated[datetime, typer.Option("--from", formats=_DAYS, help="First day.")],
    file: Annotated[
        str | None,
        typer.Argument(help="The list: text, CSV, XLSX, or a recipe in JSON; - for the standard input."),
    ] = None,
    valid_to: Annotated[
        Day, typer.Option("--to", formats=_DAYS, help="First day on which it no longer holds.")
    ] = None,
    decision: Annotated[str | None, typer.Option(help="Number of the decision.")] = None,
    deadline: Annotated[Day, typer.Option(formats=_DAYS, help="By when to tidy.")] = None,
    weight: Annotated[float | None, typer.Option(help="Weight in the order of tidying, 0 to 100.")] = None,
    name_en: Annotated[str | None, typer.Option(help="Its name in English.")] = None,
    visibility: Annotated[str | None, typer.Option(help="public, partner, agency or secret.")] = None,
    width: Annotated[
        float | None, typer.Option(help="Metres to each side of a street, where the list says none.")
    ] = None,
    side: Annotated[Side, typer.Option(help="Side of the street, where the list says none.")] = Side.BOTH,
    around: Annotated[
        list[str] | None,
        typer.Option(metavar="LON,LAT:METRES", help="Also a circle, around a place or tower=CODE."),
    ] = None,
    unit: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME@DAY", help="Also a unit as it was on a day, or all:KIND:WITHIN@DAY."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="The zone of this code and first day gets this recipe.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what is matched; write none.")] = False,
    geojson: Annotated[Path | None, typer.Option(help="Write area and matches to a file.")] = None,
) -> None:
    """Make a zone out of a list and flag what lies in it.

    Where an entry is not clear nothing is written: all of that is told, with names that are like it.
    """
    attributes = {
        "code": code,
        "name": name,
        "name_en": name_en,
        "kind": kind,
        "decision_no": decision,
        "valid_from": _iso(valid_from),
        "valid_to": _iso(valid_to),
        "deadline": _iso(deadline),
        "weight": weight,
        "visibility": visibility,
    }
    actor = operator(f"zone {code} made from {file or 'options'}")
    with transaction(actor=actor) as connection:
        source = _source(connection, file, width, side, around or [], unit or [])
        if dry_run:
            made = making.attempt(connection, actor, attributes, source, replace=replace)
        else:
            _, made = making.make(connection, actor, attributes, source, replace=replace)
        if geojson is not None:
            geojson.write_text(json.dumps(preview(connection, made), ensure_ascii=False), encoding="utf-8")
    _print(source, made)
    if made.troubles:
        raise refuse(made.troubles)
    if dry_run:
        typer.echo("Chưa ghi gì / Nothing was written.")
        return
    settle()
    typer.echo(f"Đã lập khu vực / The zone was made: {code}, {made.area_m2 / 10_000:.2f} ha")


def _source(
    connection: PgConnection,
    file: str | None,
    width: float | None,
    side: Side,
    around: list[str],
    unit: list[str],
) -> Source:
    more: list[CirclePart | UnitPart] = [*map(say.circle, around), *map(say.unit, unit)]
    if file is None:
        return together(Read(), None, more)
    if file == "-":
        pasted = sys.stdin.read()
        return together(read_text(pasted, width, side), pasted, more)
    path = Path(file)
    if path.suffix.lower() == ".json" and path.is_file():
        return from_json(path.read_bytes())
    read = read_file(path, lambda: words_of(connection), width, side)
    return together(read, None, more)


def _print(source: Source, made: Draft) -> None:
    for line in source.passed_over:
        typer.echo(f"Bỏ qua / passed over: {line}")
    show_table(
        ("Dòng / Line", "Trong danh sách / In the list", "Trong sổ / In the registry", "m"),
        (
            (one.matched.line, one.matched.text, _found(one.matched), one.length_m and f"{one.length_m:.0f}")
            for one in made.drawn
        ),
        right_from=3,
    )


def _found(matched: Matched) -> str:
    names = matched.names
    section = f" ({names['from']} - {names['to']})" if "from" in names and "to" in names else ""
    shown = names.get("street") or names.get("unit") or names.get("object") or describe(matched.part)
    if isinstance(matched.part, StreetPart):
        part = matched.part
        section = section or (f" ({part.from_m:g} - {part.to_m:g} m)" if part.from_m is not None else "")
        section += {Side.BOTH: "", Side.LEFT: ", trái / left", Side.RIGHT: ", phải / right"}[part.side]
        section += f", {part.width_m:g} m"
    return shown + section


@app.command(name="list")
def list_() -> None:
    """List the zones that are made from recipes."""
    with transaction(actor=operator()) as connection:
        rows = list(keep.queries.listed(connection))
    show_table(
        ("Mã / Code", "Tên / Name", "Từ / From", "Đến / To", "ha", "Mục / Parts", ""),
        (
            (code, name, first, last, f"{area / 10_000:.2f}", parts, _standing(stale, failure))
            for _, code, name, _, first, last, area, parts, _, _, stale, failure, _ in rows
        ),
        right_from=4,
    )


def _standing(stale: datetime | None, failure: str | None) -> str:
    if failure:
        return "không lập lại được / not built anew"
    return "chờ lập lại / to be built anew" if stale else ""


@app.command()
def show(
    code: Code,
    as_json: Annotated[bool, typer.Option("--json", help="Print the recipe, to be made again.")] = False,
) -> None:
    """Show what a zone is made from: its recipe, what was matched, its area."""
    with transaction(actor=operator()) as connection:
        number = keep.zone_called(connection, code)
        kept = keep.require(connection, number)
        zone = keep.facts(connection, number)
        names = keep.names_of(connection, kept.matched)
    if as_json:
        typer.echo(kept.recipe.model_dump_json(indent=2, exclude_none=True, by_alias=True))
        return
    typer.echo(f"{zone.code} · {zone.name} · {zone.area_m2 / 10_000:.2f} ha · {kept.made_by}")
    if kept.failure_vi:
        typer.echo(f"Không lập lại được, giữ ranh giới cũ: {kept.failure_vi}")
        typer.echo(f"Not built anew: {kept.failure_en}")
    show_table(
        ("Mục / Part", "Trong danh sách / In the list", "Trong sổ / In the registry"),
        (
            (one.line, one.text, "; ".join(names.get(number, "?") for number in one.uses))
            for one in kept.matched
        ),
    )


@app.command()
def rebuild(code: Annotated[str | None, typer.Argument(help="Code of a zone; all.")] = None) -> None:
    """Build a zone, or all that have a recipe, anew from the streets, units and objects as they are now."""
    with transaction(actor=operator("zones built anew")) as connection:
        if code is None:
            done = rebuild_all(connection)
        else:
            done = [build_anew(connection, keep.zone_called(connection, code))]
    settle()
    for one in done:
        typer.echo(one.told())
    if any(one.troubles or one.refused for one in done):
        raise typer.Exit(2)


@app.command()
def detach(code: Code) -> None:
    """Let a zone keep its area and forget its recipe; from then on it is drawn by hand."""
    with transaction(actor=operator(f"zone {code} drawn by hand")) as connection:
        making.detach(connection, keep.zone_called(connection, code))
    typer.echo(f"{code}: đã bỏ công thức / the recipe was dropped")


def _iso(day: date | None) -> Any:
    return None if day is None else day.strftime("%Y-%m-%d")
