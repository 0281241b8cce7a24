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
from gisreg.said import Said, both, listed
from layers.codelists import TIDYING_STATE

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
            both(
                f"'{to_state}' không phải là trạng thái chỉnh trang đặt được.",
                f"'{to_state}' is not a tidying state that can be set.",
            ),
            hint=both(
                f"Hãy dùng một trong: {', '.join(PREDECESSORS)}.", f"Use one of: {', '.join(PREDECESSORS)}."
            ),
        )
    ids = sorted(set(segment_ids))
    if not 1 <= len(ids) <= 10_000:
        raise UsageError(
            both(f"Đã nêu {len(ids)} đoạn cáp.", f"{len(ids)} segments were named."),
            hint=both("Mỗi lần hãy nêu từ 1 đến 10.000 đoạn cáp.", "Name 1 to 10,000 segments at a time."),
        )
    moment = happened_at or now()
    if moment > now():
        raise UsageError(
            both(
                f"{moment:%Y-%m-%d %H:%M} là thời điểm chưa tới.",
                f"{moment:%Y-%m-%d %H:%M} lies in the future.",
            ),
            hint=both("Hãy ghi thời điểm đã diễn ra.", "Give the time when it happened."),
        )
    # Locked first, so that two inspectors cannot both move the same segment.
    held = {number: (state, version) for number, state, version in queries.lock_states(connection, ids=ids)}
    present = {number: state for number, (state, _) in held.items()}
    if queries.seen(connection, ids=[number for number in ids if number not in present]):
        raise ForbiddenError(
            both(
                "Trong số này có đoạn cáp không được phép chuyển trạng thái.",
                "Some of these segments are not yours to move.",
            ),
            hint=both(
                "Doanh nghiệp chuyển đoạn cáp của mình, người kiểm tra chuyển đoạn cáp trong xã của mình.",
                "Carriers move their own segments, inspectors those of their communes.",
            ),
        )
    _require_seen(connection, held, versions or {})
    refused = [number for number in ids if present.get(number) not in PREDECESSORS[to_state]]
    if refused:
        shown = [Said("{0}: {1}", "{0}: {1}", (n, _state(present.get(n)))) for n in refused[:5]]
        before = [_state(one) for one in PREDECESSORS[to_state]]
        raise InvalidInputError(
            Said(
                "{0} trong {1} đoạn cáp không chuyển sang “{2}” được ({3}).",
                "{0} of {1} segments cannot become '{2}' ({3}).",
                (len(refused), len(ids), _state(to_state), listed(shown, "; ")),
            ),
            hint=Said(
                "“{0}” chỉ đặt được sau: {1}.",
                "'{0}' follows on: {1}.",
                (_state(to_state), listed(before, ", ")),
            ),
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


def _state(value: str | None) -> Said:
    """Return a state by its title in Vietnamese, by its key in English; None: the segment has none."""
    if value is None:
        return both("không thuộc diện chỉnh trang", "not a flagged segment")
    return both(next((one.vi for one in TIDYING_STATE.codes if one.value == value), value), value)


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
