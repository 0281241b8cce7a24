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
    return _run(connection, None, progress)


def rebuild(connection: PgConnection, cable_ids: Sequence[int]) -> TopologyReport:
    """Tie and cut only the cables named (ids of `cable`); the result is that of a whole run."""
    return _run(connection, list(cable_ids), None)


def after_edit(connection: PgConnection, layer: str, ids: Sequence[int]) -> list[int]:
    """Bring the topology in line with edited objects and say which segments are touched.

    Args:
        layer: layer of the edited objects (`pole`, `cable`, `street`, `admin_unit`; others touch nothing).
        ids: their ids, already written.

    Returns:
        Ids of the segments whose place may have changed, for the flagging to look at again.
    """
    if layer == "cable":
        cables = list(ids)
    elif layer == "pole":
        reach = get_settings().topology.near_miss_m
        cables = [row[0] for row in queries.cables_of_poles(connection, poles=list(ids), reach_m=reach)]
    elif layer == "admin_unit":
        place(connection)
        return []
    elif layer == "street":
        queries.forget_crossings_of_streets(connection, streets=list(ids))
        queries.cross_streets(connection, streets=list(ids))
        return []
    else:
        return []
    if cables:
        rebuild(connection, cables)
    return _segments(connection, cables)


def place(connection: PgConnection) -> None:
    """Find the commune of every segment anew, after administrative units have changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gisreg.place_segments(NULL, %s)", (today(),))


def _segments(connection: PgConnection, cable_ids: Sequence[int]) -> list[int]:
    return [row[0] for row in queries.segments_of_cables(connection, cables=list(cable_ids))]


def _run(connection: PgConnection, cable_ids: list[int] | None, progress: Progress | None) -> TopologyReport:
    settings = get_settings().topology

    def step(name: str, share: float, query: str, *parameters: Any) -> tuple[Any, ...]:
        if progress:
            progress(name, share)
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            row = cursor.fetchone()
        return row or ()

    (cables,) = step("gather", 0.0, "SELECT gisreg.topology_gather(%s)", cable_ids)
    (supports,) = step(
        "tie", 0.1, "SELECT gisreg.topology_tie(%s, %s)", settings.snap_tolerance_m, settings.near_miss_m
    )
    (segments,) = step("cut", 0.45, "SELECT gisreg.topology_cut(%s)", settings.snap_tolerance_m)
    fresh, gone, changed = step("write", 0.6, "SELECT * FROM gisreg.topology_write()")
    reach = settings.snap_tolerance_m * LINEAGE_REACH_FACTOR
    step("lineage", 0.8, "SELECT gisreg.topology_lineage(%s)", reach)
    step("spans", 0.82, "SELECT gisreg.topology_spans()")
    step("counts", 0.85, "SELECT gisreg.topology_counts()")
    (crossings,) = step("crossings", 0.9, "SELECT gisreg.topology_cross()")
    step(
        "places",
        0.95,
        "SELECT gisreg.place_segments(%s, %s)",
        None if cable_ids is None else _segments(connection, cable_ids),
        today(),
    )
    if progress:
        progress("done", 1.0)
    return TopologyReport(cables, supports, segments, fresh, gone, changed, crossings)
