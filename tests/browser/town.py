"""A small made-up town, as tiles and answers of the application, for tests of the pages."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box, mapping
from shapely.geometry.base import BaseGeometry

WEST, SOUTH = 106.330, 20.440
METRE_LON, METRE_LAT = 1 / 104_300, 1 / 110_750
PROPOSED = (430.0, 660.0)
"""Metres east and north of where a pole stands that is proposed to stand elsewhere."""

HOSTILE = '<img src=x onerror="window.hacked=1">${window.hacked=2}</script><script>window.hacked=3'
OWNERS = {1: "VNPT Hưng Yên", 2: "Viettel Hưng Yên", 3: "FPT Telecom", 4: "VTVcab"}
STATES = ("flagged", "planned", "in_progress", "reported", "accepted")
NAMES = ("Lý Bôn", "Lý Thường Kiệt", "Quang Trung", "Hai Bà Trưng", "Trần Hưng Đạo", "Lê Lợi")

Feature = tuple[BaseGeometry, dict[str, Any]]


def at(x: float, y: float) -> tuple[float, float]:
    """Return longitude and latitude of metres east and north of the town's corner."""
    return WEST + x * METRE_LON, SOUTH + y * METRE_LAT


def _square(x: float, y: float, width: float, height: float) -> MultiPolygon:
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    return MultiPolygon([Polygon([at(*corner) for corner in corners])])


@cache
def features() -> dict[str, list[Feature]]:
    """Return every layer's features, geometry in EPSG:4326."""
    found: dict[str, list[Feature]] = {
        key: [] for key in ("street", "admin_unit", "zone", "pole", "tower", "segment", "cable")
    }
    for n, name in enumerate(("Phường Trần Lãm", "Phường Kỳ Bá", "Xã Vũ Phúc", "Xã Đông Hoà")):
        area = _square((n % 2) * 1100 - 100, (n // 2) * 1100 - 100, 1100, 1100)
        found["admin_unit"].append((area, {"id": n + 1, "name": name, "level": "commune"}))
    old = {"id": 9, "name": "Phường cũ", "level": "commune", "valid_to": "2025-07-01"}
    found["admin_unit"].append((_square(-100, -100, 2200, 2200), old))
    zones = (
        (1, "urban", "Khu vực nội thành", (0, 0, 1500, 1300)),
        (2, "aesthetic_priority", HOSTILE, (500, 450, 600, 650)),
    )
    for number, kind, name, place in zones:
        found["zone"].append(
            (_square(*place), {"id": number, "kind": kind, "name": name, "code": f"Z{number}"})
        )
    for n in range(12):
        across = n % 2 == 0
        offset = 100 + (n // 2) * 320
        ends = [(0, offset), (1900, offset)] if across else [(offset, 0), (offset, 1900)]
        _street(found, n, across, offset, ends)
    for n in range(6):
        tower = {
            "id": n + 1,
            "code": f"TBH-{n:03d}",
            "owner_id": n % 3 + 1,
            "mast_class": "A2b",
            "tenant_count": n % 4,
        }
        found["tower"].append((Point(at(150 + n * 300, 300 + (n * 431) % 1300)), tower))
    return found


def _street(found: dict[str, list[Feature]], n: int, across: bool, offset: float, ends: list[Any]) -> None:
    name = NAMES[n // 2] + ("" if across else " kéo dài")
    kind = ("primary", "secondary", "residential")[n % 3]
    found["street"].append(
        (LineString([at(*end) for end in ends]), {"id": n + 1, "name": name, "street_class": kind})
    )
    poles = [(x, offset + 7) if across else (offset + 7, x) for x in range(10, 1900, 35)]
    for i, place in enumerate(poles):
        pole = {
            "id": n * 100 + i + 1,
            "code": f"C-{n:02d}-{i:03d}",
            "owner_id": 5,
            "kind": ("telecom", "power_lv")[i % 2],
            "cable_count": 3,
            "carrier_count": (i * 7 + n) % 6,
        }
        if i % 3:
            pole["height_m"] = 8.5
        found["pole"].append((Point(at(*place)), pole))
    for owner in range(1, 2 + n % 4):
        for i in range(len(poles) - 1):
            inside = poles[i][0] < 1500 and poles[i][1] < 1300
            state = STATES[(i // 9 + owner) % 5] if inside else "none"
            found["segment"].append(
                (
                    LineString([at(*poles[i]), at(*poles[i + 1])]),
                    {
                        "id": n * 1000 + owner * 100 + i,
                        "owner_id": owner,
                        "tidying_state": state,
                        "state": "in_service",
                        "medium": "fibre",
                        "length_m": 35.0,
                        "reason": "urban" if inside else "",
                    },
                )
            )


def tile(layer: str, z: int, x: int, y: int, min_zoom: int) -> bytes:
    """Return a tile as the application makes it: objects, or counts by cell below `min_zoom`."""
    west, south, east, north = _bounds(z, x, y)
    pad = (east - west) / 16
    window = box(west - pad, south - pad, east + pad, north + pad)
    inside = [(g, p) for g, p in features().get(layer, []) if g.intersects(window)]
    if z < min_zoom:
        inside = _cells(inside, (west, south, east, north))
    found = [
        {
            "geometry": shapely.transform(
                g if z < min_zoom else g.intersection(window), _to_tile((west, south, east, north))
            ),
            "properties": p,
        }
        for g, p in inside
    ]
    return mapbox_vector_tile.encode(
        {"name": layer, "features": found},
        default_options={"extents": 4096, "y_coord_down": True},
    )


def _cells(found: list[Feature], bounds: tuple[float, ...], n: int = 16) -> list[Feature]:
    west, south, east, north = bounds
    cells: dict[tuple[int, int], dict[str, Any]] = {}
    for geometry, props in found:
        spot = geometry.centroid
        i, j = int((spot.x - west) / (east - west) * n), int((spot.y - south) / (north - south) * n)
        if not (0 <= i < n and 0 <= j < n):
            continue
        cell = cells.setdefault((i, j), {"count": 0, "length_m": 0.0, "flagged_m": 0.0, "accepted_m": 0.0})
        length = props.get("length_m", 0.0)
        cell["count"] += 1
        cell["length_m"] += length
        cell["flagged_m"] += length if props.get("tidying_state", "none") != "none" else 0.0
        cell["accepted_m"] += length if props.get("tidying_state") == "accepted" else 0.0
    return [
        (
            Point(west + (i + 0.5) * (east - west) / n, south + (j + 0.5) * (north - south) / n),
            props,
        )
        for (i, j), props in sorted(cells.items())
    ]


def _bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    n = 2**z

    def latitude(row: float) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / n))))

    return x / n * 360 - 180, latitude(y + 1), (x + 1) / n * 360 - 180, latitude(y)


def _to_tile(bounds: tuple[float, ...]) -> Any:
    # Within one tile of the zooms tested here latitude is straight enough.
    west, south, east, north = bounds

    def transform(positions: np.ndarray) -> np.ndarray:
        share = (positions - (west, north)) / (east - west, south - north)
        return share * 4096

    return transform


def detail(layer: str, number: int) -> dict[str, Any] | None:
    """Return the answer of `/details/{layer}/{id}`, or None where there is no such object."""
    props = next((p for _, p in features().get(layer, []) if p["id"] == number), None)
    if props is None:
        return None
    reasons = []
    if props.get("tidying_state", "none") != "none":
        reasons = [
            {
                "rule": "Z01",
                "vi": "Nằm trong khu vực đô thị",
                "en": "In an urban zone",
                "zone": "Khu vực nội thành",
                "zone_kind": "Khu vực đô thị",
                "metres_inside": 35.0,
                "priority": 2.5,
                "legal": "QĐ 1120/QĐ-UBND",
            },
            {
                "rule": "H01",
                "vi": "Thấp hơn 5,5 m trên lòng đường",
                "en": "Below 5.5 m over the road",
                "zone": HOSTILE,
                "zone_kind": None,
                "metres_inside": 0,
                "priority": 4.0,
                "legal": "NĐ 11/2010 điều 21",
                "severity_title": {"vi": "Nguy hiểm", "en": "Critical"},
                "outcome_title": {"vi": "Không đạt", "en": "Fails"},
                "confidence": {"key": "to_be_verified", "vi": "cần kiểm chứng", "en": "to be verified"},
                "measured_value": 4.82,
                "threshold_value": 5.5,
                "unit": "m",
                "fails": "below",
            },
        ]
    return {
        "layer": layer,
        "id": number,
        "title": {"vi": f"Đoạn cáp {number}", "en": f"Cable segment {number}"},
        "rows": [
            {
                "vi": "Đơn vị chủ quản",
                "en": "Owner",
                "value": OWNERS.get(props.get("owner_id"), "EVN"),
                "unit": None,
            },
            {"vi": "Chiều dài", "en": "Length", "value": props.get("length_m"), "unit": "m"},
            {"vi": "Cập nhật lúc", "en": "Updated at", "value": "2026-05-04T05:37:53+07:00"},
            {"vi": "Ghi chú", "en": "Note", "value": HOSTILE, "unit": None},
        ],
        "reasons": reasons,
        "tables": [
            {
                "title": {"vi": "Điểm treo", "en": "Supports"},
                "columns": [{"vi": "Cột", "en": "Pole"}, {"vi": "Độ cao", "en": "Height"}],
                "rows": [["C-00-001", 5.2], ["C-00-002", 5.9]],
            }
        ],
    }


def search(text: str) -> list[dict[str, Any]]:
    """Return the results of `/search`."""
    results = []
    for layer, field in (("street", "name"), ("pole", "code")):
        for geometry, props in features()[layer]:
            if text.lower() in props[field].lower():
                results.append(
                    {
                        "layer": layer,
                        "id": props["id"],
                        "label": props[field],
                        "context": "Phường Trần Lãm",
                        "bbox": list(geometry.bounds),
                    }
                )
    return results[:12]


def progress() -> list[dict[str, Any]]:
    """Return the rows of `/progress?by=ward`."""
    shares = (0.86, 0.45, 0.12, None)
    return [
        {
            "key": number + 1,
            "name": "",
            "flagged_m": 0 if share is None else 12_000.0,
            "accepted_m": 12_000 * (share or 0),
            "reported_m": 900.0,
            "share_accepted": share,
        }
        for number, share in enumerate(shares)
    ]


def proposals() -> dict[str, Any]:
    """Return the answer of `/proposals?state=waiting`: a pole that should stand 20 m further east."""
    stands, proposed = (
        {"type": "Point", "coordinates": list(at(x, PROPOSED[1]))} for x in (PROPOSED[0], PROPOSED[0] + 20)
    )
    feature = {"type": "Feature", "id": 1, "geometry": stands, "properties": {"proposed_geometry": proposed}}
    return {"type": "FeatureCollection", "links": [], "features": [feature]}


def findings(asked: dict[str, list[str]]) -> dict[str, Any]:
    """Return the answer of `/findings`: every flagged segment lies in a zone, each fifth is too low."""
    west, south, east, north = map(float, asked["bbox"][0].split(","))
    found = []
    for shape, props in features()["segment"]:
        number = props["id"]
        if props.get("tidying_state") != "flagged" or not shape.intersects(box(west, south, east, north)):
            continue
        rules = [("Z01", "minor"), *([("H01", "critical")] if number % 5 == 0 else [])]
        for rule, severity in rules:
            if asked.get("rule", [rule])[0] == rule:
                told = {"object_id": number, "layer": "segment", "rule": rule, "severity": severity}
                found.append({"type": "Feature", "geometry": mapping(shape), "properties": told})
    lean = asked.get("rule") == ["P02"]
    coverage = {
        "applicable": 50, "evaluated": 4 if lean else 40, "share": 0.08 if lean else 0.8, "enough": not lean,
        "told": {"vi": "Chưa đo đủ", "en": "Not enough measured"} if lean else None, "knows_place": True,
    }  # fmt: skip
    return {"type": "FeatureCollection", "features": found, "coverage": coverage}


def finding_counts() -> dict[str, Any]:
    """Return the answer of `/findings/counts?by=rule`."""
    told = {"vi": "Chưa đo đủ", "en": "Not enough measured"}
    low = {"key": "H01", "vi": "Thấp hơn 5,5 m trên lòng đường", "en": "Below 5.5 m over the road"}
    zone = {"key": "Z01", "vi": "Nằm trong khu vực đô thị", "en": "In an urban zone"}
    lean = {"key": "P02", "vi": "Cột bị nghiêng", "en": "The pole leans"}
    return {
        "rows": [
            {"rule": low, "count": 12, "applicable": 100, "evaluated": 80, "share": 0.8, "told": None},
            {"rule": lean, "count": None, "applicable": 50, "evaluated": 4, "share": 0.08, "told": told},
            {"rule": zone, "count": 60, "applicable": None, "evaluated": None, "share": None, "told": None},
        ]
    }


def candidates() -> dict[str, Any]:
    """Return the answer of `/sharing/candidates`."""
    towers = features()["tower"]
    return collection(
        [
            (LineString([towers[0][0], towers[1][0]]), {"distance_m": 488.0}),
            (LineString([towers[2][0], towers[3][0]]), {"distance_m": 92.0}),
        ]
    )


def collection(found: list[Feature]) -> dict[str, Any]:
    """Return features as a GeoJSON FeatureCollection."""
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": mapping(geometry), "properties": props}
            for geometry, props in found
        ],
    }
