"""Matches and merges, as far as the actor may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from gisreg.database.connection import PgConnection
from gisreg.matching.propose import queries

ZOOM = 19


@dataclass(frozen=True)
class Match:
    """Two rows that may be one pole. `state`: open, agreed (by both), merged, refused, split, superseded."""

    id: int
    group_id: int
    first_id: int
    second_id: int
    first_owner_id: int | None
    second_owner_id: int | None
    first_owner: str | None
    second_owner: str | None
    first_code: str | None
    second_code: str | None
    distance_m: float
    certainty: float
    beside_double: bool
    state: str
    first_agreed_by: str | None
    second_agreed_by: str | None
    decided_by: str | None
    decided_at: datetime | None
    note: str | None
    version: int
    lon: float | None
    lat: float | None

    @property
    def map_path(self) -> str | None:
        """Return the address of its place on the engineers' map."""
        return None if self.lon is None else f"/maps/survey#{ZOOM}/{self.lat:.6f}/{self.lon:.6f}"

    def told(self) -> dict[str, Any]:
        """Return the match for JSON."""
        return asdict(self) | {"map": self.map_path}


@dataclass(frozen=True)
class MergeLine:
    """One merge: which pole went into which, how many cables were led to it, whether it was undone."""

    id: int
    match_id: int | None
    survivor_id: int
    absorbed_id: int
    alias_code: str | None
    merged_at: datetime
    merged_by: str
    undone_at: datetime | None
    undone_by: str | None
    survivor_code: str | None
    cables: int

    def told(self) -> dict[str, Any]:
        """Return the merge for JSON."""
        return asdict(self)


def matches(
    connection: PgConnection,
    *,
    ids: Sequence[int] | None = None,
    state: str | None = None,
    beside_double: bool | None = None,
    after: int | None = None,
    most: int = 100,
) -> list[Match]:
    """Return matches in the order of ids.

    Args:
        connection: a transaction of the actor's.
        ids: only these.
        state: only in this state.
        beside_double: only those (not) beside two poles of one organisation.
        after: only ids above.
        most: so many at most.
    """
    rows = queries.matches(
        connection,
        ids=None if ids is None else list(ids),
        state=state,
        double=beside_double,
        after=after,
        most=most,
    )
    return [Match(*row) for row in rows]


def merges(connection: PgConnection, most: int = 100) -> list[MergeLine]:
    """Return merges, the newest first."""
    return [MergeLine(*row) for row in queries.merges(connection, id=None, most=most)]
