"""What an import did, or would do, on the terminal."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.markup import escape

from gisreg.importing.request import ImportReport

_WARNED = 10
_NAMED = 20


def print_report(report: ImportReport) -> None:
    """Print counts, which column became what, what is kept and what is dropped, problems and warnings."""
    console = Console(soft_wrap=True, highlight=False)

    def say(text: str) -> None:
        console.print(escape(text))

    verb = "would become" if report.dry_run else "are"
    rejected = f", {report.rejected} rejected" if report.rejected else ""
    gone = f", {report.deleted} deleted" if report.deleted else ""
    say(
        f"{report.file}: {report.read} read; {report.inserted} {verb} new in {report.layer}, "
        f"{report.changed} changed, {report.unchanged} unchanged{rejected}{gone}."
    )
    if report.deletions:
        more = f" and {report.deleted - _NAMED} more" if report.deleted > _NAMED else ""
        say(
            f"{'would be' if report.dry_run else 'are'} deleted: {', '.join(report.deletions[:_NAMED])}{more}"
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
    if report.batch is not None:
        say(f"import {report.batch}; gisreg import undo {report.batch} takes it back")
    if report.matched:
        say(f"{len(report.matched)} rows without a code were found by place:")
        for label, name, metres in report.matched[:_NAMED]:
            say(f"  {label} is {name} ({metres:.1f} m)")
        if len(report.matched) > _NAMED:
            say(f"  ... and {len(report.matched) - _NAMED} more")
    for text in report.texts:
        say(f"note: {text.told}")
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
