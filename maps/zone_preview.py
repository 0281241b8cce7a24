"""A small map inside a page: what a zone is made from, over the registry's own ground."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from maps.assets import SCRIPTS as MAP_SCRIPTS
from maps.assets import STATIC_URL
from maps.config import Bounds, MapConfig
from maps.ground import ground
from maps.vector_tiles import VectorTiles

_NEEDED = (
    "core", "hash", "sources", "memory_source", "style", "lanes", "symbols", "cells", "labels",
    "vector_tiles",
)  # fmt: skip

SCRIPTS = (
    *(url for name, url in MAP_SCRIPTS if not name.startswith("gisreg_") or name[7:] in _NEEDED),
    f"{STATIC_URL}js/zone_preview.js",
)
"""What the page loads, in this order."""

STYLES = (f"{STATIC_URL}vendor/leaflet/leaflet.css",)


def preview_data(config: MapConfig, shapes: dict[str, Any]) -> dict[str, Any]:
    """Return what `zone_preview.js` reads from the page's JSON element.

    Args:
        config: the layers that the reader may see, and where to look where there are no shapes.
        shapes: a GeoJSON FeatureCollection (EPSG:4326) as `gisreg.zones.build.preview` makes it.
    """
    bounds = _extent(shapes) or config.bounds
    return {
        "map": {
            "centre": list(config.centre),
            "zoom": config.zoom,
            "bounds": None if bounds is None else [[bounds[1], bounds[0]], [bounds[3], bounds[2]]],
            "min_zoom": 6,
            "max_zoom": 20,
            "language": config.language,
        },
        "tiles": VectorTiles(ground(config), config.revision).config,
        "shapes": shapes,
        "attribution": list(config.attribution),
    }


def _extent(shapes: dict[str, Any]) -> Bounds | None:
    points = [point for one in shapes["features"] for point in _positions(one["geometry"]["coordinates"])]
    if not points:
        return None
    longitudes, latitudes = [point[0] for point in points], [point[1] for point in points]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _positions(coordinates: list[Any]) -> Iterator[tuple[float, float]]:
    if coordinates and isinstance(coordinates[0], int | float):
        yield coordinates[0], coordinates[1]
        return
    for item in coordinates:
        yield from _positions(item)
