"""Which findings somebody asks for: by rule, severity, place, carrier, state, outcome, age."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date, timedelta

from psycopg2 import sql

from gisreg.clock import now, today
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.errors import NotFoundError, UsageError
from gisreg.features.filters import parse_bbox
from gisreg.flagging import finding_place, priority
from gisreg.flagging.all_rules import all_rules
from gisreg.flagging.words import SEVERITIES
from gisreg.said import Said, both
from layers.codelists import TIDYING_STATE

queries = load_queries(__file__, "findings.sql")

OUTCOMES = ("fail", "borderline", "waived", "manual")

_ZONE = both("khu vực", "zone")
_CARRIER = both("doanh nghiệp viễn thông", "carrier")
_WRITE_DAY = both("Ví dụ: 12345@2025-06-01.", "Write for example 12345@2025-06-01.")


@dataclass(frozen=True)
class FindingFilter:
    """What is asked for; every member that is None asks for all. Names as in the query string.

    `rule`, `severity`, `state`, `outcome`, `layer` may name several with commas. `zone`, `carrier` are codes;
    `ward` the code of a unit of today, or of a former commune or district (`CODE@2025-06-01` for a code that
    is used again); a finding is in the `zone` that a zone rule names or in which its object lies; `street` a
    code, id or name. `age` is the least age in days, `bbox` west,south,east,north in degrees.
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

    def as_told(self) -> dict[str, str | int]:
        """Return what was asked for, without what was not."""
        return {
            one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) is not None
        }

    def rules(self) -> list[str]:
        """Return the ids of the rules that are asked for by rule, severity and layer.

        Raises:
            UsageError: a value that is none of those allowed.
        """
        chosen = None if self.rule is None else _chosen("rule", self.rule, tuple(all_rules()))
        layers = None if self.layer is None else _chosen("layer", self.layer, _layers())
        severities = None if self.severity is None else _chosen("severity", self.severity, tuple(SEVERITIES))
        return [
            rule.id
            for rule in all_rules().values()
            if (chosen is None or rule.id in chosen)
            and (layers is None or rule.layer in layers)
            and (severities is None or rule.severity in severities)
        ]


@dataclass(frozen=True)
class Where:
    """The place that is asked for, found in the registry; every member that is None asks for everywhere.

    `communes` are ids of units of today, `outline` ids of former units in whose outlines objects lie.
    """

    zone: int | None = None
    communes: tuple[int, ...] | None = None
    outline: tuple[int, ...] | None = None
    street: int | None = None
    boxes: tuple[tuple[float, float, float, float], ...] | None = None


def where(connection: PgConnection, wanted: FindingFilter) -> Where:
    """Return the place that is asked for.

    Raises:
        UsageError: no day, no box, or several streets of that name.
        NotFoundError: a zone, ward or street that is not there.
    """
    communes, outline = (None, None) if wanted.ward is None else _units(connection, wanted.ward)
    zone = wanted.zone
    return Where(
        zone=None if zone is None else _found(queries.zone(connection, code=zone), _ZONE, zone),
        communes=communes,
        outline=outline,
        street=None if wanted.street is None else priority.street_called(connection, wanted.street)[0],
        boxes=None if wanted.bbox is None else tuple(parse_bbox(wanted.bbox)),
    )


def conditions(
    connection: PgConnection, wanted: FindingFilter, place: Where | None = None
) -> list[sql.Composable]:
    """Return the conditions on `f` (gisreg.seen_finding).

    Args:
        connection: of the actor.
        wanted: which findings.
        place: the place of `wanted`, where it was looked up already.

    Raises:
        UsageError: a value that is none of those allowed.
        NotFoundError: a zone, ward, street or carrier that is not there.
    """
    parts = about_objects(connection, wanted)
    for column, given, allowed in (
        ("outcome", wanted.outcome, OUTCOMES),
        ("state", wanted.state, tuple(code.value for code in TIDYING_STATE.codes)),
    ):
        if given is not None:
            parts.append(one_of(column, _chosen(column, given, allowed)))
    if wanted.age is not None:
        before = now() - timedelta(days=wanted.age)
        parts.append(sql.SQL("f.first_seen_at <= {}").format(sql.Literal(before)))
    at = place or where(connection, wanted)
    if at.zone is not None:
        # What zone rules find is of one zone; of the others counts what lies in it.
        parts.append(
            sql.SQL(
                "(f.zone_id = {} OR (f.rule_id < 'Z' AND f.object_id IN (SELECT o.id FROM ({}) AS o)))"
            ).format(sql.Literal(at.zone), finding_place.in_zone(at.zone))
        )
    if at.communes is not None:
        parts.append(one_of("commune_id", at.communes))
    for objects in _objects(connection, at):
        parts.append(sql.SQL("f.object_id IN (SELECT o.id FROM ({}) AS o)").format(objects))
    return parts


def about_objects(connection: PgConnection, wanted: FindingFilter) -> list[sql.Composable]:
    """Return the conditions that hold for what rules look at, failing or not: rule, severity, layer, carrier.

    Raises:
        UsageError, NotFoundError: as `conditions`.
    """
    parts: list[sql.Composable] = []
    for column, given, allowed in (
        ("rule_id", wanted.rule, tuple(all_rules())),
        ("severity", wanted.severity, tuple(SEVERITIES)),
        ("layer", wanted.layer, _layers()),
    ):
        if given is not None:
            parts.append(one_of(column, _chosen(column, given, allowed)))
    if wanted.carrier is not None:
        owner = _found(queries.carrier(connection, code=wanted.carrier), _CARRIER, wanted.carrier)
        parts.append(one_of("owner_id", [owner]))
    return parts


def one_of(column: str, values: list[str] | list[int] | tuple[int, ...]) -> sql.Composed:
    """Return the condition that a column of `f` is one of these values."""
    kind = sql.SQL("bigint[]" if column.endswith("_id") and column != "rule_id" else "text[]")
    return sql.SQL("f.{} = ANY ({}::{})").format(sql.Identifier(column), sql.Literal(list(values)), kind)


def _objects(connection: PgConnection, at: Where) -> list[sql.Composed]:
    found = []
    if at.outline is not None:
        found.append(finding_place.in_units(at.outline))
    if at.street is not None:
        found.append(finding_place.along(at.street, priority.reach_m(connection, today())))
    if at.boxes is not None:
        found.append(finding_place.in_boxes(at.boxes))
    return found


def objects_at(connection: PgConnection, at: Where) -> list[sql.Composed]:
    """Return a query for (layer, id) for every part of a place: what lies there lies in all of them."""
    found = _objects(connection, at)
    if at.zone is not None:
        found.append(finding_place.in_zone(at.zone))
    if at.communes is not None:
        found.append(finding_place.in_units(at.communes))
    return found


def parse_day(text: str) -> date:
    """Return the day that a text names. Raises UsageError."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise UsageError(
            both(f"'{text[:20]}' không phải là ngày.", f"'{text[:20]}' is no day."), hint=_WRITE_DAY
        )
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            both(f"Không có ngày {text}.", f"There is no day {text}."), hint=_WRITE_DAY
        ) from error


def _layers() -> tuple[str, ...]:
    return tuple(sorted({rule.layer for rule in all_rules().values()}))


def _chosen(name: str, given: str, allowed: tuple[str, ...]) -> list[str]:
    chosen = [part.strip() for part in given.split(",")]
    for one in chosen:
        if one not in allowed:
            name = name.removesuffix("_id")
            raise UsageError(
                both(
                    f"Không có giá trị '{one[:40]}' của '{name}'.",
                    f"There is no {name} '{one[:40]}'.",
                ),
                hint=both(f"Hãy dùng một trong: {', '.join(allowed)}.", f"Use one of: {', '.join(allowed)}."),
            )
    return chosen


def _found(number: int | None, kind: Said, code: str) -> int:
    if number is None:
        raise NotFoundError(
            both(f"Không có {kind.vi} '{code[:40]}'.", f"There is no {kind.en} '{code[:40]}'."),
            hint=both("Hãy ghi mã.", "Give its code."),
        )
    return number


def _units(connection: PgConnection, given: str) -> tuple[tuple[int, ...] | None, tuple[int, ...] | None]:
    """Return the communes of today that a code names, or the former units whose outline counts."""
    code, _, day = given.partition("@")
    on_day = parse_day(day) if day else None
    units = list(queries.units(connection, code=code, day=on_day))
    if not units:
        raise NotFoundError(
            both(f"Không có phường, xã '{given[:40]}'.", f"There is no ward '{given[:40]}'."),
            hint=both("Hãy ghi mã đơn vị hành chính.", "Give its statistical code."),
        )
    if today_s := tuple(number for number, is_of_today, _ in units if is_of_today):
        return today_s, None
    if all(has_outline for _, _, has_outline in units):
        return None, tuple(number for number, _, _ in units)
    # Without an outline all that is known of a former unit is what it went into.
    return tuple(row[0] for row in queries.communes(connection, code=code, day=on_day)), None
