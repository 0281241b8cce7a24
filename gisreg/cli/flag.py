"""`gisreg flag ...`: which segments lie where cables must be tidied."""

from __future__ import annotations

import typer

from gisreg.cli.follow import flag

app = typer.Typer(no_args_is_help=True, help="Flagging: find the segments in zones that ask for tidying.")


@app.callback()
def group() -> None:
    """Flagging: find the segments in zones that ask for tidying."""


@app.command()
def run() -> None:
    """Flag every segment against the zones valid today. Again changes nothing."""
    flag()
