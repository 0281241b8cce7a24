"""The flagging run: look at objects by every rule, write the differences, settle the segments' state."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import psycopg2.extensions

from gisreg.clock import today
from gisreg.database.queries import load_queries

PgConnection = psycopg2.extensions.connection
ObjectIds = Mapping[str, Sequence[int]]
"""Ids of objects by the key of their layer."""

queries = load_queries(__file__)

LEAST_METRES_INSIDE = 0.01
"""A segment that only touches a zone's edge (less than a centimetre inside) is not in the zone."""


@dataclass(frozen=True)
class RunReport:
    """What a run changed: findings new, gone, changed and the same; segments whose state it touched.

    `off` names the rules that were not looked at, because they are switched off or a threshold of theirs
    has no value.
    """

    run_id: int
    as_of: date
    fresh: int
    gone: int
    changed: int
    same: int
    segments_touched: int
    off: tuple[str, ...] = ()


def run(
    connection: PgConnection,
    as_of: date | None = None,
    objects: ObjectIds | None = None,
    instead: Mapping[str, float | None] | None = None,
) -> RunReport:
    """Look at all objects, or at those named, by every rule of the catalogue.

    Args:
        connection: an open transaction of the worker; one run at a time, a second one waits.
        as_of: the day, today by default.
        objects: ids by layer of the objects to look at; None
            for all. Naming them gives the same findings as a whole run would.
        instead: values of thresholds to try in the place of the registry's.

    Returns:
        The counts of the run. Running it again changes nothing.
    """
    day = as_of or today()
    row = queries.run(
        connection,
        as_of=day,
        objects=_json(objects),
        instead=_json(instead),
        least_m=LEAST_METRES_INSIDE,
    )
    number, fresh, gone, changed, same, touched, off = row
    return RunReport(number, day, fresh, gone, changed, same, touched, tuple(off))


def before_edit(connection: PgConnection, layer: str, ids: Sequence[int]) -> None:
    """Have the database remember what an edit is about to touch, for `after_edit`.

    Args:
        connection: the edit's transaction, before anything is written.
        layer: key of the edited objects' layer.
        ids: their ids.
    """
    queries.before(connection, layer=layer, ids=list(ids))


def after_edit(connection: PgConnection, layer: str, ids: Sequence[int]) -> None:
    """Look again at what an edit touched, in the edit's own transaction.

    Args:
        connection: of the application or the worker, the edit already written.
        layer: key of the edited objects' layer.
        ids: their ids; what was not edited in this transaction is passed over.
    """
    queries.edited(connection, layer=layer, ids=list(ids))


def _json(values: Mapping[str, object] | None) -> str | None:
    return None if values is None else json.dumps(values)
