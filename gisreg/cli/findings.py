"""`gisreg findings ...`: lists and counts of findings, notes by hand, street by street."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from gisreg.access.actor import operator
from gisreg.cli.table import show
from gisreg.database.connection import transaction
from gisreg.flagging import decisions, priority
from gisreg.flagging.finding_counts import DIMENSIONS, count_findings
from gisreg.flagging.finding_coverage import coverage
from gisreg.flagging.finding_filter import FindingFilter
from gisreg.flagging.findings import read_findings
from gisreg.flagging.subject import called
from gisreg.flagging.words import OUTCOMES, SEVERITIES
from layers import LAYERS

app = typer.Typer(no_args_is_help=True, help="Findings: lists, counts, notes by hand, streets by priority.")

Rule = Annotated[str | None, typer.Option(help="Ids of rules, with commas.")]
Severity = Annotated[str | None, typer.Option(help="critical, major, minor; several with commas.")]
Outcome = Annotated[str | None, typer.Option(help="fail, borderline, waived, manual.")]
Zone = Annotated[str | None, typer.Option(help="Code of a zone.")]
Ward = Annotated[
    str | None, typer.Option(help="Code of a commune of today, or of a former unit (CODE@2025-06-01).")
]
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
        covered = coverage(connection, wanted, len(page.features))
    for feature in page.features:
        for line in _lines(json.loads(feature)["properties"]):
            typer.echo(line)
    typer.echo(_total(len(page.features), limit, covered))


def _lines(found: dict[str, Any]) -> list[str]:
    """Return a finding as three lines: what, where and how much, by which source."""
    severity, outcome = SEVERITIES[found["severity"]], OUTCOMES[found["outcome"]]
    where = [found["zone_name"], found["ward_name"], found["carrier_name"]]
    return [
        f"{found['rule']} {found['vi']} / {found['en']}: {severity[0]} / {severity[1]}, {outcome[0]} "
        f"/ {outcome[1]}",
        "    "
        + " · ".join(
            str(part)
            for part in (
                f"{LAYERS[found['layer']].vi} {found['object_id']}",
                _measured(found),
                *where,
                f"từ / since {found['since'][:10]}",
            )
            if part
        ),
        f"    {found['legal'] or '-'} [{found['confidence']['vi']} / {found['confidence']['en']}]",
    ]


def _measured(found: dict[str, Any]) -> str:
    measured = found["metres_inside"] if found["measured_value"] is None else found["measured_value"]
    if measured is None or not found["unit"]:
        return ""
    if found["threshold_value"] is None:
        return f"{measured:.2f} {found['unit']}"
    sign = "<" if found["fails"] == "below" else ">"
    return f"{measured:.2f} {found['unit']} ({sign} {found['threshold_value']:g})"


def _total(shown: int, limit: int, covered: dict[str, Any]) -> str:
    off = ", ".join(one["rule"] for one in covered["off"])
    tail = _share(covered) + (f"; đang tắt / off: {off}" if off else "")
    if not shown and covered["told"]:
        return f"{covered['told']['vi']} / {covered['told']['en']}{tail}"
    more = " (còn nữa / there may be more)" if shown == limit else ""
    return f"{shown} phát hiện / findings{more}{tail}"


def _share(row: dict[str, Any]) -> str:
    if row["share"] is None:
        return ""
    return (
        f"; {row['evaluated']}/{row['applicable']} ({row['share']:.0%}) đã đánh giá được / could be evaluated"
    )


@app.command()
def counts(
    by: Annotated[
        str, typer.Option(help=f"One or two of {', '.join(DIMENSIONS)}; ward@2025-06-01: the wards of a day.")
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
    apart = ", ".join(name for name in found.by if name not in found.coverage_by)
    if apart:
        typer.echo(f"Phần đã đánh giá không chia theo / coverage does not tell apart: {apart}")
    if found.off:
        told = ", ".join(f"{one['rule']} ({one['threshold'] or '-'})" for one in found.off)
        typer.echo(f"Đang tắt / off: {told}")
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
