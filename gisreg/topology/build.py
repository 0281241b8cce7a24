"""Tie cables to poles and cut them: the whole network, some cables, or what an edit touched.

The work is done by the set-based functions of `database/sql/functions/topology_*.sql`; this module
calls them in order, in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg2.extensions

from gisreg.clock import today
from gisreg.database.queries import load_queries
from gisreg.settings import get_settings

PgConnection = psycopg2.extensions.connection
Progress = Callable[[str, float], None]

queries = load_queries(__file__)

LINEAGE_REACH_FACTOR = 3.0
"""A segment's middle may lie this many tolerances off its predecessor and still come from it."""


@dataclass(frozen=True)
class TopologyReport:
    """What a run did: cables looked at, supports tied, segments (all, fresh, gone, changed), crossings."""

    cables: int
    supports: int
    segments: int
    fresh: int
    gone: int
    changed: int
    crossings: int


def build(connection: PgConnection, progress: Progress | None = None) -> TopologyReport:
    """Tie and cut every aerial cable of the registry.

    Args:
        connection: an open transaction; one run at a time, a second one waits.
        progress: called with a step's name and the share done, 0 to 1.

    Returns:
        The counts of the run. Running it again without edits changes nothing.
    """
    settings = get_settings().topology

    def step(name: str, share: float, query: str, *parameters: Any) -> tuple[Any, ...]:
        if progress:
            progress(name, share)
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            row = cursor.fetchone()
        return row or ()

    snap_m, near_m = settings.snap_tolerance_m, settings.near_miss_m
    reach_m = snap_m * LINEAGE_REACH_FACTOR
    # The edits that follow are tied with the same tolerances.
    queries.keep_tolerances(connection, snap_m=snap_m, near_m=near_m, reach_m=reach_m)
    (cables,) = step("gather", 0.0, "SELECT gisreg.topology_gather(NULL)")
    (supports,) = step("tie", 0.1, "SELECT gisreg.topology_tie(%s, %s)", snap_m, near_m)
    (segments,) = step("cut", 0.45, "SELECT gisreg.topology_cut(%s)", snap_m)
    fresh, gone, changed = step("write", 0.6, "SELECT * FROM gisreg.topology_write()")
    step("lineage", 0.8, "SELECT gisreg.topology_lineage(%s)", reach_m)
    step("spans", 0.82, "SELECT gisreg.topology_spans()")
    step("counts", 0.85, "SELECT gisreg.topology_counts()")
    (crossings,) = step("crossings", 0.9, "SELECT gisreg.topology_cross()")
    step("places", 0.95, "SELECT gisreg.place_segments(NULL, %s)", today())
    if progress:
        progress("done", 1.0)
    return TopologyReport(cables, supports, segments, fresh, gone, changed, crossings)


def after_edit(connection: PgConnection, layer: str, ids: Sequence[int]) -> list[int]:
    """Bring the topology in line with edited objects and say which segments are touched.

    Args:
        connection: the transaction in which they were edited; what was not edited in it is passed over.
        layer: layer of the edited objects (`pole`, `cable`, `street`, `admin_unit`; others touch nothing).
        ids: their ids, already written.

    Returns:
        Ids of the segments whose place may have changed, as far as the actor may see them, for the
        flagging to look at again.
    """
    return list(queries.topology_edited(connection, layer=layer, ids=list(ids)))


def place(connection: PgConnection) -> None:
    """Find the commune of every segment anew, after administrative units have changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gisreg.place_segments(NULL, %s)", (today(),))
