"""Assemble `gisreg ...` from the registry's own groups and those that later rooms bring."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points

import typer
from rich.console import Console

from gisreg import __version__
from gisreg.errors import GisregError

app = typer.Typer(
    name="gisreg",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Registry of telecom poles, towers and overhead cables: map, flag, share, tidy.",
)

OWN_GROUPS: dict[str, str] = {}


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and stop."
    ),
) -> None:
    """Registry of telecom poles, towers and overhead cables: map, flag, share, tidy."""


def assemble() -> typer.Typer:
    """Return the application with every command group named by the entry point `gisreg.commands`."""
    for point in sorted(entry_points(group="gisreg.commands"), key=lambda entry: entry.name):
        app.add_typer(point.load(), name=point.name)
    return app


def run() -> None:
    """Run the command line; a mistake of the user prints one sentence and exits with 2."""
    try:
        assemble()()
    except GisregError as error:
        console = Console(stderr=True)
        console.print(f"[bold red]error[/]: {error.message}", markup=True, highlight=False)
        if error.hint:
            console.print(f"[dim]what to do[/]: {error.hint}", highlight=False)
        sys.exit(2)
