"""From a recipe to an area: every part matched and drawn, all troubles told at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gisreg.database.connection import PgConnection
from gisreg.zones import match_places
from gisreg.zones.draw import Drawn, draw, queries
from gisreg.zones.match_streets import Streets
from gisreg.zones.matched import Matched
from gisreg.zones.recipe import CirclePart, Recipe, StreetPart, UnitPart
from gisreg.zones.trouble import Trouble


@dataclass
class Draft:
    """What a recipe gives: its parts as far as they are clear, what is not, the whole area.

    `geometry` is hexadecimal EWKB in EPSG:4326, None where no part is clear; `md5` its digest.
    """

    drawn: list[Drawn] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    geometry: str | None = None
    area_m2: float = 0.0
    md5: str | None = None


def draft(
    connection: PgConnection,
    recipe: Recipe,
    visibility: str = "public",
    earlier: Sequence[Matched] | None = None,
    lines: Sequence[int] | None = None,
) -> Draft:
    """Match and draw a recipe; nothing is written.

    Args:
        connection: an open transaction; its actor decides which streets, units and objects are found.
        recipe: the parts.
        visibility: the zone's own; what it is made from must not be more hidden: its area would tell of it.
        earlier: what the parts meant before, by their order, where the zone is built anew.
        lines: where each part stands in the list that it was read from; by default its place.
    """
    parts = [
        Matched(lines[place] if lines else place + 1, part, earlier=earlier[place] if earlier else None)
        for place, part in enumerate(recipe.parts)
    ]
    made = Draft()
    faulty: set[int] = set()

    def note(matched: Matched, troubles: list[Trouble]) -> None:
        made.troubles.extend(troubles)
        if troubles:
            faulty.add(id(matched))

    streets = Streets(connection, [part for part in recipe.parts if isinstance(part, StreetPart)])
    for matched in parts:
        if isinstance(matched.part, StreetPart):
            note(matched, streets.match(matched, matched.part))
        elif isinstance(matched.part, CirclePart):
            note(matched, match_places.match_circle(connection, matched, matched.part))
    units = [(matched, matched.part) for matched in parts if isinstance(matched.part, UnitPart)]
    troubles = match_places.match_units(connection, units)
    lacking = {trouble.line for trouble in troubles}
    made.troubles += troubles
    faulty |= {id(matched) for matched, _ in units if matched.line in lacking}
    for matched in parts:
        if id(matched) not in faulty:
            one, trouble = draw(connection, matched, visibility)
            made.drawn += [one] if one else []
            note(matched, [trouble] if trouble else [])
    made.troubles.sort(key=lambda trouble: trouble.line)
    if made.drawn:
        row = queries.zone(connection, areas=[one.area for one in made.drawn])
        made.geometry, made.area_m2, made.md5 = row
    return made


def preview(connection: PgConnection, made: Draft) -> dict[str, Any]:
    """Return a draft as GeoJSON (EPSG:4326): the zone, and the line or area of every part with its names."""
    features = []
    if made.geometry is not None:
        shape = json.loads(queries.shown(connection, geom=made.geometry))
        features.append(_feature(shape, {"what": "zone", "area_m2": round(made.area_m2, 1)}))
    for one in made.drawn:
        shape = json.loads(queries.shown(connection, geom=one.line or one.area))
        facts = {"what": one.matched.part.kind, "line": one.matched.line, "text": one.matched.text}
        features.append(_feature(shape, facts | one.matched.names))
    return {"type": "FeatureCollection", "features": features}


def _feature(geometry: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}
