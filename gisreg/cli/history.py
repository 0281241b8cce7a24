"""`gisreg history ...`: seal and verify the history, see what changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gisreg.clock import local
from gisreg.database.connection import Role, transaction
from gisreg.history import chain, heads
from gisreg.history.verify import verify as check

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
        list[Path] | None, typer.Option(help="Files of exported heads; without, a new chain passes.")
    ] = None,
) -> None:
    """Compute every digest and link anew; exit with 1 and name the first break where there is one."""
    wanted = [head for path in against or [] for head in heads.read(path)]
    with transaction(Role.WORKER) as connection:
        verdict = check(connection, wanted)
    waiting = f" {verdict.unsealed} change sets are not sealed yet." if verdict.unsealed else ""
    if verdict.broken is not None:
        typer.echo(f"BROKEN: {verdict.broken.told}{waiting}", err=True)
        raise typer.Exit(1)
    told = f"{verdict.heads} exported heads agree" if wanted else "no exported head was compared"
    typer.echo(f"{verdict.links} links are whole; {told}.{waiting}")
