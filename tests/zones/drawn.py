"""Zones made in a drawn registry: recipes in, areas in metres of the plane out."""

from __future__ import annotations

from typing import Any

import shapely
from pyproj import Transformer

from gisreg.access.actor import Actor, PersonRole
from gisreg.zones.build import Draft, draft
from gisreg.zones.make import make
from gisreg.zones.recipe import Recipe
from gisreg.zones.sheet import read_text
from gisreg.zones.source import Source, together
from tests.support.ground import ORIGIN
from tests.support.network import Network

SO = Actor("Sở", roles=frozenset({PersonRole.AUTHORITY}))
_TO_METRES = Transformer.from_crs(4326, 9209, always_xy=True)

WARDS = {"code": "Z", "name": "Khu vực", "kind": "aesthetic_priority", "valid_from": "2020-01-01"}


def said(**attributes: Any) -> dict[str, Any]:
    """Return what is said of a zone, with some of it otherwise."""
    return WARDS | attributes


def in_metres(geometry: str | bytes) -> shapely.Geometry:
    """Return a geometry (EWKB in degrees, hexadecimal or not) in metres of the plane of drawings."""
    shape = shapely.from_wkb(geometry)
    return shapely.transform(shape, lambda x, y: _moved(*_TO_METRES.transform(x, y)), interleaved=False)


def _moved(x: Any, y: Any) -> tuple[Any, Any]:
    return x - ORIGIN[0], y - ORIGIN[1]


def tried(network: Network, text: str, width_m: float = 10, **visibility: str) -> Draft:
    """Return what a pasted list gives; nothing is written."""
    source = together(read_text(text, width_m), text)
    assert source.troubles == []
    assert source.recipe is not None
    return draft(network.connection, source.recipe, lines=source.lines, **visibility)


def area(network: Network, text: str, width_m: float = 10) -> shapely.Geometry:
    """Return the area of a pasted list in metres of the plane; every entry must be clear."""
    made = tried(network, text, width_m)
    assert made.troubles == []
    assert made.geometry is not None
    return in_metres(made.geometry)


def made(network: Network, text: str, width_m: float = 10, **attributes: Any) -> int:
    """Make a zone of a pasted list and return its id."""
    source = together(read_text(text, width_m), text)
    return make(network.connection, SO, said(**attributes), source)[0]


def made_of(network: Network, *parts: Any, **attributes: Any) -> int:
    """Make a zone of parts, as JSON has them or ready-made, and return its id."""
    recipe = Recipe.model_validate({"parts": parts})
    return make(network.connection, SO, said(**attributes), Source(recipe))[0]


def stands(network: Network, zone_id: int) -> shapely.Geometry:
    """Return the area of a zone as it is stored, in metres of the plane."""
    ((geometry,),) = network.sql("SELECT ST_AsEWKB(geom) FROM registry.zone WHERE id = %s", zone_id)
    return in_metres(bytes(geometry))


def off(one: shapely.Geometry, other: shapely.Geometry) -> float:
    """Return how many square metres lie in one of two areas only."""
    return float(one.symmetric_difference(other).area)
