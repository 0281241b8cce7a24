"""Geometries that people send: of the layer's type, finite, and inside the registry's area."""

from __future__ import annotations

import json
import math
from typing import Any

from gisreg.said import MeaninglessError, Said, both, listed
from gisreg.settings import get_settings
from layers import Geometry, Layer

MAX_POSITIONS = 100_000

_DEPTH = {"Point": 0, "LineString": 1, "Polygon": 2, "MultiLineString": 2, "MultiPolygon": 3}
_SINGLE = {Geometry.MULTILINE: "LineString", Geometry.MULTIPOLYGON: "Polygon"}
_LEAST = {"LineString": 2, "MultiLineString": 2, "Polygon": 4, "MultiPolygon": 4}

_ABSENT = both("phải để trống: lớp này không có hình học", "must be absent: this layer has no geometry")
_TOO_MANY = both(f"có hơn {MAX_POSITIONS} điểm", f"has more than {MAX_POSITIONS} positions")
_TOO_FEW = both("có quá ít tọa độ cho kiểu hình này", "has too few coordinates for its type")
_OPEN = both("có vòng chưa khép kín", "has a ring that is not closed")
_NO_LENGTH = both("có đường không có chiều dài", "has a line without length")
_NO_POSITION = both(
    "có vị trí không phải là hai số: kinh độ, vĩ độ (độ)",
    "has a position that is not two numbers: longitude, latitude in degrees",
)
_SWAPPED = both("kinh độ đứng trước", "longitude comes first")


def check(layer: Layer, geometry: Any) -> str:
    """Return the geometry as GeoJSON text of the layer's type (degrees, EPSG:4326, heights dropped).

    Raises:
        MeaninglessError: it is none, of another type, or lies outside the registry's area.
    """
    if layer.geometry is None:
        raise MeaninglessError(_ABSENT)
    accepted = sorted({layer.geometry.value, _SINGLE.get(layer.geometry, layer.geometry.value)})
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in accepted:
        raise MeaninglessError(
            both(
                f"phải là hình GeoJSON kiểu {' hoặc '.join(accepted)}",
                f"must be a GeoJSON geometry of type {' or '.join(accepted)}",
            )
        )
    counter = [0]
    coordinates = _walk(geometry.get("coordinates"), _DEPTH[kind], _LEAST.get(kind, 1), counter)
    if kind != layer.geometry.value:
        kind, coordinates = layer.geometry.value, [coordinates]
    return json.dumps({"type": kind, "coordinates": coordinates})


def _walk(value: Any, depth: int, least: int, counter: list[int]) -> Any:
    if depth == 0:
        counter[0] += 1
        if counter[0] > MAX_POSITIONS:
            raise MeaninglessError(_TOO_MANY)
        return _position(value)
    if not isinstance(value, list) or len(value) < (least if depth == 1 else 1):
        raise MeaninglessError(_TOO_FEW)
    found = [_walk(one, depth - 1, least, counter) for one in value]
    if depth == 1 and least == 4 and found[0] != found[-1]:
        raise MeaninglessError(_OPEN)
    if depth == 1 and least == 2 and all(one == found[0] for one in found):
        raise MeaninglessError(_NO_LENGTH)
    return found


def _position(value: Any) -> list[float]:
    numbers = value if isinstance(value, list) and 2 <= len(value) <= 4 else [math.nan]
    if not all(type(one) in (int, float) and math.isfinite(one) for one in numbers):
        raise MeaninglessError(_NO_POSITION)
    west, south, east, north = get_settings().region.bounds
    longitude, latitude = numbers[:2]
    if not (west <= longitude <= east and south <= latitude <= north):
        swapped = west <= latitude <= east and south <= longitude <= north
        outside = Said(
            "nằm ngoài phạm vi của sổ đăng ký ({0:g}, {1:g})",
            "lies outside the registry's area ({0:g}, {1:g})",
            (longitude, latitude),
        )
        raise MeaninglessError(listed([outside, _SWAPPED], "; ") if swapped else outside)
    return [float(longitude), float(latitude)]
