"""The cases as a list with their clocks, what they come to in all, and the steps of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from gisreg.clock import today
from gisreg.dead_cables.case import PgConnection, queries
from gisreg.dead_cables.clock import STATES, due_on
from gisreg.errors import UsageError
from gisreg.flagging import thresholds
from gisreg.flagging.subject import named
from gisreg.said import both
from layers import LAYERS

COLUMNS = (
    "id", "state", "state_since", "cable_id", "segment_id", "span_id", "cable_count", "owner_id", "owner",
    "notice_on", "metres", "kg", "version", "length_m",
)  # fmt: skip
STEP = (
    "from_state",
    "to_state",
    "happened_on",
    "recorded_at",
    "person",
    "organisation",
    "reason",
    "metres",
    "kg",
)
RULE = ("rule", "vi", "en", "findings", "since", "days", "limit_days")


def cases(
    connection: PgConnection,
    state: str | None = None,
    owner_id: int | None = None,
    ids: Sequence[int] | None = None,
    *,
    overdue: bool = False,
    day: date | None = None,
) -> list[dict[str, Any]]:
    """Return the cases that the actor sees, the oldest state first.

    Args:
        connection: an open transaction.
        state: only those in this state.
        owner_id: only those of this organisation.
        ids: only these.
        overdue: only those whose clock has run out.
        day: as of which day clocks are read, today by default.

    Returns:
        One mapping a case: `COLUMNS` (`length_m` as drawn; `metres` and `kg` where cable was recovered and
        the actor sees steps), `about` (layer, id and title of what it is about), `days` in this state,
        `due_on` (the last day on which it may be so; None: no clock), `overdue`.

    Raises:
        UsageError: there is no such state.
    """
    if state is not None and state not in STATES:
        raise UsageError(
            both(f"Không có trạng thái '{state[:40]}'.", f"There is no state '{state[:40]}'."),
            hint=both(f"Có: {', '.join(STATES)}.", f"There are: {', '.join(STATES)}."),
        )
    moment = day or today()
    limits = thresholds.values(connection, moment)
    rows = [
        dict(zip(COLUMNS, row, strict=True))
        for row in queries.cases(
            connection, state=state, owner_id=owner_id, ids=None if ids is None else list(ids)
        )
    ]
    names = named(connection, [_about(row)[1] for row in rows])
    for row in rows:
        layer, number = _about(row)
        called = names.get(number)
        tail = f" {called.name}" if called and called.name else ""
        title = {"vi": LAYERS[layer].vi + tail, "en": LAYERS[layer].en + tail}
        last = due_on(row["state"], row["state_since"], row["notice_on"], limits)
        row |= {
            "about": {"layer": layer, "id": number, "title": title},
            "days": (moment - row["state_since"]).days,
            "due_on": last,
            "overdue": last is not None and moment > last,
        }
    return [row for row in rows if row["overdue"] or not overdue]


def _about(row: Mapping[str, Any]) -> tuple[str, int]:
    layer = "segment" if row["segment_id"] else "cable" if row["cable_id"] else "span"
    return layer, row[f"{layer}_id"]


def totals(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what cases come to: how many by state, how many are overdue, metres and kilograms recovered."""
    return {
        "states": {state: count for state in STATES if (count := sum(row["state"] == state for row in rows))},
        "overdue": sum(row["overdue"] for row in rows),
        "metres": sum(row["metres"] or 0 for row in rows),
        "kg": sum(row["kg"] or 0 for row in rows),
    }


def trail(connection: PgConnection, case_id: int) -> list[Mapping[str, Any]]:
    """Return the steps of a case, the first one first; none for whoever may not see them."""
    return [dict(zip(STEP, row, strict=True)) for row in queries.trail(connection, id=case_id)]


def rules(connection: PgConnection, case_id: int) -> list[Mapping[str, Any]]:
    """Return what the rules D01 to D04 find where a case is about, as far as the actor sees findings."""
    return [dict(zip(RULE, row, strict=True)) for row in queries.rules_of(connection, id=case_id)]
