"""What a run would change, and what it would if a limit or a zone were another. Nothing is written.

What it keeps from others: with `grow`, the zones named (edits of zones there wait until it ends). Runs and
other edits do not wait for it, nor it for them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gisreg.clock import today
from gisreg.database.connection import PgConnection
from gisreg.errors import InvalidInputError
from gisreg.flagging import partial, priority
from gisreg.flagging.all_rules import all_rules, rules_that_need
from gisreg.flagging.run import LEAST_METRES_INSIDE
from gisreg.flagging.thresholds import check_value
from gisreg.said import both

MOST_GROWTH_M = 10_000
"""So many metres a zone may be tried to grow."""

CHANGES = {"new": ("Mới", "New"), "gone": ("Hết", "Gone"), "changed": ("Đổi", "Changed")}
"""Ways in which findings would differ."""


@dataclass(frozen=True)
class Difference:
    """How many findings of a rule would be new, gone or changed, of one owner along one street.

    `metres` inside zones come (positive) or go.
    """

    change: str
    rule: str
    carrier: str | None
    street: str | None
    findings: int
    metres: float


def what_if(
    connection: PgConnection,
    objects: partial.Objects | None = None,
    instead: Mapping[str, float | None] | None = None,
    grow: Mapping[str, float] | None = None,
    day: date | None = None,
) -> list[Difference]:
    """Return how the findings would differ after a run.

    Args:
        connection: a transaction of the worker of its own, with an actor; it is rolled back.
        objects: which to look at; None for all (or for those that `grow` concerns, where nothing is set).
        instead: values of thresholds to try; None as a value switches rules off.
        grow: metres by which zones grow (shrink, where negative), by their code.
        day: as of which day, today by default.

    Where only thresholds are tried, only the rules that need them are asked.

    Raises:
        NotFoundError: there is no such threshold or zone.
        InvalidInputError: a value that the threshold cannot have, or metres that are no growth.
    """
    for key, value in (instead or {}).items():
        check_value(key, value)
    for code, metres in (grow or {}).items():
        if not -MOST_GROWTH_M <= metres <= MOST_GROWTH_M:
            raise InvalidInputError(
                both(
                    f"Khu vực '{code[:40]}' không thể nới {metres:g} m.",
                    f"The zone '{code[:40]}' cannot grow by {metres:g} m.",
                ),
                hint=both(
                    f"Hãy ghi số mét từ -{MOST_GROWTH_M} đến {MOST_GROWTH_M}.",
                    f"Give metres within {MOST_GROWTH_M}.",
                ),
            )
    moment = day or today()
    try:
        concerned = [] if objects is None else [objects]
        partial.queries.trying(connection)
        for code, metres in (grow or {}).items():
            number = partial.zone_id(connection, code)
            before = partial.of_zone(connection, code)
            partial.queries.grow(connection, id=number, metres=metres)
            if objects is None:
                concerned += [before, partial.of_zone(connection, code)]
        told = partial.together(concerned) if concerned and (objects is not None or not instead) else None
        rows = partial.queries.attempt(
            connection,
            as_of=moment,
            objects=None if told is None else json.dumps(told),
            rules=rules_that_need(list(instead)) if instead and not grow else None,
            instead=json.dumps(dict(instead or {})),
            least_m=LEAST_METRES_INSIDE,
            reach_m=priority.reach_m(connection, moment),
        )
        return [Difference(*row) for row in rows]
    finally:
        connection.rollback()


def summed(found: Sequence[Difference], by: str) -> list[tuple[str | None, dict[str, int], float]]:
    """Return findings new, gone and changed, and metres, by `rule`, `carrier` or `street`; the most first."""
    sums: dict[str | None, dict[str, int]] = {}
    metres: dict[str | None, float] = {}
    for one in found:
        key = getattr(one, by)
        sums.setdefault(key, dict.fromkeys(CHANGES, 0))[one.change] += one.findings
        metres[key] = metres.get(key, 0.0) + one.metres
    rows = [(key, counts, metres[key]) for key, counts in sums.items()]
    return sorted(rows, key=lambda row: (-sum(row[1].values()), row[0] or ""))


def told(found: Sequence[Difference]) -> dict[str, Any]:
    """Return the differences as answers bear them: in all, and by `rule`, `street` and `carrier`, the most
    first.

    Each row has `key` (None for none), `new`, `gone`, `changed`, `metres` (that come or go inside zones);
    rules their texts, too.
    """
    answer: dict[str, Any] = {"total": _row(None, *_total(found))}
    for by in ("rule", "street", "carrier"):
        answer[by] = [_row(key, counts, metres) for key, counts, metres in summed(found, by)]
    for row in answer["rule"]:
        rule = all_rules()[row["key"]]
        row |= {"vi": rule.vi, "en": rule.en}
    return answer


def _total(found: Sequence[Difference]) -> tuple[dict[str, int], float]:
    counts = {change: sum(one.findings for one in found if one.change == change) for change in CHANGES}
    return counts, sum(one.metres for one in found)


def _row(key: str | None, counts: Mapping[str, int], metres: float) -> dict[str, Any]:
    return {"key": key, **counts, "metres": round(metres, 1) + 0.0}
