"""The made-up town's railways and waterways: the river, two canals, a line and a siding."""

from __future__ import annotations

import shapely

from gisreg.demo import roads
from gisreg.demo.plan import Row, label

Points = roads.Points

RAILWAYS: dict[str, tuple[str, float | None, Points]] = {
    "Đường sắt phía Nam (minh hoạ)": (
        "gauge_1000", 9.0, [(-5800, -2050), (-3600, -1010), (-1600, -480), (-300, -190), (700, -120),
                            (2100, -700), (3900, -2200)]),
    "Đường nhánh ga hàng (minh hoạ)": (
        "unknown", None, [(-300, -190), (150, -520), (420, -900), (560, -1500)]),
}  # fmt: skip
"""Class, width of the formation (m, None where nobody measured) and points in metres from the centre."""

WATERWAYS: dict[str, tuple[str, float | None, Points]] = {
    "Sông Trà Lý": ("class_3", 7.0, roads.RIVER),
    "Kênh Vĩnh Trà (minh hoạ)": (
        "class_6", 2.5, [(-1300, 1010), (-700, 480), (-380, -60), (-420, -760), (-700, -1600),
                         (-900, -2900)]),
    "Kênh Kiến Giang (minh hoạ)": (
        "unknown", None, [(380, 980), (440, 300), (620, -220), (1300, -900), (1500, -2200)]),
    "Mương tiêu (minh hoạ)": (
        "not_navigable", None, [(-1900, 120), (-1000, 90), (-520, 40)]),
}  # fmt: skip
"""Navigation class, clearance for vessels (m, None where none was announced) and points."""


def railways() -> list[Row]:
    """Return rows of railway, in metres from the centre."""
    return [
        {
            "code": f"MH-DS-{number:02d}", "name": name, "railway_class": railway_class,
            "formation_width_m": width, "position_accuracy_m": 1.0, "visibility": "public",
            "geom": shapely.LineString(roads.smooth(points)), **label("railway"),
        }
        for number, (name, (railway_class, width, points)) in enumerate(RAILWAYS.items(), start=1)
    ]  # fmt: skip


def waterways() -> list[Row]:
    """Return rows of waterway, in metres from the centre."""
    return [
        {
            "code": f"MH-SK-{number:02d}", "name": name, "waterway_class": waterway_class,
            "clearance_height_m": clearance, "visibility": "public",
            "geom": shapely.LineString(roads.smooth(points)), **label("waterway"),
        }
        for number, (name, (waterway_class, clearance, points)) in enumerate(WATERWAYS.items(), start=1)
    ]  # fmt: skip
