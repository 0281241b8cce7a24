"""`gisreg doctor`: look whether everything is in order, and say what to do where it is not."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.markup import escape

from gisreg.doctor import database, machine
from gisreg.doctor.check import Outcome, examine

app = typer.Typer(help="Check this installation.")

_MARKS = {Outcome.OK: "[green]ok  [/]", Outcome.WARN: "[yellow]warn[/]", Outcome.FAIL: "[red]FAIL[/]"}


@app.callback(invoke_without_command=True)
def doctor() -> None:
    """Check programs, database, fonts and browser assets; exit code 1 when something fails."""
    console = Console(soft_wrap=True, highlight=False)
    failed = 0
    for title, answer in examine((*machine.CHECKS, *database.CHECKS)):
        console.print(f"{_MARKS[answer.outcome]} {escape(title)}: {escape(answer.found)}")
        if answer.hint:
            console.print(f"     what to do: {escape(answer.hint)}")
        failed += answer.outcome is Outcome.FAIL
    if failed:
        raise typer.Exit(1)
