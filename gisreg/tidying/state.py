"""The tidying state of segments: who may follow whom, who set it and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg2.extensions

from gisreg.clock import now
from gisreg.database.connection import Actor
from gisreg.database.queries import load_queries
from gisreg.editions import MOST_TOLD, refusal
from gisreg.errors import ForbiddenError, InvalidInputError, UsageError
from gisreg.flagging.run import after_edit
from gisreg.said import both

PgConnection = psycopg2.extensions.connection

queries = load_queries(__file__)

PREDECESSORS: dict[str, tuple[str, ...]] = {
    "flagged": ("planned",),
    "planned": ("flagged", "in_progress"),
    "in_progress": ("flagged", "planned", "reported", "accepted"),
    "reported": ("planned", "in_progress"),
    "accepted": ("reported",),
}
"""From which states a state can be reached. Work that was reported or accepted can be reopened
(in_progress): cable found hanging after acceptance is the known failure of tidying programmes."""


def set_state(
    connection: PgConnection,
    segment_ids: Sequence[int],
    to_state: str,
    actor: Actor,
    note: str | None = None,
    happened_at: datetime | None = None,
    versions: Mapping[int, int] | None = None,
) -> int:
    """Move segments to a tidying state, all that may or none.

    Args:
        connection: an open transaction.
        segment_ids: ids of segments, at most 10,000.
        to_state: flagged, planned, in_progress, reported or accepted.
        actor: who says so; kept with the step for ever.
        note: free text.
        happened_at: when it happened, now by default; not in the future.
        versions: by id the `tidying_version` that he saw; None: whatever it is now.

    Returns:
        How many segments were moved.

    Raises:
        ForbiddenError: the actor may see some of the segments but not move them.
        UsageError: unknown state, no or too many segments, a moment in the future.
        StaleVersionError: some segments moved after he saw them; `detail["stale"]` shows both.
        InvalidInputError: some segments are not flagged or cannot take this step; `detail["refused"]`
            names each with its present state. Nothing is changed then.
    """
    if to_state not in PREDECESSORS:
        raise UsageError(
            f"'{to_state}' is not a tidying state that can be set.",
            hint=f"Use one of: {', '.join(PREDECESSORS)}.",
        )
    ids = sorted(set(segment_ids))
    if not 1 <= len(ids) <= 10_000:
        raise UsageError(f"{len(ids)} segments were named.", hint="Name 1 to 10,000 segments at a time.")
    moment = happened_at or now()
    if moment > now():
        raise UsageError(
            f"{moment:%Y-%m-%d %H:%M} lies in the future.", hint="Give the time when it happened."
        )
    # Locked first, so that two inspectors cannot both move the same segment.
    held = {number: (state, version) for number, state, version in queries.lock_states(connection, ids=ids)}
    present = {number: state for number, (state, _) in held.items()}
    if queries.seen(connection, ids=[number for number in ids if number not in present]):
        raise ForbiddenError(
            "Some of these segments are not yours to move.",
            hint="Carriers move their own segments, inspectors those of their communes.",
        )
    _require_seen(connection, held, versions or {})
    refused = [number for number in ids if present.get(number) not in PREDECESSORS[to_state]]
    if refused:
        words = "; ".join(f"{n}: {present.get(n, 'not a flagged segment')}" for n in refused[:5])
        raise InvalidInputError(
            f"{len(refused)} of {len(ids)} segments cannot become '{to_state}' ({words}).",
            hint=f"'{to_state}' follows on: {', '.join(PREDECESSORS[to_state])}.",
            refused=[{"segment_id": n, "state": present.get(n)} for n in refused],
        )
    steps: list[int] = queries.note_steps(
        connection,
        ids=ids,
        to_state=to_state,
        moment=moment,
        person=actor.person,
        organisation=actor.organisation,
        note=note,
    )
    queries.move(connection, ids=ids, to_state=to_state, moment=moment)
    # When cable was last tidied is a matter of acceptances alone (rule C01).
    if to_state == "accepted" or "accepted" in present.values():
        after_edit(connection, "tidying_event", steps)
    return len(steps)


def _require_seen(
    connection: PgConnection, held: Mapping[int, tuple[str, int]], versions: Mapping[int, int]
) -> None:
    late = [number for number, (_, version) in held.items() if versions.get(number, version) != version]
    if late:
        stale = [
            {
                "id": number,
                "your_version": versions[number],
                "current_version": held[number][1],
                "seen": _then(connection, number, versions[number]),
                "current": {"tidying_state": held[number][0]},
            }
            for number in late[:MOST_TOLD]
        ]
        raise refusal(both("đoạn cáp", "segment"), stale, len(late))


def _then(connection: PgConnection, number: int, version: int) -> dict[str, Any] | None:
    found = queries.state_then(connection, id=number, version=version)
    return None if found is None else {"tidying_state": found[0], "tidying_since": found[1].isoformat()}
