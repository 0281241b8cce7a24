"""The area of one part of a recipe, in the province's metric reference system."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg2

from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.importing.osm_streets import SAME_STREET_M
from gisreg.zones import match_troubles as told
from gisreg.zones.matched import Matched
from gisreg.zones.recipe import StreetPart, UnitPart
from gisreg.zones.trouble import Trouble

queries = load_queries(__file__, "build.sql")

_RANK = ("public", "partner", "agency", "secret")


@dataclass
class Drawn:
    """A part with its area and, of a street, its line (metric, hexadecimal EWKB) and length."""

    matched: Matched
    area: str
    line: str | None = None
    length_m: float | None = None


def draw(connection: PgConnection, matched: Matched, visibility: str) -> tuple[Drawn | None, Trouble | None]:
    """Return a matched part with its area, or why it has none.

    Args:
        connection: an open transaction; an error of the database leaves it as it was.
        matched: the part.
        visibility: the zone's: what the part rests on must not be more hidden.
    """
    line, text = matched.line, matched.text
    hidden = max(matched.visibilities, key=_RANK.index, default="public")
    if _RANK.index(hidden) > _RANK.index(visibility):
        return None, told.more_hidden(line, text, hidden)
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT zone_part")
        try:
            area, axis, length_m, fault = _area(connection, matched)
        except (psycopg2.InternalError, psycopg2.DataError) as error:
            # A geometry of the registry on which PostGIS gives up.
            cursor.execute("ROLLBACK TO SAVEPOINT zone_part")
            return None, told.not_drawable(line, text, str(error.diag.message_primary))
        cursor.execute("RELEASE SAVEPOINT zone_part")
    if fault is not None:
        return None, told.no_section(line, text, fault)
    return (Drawn(matched, area, axis, length_m), None) if area else (None, told.empty(line, text))


def _area(
    connection: PgConnection, matched: Matched
) -> tuple[str | None, str | None, float | None, str | None]:
    """Return area, line, length and fault of a part."""
    part = matched.part
    if isinstance(part, StreetPart):
        found = queries.strip(
            connection,
            streets=matched.street_ids,
            from_streets=matched.from_ids,
            to_streets=matched.to_ids,
            from_m=part.from_m,
            to_m=part.to_m,
            side=part.side.value,
            width_m=part.width_m,
            gap_m=SAME_STREET_M,
        )
        area, line, length_m, fault = found
        return area, line, length_m, fault
    if isinstance(part, UnitPart):
        return queries.units(connection, ids=matched.unit_ids), None, None, None
    if matched.object_id is not None:
        around = queries.around(connection, object_id=matched.object_id, radius_m=part.radius_m)
        return around, None, None, None
    circle = queries.circle(
        connection, longitude=part.longitude, latitude=part.latitude, radius_m=part.radius_m
    )
    return circle, None, None, None
