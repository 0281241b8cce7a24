"""What an import did, or would do, on the terminal."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.markup import escape

from gisreg.importing.request import ImportReport

_WARNED = 10


def print_report(report: ImportReport) -> None:
    """Print counts, which column became what, what is kept and what is dropped, problems and warnings."""
    console = Console(soft_wrap=True, highlight=False)

    def say(text: str) -> None:
        console.print(escape(text))

    verb = "would become" if report.dry_run else "are"
    rejected = f", {report.rejected} rejected" if report.rejected else ""
    say(
        f"{report.file}: {report.read} read; {report.inserted} {verb} new in {report.layer}, "
        f"{report.changed} changed, {report.unchanged} unchanged{rejected}."
    )
    if report.changed_fields:
        say("changes: " + ", ".join(f"{name} of {count}" for name, count in report.changed_fields.items()))
    if report.columns:
        say("columns: " + ", ".join(f"{column} -> {name}" for name, column in report.columns.items()))
    if report.own_columns:
        say("kept as own fields: " + ", ".join(report.own_columns))
    if report.dropped:
        say("dropped: " + ", ".join(report.dropped))
    for column, name, likeness in report.proposals:
        say(f'perhaps: {column} is {name} ({likeness:.0%} alike); if so: --map "{column}={name}"')
    for note in report.notes:
        say(f"note: {note}")
    _print_warnings(report, say)
    if report.problems.found:
        told = len(report.problems.found)
        say(f"rejected: {report.rejected} rows, {told} {'reason' if told == 1 else 'reasons'}:")
        for line in (*report.problems.lines(), *(f"what to do: {one}" for one in report.problems.remedies())):
            say(line)


def _print_warnings(report: ImportReport, say: Callable[[str], None]) -> None:
    found = report.warnings.found
    for problem in found[:_WARNED]:
        say(f"warning: {problem.row}: {problem.what}")
    if len(found) > _WARNED:
        say(f"warning: ... and {len(found) - _WARNED} more")
