"""`gisreg doctor`: look whether everything is in order, and say what to do where it is not."""

from __future__ import annotations

from collections.abc import Iterable

import typer
from rich.console import Console
from rich.markup import escape

from gisreg.doctor import database, jobs, machine
from gisreg.doctor.check import Check, Outcome, examine

app = typer.Typer(help="Check this installation.")

_MARKS = {Outcome.OK: "[green]ok  [/]", Outcome.WARN: "[yellow]warn[/]", Outcome.FAIL: "[red]FAIL[/]"}


@app.callback(invoke_without_command=True)
def doctor() -> None:
    """Check programs, database, fonts and browser assets; exit code 1 when something fails."""
    console = Console(soft_wrap=True, highlight=False)
    failed = _print(console, machine.CHECKS)
    if _print(console, (database.running,)):
        failed += 1
        console.print(f"     {len(database.CHECKS + jobs.CHECKS)} more checks wait until it does.")
    else:
        broken = _print(console, database.CHECKS)
        if not broken:
            _print(console, jobs.CHECKS)
        failed += broken
    if failed:
        raise typer.Exit(1)


def _print(console: Console, checks: Iterable[Check]) -> int:
    """Print what the checks answer and return how many of them failed."""
    failed = 0
    for title, answer in examine(checks):
        console.print(f"{_MARKS[answer.outcome]} {escape(title)}: {escape(answer.found)}")
        if answer.hint:
            console.print(f"     what to do: {escape(answer.hint)}")
        failed += answer.outcome is Outcome.FAIL
    return failed
