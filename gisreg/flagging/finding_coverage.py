"""How much of what is asked for could be evaluated at all, beside counts and lists of findings.

Whole runs count it by rule, owner and zone or ward. Of another place (a street, a box, a former unit, a
zone's part in a ward) the rules are asked right now, as long as it holds no more than `MOST_OBJECTS` objects.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql

from gisreg.clock import today
from gisreg.database.connection import PgConnection
from gisreg.features.catalogue import template
from gisreg.flagging import thresholds
from gisreg.flagging.all_rules import all_rules
from gisreg.flagging.finding_filter import (
    FindingFilter,
    Where,
    about_objects,
    objects_at,
    one_of,
    queries,
    where,
)

MOST_OBJECTS = 8_000
"""So many objects are asked about at once, which takes about a second."""

NOT_ENOUGH = {"vi": "Chưa đo đủ", "en": "Not enough measured"}
OFF = {"vi": "Quy tắc đang tắt", "en": "Rule is off"}

_ALWAYS = ("rule", "severity", "layer", "carrier")


@dataclass(frozen=True)
class Source:
    """Where coverage comes from: a query for rule_id, owner_id, zone_id, commune_id, severity, layer and
    counts.

    `by` are the dimensions that its rows tell apart; `knows_place` is False where it is of more than the
    place that was asked for.
    """

    query: sql.Composed
    by: tuple[str, ...]
    knows_place: bool


def source(connection: PgConnection, wanted: FindingFilter, at: Where, by: Sequence[str] = ()) -> Source:
    """Return the coverage of what is asked for, as far as the actor may see its findings.

    Raises:
        UsageError, NotFoundError: the filter names what is not there.
    """
    parts = about_objects(connection, wanted)
    if wanted.state is not None:
        parts.append(one_of("layer", ["segment"]))
    if not _needs_asking(at, by):
        return _counted(parts, at, by, knows_place=True)
    within = sql.SQL(" INTERSECT ").join(
        sql.SQL("(SELECT o.layer, o.id FROM ({}) AS o)").format(objects)
        for objects in objects_at(connection, at)
    )
    with connection.cursor() as cursor:
        layers = sorted({all_rules()[rule].layer for rule in wanted.rules()})
        query = sql.SQL("SELECT o.layer, o.id FROM ({}) AS o WHERE o.layer = ANY ({}) LIMIT {}")
        cursor.execute(query.format(within, sql.Literal(layers), sql.Literal(MOST_OBJECTS + 1)))
        found = cursor.fetchall()
    if len(found) > MOST_OBJECTS:
        return _counted(parts, Where(), (), knows_place=False)
    objects: dict[str, list[int]] = {}
    for layer, number in found:
        objects.setdefault(layer, []).append(number)
    asked = template("gisreg.flagging", "coverage_asked.sql").format(
        objects=sql.Literal(json.dumps(objects)),
        rules=sql.Literal(wanted.rules()),
        day=sql.Literal(today()),
        conditions=every(parts),
    )
    return Source(asked, _ALWAYS, knows_place=True)


def _needs_asking(at: Where, by: Sequence[str]) -> bool:
    """Tell whether no whole run counts such a place: runs know zones and communes apart."""
    if at.street is not None or at.boxes is not None or at.outline is not None:
        return True
    return (at.zone is not None and (at.communes is not None or "ward" in by)) or (
        at.communes is not None and "zone" in by
    )


def _counted(parts: list[sql.Composable], at: Where, by: Sequence[str], *, knows_place: bool) -> Source:
    # A row of a zone has no commune.
    by_zone = at.zone is not None or "zone" in by
    parts = [*parts, sql.SQL("f.zone_id IS NOT NULL" if by_zone else "f.zone_id IS NULL")]
    if at.zone is not None:
        parts.append(one_of("zone_id", [at.zone]))
    if at.communes is not None:
        parts.append(one_of("commune_id", at.communes))
    query = template("gisreg.flagging", "coverage_counted.sql").format(conditions=every(parts))
    return Source(query, (*_ALWAYS, "zone" if by_zone else "ward"), knows_place)


def every(parts: Sequence[sql.Composable]) -> sql.Composable:
    """Return the condition that all of these hold."""
    return sql.SQL(" AND ").join(parts) if parts else sql.SQL("TRUE")


@dataclass(frozen=True)
class Judge:
    """Says whether enough was measured to tell a count, by the least share and what the rules need.

    `off` are the rules asked for that are off, with the threshold that has no value.
    """

    least_share: float
    counted_at: Any
    measures: bool
    knows_place: bool
    is_all_off: bool
    off: tuple[tuple[str, str | None], ...]

    def tell(self, found: int, applicable: int | None, evaluated: int | None) -> dict[str, Any]:
        """Return `applicable`, `evaluated`, `share`, `enough`, `told`.

        Without a share (nothing to look at, or rules that need no measurement) what needs no measurement is
        known since the last whole run; of nothing at all, nothing is.
        """
        share = evaluated / applicable if applicable and evaluated is not None else None
        if share is not None:
            enough = share >= self.least_share and (found > 0 or self.knows_place)
        else:
            enough = found > 0 or (self.counted_at is not None and not self.measures)
        if not found and self.is_all_off:
            enough = False
        told = None if enough else OFF if not found and self.is_all_off else NOT_ENOUGH
        return {
            "applicable": applicable,
            "evaluated": evaluated,
            "share": share,
            "enough": enough,
            "told": told,
        }


def judge(connection: PgConnection, wanted: FindingFilter, knows_place: bool) -> Judge:
    """Return who says whether enough was measured of what is asked for."""
    asked = wanted.rules()
    off = {rule: key for rule, key in queries.off(connection, day=today()) if rule in asked}
    return Judge(
        least_share=thresholds.values(connection, today()).get("coverage_least_share") or 0.0,
        counted_at=queries.counted_at(connection),
        measures=any(all_rules()[rule].asks_vi for rule in asked),
        knows_place=knows_place,
        is_all_off=bool(asked) and off.keys() >= set(asked),
        off=tuple(off.items()),
    )


def coverage(connection: PgConnection, wanted: FindingFilter, found: int) -> dict[str, Any]:
    """Return how much of what is asked for could be evaluated at all, beside a list of `found` findings.

    Returns:
        `applicable` and `evaluated` (objects of the rules that measure), `share`, `enough`, `told` (why no
        count may be told), `counted_at`, `least_share`, `knows_place` (False: of more than the place asked
        for), `off` (rules asked for that are off).

    Raises:
        UsageError, NotFoundError: the filter names what is not there.
    """
    chosen = source(connection, wanted, where(connection, wanted))
    query = sql.SQL("SELECT sum(f.applicable)::bigint, sum(f.evaluated)::bigint FROM ({}) AS f")
    with connection.cursor() as cursor:
        cursor.execute(query.format(chosen.query))
        ((applicable, evaluated),) = cursor.fetchall()
    who = judge(connection, wanted, chosen.knows_place)
    return who.tell(found, applicable, evaluated) | {
        "counted_at": who.counted_at,
        "least_share": who.least_share,
        "knows_place": chosen.knows_place,
        "off": told_off(who.off),
    }


def told_off(off: Sequence[tuple[str, str | None]]) -> list[dict[str, str | None]]:
    """Return rules that are off as answers bear them."""
    return [{"rule": rule, "threshold": key} for rule, key in off]
