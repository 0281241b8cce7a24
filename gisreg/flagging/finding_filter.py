"""Which findings somebody asks for: by rule, severity, place, carrier, state, outcome, age."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

from psycopg2 import sql

from gisreg.clock import now, today
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.errors import NotFoundError, UsageError
from gisreg.features.filters import parse_bbox
from gisreg.flagging import priority
from gisreg.flagging.all_rules import all_rules
from gisreg.flagging.words import SEVERITIES
from layers.codelists import TIDYING_STATE

queries = load_queries(__file__, "findings.sql")

OUTCOMES = ("fail", "borderline", "waived", "manual")


@dataclass(frozen=True)
class FindingFilter:
    """What is asked for; every member that is None asks for all. Names as in the query string.

    `rule`, `severity`, `state`, `outcome`, `layer` may name several with commas. `zone`, `carrier` are codes;
    `ward` the code of a commune of today, or of before (then of what it went into; `CODE@2025-06-01` for a
    code that is used again); `street` a code, id or name. `age` is the least age in days, `bbox`
    west,south,east,north in degrees.
    """

    rule: str | None = None
    severity: str | None = None
    outcome: str | None = None
    zone: str | None = None
    ward: str | None = None
    street: str | None = None
    carrier: str | None = None
    state: str | None = None
    age: int | None = None
    bbox: str | None = None
    layer: str | None = None

    def for_coverage(self) -> FindingFilter:
        """Return the part that counts of objects know: rule, severity, layer, zone, ward, carrier."""
        return replace(self, outcome=None, street=None, state=None, age=None, bbox=None)

    def as_told(self) -> dict[str, str | int]:
        """Return what was asked for, without what was not."""
        return {
            one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) is not None
        }


def conditions(connection: PgConnection, wanted: FindingFilter) -> list[sql.Composable]:
    """Return the conditions on `f` (gisreg.seen_finding, or counts with the same columns).

    Raises:
        UsageError: a value that is none of those allowed.
        NotFoundError: a zone, ward, street or carrier that is not there.
    """
    parts: list[sql.Composable] = []
    for column, given, allowed in (
        ("rule_id", wanted.rule, tuple(all_rules())),
        ("severity", wanted.severity, tuple(SEVERITIES)),
        ("outcome", wanted.outcome, OUTCOMES),
        ("state", wanted.state, tuple(code.value for code in TIDYING_STATE.codes)),
        ("layer", wanted.layer, tuple(sorted({rule.layer for rule in all_rules().values()}))),
    ):
        if given is not None:
            parts.append(_one_of(column, _chosen(column, given, allowed)))
    if wanted.zone is not None:
        parts.append(_is("zone_id", _found(queries.zone(connection, code=wanted.zone), "zone", wanted.zone)))
    if wanted.carrier is not None:
        owner = _found(queries.carrier(connection, code=wanted.carrier), "carrier", wanted.carrier)
        parts.append(_is("owner_id", owner))
    if wanted.ward is not None:
        parts.append(_one_of("commune_id", _communes(connection, wanted.ward)))
    if wanted.street is not None:
        street = priority.street_called(connection, wanted.street)[0]
        reach = priority.reach_m(connection, today())
        along = queries.along(connection, street=street, reach_m=reach)
        parts.append(_one_of("object_id", [row[0] for row in along]))
    if wanted.age is not None:
        before = now() - timedelta(days=wanted.age)
        parts.append(sql.SQL("f.first_seen_at <= {}").format(sql.Literal(before)))
    if wanted.bbox is not None:
        parts.append(_within(wanted.bbox))
    return parts


def _chosen(name: str, given: str, allowed: tuple[str, ...]) -> list[str]:
    chosen = [part.strip() for part in given.split(",")]
    for one in chosen:
        if one not in allowed:
            name = name.removesuffix("_id")
            raise UsageError(f"There is no {name} '{one[:40]}'.", hint=f"Use one of: {', '.join(allowed)}.")
    return chosen


def _found(number: int | None, kind: str, code: str) -> int:
    if number is None:
        raise NotFoundError(f"There is no {kind} '{code[:40]}'.", hint="Give its code.")
    return number


def _communes(connection: PgConnection, given: str) -> list[int]:
    code, _, day = given.partition("@")
    if day and not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
        raise UsageError(f"'{day[:20]}' is no day.", hint="Write for example 12345@2025-06-01.")
    try:
        on_day = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise UsageError(f"There is no day {day}.", hint="Write for example 12345@2025-06-01.") from error
    found = [row[0] for row in queries.communes(connection, code=code, day=on_day)]
    if not found:
        raise NotFoundError(f"There is no ward '{given[:40]}'.", hint="Give its statistical code.")
    return found


def _is(column: str, value: int) -> sql.Composed:
    return sql.SQL("f.{} = {}").format(sql.Identifier(column), sql.Literal(value))


def _one_of(column: str, values: list[str] | list[int]) -> sql.Composed:
    kind = sql.SQL("bigint[]" if column.endswith("_id") and column != "rule_id" else "text[]")
    return sql.SQL("f.{} = ANY ({}::{})").format(sql.Identifier(column), sql.Literal(values), kind)


def _within(text: str) -> sql.Composed:
    boxes = parse_bbox(text)
    objects = [
        sql.SQL("SELECT o.id FROM registry.{} AS o WHERE o.geom && ST_MakeEnvelope({}, 4326)").format(
            sql.Identifier(layer), sql.SQL(", ").join(map(sql.Literal, box))
        )
        for layer in ("segment", "span", "pole", "tower", "cable", "fitting")
        for box in boxes
    ]
    return sql.SQL("f.object_id IN ({})").format(sql.SQL(" UNION ALL ").join(objects))
