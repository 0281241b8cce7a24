"""What a run would change, and what it would if a limit or a zone were another. Nothing is written.

What it keeps from others: with `grow`, the zones named (edits of zones there wait until it ends). Runs and
other edits do not wait for it, nor it for them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gisreg.clock import today
from gisreg.database.connection import PgConnection
from gisreg.errors import NotFoundError, UsageError
from gisreg.flagging import partial, priority
from gisreg.flagging.run import LEAST_METRES_INSIDE
from gisreg.flagging.thresholds import shipped

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

    Raises:
        NotFoundError: there is no such threshold or zone.
        UsageError: a negative value.
    """
    for key, value in (instead or {}).items():
        if key not in shipped():
            raise NotFoundError(f"There is no threshold '{key}'.", hint=f"There are: {', '.join(shipped())}.")
        if value is not None and not 0 <= value < float("inf"):
            raise UsageError(f"The threshold '{key}' cannot be {value}.", hint="Give a number from 0 on.")
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
