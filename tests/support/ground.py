"""The plane on which tests draw: metres of VN-2000 (EPSG:9209) about a place in Hưng Yên."""

from __future__ import annotations

from collections.abc import Iterable

import shapely
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry

ORIGIN = (557_000.0, 2_283_000.0)
WGS84 = Geod(ellps="WGS84")
_TO_DEGREES = Transformer.from_crs(9209, 4326, always_xy=True)
_TO_METRES = Transformer.from_crs(4326, 9209, always_xy=True)

Point = tuple[float, float]


def lonlat(point: Point) -> Point:
    """Return longitude and latitude (degrees, WGS 84) of a point of the plane in metres."""
    lon, lat = _TO_DEGREES.transform(point[0] + ORIGIN[0], point[1] + ORIGIN[1])
    return lon, lat


def metres(point: Point) -> Point:
    """Return the point of the plane in metres of longitude and latitude in degrees."""
    x, y = _TO_METRES.transform(*point)
    return x - ORIGIN[0], y - ORIGIN[1]


def degrees_of(points: Iterable[Point]) -> list[Point]:
    """Return longitudes and latitudes of points of the plane."""
    return [lonlat(point) for point in points]


def polygon(rings: list[list[Point]]) -> shapely.MultiPolygon:
    """Return a polygon in degrees of an outer ring and holes in metres of the plane."""
    shell, *holes = [degrees_of(ring) for ring in rings]
    return shapely.MultiPolygon([shapely.Polygon(shell, holes)])


def geodesic_length(geometry: BaseGeometry) -> float:
    """Return the length in metres on the ellipsoid of what is linear in a geometry in degrees."""
    parts = [part for part in shapely.get_parts(geometry).tolist() if part.geom_type == "LineString"]
    return float(sum(WGS84.geometry_length(part) for part in parts))
