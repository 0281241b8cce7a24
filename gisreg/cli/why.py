"""`gisreg why OBJECT`: what every rule says of an object, and how urgent it is."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gisreg.access.actor import operator
from gisreg.clock import local
from gisreg.database.connection import transaction
from gisreg.flagging.finding_history import history
from gisreg.flagging.subject import called
from gisreg.flagging.told import everything as everything_of

app = typer.Typer(help="Why a segment, pole, tower, span or cable is flagged, and why not.")

_COLOURS = {
    "fail": "bold red",
    "manual": "bold red",
    "borderline": "yellow",
    "not_evaluable": "cyan",
    "waived": "magenta",
    "pass": "green",
}


@app.callback(invoke_without_command=True, context_settings={"allow_interspersed_args": True})
def why(
    subject: Annotated[
        str,
        typer.Argument(
            help="Id, code of a pole, tower, cable, manhole, duct or street, CABLE/3 (its third segment), "
            "POLE..POLE."
        ),
    ],
    everything: Annotated[bool, typer.Option("--all", help="Also rules that do not apply to it.")] = False,
    past: Annotated[bool, typer.Option("--history", help="Also what its findings said before.")] = False,
) -> None:
    """Say what every rule finds of an object: value against threshold, zone, source, since when.

    Of a pole also what they find of what hangs on it.
    """
    with transaction(actor=operator()) as connection:
        found = called(connection, subject)
        told = everything_of(connection, found, all_rules=everything)
        ids = [found.id, *(part["id"] for part in told["parts"])]
        former = history(connection, ids) if past else []
    console = Console()
    for one in (told, *told["parts"]):
        console.print(_rules(one))
    for one in told["notes"]:
        by = f"{one['noted_by']}, {local(one['noted_at']):%d/%m/%Y}"
        console.print(Text(f"Ghi nhận / Note {one['id']}: {one['text']} ({by})"))
    if score := told["priority"]:
        points = ", ".join(f"{part['vi']} {part['points']:g}/{part['most']:g}" for part in score["parts"])
        console.print(Text(f"Ưu tiên / Priority: {score['score']:g} ({points})"))
    if past:
        console.print(_past(former))


def _rules(told: dict[str, Any]) -> Table:
    table = Table(title=f"{told['title']['vi']} / {told['title']['en']} ({told['layer']} {told['id']})")
    for title in ("Quy tắc / Rule", "Kết quả / Outcome", "Số đo / Measured", "Căn cứ / Source", "Từ / Since"):
        table.add_column(title, overflow="fold")
    for row in told["rules"]:
        outcome = row["outcome"]
        table.add_row(
            Text(
                f"{row['rule']} {row['vi']}\n{row['en']} ({row['severity']['vi']} / {row['severity']['en']})"
            ),
            Text(f"{outcome['vi']}\n{outcome['en']}", style=_COLOURS.get(outcome["key"], "dim")),
            Text(measured(row)),
            Text(f"{row['legal'] or '-'}\n[{row['confidence']['vi']} / {row['confidence']['en']}]"),
            Text(f"{local(row['since']):%d/%m/%Y}" if row["since"] else "-"),
        )
    return table


def _past(former: list[dict[str, Any]]) -> Table:
    table = Table(title="Lịch sử / History")
    for title in (
        "Quy tắc / Rule",
        "Kết quả / Outcome",
        "Số đo / Measured",
        "Từ / From",
        "Đến / Until",
        "Ai / By",
    ):
        table.add_column(title, overflow="fold")
    for row in former:
        until = f"{local(row['until']):%H:%M %d/%m/%Y}" if row["until"] else "-"
        table.add_row(
            Text(f"{row['rule']} {row['vi']}"),
            Text(row["outcome"]["vi"]),
            Text(_value(row)),
            Text(f"{local(row['since']):%H:%M %d/%m/%Y}"),
            Text(f"{until} (hết / closed)" if row["closed"] else until),
            Text(row["person"] or "-"),
        )
    return table


def _value(row: dict[str, Any]) -> str:
    if row["metres_inside"] is not None:
        return f"{row['metres_inside']:.1f} m trong khu vực / inside {row['zone'] or ''}".strip()
    if row["measured_value"] is None or not row["unit"]:
        return "-"
    sign = "<" if row["fails"] == "below" else ">"
    return f"{row['measured_value']:.2f} {row['unit']} ({sign} {row['threshold_value']:g})"


def measured(row: dict[str, Any]) -> str:
    """Return value against threshold, metres and zone, or what is missing, for the terminal."""
    lines = []
    unit = f" {row['unit']}" if row["unit"] else ""
    if row["missing"]:
        lines.append(f"Thiếu / Missing: {row['missing']['vi']} / {row['missing']['en']}")
    if row["measured_value"] is not None and row["unit"]:
        sign = "<" if row["fails"] == "below" else ">"
        tolerance = f" ± {row['tolerance']:g}" if row["tolerance"] else ""
        estimated = " (ước lượng / estimated)" if row["estimated"] else ""
        lines.append(
            f"{row['measured_value']:.2f}{tolerance}{unit}{estimated}; "
            f"không đạt nếu / fails if {sign} {row['threshold_value']:g}{unit}"
        )
    if row["metres_inside"] is not None:
        lines.append(f"{row['metres_inside']:.1f} m trong khu vực / inside")
    if row["metres_possible"] is not None:
        lines.append(f"{row['metres_possible']:.1f} m nếu vị trí lệch / if the position is off")
    if row["zone"]:
        lines.append(f"{row['zone']['vi']} ({row['zone']['code']})")
    if row["waived_because"]:
        until = (
            f"{row['waived_until']:%d/%m/%Y}" if row["waived_until"] else "khi có thông báo / further notice"
        )
        lines.append(f"Miễn đến / Waived until {until}: {row['waived_because']}")
    if row["outcome"]["key"] == "off" and row["threshold"]:
        lines.append(f"Chưa có ngưỡng / No value: {row['threshold']['key']}")
    return "\n".join(lines) or "-"
