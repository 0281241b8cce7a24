"""The part of the registry that a copy holds: a box, a ward, a street."""

from __future__ import annotations

from psycopg2 import sql

from gisreg.database.connection import PgConnection
from gisreg.errors import UsageError
from gisreg.features.filters import Conditions, add_bbox
from gisreg.importing.scope import find_scope
from gisreg.said import both
from layers import Layer


def conditions(connection: PgConnection, layer: Layer, area: str) -> Conditions:
    """Return the conditions under which objects of a layer lie in an area.

    Args:
        connection: in which wards and streets are looked up.
        layer: the layer; it needs a geometry.
        area: `west,south,east,north` in degrees, `ward=NAME` or `street=NAME` (or their codes).

    Raises:
        UsageError: the area is no such text, or the layer has no geometry.
        InvalidInputError: there is no such ward or street, or several.
    """
    if layer.geometry is None:
        raise UsageError(
            both(
                f"Lớp {layer.key} không có hình học: không lấy theo vùng được.",
                f"{layer.key} has no geometry: it cannot be taken by area.",
            ),
            hint=both("Hãy bỏ lớp này.", "Leave it out."),
        )
    found = Conditions()
    if "=" not in area:
        add_bbox(found, layer, area)
        return found
    place = find_scope(connection, area).area
    found.parts.append(sql.SQL("t.geom && ({area}) AND ST_Intersects(t.geom, ({area}))").format(area=place))
    return found
