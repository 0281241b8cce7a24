"""The cases as a list, and the steps of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gisreg.dead_cables.case import PgConnection, queries

COLUMNS = (
    "id", "state", "state_since", "cable_id", "segment_id", "span_id", "cable_count", "owner_id", "owner",
    "notice_on", "metres", "kg", "version",
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


def cases(
    connection: PgConnection,
    state: str | None = None,
    owner_id: int | None = None,
    ids: Sequence[int] | None = None,
) -> list[Mapping[str, Any]]:
    """Return the cases that the actor sees, the oldest state first.

    Args:
        connection: an open transaction.
        state: only those in this state.
        owner_id: only those of this organisation.
        ids: only these.

    Returns:
        One mapping a case: `COLUMNS`, `metres` and `kg` where cable was recovered and the actor sees steps.
    """
    rows = queries.cases(connection, state=state, owner_id=owner_id, ids=None if ids is None else list(ids))
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def trail(connection: PgConnection, case_id: int) -> list[Mapping[str, Any]]:
    """Return the steps of a case, the first one first; none for whoever may not see them."""
    return [dict(zip(STEP, row, strict=True)) for row in queries.trail(connection, id=case_id)]
