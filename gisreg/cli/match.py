"""`gisreg match ...`: which rows of several organisations are one pole."""

from __future__ import annotations

from typing import Annotated

import typer

from gisreg.access.actor import operator
from gisreg.cli.follow import follow_up
from gisreg.cli.table import show
from gisreg.clock import local
from gisreg.database.connection import Role, transaction
from gisreg.errors import UsageError
from gisreg.matching import decide
from gisreg.matching import propose as proposing
from gisreg.matching.read import matches
from gisreg.matching.read import merges as read_merges
from gisreg.said import both

app = typer.Typer(no_args_is_help=True, help="Rows of several organisations that are one pole.")

Ids = Annotated[list[int], typer.Argument(help="Ids of matches; all are decided on, or none.")]
Seen = Annotated[bool, typer.Option("--seen", help="These were looked at, also beside double poles.")]


@app.command()
def propose(
    bbox: Annotated[str | None, typer.Option(help="Only here: west,south,east,north in degrees.")] = None,
    radius: Annotated[float | None, typer.Option(min=0.1, max=50, help="Farthest apart, in metres.")] = None,
) -> None:
    """Propose which poles are one; nothing is merged."""
    with transaction(Role.WORKER, operator()) as connection:
        done = proposing.propose(connection, _box(bbox), radius)
    typer.echo(
        f"{done.poles} poles: {done.pairs} pairs in {done.groups} groups may be one pole;"
        f" {done.beside_doubles} of the pairs stand beside double poles and want looking at."
    )


@app.command(name="list")
def list_(
    state: Annotated[str, typer.Option(help="open, agreed, merged, refused, split, superseded.")] = "open",
    doubles: Annotated[
        bool | None, typer.Option("--doubles/--no-doubles", help="Only (not) beside double poles.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 100,
) -> None:
    """List matches with their place on the map."""
    with transaction(Role.APP, operator()) as connection:
        found = matches(connection, state=state, beside_double=doubles, most=limit)
    show(
        ("id", "first", "second", "apart", "sure", "double", "agreed", "map"),
        (
            (
                one.id,
                f"{one.first_owner or '-'} {one.first_code or one.first_id}",
                f"{one.second_owner or '-'} {one.second_code or one.second_id}",
                f"{one.distance_m:.1f} m",
                f"{one.certainty:.2f}",
                "!" if one.beside_double else "",
                ", ".join(who for who in (one.first_agreed_by, one.second_agreed_by) if who),
                one.map_path,
            )
            for one in found
        ),
    )


@app.command()
def merge(
    ids: Annotated[list[int] | None, typer.Argument(help="Ids of matches; all are merged, or none.")] = None,
    sure: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="All open matches at least so sure, none beside double poles."),
    ] = None,
    keep: Annotated[list[int] | None, typer.Option(help="Id of a pole that stays.")] = None,
    seen: Seen = False,
) -> None:
    """Merge poles as the authority: codes stay as other numbers, what hangs on them follows."""
    if (sure is None) == (not ids):
        raise UsageError(
            both("Chưa nêu cặp nào để gộp.", "Nothing to merge was named."),
            hint=both("Hãy nêu số các cặp, hoặc dùng --sure 0.9.", "Name matches, or say --sure 0.9."),
        )
    actor = operator()
    with transaction(Role.APP, actor, timeout_ms=0) as connection:
        if sure is not None:
            waiting = matches(connection, state="open", beside_double=False, most=100_000)
            ids = [one.id for one in waiting if one.certainty >= sure][: decide.MOST]
            if not ids:
                typer.echo("No match is that sure.")
                return
        into = decide.merge(connection, actor, ids or [], keep=keep or [], seen=seen)
    typer.echo(f"{len(into)} poles went into {len(set(into.values()))}.")
    if len(into) > decide.FEW:
        follow_up("pole")


@app.command()
def agree(ids: Ids, seen: Seen = False) -> None:
    """Agree to matches as the authority, for both owners."""
    with transaction(Role.APP, operator()) as connection:
        agreed = decide.agree(connection, ids, seen=seen)
    typer.echo(f"{agreed} matches are agreed on.")


@app.command()
def refuse(ids: Ids, why: Annotated[str | None, typer.Option(help="Why; is kept.")] = None) -> None:
    """Say that they are different poles; they are not proposed again."""
    with transaction(Role.APP, operator()) as connection:
        refused = decide.refuse(connection, ids, why)
    typer.echo(f"{refused} matches are refused.")


@app.command()
def merges(limit: Annotated[int, typer.Option(min=1, max=100_000)] = 100) -> None:
    """List what was merged, the newest first."""
    with transaction(Role.APP, operator()) as connection:
        found = read_merges(connection, limit)
    show(
        ("merge", "when", "by", "went", "into", "cables", "undone"),
        (
            (
                one.id,
                f"{local(one.merged_at):%Y-%m-%d %H:%M}",
                one.merged_by,
                one.alias_code or one.absorbed_id,
                one.survivor_code or one.survivor_id,
                one.cables,
                one.undone_by,
            )
            for one in found
        ),
    )


@app.command()
def split(merge: Annotated[int, typer.Argument(help="Number of a merge, of `gisreg match merges`.")]) -> None:
    """Undo a merge: the pole stands again with what was its own."""
    with transaction(Role.APP, operator(), timeout_ms=0) as connection:
        back = decide.split(connection, merge)
    typer.echo(f"The pole {back} stands again.")


def _box(text: str | None) -> proposing.Box | None:
    if text is None:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(
            both(f"--bbox {text} không phải một khung.", f"--bbox {text} is no box."),
            hint=both("Hãy viết tây,nam,đông,bắc theo độ.", "Write west,south,east,north in degrees."),
        ) from None
    return west, south, east, north
