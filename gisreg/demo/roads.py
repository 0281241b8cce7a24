"""The made-up town's main roads, ring, river and bridges, in metres from its centre."""

from __future__ import annotations

import numpy as np
import shapely

from gisreg.demo.plan import Street

Points = list[tuple[float, float]]

RIVER_WIDTH_M = 110.0
RIVER: Points = [
    (-6200, 2500), (-4600, 2150), (-3300, 1900), (-2200, 1430), (-1300, 1010), (-500, 860), (300, 980),
    (1100, 900), (1900, 480), (2700, 390), (3500, 800), (4400, 1000), (5400, 760),
]  # fmt: skip

MAIN_ROADS: dict[str, tuple[str, float, Points]] = {
    "Lý Bôn": ("primary", 15, [(-5300, -1180), (-4100, -900), (-2700, -560), (-1300, -160), (0, 0),
                               (900, 180), (1800, 60), (2600, -240)]),
    "Quang Trung": ("primary", 15, [(0, 0), (-180, -800), (-120, -1700), (80, -2500), (120, -3400)]),
    "Long Hưng": ("primary", 15, [(180, 700), (260, 1200), (480, 2000), (560, 3300)]),
    "Trần Thánh Tông": ("secondary", 13, [(-900, -330), (-820, 330), (-760, 900), (-720, 1700),
                                          (-560, 3000)]),
    "Lê Lợi": ("secondary", 12, [(0, 0), (120, 380), (180, 700)]),
    "Hùng Vương": ("primary", 18, [(-4000, 700), (-2800, 420), (-1700, 320), (-820, 330), (120, 380)]),
    "Lý Thường Kiệt": ("primary", 14, [(-820, 330), (-560, -40), (-300, -370), (300, -800), (1000, -1240),
                                       (1700, -1900), (2500, -2700)]),
    "Trần Thái Tông": ("primary", 18, [(-3000, -1650), (-1900, -1420), (-1000, -1270), (-150, -1250),
                                       (1000, -1240), (1900, -1050), (3100, -900)]),
    "Hai Bà Trưng": ("secondary", 11, [(-1300, -160), (-900, -330), (-300, -370), (330, -300), (1050, -330),
                                       (1800, 60)]),
    "Kỳ Đồng": ("secondary", 12, [(120, 380), (700, 540), (1400, 420), (1800, 60)]),
    "Trần Hưng Đạo": ("secondary", 12, [(-1700, 320), (-1750, -250), (-1820, -800), (-1900, -1420)]),
}  # fmt: skip
"""Class, carriageway width (m) and the points that each main road is drawn through."""

RING_NAME = "Võ Nguyên Giáp"
RING: Points = [
    (-2900, 640), (-2520, 1750), (-1500, 2380), (450, 2440), (1900, 2250), (2850, 1500), (3080, 100),
    (2900, -1400), (2000, -2280), (100, -2560), (-1500, -2480), (-2640, -1750), (-3000, -560),
]  # fmt: skip

BRIDGES = ("Long Hưng", RING_NAME, "Trần Thánh Tông")
"""Roads that go over the river; every other street ends at its banks."""


def smooth(points: Points, rounds: int = 3, closed: bool = False) -> np.ndarray:
    """Return the points with their corners cut (Chaikin), n x 2; ends stay where they are."""
    xy = np.asarray(points, dtype=float)
    for _ in range(rounds):
        following = np.roll(xy, -1, axis=0) if closed else xy[1:]
        before = xy if closed else xy[:-1]
        cut = np.stack([0.75 * before + 0.25 * following, 0.25 * before + 0.75 * following], axis=1)
        cut = cut.reshape(-1, 2)
        xy = cut if closed else np.concatenate([xy[:1], cut, xy[-1:]])
    return np.concatenate([xy, xy[:1]]) if closed else xy


def river() -> shapely.Polygon:
    """Return the water of the river, in metres from the centre."""
    return shapely.LineString(smooth(RIVER)).buffer(RIVER_WIDTH_M / 2)


def ring() -> shapely.Polygon:
    """Return the area inside the ring road."""
    return shapely.Polygon(smooth(RING, closed=True))


def main_roads(rng: np.random.Generator) -> list[Street]:
    """Return the ring and the main roads, each slightly off its drawing (by the seed).

    Points that several roads share are moved together, so that the roads still meet.
    """
    moved: dict[tuple[float, float], tuple[float, float]] = {(0, 0): (0.0, 0.0)}

    def through(points: Points) -> Points:
        for point in points:
            if point not in moved:
                dx, dy = rng.uniform(-25, 25, 2)
                moved[point] = (point[0] + float(dx), point[1] + float(dy))
        return [moved[point] for point in points]

    streets = []
    for name, (street_class, width, points) in MAIN_ROADS.items():
        xy = _through_shared(through(points))
        streets.append(Street(name, street_class, width, shapely.LineString(xy)))
    loop = shapely.LineString(smooth(through(RING), closed=True))
    streets.append(Street(RING_NAME, "trunk", 22.0, loop))
    return streets


def _through_shared(points: Points) -> np.ndarray:
    """Smooth a road but keep it going through its own points, where other roads join it (cubic)."""
    xy = np.asarray(points, dtype=float)
    tangent = np.gradient(xy, axis=0)
    steps = np.linspace(0, 1, 9)[:-1, None]
    h00 = 2 * steps**3 - 3 * steps**2 + 1
    h10 = steps**3 - 2 * steps**2 + steps
    h01 = -2 * steps**3 + 3 * steps**2
    h11 = steps**3 - steps**2
    parts = [
        h00 * xy[i] + h10 * tangent[i] + h01 * xy[i + 1] + h11 * tangent[i + 1] for i in range(len(xy) - 1)
    ]
    return np.concatenate([*parts, xy[-1:]])
