"""`gisreg findings ...`: lists and counts of findings, notes by hand, street by street."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from gisreg.access.actor import operator
from gisreg.cli.table import show
from gisreg.database.connection import transaction
from gisreg.flagging import decisions, priority
from gisreg.flagging.finding_counts import NOT_ENOUGH, count_findings
from gisreg.flagging.finding_filter import FindingFilter
from gisreg.flagging.findings import read_findings
from gisreg.flagging.subject import called

app = typer.Typer(no_args_is_help=True, help="Findings: lists, counts, notes by hand, streets by priority.")

Rule = Annotated[str | None, typer.Option(help="Ids of rules, with commas.")]
Severity = Annotated[str | None, typer.Option(help="critical, major, minor; several with commas.")]
Outcome = Annotated[str | None, typer.Option(help="fail, borderline, waived, manual.")]
Zone = Annotated[str | None, typer.Option(help="Code of a zone.")]
Ward = Annotated[str | None, typer.Option(help="Statistical code of a commune, of today or before.")]
Street = Annotated[str | None, typer.Option(help="Code, id or name of a street.")]
Carrier = Annotated[str | None, typer.Option(help="Code of the owner.")]
State = Annotated[str | None, typer.Option(help="Tidying state of the segment.")]
Age = Annotated[int | None, typer.Option(min=0, help="First found at least so many days ago.")]


@app.command(name="list")
def list_(
    rule: Rule = None,
    severity: Severity = None,
    outcome: Outcome = None,
    zone: Zone = None,
    ward: Ward = None,
    street: Street = None,
    carrier: Carrier = None,
    state: State = None,
    age: Age = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
) -> None:
    """List findings, the weightiest first."""
    wanted = FindingFilter(rule, severity, outcome, zone, ward, street, carrier, state, age)
    with transaction(actor=operator()) as connection:
        page = read_findings(connection, wanted, limit, weightiest=True)
        total = count_findings(connection, wanted, ()).rows[0]
    show(
        (
            "",
            "id",
            "Quy tắc / Rule",
            "Mức / Severity",
            "Số đo / Measured",
            "Khu vực / Zone",
            "Xã / Ward",
            "Chủ / Owner",
        ),
        (_row(json.loads(feature)["properties"]) for feature in page.features),
    )
    typer.echo(_total(total))


def _row(found: dict[str, Any]) -> tuple[object, ...]:
    measured = found["metres_inside"] if found["measured_value"] is None else found["measured_value"]
    value = "" if measured is None or not found["unit"] else f"{measured:.2f} {found['unit']}"
    if found["threshold_value"] is not None and found["unit"]:
        value += f" ({'<' if found['fails'] == 'below' else '>'} {found['threshold_value']:g})"
    return (
        found["layer"],
        found["object_id"],
        f"{found['rule']} {found['vi']}",
        f"{found['severity']}, {found['outcome']}",
        value,
        found["zone"],
        found["ward_name"],
        found["carrier"],
    )


def _total(row: dict[str, Any]) -> str:
    if row["count"] is None:
        return f"{NOT_ENOUGH['vi']} / {NOT_ENOUGH['en']}{_share(row)}"
    return f"{row['count']} phát hiện / findings{_share(row)}"


def _share(row: dict[str, Any]) -> str:
    if row["share"] is None:
        return ""
    return (
        f"; {row['evaluated']}/{row['applicable']} ({row['share']:.0%}) đã đánh giá được / could be evaluated"
    )


@app.command()
def counts(
    by: Annotated[
        str, typer.Option(help="One or two of rule, severity, layer, zone, ward, carrier, state, outcome.")
    ] = "rule",
    rule: Rule = None,
    severity: Severity = None,
    outcome: Outcome = None,
    zone: Zone = None,
    ward: Ward = None,
    street: Street = None,
    carrier: Carrier = None,
    state: State = None,
    age: Age = None,
) -> None:
    """Count findings and metres, beside how many objects could be evaluated."""
    wanted = FindingFilter(rule, severity, outcome, zone, ward, street, carrier, state, age)
    with transaction(actor=operator()) as connection:
        found = count_findings(connection, wanted, [one for one in by.split(",") if one])
    show(
        (*found.by, "phát hiện / findings", "m", "đã đánh giá / evaluated", ""),
        (
            (
                *(_name(row[name]) for name in found.by),
                row["count"],
                f"{row['metres']:.0f}",
                "-"
                if row["share"] is None
                else f"{row['evaluated']}/{row['applicable']} ({row['share']:.0%})",
                "" if row["told"] is None else f"{row['told']['vi']} / {row['told']['en']}",
            )
            for row in found.rows
        ),
        right_from=len(found.by),
    )
    if found.counted_at is None:
        typer.echo("No whole run has counted what can be evaluated yet: gisreg flag run", err=True)


def _name(told: dict[str, Any]) -> str:
    return f"{told['key']} {told['vi']}" if told["key"] else told["vi"]


@app.command()
def note(
    subject: Annotated[str, typer.Argument(help="As for `gisreg why`.")],
    text: Annotated[str, typer.Argument(help="What is wrong.")],
) -> None:
    """Note a finding by hand; runs leave it until somebody closes it."""
    who = operator(text)
    with transaction(actor=who) as connection:
        number = decisions.note(connection, who, called(connection, subject), text)
    typer.echo(f"note {number}")


@app.command()
def close(
    note_id: Annotated[int, typer.Argument(help="Id of the note.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept.")],
) -> None:
    """Close a note."""
    who = operator(reason)
    with transaction(actor=who) as connection:
        decisions.close(connection, who, note_id, reason)
    typer.echo(f"note {note_id} is closed.")


@app.command()
def streets(
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at most.")] = 20,
) -> None:
    """Rank the streets along which tidying weighs most: score times kilometres, and the score's parts."""
    with transaction(actor=operator()) as connection:
        ranked = priority.of_streets(connection, limit)
    show(
        ("Đường / Street", "km", "Điểm / Score", "Tổng / Weight", *(vi for vi, _ in priority.PARTS.values())),
        (
            (
                facts["name"] or facts["code"],
                f"{score.metres / 1000:.2f}",
                f"{score.score:.1f}",
                f"{facts['weight']:.2f}",
                *(f"{score.points[key]:.1f}" for key in priority.PARTS),
            )
            for facts, score in ranked
        ),
        right_from=1,
    )
