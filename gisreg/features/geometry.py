"""Geometries that people send: of the layer's type, finite, and inside the registry's area."""

from __future__ import annotations

import json
import math
from typing import Any

from gisreg.settings import get_settings
from layers import Geometry, Layer

MAX_POSITIONS = 100_000

_DEPTH = {"Point": 0, "LineString": 1, "Polygon": 2, "MultiLineString": 2, "MultiPolygon": 3}
_SINGLE = {Geometry.MULTILINE: "LineString", Geometry.MULTIPOLYGON: "Polygon"}
_LEAST = {"LineString": 2, "MultiLineString": 2, "Polygon": 4, "MultiPolygon": 4}


def check(layer: Layer, geometry: Any) -> str:
    """Return the geometry as GeoJSON text of the layer's type (degrees, EPSG:4326, heights dropped).

    Raises:
        ValueError: it is none, of another type, or lies outside the registry's area.
    """
    if layer.geometry is None:
        raise ValueError("must be absent: this layer has no geometry")
    accepted = {layer.geometry.value, _SINGLE.get(layer.geometry, layer.geometry.value)}
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in accepted:
        raise ValueError(f"must be a GeoJSON geometry of type {' or '.join(sorted(accepted))}")
    counter = [0]
    coordinates = _walk(geometry.get("coordinates"), _DEPTH[kind], _LEAST.get(kind, 1), counter)
    if kind != layer.geometry.value:
        kind, coordinates = layer.geometry.value, [coordinates]
    return json.dumps({"type": kind, "coordinates": coordinates})


def _walk(value: Any, depth: int, least: int, counter: list[int]) -> Any:
    if depth == 0:
        counter[0] += 1
        if counter[0] > MAX_POSITIONS:
            raise ValueError(f"has more than {MAX_POSITIONS} positions")
        return _position(value)
    if not isinstance(value, list) or len(value) < (least if depth == 1 else 1):
        raise ValueError("has too few coordinates for its type")
    found = [_walk(one, depth - 1, least, counter) for one in value]
    if depth == 1 and least == 4 and found[0] != found[-1]:
        raise ValueError("has a ring that is not closed")
    if depth == 1 and least == 2 and all(one == found[0] for one in found):
        raise ValueError("has a line without length")
    return found


def _position(value: Any) -> list[float]:
    numbers = value if isinstance(value, list) and 2 <= len(value) <= 4 else [math.nan]
    if not all(type(one) in (int, float) and math.isfinite(one) for one in numbers):
        raise ValueError("has a position that is not two numbers: longitude, latitude in degrees")
    west, south, east, north = get_settings().region.bounds
    longitude, latitude = numbers[:2]
    if not (west <= longitude <= east and south <= latitude <= north):
        swapped = west <= latitude <= east and south <= longitude <= north
        raise ValueError(
            f"lies outside the registry's area ({longitude:g}, {latitude:g})"
            + ("; longitude comes first" if swapped else "")
        )
    return [float(longitude), float(latitude)]
