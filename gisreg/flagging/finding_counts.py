"""Counts of findings beside what they are counted of: how many objects could be evaluated at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg2 import sql

from gisreg.clock import today
from gisreg.database.connection import PgConnection
from gisreg.errors import UsageError
from gisreg.features.catalogue import template
from gisreg.flagging import finding_place, priority
from gisreg.flagging.all_rules import all_rules
from gisreg.flagging.finding_coverage import Judge, Source, every, judge, source, told_off
from gisreg.flagging.finding_filter import FindingFilter, conditions, parse_day, queries, where
from gisreg.flagging.run import LEAST_METRES_INSIDE
from gisreg.flagging.words import OUTCOMES, SEVERITIES, words
from gisreg.said import both
from layers import LAYERS
from layers.codelists import TIDYING_STATE

AGES: tuple[tuple[int, str, str], ...] = (
    (0, "đến 7 ngày", "up to 7 days"),
    (8, "8 đến 30 ngày", "8 to 30 days"),
    (31, "31 đến 90 ngày", "31 to 90 days"),
    (91, "91 đến 180 ngày", "91 to 180 days"),
    (181, "181 đến 365 ngày", "181 to 365 days"),
    (366, "trên 1 năm", "more than a year"),
)
"""Classes of age: the least days since a run first found it, and what the class is called."""

_COLUMNS = {
    "rule": sql.SQL("f.rule_id"),
    "severity": sql.SQL("f.severity"),
    "layer": sql.SQL("f.layer"),
    "zone": sql.SQL("CASE WHEN f.rule_id < 'Z' THEN coalesce(z.zone_id, f.zone_id) ELSE f.zone_id END"),
    "ward": sql.SQL("f.commune_id"),
    "street": sql.SQL("p.street_id"),
    "carrier": sql.SQL("f.owner_id"),
    "state": sql.SQL("f.state"),
    "outcome": sql.SQL("f.outcome"),
    "age": sql.SQL(""),
}
DIMENSIONS = tuple(_COLUMNS)
"""By what findings can be counted; `ward@2025-06-01` is by the wards of a day."""

_NAMED = ("zone", "ward", "carrier", "street")


@dataclass(frozen=True)
class Counts:
    """Rows of counts, the least share that must have been evaluated, and when that was counted.

    `coverage_by` are those of `by` and of the filter's places that the coverage tells apart; `off` are rules
    that were asked for and are off.
    """

    by: tuple[str, ...]
    rows: list[dict[str, Any]]
    least_share: float
    counted_at: datetime | None
    coverage_by: tuple[str, ...]
    off: list[dict[str, str | None]]


@dataclass(frozen=True)
class _Grouping:
    """By what is counted; `wards_on` is the day whose wards count, None for those of today."""

    by: tuple[str, ...]
    wards_on: date | None

    @property
    def is_placed(self) -> bool:
        return "street" in self.by or self.wards_on is not None

    @property
    def is_zoned(self) -> bool:
        return "zone" in self.by

    def column(self, name: str) -> sql.Composable:
        if name == "age":
            days = sql.SQL("({} - (f.first_seen_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)::integer")
            return sql.SQL("width_bucket({}, {}::integer[])").format(
                days.format(sql.Literal(today())), sql.Literal([least for least, _, _ in AGES[1:]])
            )
        return sql.SQL("p.unit_id") if name == "ward" and self.wards_on else _COLUMNS[name]


def count_findings(connection: PgConnection, wanted: FindingFilter, by: Sequence[str]) -> Counts:
    """Return findings and metres by up to two of DIMENSIONS, each beside its coverage.

    Args:
        connection: of the actor: he gets what he may see.
        wanted: which findings.
        by: none for one row over all.

    Returns:
        Rows with a `{key, vi, en}` for each of `by`, `count` (None where nothing was found and too little was
        evaluated to say so), `metres` (inside zones), `applicable` and `evaluated` (objects of the rules that
        measure), `share`, `enough`, `told`. Zone rules and notes need no measurement. Of what coverage does
        not tell apart (streets, states, ages, former wards) it is the coverage over all of them:
        `coverage_by`.

    Raises:
        UsageError: unknown or more than two dimensions, or the filter is wrong.
        NotFoundError: the filter names what is not there.
    """
    group = _grouping(by)
    at = where(connection, wanted)
    # A former ward is none of those that runs count.
    covered = source(connection, wanted, at, [one for one in group.by if one != "ward" or not group.wards_on])
    known = tuple(
        one for one in group.by if one in covered.by and not (one == "ward" and group.wards_on is not None)
    )
    with connection.cursor() as cursor:
        parts = conditions(connection, wanted, at)
        cursor.execute(_query(connection, group, parts, covered, known, at.zone))
        rows = cursor.fetchall()
    names = _names(connection, group.by, rows)
    who = judge(connection, wanted, covered.knows_place)
    return Counts(
        group.by,
        [_told(group.by, row, names, who) for row in rows],
        who.least_share,
        who.counted_at,
        known,
        told_off(who.off),
    )


def _grouping(by: Sequence[str]) -> _Grouping:
    names, wards_on = [], None
    for one in by:
        name, _, day = one.partition("@")
        if day and name == "ward":
            wards_on = parse_day(day)
        names.append(one if day and name != "ward" else name)
    if len(names) > 2 or len(set(names)) != len(names) or not set(names) <= set(DIMENSIONS):
        raise UsageError(
            both(
                f"Không đếm được phát hiện theo '{','.join(by)[:60]}'.",
                f"Findings cannot be counted by '{','.join(by)[:60]}'.",
            ),
            hint=both(
                f"Hãy chọn một hoặc hai trong: {', '.join(DIMENSIONS)}; ward@2025-06-01 cho các phường, xã "
                "của một ngày.",
                f"Name one or two of: {', '.join(DIMENSIONS)}; ward@2025-06-01 for the wards of a day.",
            ),
        )
    return _Grouping(tuple(names), wards_on)


def _query(
    connection: PgConnection,
    group: _Grouping,
    parts: list[sql.Composable],
    covered: Source,
    known: Sequence[str],
    zone: int | None,
) -> sql.Composed:
    finding: sql.Composable = sql.SQL("gisreg.seen_finding AS f")
    if group.is_placed:
        finding += sql.SQL(" LEFT JOIN placed AS p ON p.object_id = f.object_id")
    if group.is_zoned:
        finding += sql.SQL(" LEFT JOIN zoned AS z ON f.rule_id < 'Z' AND z.object_id = f.object_id")
        if zone is not None:
            # What also lies in another zone is not asked for there.
            finding += sql.SQL(" AND z.zone_id = {}").format(sql.Literal(zone))
    columns = [sql.SQL("{} AS {}").format(group.column(name), sql.Identifier(name)) for name in group.by]
    coverage_columns = {
        "rule": "rule_id", "severity": "severity", "layer": "layer", "zone": "zone_id", "ward": "commune_id",
        "carrier": "owner_id",
    }  # fmt: skip
    everything = sql.SQL("true AS everything")
    return template("gisreg.flagging", "counts.sql").format(
        placed=_placed(connection, group, parts),
        group=_list([sql.Identifier("f", name) for name in group.by] or [everything]),
        columns=_list([*columns, sql.SQL("f.metres_inside")]),
        source=finding,
        conditions=every(parts),
        keys=_list([sql.Identifier("f", name) for name in group.by] or [sql.SQL("()")]),
        coverage=covered.query,
        coverage_group=_list(
            [
                sql.SQL("{} AS {}").format(sql.Identifier("f", coverage_columns[name]), sql.Identifier(name))
                for name in known
            ]
            or [everything]
        ),
        coverage_keys=_list(
            [sql.Identifier("f", coverage_columns[name]) for name in known] or [sql.SQL("()")]
        ),
        told=_list(
            [
                sql.SQL("coalesce(n.{0}, c.{0})" if name in known else "n.{0}").format(sql.Identifier(name))
                for name in group.by
            ]
            or [sql.SQL("NULL")]
        ),
        # Spelled so that a full join can be made of it.
        same=every(
            [
                sql.SQL("coalesce(n.{0}::text, '') = coalesce(c.{0}::text, '')").format(sql.Identifier(name))
                for name in known
            ]
        ),
        order=_list([sql.SQL(str(place + 1)) for place in range(max(len(group.by), 1))]),
    )


def _placed(connection: PgConnection, group: _Grouping, parts: list[sql.Composable]) -> sql.Composable:
    """Return the relations with places and zones of objects, where something is counted by them."""
    if not group.is_placed and not group.is_zoned:
        return sql.SQL("")
    found = template("gisreg.flagging", "places.sql").format(
        conditions=every(parts), places=finding_place.places(sql.Identifier("object"))
    )
    if group.is_zoned:
        found += template("gisreg.flagging", "zoned.sql").format(
            least_m=sql.Literal(LEAST_METRES_INSIDE), day=sql.Literal(today())
        )
    return found + _streets_and_units(connection, group) if group.is_placed else found


def _streets_and_units(connection: PgConnection, group: _Grouping) -> sql.Composed:
    reach_m = sql.Literal(priority.reach_m(connection, today()))
    near = sql.SQL("LEFT JOIN LATERAL gisreg.street_near(p.middle, {}) AS n ON true").format(reach_m)
    street = sql.SQL("CASE WHEN p.layer = 'street' THEN p.object_id ELSE n.street_id END")
    # Streets and cables have no one place.
    unit = sql.SQL(
        "CASE WHEN p.layer NOT IN ('street', 'cable') THEN ("
        "SELECT min(u.id) FROM registry.admin_unit AS u WHERE u.level = 'commune' AND u.valid_from <= {day}"
        " AND (u.valid_to IS NULL OR u.valid_to > {day}) AND u.geom && p.middle AND "
        "ST_Covers(u.geom, p.middle)) END"
    ).format(day=sql.Literal(group.wards_on))
    return template("gisreg.flagging", "placed.sql").format(
        street=street if "street" in group.by else sql.SQL("NULL::bigint"),
        near=near if "street" in group.by else sql.SQL(""),
        unit=unit if group.wards_on else sql.SQL("NULL::bigint"),
    )


def _list(parts: Sequence[sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(parts)


def _names(
    connection: PgConnection, by: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> dict[tuple[str, Any], dict[str, Any]]:
    """Return how each key of the rows is told, by dimension and key."""
    ids: dict[str, list[int]] = {f"{name}s": [] for name in _NAMED}
    for place, name in enumerate(by):
        if name in _NAMED:
            ids[f"{name}s"] = sorted({row[place] for row in rows} - {None})
    found = queries.names(connection, **ids)
    told = {(kind, number): {"key": code, "vi": vi, "en": en} for kind, number, code, vi, en in found}
    told |= {("rule", key): {"key": key, "vi": rule.vi, "en": rule.en} for key, rule in all_rules().items()}
    for kind, titles in (("severity", SEVERITIES), ("outcome", OUTCOMES)):
        told |= {(kind, key): {"key": key, **words(pair)} for key, pair in titles.items()}
    told |= {
        ("state", code.value): {"key": code.value, "vi": code.vi, "en": code.en}
        for code in TIDYING_STATE.codes
    }
    told |= {
        ("layer", layer.key): {"key": layer.key, "vi": layer.vi, "en": layer.en} for layer in LAYERS.values()
    }
    return told | {
        ("age", place): {"key": f"{least}-", "vi": vi, "en": en} for place, (least, vi, en) in enumerate(AGES)
    }


def _told(
    by: Sequence[str], row: tuple[Any, ...], names: dict[tuple[str, Any], dict[str, Any]], who: Judge
) -> dict[str, Any]:
    found, metres, applicable, evaluated = row[-4:]
    # What nobody may tell the name of stands with what has none.
    nameless = {"key": None, "vi": "—", "en": "—"}
    answer: dict[str, Any] = {
        name: names.get((name, key), nameless) for name, key in zip(by, row, strict=False)
    }
    judged = who.tell(found, applicable, evaluated)
    return answer | {"count": found if found or judged["enough"] else None, "metres": metres} | judged
