"""Counts of findings beside what they are counted of: how many objects could be evaluated at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg2 import sql

from gisreg.clock import today
from gisreg.database.connection import PgConnection
from gisreg.errors import UsageError
from gisreg.features.catalogue import template
from gisreg.flagging import thresholds
from gisreg.flagging.all_rules import all_rules
from gisreg.flagging.finding_filter import FindingFilter, conditions, queries
from gisreg.flagging.words import OUTCOMES, SEVERITIES, words
from layers.codelists import TIDYING_STATE

COLUMNS = {
    "rule": "rule_id",
    "severity": "severity",
    "layer": "layer",
    "zone": "zone_id",
    "ward": "commune_id",
    "carrier": "owner_id",
    "state": "state",
    "outcome": "outcome",
}
"""By what findings can be counted, and the column of it."""

_COVERED = ("rule", "severity", "layer", "zone", "ward", "carrier")
NOT_ENOUGH = {"vi": "Chưa đo đủ", "en": "Not enough measured"}


@dataclass(frozen=True)
class Counts:
    """Rows of counts, the least share that must have been evaluated, and when that was counted."""

    by: tuple[str, ...]
    rows: list[dict[str, Any]]
    least_share: float
    counted_at: datetime | None


def count_findings(connection: PgConnection, wanted: FindingFilter, by: Sequence[str]) -> Counts:
    """Return findings and metres by up to two of COLUMNS, each beside its coverage.

    Args:
        connection: of the actor: he gets what he may see.
        wanted: which findings.
        by: none for one row over all.

    Returns:
        Rows with a `{key, vi, en}` for each of `by`, `count` (None where nothing was found and too little was
        evaluated to say so), `metres` (inside zones), `applicable` and `evaluated` (objects of the rules that
        measure; None where none was counted, as by zone and ward at once), `share`, `enough`, `told`. Zone
        rules and notes need no measurement. The coverage knows rule, severity, layer, zone, ward and
        carrier; of what is asked for beyond that it is the coverage without that condition.

    Raises:
        UsageError: unknown or more than two columns, or the filter is wrong.
        NotFoundError: the filter names what is not there.
    """
    if len(by) > 2 or len(set(by)) != len(by) or not set(by) <= set(COLUMNS):
        raise UsageError(
            f"Findings cannot be counted by '{','.join(by)[:60]}'.",
            hint=f"Name one or two of: {', '.join(COLUMNS)}.",
        )
    least = thresholds.values(connection, today()).get("coverage_least_share") or 0.0
    counted_at = queries.counted_at(connection)
    with connection.cursor() as cursor:
        cursor.execute(_query(connection, wanted, by))
        rows = cursor.fetchall()
    names = _names(connection, by, rows)
    known = None if _measures(wanted) else counted_at
    return Counts(tuple(by), [_told(by, row, names, least, known) for row in rows], least, counted_at)


def coverage(connection: PgConnection, wanted: FindingFilter, found: int) -> dict[str, Any]:
    """Return how much of what is asked for could be evaluated at all, beside a list of `found` findings.

    Returns:
        `applicable`, `evaluated`, `share`, `enough`, `told`, `counted_at` as in Counts, and `least_share`.
    """
    least = thresholds.values(connection, today()).get("coverage_least_share") or 0.0
    query = template("gisreg.flagging", "coverage.sql").format(
        coverage_conditions=_all(_coverage_conditions(connection, wanted, ()))
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        ((applicable, evaluated),) = cursor.fetchall()
    counted_at = queries.counted_at(connection)
    row = (None, found, 0.0, applicable, evaluated)
    answer = _told((), row, {}, least, None if _measures(wanted) else counted_at)
    keys = ("applicable", "evaluated", "share", "enough", "told")
    return {key: answer[key] for key in keys} | {"counted_at": counted_at, "least_share": least}


def _measures(wanted: FindingFilter) -> bool:
    """Return whether some of the rules that are asked for need a measurement."""
    asked = all_rules() if wanted.rule is None else wanted.rule.split(",")
    return any(all_rules()[key.strip()].asks_vi for key in asked)


def _coverage_conditions(
    connection: PgConnection, wanted: FindingFilter, by: Sequence[str]
) -> list[sql.Composable]:
    parts = conditions(connection, wanted.for_coverage())
    # The counts of a run know zones and communes apart; a row of a zone has no commune.
    by_zone = "zone" in by or wanted.zone is not None
    parts.append(sql.SQL("f.zone_id IS NOT NULL" if by_zone else "f.zone_id IS NULL"))
    if by_zone and ("ward" in by or wanted.ward is not None):
        parts.append(sql.SQL("FALSE"))
    return parts


def _query(connection: PgConnection, wanted: FindingFilter, by: Sequence[str]) -> sql.Composed:
    keys = [sql.Identifier(COLUMNS[name]) for name in by]
    covered = [name for name in by if name in _COVERED]
    cover_parts = _coverage_conditions(connection, wanted, by)
    parts = conditions(connection, wanted)
    comma = sql.SQL(", ")
    none = sql.SQL("()")
    same = [
        # Spelled so that a full join can be made of it.
        sql.SQL("coalesce(n.{0}::text, '') = coalesce(c.{0}::text, '')").format(sql.Identifier(COLUMNS[name]))
        for name in covered
    ]
    told = [
        sql.SQL("coalesce(n.{0}, c.{0})" if name in covered else "n.{0}").format(
            sql.Identifier(COLUMNS[name])
        )
        for name in by
    ]
    return template("gisreg.flagging", "counts.sql").format(
        group=comma.join([sql.SQL("f.") + key for key in keys] or [sql.SQL("true AS everything")]),
        keys=comma.join([sql.SQL("f.") + key for key in keys]) if keys else none,
        coverage_group=comma.join(
            [sql.SQL("f.{}").format(sql.Identifier(COLUMNS[name])) for name in covered]
            or [sql.SQL("true AS everything")]
        ),
        coverage_keys=comma.join([sql.SQL("f.{}").format(sql.Identifier(COLUMNS[name])) for name in covered])
        if covered
        else none,
        conditions=_all(parts),
        coverage_conditions=_all(cover_parts),
        told=comma.join(told or [sql.SQL("NULL")]),
        same=_all(same),
        order=comma.join(sql.SQL(str(place + 1)) for place in range(max(len(by), 1))),
    )


def _all(parts: Sequence[sql.Composable]) -> sql.Composable:
    return sql.SQL(" AND ").join(parts) if parts else sql.SQL("TRUE")


def _names(
    connection: PgConnection, by: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> dict[tuple[str, Any], dict[str, Any]]:
    """Return how each key of the rows is told, by dimension and key."""
    ids = {
        f"{name}s": sorted({row[place] for row in rows} - {None}) if name in by else []
        for name in ("zone", "ward", "carrier")
        for place in [by.index(name) if name in by else 0]
    }
    found = queries.names(connection, **ids)
    told = {(kind, number): {"key": code, "vi": vi, "en": en} for kind, number, code, vi, en in found}
    told |= {("rule", key): {"key": key, "vi": rule.vi, "en": rule.en} for key, rule in all_rules().items()}
    for kind, titles in (("severity", SEVERITIES), ("outcome", OUTCOMES)):
        told |= {(kind, key): {"key": key, **words(pair)} for key, pair in titles.items()}
    told |= {
        ("state", code.value): {"key": code.value, "vi": code.vi, "en": code.en}
        for code in TIDYING_STATE.codes
    }
    return told


def _told(
    by: Sequence[str],
    row: tuple[Any, ...],
    names: dict[tuple[str, Any], dict[str, Any]],
    least: float,
    known_since: datetime | None,
) -> dict[str, Any]:
    keys, (found, metres, applicable, evaluated) = row[: max(len(by), 1)], row[max(len(by), 1) :]
    share = evaluated / applicable if applicable else None
    # What needs no measurement is known since the last whole run; of nothing at all, nothing is.
    enough = share >= least if share is not None else found > 0 or known_since is not None
    answer: dict[str, Any] = {
        name: names.get((name, key), {"key": None if key is None else str(key), "vi": "—", "en": "—"})
        for name, key in zip(by, keys, strict=False)
    }
    return answer | {
        "count": found if found or enough else None,
        "metres": metres,
        "applicable": applicable,
        "evaluated": evaluated,
        "share": share,
        "enough": enough,
        "told": None if enough else NOT_ENOUGH,
    }
