"""Where findings lie: objects in a box, a unit, a zone, along a street; and the places of some objects.

What hangs on a pole lies where the pole stands. Cables and streets have no one place: they lie in a box, but
in no unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from psycopg2 import sql

from gisreg.flagging.run import LEAST_METRES_INSIDE

_OWN = ("segment", "span", "pole", "tower", "cable", "street", "manhole", "duct", "fitting")
_ON_POLES = {
    "support": "registry.support AS o JOIN registry.pole AS p ON p.id = o.pole_id",
    "fitting": "registry.fitting AS o JOIN registry.pole AS p ON p.id = o.pole_id AND o.geom IS NULL",
}
_ON_SPANS = (
    "registry.fitting AS o JOIN registry.span AS p ON p.id = o.span_id AND o.pole_id IS NULL "
    "AND o.geom IS NULL"
)

_SOURCES: tuple[tuple[str, sql.Composable, sql.Composable], ...] = (
    *(
        (layer, sql.SQL("registry.{} AS o").format(sql.Identifier(layer)), sql.SQL("o.geom"))
        for layer in _OWN
    ),
    *((layer, sql.SQL(source), sql.SQL("p.geom")) for layer, source in _ON_POLES.items()),
    ("fitting", sql.SQL(_ON_SPANS), sql.SQL("p.geom")),
)
"""By layer: the tables of its objects, as `o`, and the geometry where they lie."""

_WITHOUT_PLACE = frozenset({"cable", "street"})
_MIDDLE = "ST_Covers(a.geom, gisreg.middle_of({}))"
_PART = (
    f"ST_Intersects(a.geom, {{0}}) AND (ST_Covers(a.geom, {{0}})"
    f" OR ST_Length(ST_Intersection(a.geom, {{0}})::geography) >= {LEAST_METRES_INSIDE})"
)


def in_boxes(boxes: Iterable[tuple[float, float, float, float]]) -> sql.Composed:
    """Return a query for (layer, id) of what lies in boxes (west, south, east, north, degrees)."""
    return _union(
        sql.SQL("SELECT {}::text AS layer, o.id FROM {} WHERE {} && ST_MakeEnvelope({}, 4326)").format(
            sql.Literal(layer), source, geom, sql.SQL(", ").join(map(sql.Literal, box))
        )
        for box in boxes
        for layer, source, geom in _SOURCES
    )


def in_units(ids: Sequence[int]) -> sql.Composed:
    """Return a query for (layer, id) of what lies in the outlines of administrative units."""
    return _inside("admin_unit", ids, _MIDDLE)


def in_zone(number: int) -> sql.Composed:
    """Return a query for (layer, id) of what lies in a zone, as whole runs count it: segments with a part."""
    return _inside("zone", [number], _MIDDLE, segments=_PART)


def along(street: int, reach_m: float) -> sql.Composed:
    """Return a query for (layer, id) of what lies along a street."""
    return sql.SQL("SELECT layer, id FROM gisreg.objects_along({}, {})").format(
        sql.Literal(street), sql.Literal(reach_m)
    )


def places(objects: sql.Composable) -> sql.Composed:
    """Return a query for object_id, layer and middle (a point, degrees) of objects.

    Args:
        objects: name of a relation with object_id and layer.
    """
    return sql.SQL(" UNION ALL ").join(
        sql.SQL(
            "SELECT d.object_id, d.layer, gisreg.middle_of({geom}) AS middle"
            " FROM {objects} AS d JOIN {source} ON o.id = d.object_id WHERE d.layer = {layer} AND "
            "{geom} IS NOT NULL"
        ).format(objects=objects, source=source, geom=geom, layer=sql.Literal(layer))
        for layer, source, geom in _SOURCES
    )


def _inside(table: str, ids: Sequence[int], condition: str, segments: str | None = None) -> sql.Composed:
    return _union(
        sql.SQL(
            "SELECT {}::text AS layer, o.id FROM registry.{} AS a CROSS JOIN {} WHERE a.id = ANY "
            "({}::bigint[])"
            " AND {} && a.geom AND "
        ).format(sql.Literal(layer), sql.Identifier(table), source, sql.Literal(list(ids)), geom)
        + sql.SQL(segments if segments and layer == "segment" else condition).format(geom)
        for layer, source, geom in _SOURCES
        if layer not in _WITHOUT_PLACE
    )


def _union(queries: Iterable[sql.Composed]) -> sql.Composed:
    return sql.SQL(" UNION ALL ").join(queries)
