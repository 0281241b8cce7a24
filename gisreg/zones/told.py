"""Drafts and recipes as answers bear them (JSON)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from gisreg.database.connection import PgConnection
from gisreg.zones import keep
from gisreg.zones.build import Draft, preview
from gisreg.zones.build import draft as draft_of
from gisreg.zones.draw import Drawn
from gisreg.zones.matched import Matched
from gisreg.zones.rebuild import Rebuilt


def draft(connection: PgConnection, made: Draft) -> dict[str, Any]:
    """Return what a recipe gives: what was matched, what was not, area, preview as GeoJSON."""
    return {
        "area_m2": round(made.area_m2, 1),
        "matched": [_drawn(one) for one in made.drawn],
        "unmatched": [trouble.json() for trouble in made.troubles],
        "preview": preview(connection, made),
    }


def _drawn(one: Drawn) -> dict[str, Any]:
    length = None if one.length_m is None else round(one.length_m, 1)
    return _part(one.matched) | {"names": one.matched.names, "length_m": length}


def _part(matched: Matched) -> dict[str, Any]:
    part = matched.part.model_dump(mode="json", exclude_none=True, by_alias=True, exclude={"as_written"})
    return {"line": matched.line, "text": matched.text, "part": part}


def zone(connection: PgConnection, zone_id: int) -> dict[str, Any]:
    """Return a zone with its recipe and what that means now.

    Raises:
        NotFoundError: there is no such zone, or it has no recipe.
    """
    kept = keep.require(connection, zone_id)
    names = keep.names_of(connection, kept.matched)
    return asdict(keep.facts(connection, zone_id)) | {
        "recipe": kept.recipe.model_dump(mode="json", exclude_none=True, by_alias=True),
        "parts": [
            _part(one) | {"uses": [{"id": number, "name": names.get(number)} for number in one.uses]}
            for one in kept.matched
        ],
        "made_by": kept.made_by,
        "made_at": kept.made_at,
        "built_at": kept.built_at,
        "stale_since": kept.stale_since,
        "failed_at": kept.failed_at,
        "failure_vi": kept.failure_vi,
        "failure_en": kept.failure_en,
    }


def shapes(connection: PgConnection, zone_id: int) -> dict[str, Any]:
    """Return a zone as it stands, lines and areas of its parts as they are now, as GeoJSON (EPSG:4326).

    Raises:
        NotFoundError: there is no such zone, or it has no recipe.
    """
    kept, facts = keep.require(connection, zone_id), keep.facts(connection, zone_id)
    made = draft_of(connection, kept.recipe, facts.visibility, earlier=kept.matched)
    made.geometry, made.area_m2 = keep.queries.area(connection, zone_id=zone_id), facts.area_m2
    return preview(connection, made)


def listed(connection: PgConnection) -> list[dict[str, Any]]:
    """Return the zones that are made from recipes, with how their recipe stands."""
    names = (
        "id", "code", "name", "kind", "valid_from", "valid_to", "area_m2", "parts", "made_by", "built_at",
        "stale_since", "failure_vi", "failure_en",
    )  # fmt: skip
    return [dict(zip(names, row, strict=True)) for row in keep.queries.listed(connection)]


def rebuilt(done: Rebuilt) -> Mapping[str, Any]:
    """Return what became of a zone that was built anew."""
    return {
        "code": done.code,
        "changed": done.changed,
        "area_m2": round(done.area_m2, 1),
        "unmatched": [trouble.json() for trouble in done.troubles],
        "refused": done.refused.en if done.refused else None,
        "refused_vi": done.refused.vi if done.refused else None,
    }
