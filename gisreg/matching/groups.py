"""Groups of matches and merges as pages show them, as far as the actor may see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.errors import UsageError
from gisreg.said import both

Box = tuple[float, float, float, float]

STATES = ("open", "agreed", "merged", "refused", "split", "superseded")
MOST = 500
"""So many groups or merges are listed at a time."""

queries = load_queries(__file__, "groups.sql")


@dataclass(frozen=True)
class Wanted:
    """Which groups are wanted.

    Args:
        state: of the matches; None for any.
        owner: id of an organisation that takes part.
        beside_double: somebody of the group has two poles close together, or nobody has.
        sure: the least certain match is at least so sure (0 to 1).
        box: west, south, east, north in degrees, in which one of the poles stands.
        most: so many groups.
        skipped: so many are left out at the beginning.
    """

    state: str | None = "open"
    owner: int | None = None
    beside_double: bool | None = None
    sure: float = 0.0
    box: Box | None = None
    most: int = 100
    skipped: int = 0


def groups(connection: PgConnection, wanted: Wanted) -> list[Mapping[str, Any]]:
    """Return groups: their matches, and the poles with owner, code, height, place and number of cables.

    The surest come first, those beside double poles last.

    Raises:
        UsageError: there is no such state.
    """
    if wanted.state is not None and wanted.state not in STATES:
        raise UsageError(
            both(f"Không có trạng thái {wanted.state[:40]!r}.", f"There is no state {wanted.state[:40]!r}."),
            hint=both(f"Các trạng thái: {', '.join(STATES)}.", f"The states are: {', '.join(STATES)}."),
        )
    west, south, east, north = wanted.box or (None, None, None, None)
    rows = queries.groups(
        connection,
        state=wanted.state,
        owner=wanted.owner,
        double=wanted.beside_double,
        sure=wanted.sure,
        west=west,
        south=south,
        east=east,
        north=north,
        most=min(wanted.most, MOST),
        skipped=wanted.skipped,
    )
    return [found for (found,) in rows]


def counts(connection: PgConnection) -> dict[str, dict[str, int]]:
    """Return by state: how many groups, matches, and groups beside double poles the actor sees."""
    return {
        state: {"groups": groups_, "matches": matches, "beside_double": doubles}
        for state, groups_, matches, doubles in queries.counts(connection)
    }


def merges(
    connection: PgConnection, *, undone: bool = False, most: int = 100, skipped: int = 0
) -> list[Mapping[str, Any]]:
    """Return merges with the place of the pole that stayed, the newest first."""
    rows = queries.merges(connection, undone=undone, most=min(most, MOST), skipped=skipped)
    return [found for (found,) in rows]
