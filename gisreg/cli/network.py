"""`gisreg network ...`: cables tied to poles."""

from __future__ import annotations

import typer

from gisreg.cli.follow import tie

app = typer.Typer(no_args_is_help=True, help="The network: tie cables to poles, cut them into segments.")


@app.callback()
def group() -> None:
    """The network: tie cables to poles, cut them into segments."""


@app.command()
def build() -> None:
    """Tie every overhead cable to the poles it passes and cut it there. Again changes nothing."""
    tie()
