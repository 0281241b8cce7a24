"""Which former units and objects of the registry a recipe means."""

from __future__ import annotations

from collections.abc import Sequence

from gisreg.database.connection import PgConnection
from gisreg.settings import get_settings
from gisreg.zones import match_troubles as told
from gisreg.zones.match_streets import SUGGESTED, queries
from gisreg.zones.matched import Matched, describe
from gisreg.zones.recipe import CirclePart, UnitPart
from gisreg.zones.trouble import Trouble


def match_circle(connection: PgConnection, matched: Matched, part: CirclePart) -> list[Trouble]:
    """Find the object around which a circle is drawn; a place must lie in the registry's area."""
    if part.object_code is None or part.object_layer is None:
        west, south, east, north = get_settings().region.bounds
        inside = west <= (part.longitude or 0) <= east and south <= (part.latitude or 0) <= north
        return [] if inside else [told.outside(matched.line, matched.text)]
    found = list(
        queries.objects(connection, layer=part.object_layer, code=part.object_code, owner=part.object_owner)
    )
    if not found:
        return [told.no_object(matched.line, matched.text, part.object_layer, part.object_code)]
    if len(found) > 1:
        owners = [owner or "-" for _, owner, _ in found]
        layer = part.object_layer
        return [told.several_objects(matched.line, matched.text, layer, part.object_code, owners)]
    matched.object_id = found[0][0]
    matched.names["object"] = describe(part)
    matched.visibilities.add(found[0][2])
    return []


def match_units(connection: PgConnection, units: Sequence[tuple[Matched, UnitPart]]) -> list[Trouble]:
    """Find the units of a recipe, all together: former ones without a boundary count by what they became.

    A later unit stands for former ones only where all that went into it are asked for: then it is their
    union, whatever the boundaries between them were.
    """
    troubles = []
    bare: dict[int, tuple[Matched, str]] = {}
    for matched, part in units:
        found, trouble = _find(connection, matched, part)
        if trouble:
            troubles.append(trouble)
            continue
        matched.unit_ids = [row[0] for row in found]
        matched.names["unit"] = ", ".join(row[2] for row in found)
        matched.visibilities |= {row[5] for row in found}
        bare |= {row[0]: (matched, row[2]) for row in found if not row[4]}
    if bare and not troubles:
        troubles += _by_successors(
            connection, bare, {one for matched, _ in units for one in matched.unit_ids}
        )
    return troubles


Found = list[tuple[int, str, str, str | None, bool, str]]
"""Id, code, name, name of the unit above, whether its boundary is known, visibility."""


def _find(connection: PgConnection, matched: Matched, part: UnitPart) -> tuple[Found, Trouble | None]:
    found: Found = list(
        queries.units(
            connection,
            written=part.unit,
            level=part.unit_level,
            within=part.unit_within,
            kind=part.unit_kind,
            day=part.unit_on,
        )
    )
    name = part.unit or part.unit_within or ""
    if not found:
        like = queries.units_like(
            connection, written=name, level=part.unit_level, day=part.unit_on, most=SUGGESTED
        )
        day = part.unit_on.isoformat()
        return [], told.no_unit(matched.line, matched.text, name, day, [one for (one,) in like])
    if part.unit is not None and len(found) > 1:
        which = [f"{name} ({code}{', ' + above if above else ''})" for _, code, name, above, _, _ in found]
        return [], told.several_units(matched.line, matched.text, part.unit, which)
    return found, None


def _by_successors(
    connection: PgConnection, bare: dict[int, tuple[Matched, str]], asked: set[int]
) -> list[Trouble]:
    """Add to each part the later units that stand for its former ones without a boundary."""
    troubles = []
    became: set[int] = set()
    for former, later, later_name, ids, names in queries.successors(connection, ids=list(bare)):
        matched, name = bare[former]
        became.add(former)
        others = [other for number, other in zip(ids, names, strict=True) if number not in asked]
        if others:
            line, text = matched.line, matched.text
            troubles.append(told.no_boundary(line, text, name, later_name, others))
        elif later not in matched.unit_ids:
            matched.unit_ids.append(later)
    for former in sorted(bare.keys() - became):
        matched, name = bare[former]
        troubles.append(told.no_boundary(matched.line, matched.text, name, "?", []))
    return troubles
