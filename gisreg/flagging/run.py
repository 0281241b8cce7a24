"""The flagging run: compute the findings, write the differences, settle the segments' state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import psycopg2.extensions

from gisreg.clock import today
from gisreg.database.queries import load_queries

PgConnection = psycopg2.extensions.connection

queries = load_queries(__file__)

LEAST_METRES_INSIDE = 0.01
"""A segment that only touches a zone's edge (less than a centimetre inside) is not in the zone."""


@dataclass(frozen=True)
class RunReport:
    """What a run changed: findings new, gone, changed and the same; segments whose state it touched."""

    run_id: int
    as_of: date
    fresh: int
    gone: int
    changed: int
    same: int
    segments_touched: int


def run(
    connection: PgConnection,
    as_of: date | None = None,
    segment_ids: Sequence[int] | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> RunReport:
    """Flag all segments, or those named, against the zones valid on a day.

    Args:
        connection: an open transaction; one run at a time, a second one waits.
        as_of: the day, today by default.
        segment_ids: ids of the segments to look at; None for all. Naming them gives the same
            findings as a whole run would.
        progress: called with a step's name and the share done, 0 to 1.

    Returns:
        The counts of the run. Running it again changes nothing.
    """
    day = as_of or today()
    ids = None if segment_ids is None else list(segment_ids)
    say = progress or (lambda name, share: None)
    run_id = queries.start_run(connection, as_of=day, scope="all" if ids is None else f"{len(ids)} segments")
    with connection.cursor() as cursor:
        say("compute", 0.0)
        cursor.execute("SELECT gisreg.flag_compute(%s, %s, %s)", (day, ids, LEAST_METRES_INSIDE))
        (total,) = cursor.fetchone() or (0,)
        say("write", 0.5)
        cursor.execute("SELECT * FROM gisreg.flag_write(%s, %s, %s)", (run_id, ids, total))
        fresh, gone, changed, same = cursor.fetchone() or (0, 0, 0, 0)
        say("settle", 0.8)
        cursor.execute("SELECT gisreg.flag_settle(%s)", (ids,))
        (touched,) = cursor.fetchone() or (0,)
    queries.finish_run(connection, run_id=run_id, fresh=fresh, gone=gone, changed=changed, same=same)
    say("done", 1.0)
    return RunReport(run_id, day, fresh, gone, changed, same, touched)
