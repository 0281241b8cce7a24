"""Proposals as they are shown: what stood, what stands, what is proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gisreg.clock import today
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.errors import NotFoundError, UsageError
from gisreg.features.catalogue import layer_of
from gisreg.features.text import name_of
from gisreg.proposals.difference import stands
from gisreg.proposals.standing import features_of
from gisreg.proposals.steps import WAITING
from gisreg.said import both
from layers.codelists import PROPOSAL_STATE

queries = load_queries(__file__)

_COLUMNS = (
    "id", "layer", "object_id", "base_version", "base", "proposed", "organisation_id", "organisation",
    "person", "owner_id", "owner", "reason", "evidence", "batch", "street_id", "street", "commune_id",
    "commune", "proposed_at", "due_on", "state", "version", "steps", "photos",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Which proposals are meant; None is any.

    `state` is one of the states, or `waiting` for open and escalated ones; `owner_id` owned the object
    when it was proposed; `overdue` leaves only undecided ones whose day is over.
    """

    state: str | None = None
    batch: str | None = None
    street_id: int | None = None
    owner_id: int | None = None
    overdue: bool = False
    layer: str | None = None
    object_id: int | None = None


def proposals(
    connection: PgConnection, wanted: Wanted, limit: int = 100, after: int | None = None
) -> tuple[list[dict[str, Any]], int | None]:
    """Return up to `limit` proposals, the oldest first, and the id after which more follow (or None).

    Each has `id`, `layer`, `object_id`, `object` (its code), `state`, who (`organisation`, `person`),
    `reason`, `evidence`, `batch`, `street`, `commune`, `owner` (then), `decided_by_id` (the owner now),
    `proposed_at`, `due_on`, `is_overdue`, `is_outdated` (the object was changed meanwhile), `base`, `now`
    and `proposed` (each `properties` and maybe `geometry`, EPSG:4326; `now` is None where the object is
    gone), `geometry` (of the object), `version` (of the proposal), `steps` and `photos` (ids of the newest
    ones of the pole, as far as the actor sees them).

    Raises:
        UsageError: there is no such state.
    """
    rows = _rows(connection, wanted, None, after, limit + 1)
    shown = rows[:limit]
    return _shown(connection, shown), shown[-1]["id"] if len(rows) > limit else None


def proposal(connection: PgConnection, proposal_id: int) -> dict[str, Any]:
    """Return one proposal as `proposals` does. Raises NotFoundError."""
    rows = _shown(connection, _rows(connection, Wanted(), [proposal_id], None, 1))
    if not rows:
        raise NotFoundError(
            both(f"Không có đề xuất {proposal_id}.", f"There is no proposal {proposal_id}."),
            hint=both("Xem danh sách đề xuất.", "See the list of proposals."),
        )
    return rows[0]


def _rows(
    connection: PgConnection, wanted: Wanted, ids: Sequence[int] | None, after: int | None, number: int
) -> list[dict[str, Any]]:
    found = queries.listed(
        connection,
        ids=ids,
        states=_states(wanted.state),
        batch=wanted.batch,
        street_id=wanted.street_id,
        owner_id=wanted.owner_id,
        layer=wanted.layer,
        object_id=wanted.object_id,
        overdue_on=today() if wanted.overdue else None,
        after=after,
        moreover=number,
    )
    return [dict(zip(_COLUMNS, row, strict=True)) for row in found]


def _states(state: str | None) -> list[str] | None:
    if state is None:
        return None
    if state == "waiting":
        return list(WAITING)
    if state not in PROPOSAL_STATE.values:
        raise UsageError(
            both(
                f"'{state[:40]}' không phải trạng thái của đề xuất.",
                f"'{state[:40]}' is no state of a proposal.",
            ),
            hint=both(
                f"Hãy dùng waiting, {', '.join(PROPOSAL_STATE.values)}.",
                f"Use waiting, {', '.join(PROPOSAL_STATE.values)}.",
            ),
        )
    return [state]


def _shown(connection: PgConnection, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    features = features_of(connection, [(row["layer"], row["object_id"]) for row in rows])
    day = today()
    for row in rows:
        feature = features.get((row["layer"], row["object_id"]))
        waits = row["state"] in WAITING
        row["object"] = name_of(layer_of(row["layer"]), feature["properties"]) if feature else None
        row["now"] = stands(feature, row["proposed"]) if feature else None
        row["decided_by_id"] = feature["properties"]["owner_id"] if feature else None
        row["geometry"] = feature["geometry"] if feature else None
        row["is_overdue"] = waits and row["due_on"] < day
        row["is_outdated"] = bool(
            waits and feature and feature["properties"]["version"] != row["base_version"]
        )
    return rows
