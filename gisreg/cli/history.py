"""`gisreg history ...`: seal and verify the history, see what changed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from gisreg.access.actor import operator
from gisreg.cli.changes import print_changes
from gisreg.clock import local, now
from gisreg.database.connection import Role, transaction
from gisreg.features.catalogue import layer_of
from gisreg.history import chain, heads
from gisreg.history.changes import Wanted
from gisreg.history.export import elsewhere
from gisreg.history.moment import parse_moment
from gisreg.history.verify import verify as check
from gisreg.history.watch import tell_broken
from gisreg.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="History: proof that nobody rewrote it, and what changed.")


@app.command()
def seal() -> None:
    """Seal what was committed since the last time; run it every few minutes."""
    typer.echo(f"{chain.seal()} change sets sealed.")


@app.command()
def head(
    out: Annotated[
        Path | None,
        typer.Option(help="Add a dated line to this file, which lies where the server cannot rewrite it."),
    ] = None,
) -> None:
    """Print number and digest of the last link of the chain."""
    found = chain.head()
    if found is None:
        typer.echo("Nothing is sealed yet: gisreg history seal", err=True)
        raise typer.Exit(1)
    if out is not None:
        heads.append(found, out)
    typer.echo(f"{found.number} {found.digest} {local(found.sealed_at).isoformat(timespec='seconds')}")


@app.command()
def verify(
    against: Annotated[
        list[Path] | None,
        typer.Option(
            help="Files or folders of exported heads; by default the folder of GISREG_HEADS_FOLDER."
        ),
    ] = None,
) -> None:
    """Compute every digest and link anew; exit with 1 and name the first break where there is one."""
    folder = get_settings().heads.folder
    paths = against if against else [folder] if folder is not None and folder.is_dir() else []
    wanted = [head for path in paths for head in heads.read(path)]
    with transaction(Role.WORKER) as connection:
        verdict = check(connection, wanted)
        others = elsewhere(connection)
    for sentence in others:
        typer.echo(sentence)
    waiting = f" {verdict.unsealed} change sets are not sealed yet." if verdict.unsealed else ""
    if verdict.broken is not None:
        with transaction(Role.WORKER, operator()) as connection:
            tell_broken(connection, verdict.broken)
        typer.echo(f"BROKEN: {verdict.broken.told}{waiting}", err=True)
        raise typer.Exit(1)
    told = f"{verdict.heads} exported heads agree" if wanted else "no exported head was compared"
    typer.echo(f"{verdict.links} links are whole; {told}.{waiting}")


@app.command()
def changes(
    since: Annotated[str, typer.Option("--from", help="First moment: 2026-01-31 or 2026-01-31T10:00.")],
    to: Annotated[str | None, typer.Option(help="Last moment; now by default.")] = None,
    layer: Annotated[str | None, typer.Option(help="Only this layer.")] = None,
    organisation: Annotated[str | None, typer.Option(help="Only changes by this organisation.")] = None,
    person: Annotated[str | None, typer.Option(help="Only changes by this person.")] = None,
    bbox: Annotated[str | None, typer.Option(help="Only inside west,south,east,north in degrees.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most changes to print.")] = 100,
) -> None:
    """Print what changed between two moments: who, when, what it was before and is after."""
    until = now() + timedelta(seconds=1) if to is None else parse_moment(to, "to")
    first = parse_moment(since, "from", begins_day=True)
    _print(Wanted(first, until, layer, None, organisation, person, bbox), limit)


@app.command()
def show(
    layer: Annotated[str, typer.Argument(help="Key of the layer, for example pole.")],
    object_id: Annotated[int, typer.Argument(metavar="ID", help="Id of the object.")],
    limit: Annotated[int, typer.Option(min=1, help="Most changes to print.")] = 1000,
) -> None:
    """Print an object's whole life: every change with who, when and why."""
    layer_of(layer)
    always = (parse_moment("0001-01-02T00:00:00Z"), parse_moment("9999-12-30T00:00:00Z"))
    _print(Wanted(*always, layer, object_id), limit)


def _print(wanted: Wanted, limit: int) -> None:
    with transaction(Role.APP, operator()) as connection:
        if not print_changes(connection, wanted, limit):
            typer.echo("Nothing was changed.")
