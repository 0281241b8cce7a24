"""`gisreg threshold ...`: values that the rules compare with, and the province's own."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from gisreg.access.actor import operator
from gisreg.cli.table import show as show_table
from gisreg.clock import today
from gisreg.database.connection import transaction
from gisreg.errors import UsageError
from gisreg.flagging import thresholds
from gisreg.flagging.later import run_later
from gisreg.flagging.words import CONFIDENCES
from gisreg.said import both

app = typer.Typer(no_args_is_help=True, help="Thresholds: what the rules compare with, as dated data.")

Day = datetime | None


@app.command(name="list")
def list_() -> None:
    """List the value of every threshold that holds today."""
    with transaction(actor=operator()) as connection:
        found = [entry for entry in thresholds.entries(connection, today()) if entry.holds]
    show_table(
        ("Khóa / Key", "Tên / Name", "Giá trị / Value", "Nguồn / Source", ""),
        (
            (
                entry.key,
                f"{entry.vi} / {entry.en}",
                _value(entry),
                f"{entry.source}{', ' + entry.article if entry.article else ''}",
                " / ".join(CONFIDENCES[entry.confidence]),
            )
            for entry in found
        ),
    )


def _value(entry: thresholds.Entry) -> str:
    return "-" if entry.value is None else f"{entry.value:g} {entry.unit}"


@app.command()
def show(key: Annotated[str, typer.Argument(help="Key of a threshold.")]) -> None:
    """Show every value of a threshold: national and the province's own, with days, source and reason."""
    with transaction(actor=operator()) as connection:
        found = thresholds.entries(connection, today(), key)
    show_table(
        ("", "Giá trị / Value", "Từ / From", "Đến / To", "Cấp / Scope", "Nguồn / Source", "Lý do / Reason"),
        (
            (
                "*" if entry.holds else "",
                _value(entry),
                entry.valid_from,
                entry.valid_to,
                entry.scope,
                entry.source,
                entry.reason,
            )
            for entry in found
        ),
    )


@app.command(name="set")
def set_(
    key: Annotated[str, typer.Argument(help="Key of a threshold.")],
    value: Annotated[str, typer.Argument(help="The value; 'off' switches the rules off that need it.")],
    unit: Annotated[str, typer.Option(help="The threshold's unit, said once more.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept.")],
    valid_from: Annotated[Day, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; today.")] = None,
    valid_to: Annotated[
        Day, typer.Option("--to", formats=["%Y-%m-%d"], help="First day on which it no longer holds.")
    ] = None,
    source: Annotated[str, typer.Option(help="The decision it rests on.")] = "",
    article: Annotated[str | None, typer.Option(help="Its article.")] = None,
) -> None:
    """Enter the province's own value from a day on. Findings follow with the next run."""
    with transaction(actor=operator(reason)) as connection:
        thresholds.set_value(
            connection,
            key,
            None if value == "off" else number(key, value),
            unit,
            valid_from.date() if valid_from else today(),
            valid_to.date() if valid_to else None,
            source,
            article,
            reason,
        )
        run_later(connection)
    typer.echo(f"{key} is set. Findings follow when the worker runs, or at once: gisreg flag run")


@app.command()
def end(
    key: Annotated[str, typer.Argument(help="Key of a threshold.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept.")],
    day: Annotated[Day, typer.Option(formats=["%Y-%m-%d"], help="First day without it; today.")] = None,
) -> None:
    """Let the province's own value end; the national one holds again."""
    with transaction(actor=operator(reason)) as connection:
        thresholds.end_value(connection, key, day.date() if day else today(), reason)
        run_later(connection)
    typer.echo(f"{key} is ended. Findings follow when the worker runs, or at once: gisreg flag run")


def number(key: str, text: str) -> float:
    """Return the number that somebody wrote for a threshold.

    Raises:
        UsageError: it is none.
    """
    try:
        return float(text.replace(",", "."))
    except ValueError as error:
        raise UsageError(
            both(
                f"'{text[:40]}' không phải số, không dùng được cho '{key}'.",
                f"'{text[:40]}' is no number for '{key}'.",
            ),
            hint=both("Ví dụ: 5.5.", "Write for example 5.5."),
        ) from error
