"""Rows without a code: which object of the registry each is, by distance and type; every match is told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from psycopg2 import sql

from gisreg.database.queries import load_queries
from gisreg.importing.merge import Merge
from gisreg.importing.problems import Problems
from gisreg.importing.target import Target
from gisreg.said import Said
from gisreg.settings import get_settings
from layers import Geometry

_QUERIES = load_queries(__file__, "nearby.sql")

WITHIN_M = 1.0
"""Rows without a code are an object up to so far away, in metres, unless the request says otherwise."""

_LEAD = 2.0
"""The nearest is taken where the next one is at least so many times as far."""

_DEGREES_A_METRE = 1.2e-5
"""More than a metre in any direction at these latitudes."""

_TYPES = ("kind", "mast_class", "medium", "deployment")
"""Fields that tell what an object is; `unknown` is like everything."""

_REMEDY = Said(
    "Ghi mã của đúng đối tượng ấy, hoặc dùng --match-within 0 nếu tất cả đều mới.",
    "Give it the code of the one that it is, or say --match-within 0 where all are new.",
)


@dataclass(frozen=True)
class Nearby:
    """What was found: row, name of the object, metres; rows left out because they could be several."""

    taken: tuple[tuple[int, str, float], ...]
    unclear: frozenset[int]


def match_nearby(merge: Merge, blank: Collection[str], within_m: float, problems: Problems) -> Nearby:
    """Match rows without a code to objects of the same owner and type within reach.

    Wants `import_stage` and `import_match`. A row and an object that are each other's nearest by a clear
    lead are one. A row that could be several objects is a problem; one whose object another row is, is new.

    Args:
        merge: the import's merge, with what was found by the key.
        blank: columns in which a row has nothing.
        within_m: how far apart they may be, in metres (lines: the greatest distance between them).
        problems: takes the rows that could be several objects.
    """
    if within_m <= 0 or "code" not in blank or not {"code", "owner_id"} <= set(merge.names):
        return Nearby((), frozenset())
    connection, target = merge.connection, merge.target
    candidates = sql.SQL(_QUERIES.candidates.sql.rstrip().rstrip(";")).format(
        table=sql.Identifier(target.layer.table),
        called=sql.SQL("coalesce(t.code, 'id ' || t.id)"),
        metres=_metres(target),
        reach_deg=sql.Literal(within_m * _DEGREES_A_METRE),
        same_type=_same_type(target, merge.names),
        within_m=sql.Literal(within_m),
    )
    with connection.cursor() as cursor:
        cursor.execute(candidates)
        taken = tuple(
            (number, name, float(metres)) for number, name, metres in _QUERIES.take(connection, lead=_LEAD)
        )
        cursor.execute(_QUERIES.open.sql)
        left_open = cursor.fetchall()
    unclear: set[int] = set()
    for number, nearest, is_others in left_open:
        if not is_others:
            unclear.add(number)
            what = Said(
                "không có mã và có thể là nhiều đối tượng: {0}.",
                "has no code and could be several objects: {0}.",
                (nearest,),
            )
            problems.add(merge.label(number, None), what, _REMEDY, number)
    _QUERIES.forget(connection)
    return Nearby(taken, frozenset(unclear))


def _metres(target: Target) -> sql.Composable:
    if target.layer.geometry is Geometry.POINT:
        return sql.SQL("ST_Distance(t.geom::geography, s.geom::geography)")
    return sql.SQL("ST_HausdorffDistance(ST_Transform(t.geom, {0}), ST_Transform(s.geom, {0}))").format(
        sql.Literal(get_settings().region.metric_srid)
    )


def _same_type(target: Target, names: Collection[str]) -> sql.Composable:
    """Return the condition that what both say of an object's type is the same."""
    known = {item.name for item in target.layer.public_fields if item.codelist is not None}
    parts = [
        sql.SQL("(s.{0} IS NULL OR t.{0} IS NULL OR 'unknown' IN (s.{0}, t.{0}) OR s.{0} = t.{0})").format(
            sql.Identifier(name)
        )
        for name in _TYPES
        if name in known and name in names
    ]
    return sql.SQL(" AND ").join(parts) if parts else sql.SQL("TRUE")
