"""Which objects a run over a part of the registry must look at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gisreg.clock import today
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.errors import NotFoundError
from gisreg.flagging import priority
from gisreg.said import both

queries = load_queries(__file__, "partial.sql")

Objects = dict[str, list[int]]
"""Ids of objects by the key of their layer."""


def of_zone(connection: PgConnection, code: str) -> Objects:
    """Return what lies in a zone or hangs on what does.

    Raises:
        NotFoundError: there is no zone of this code.
    """
    return dict(queries.of_zone(connection, id=zone_id(connection, code)))


def zone_id(connection: PgConnection, code: str) -> int:
    """Return a zone's id. Raises NotFoundError."""
    number = queries.zone(connection, code=code)
    if number is None:
        raise NotFoundError(
            both(f"Không có khu vực '{code[:40]}'.", f"There is no zone '{code[:40]}'."),
            hint=both("Hãy ghi mã khu vực.", "Give its code."),
        )
    return int(number)


def of_street(connection: PgConnection, name: str) -> Objects:
    """Return what lies along a street (code, id or name) or crosses it.

    Raises:
        NotFoundError, UsageError: there is no such street, or several.
    """
    street = priority.street_called(connection, name)[0]
    reach = priority.reach_m(connection, today())
    return dict(queries.of_street(connection, id=street, reach_m=reach))


def since(connection: PgConnection, moment: datetime) -> Objects:
    """Return what was edited since a moment, and what hangs on it."""
    return dict(queries.since(connection, moment=moment))


def together(parts: Iterable[Objects]) -> Objects:
    """Return the union of several parts."""
    union: dict[str, set[int]] = {}
    for part in parts:
        for layer, ids in part.items():
            union.setdefault(layer, set()).update(ids)
    return {layer: sorted(ids) for layer, ids in union.items()}
