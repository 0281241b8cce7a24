"""The made-up town's ordinary streets: a bent grid, thinner outwards, roads along the river, a township."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely

from gisreg.demo import names, roads
from gisreg.demo.plan import Street

GRID_ANGLE = 0.14
CLEAR_M = 38.0
"""How near a street may run beside a main road."""


def ordinary_streets(rng: np.random.Generator, mains: list[Street]) -> list[Street]:
    """Return all streets beside the main roads, named from the centre outwards; no alleys yet."""
    water = roads.river()
    inside = roads.ring().buffer(60)
    near_main = shapely.union_all([street.line for street in mains]).buffer(CLEAR_M)
    banks = _riverside(inside)
    shapely.prepare(near_main)
    runs = _grid_runs(rng, inside, near_main, water.buffer(95))
    runs.sort(key=lambda line: float(shapely.distance(line, shapely.Point(0, 0))))
    fixed = [street.line for street in (*mains, *banks)]
    runs = join_ends(runs, fixed, reach_m=85.0)
    streets = []
    for number, line in enumerate(runs):
        if number < len(names.STREETS):
            name = names.STREETS[number]
        else:
            name = f"Đường số {number - len(names.STREETS) + 1}"
        distance = float(shapely.distance(line, shapely.Point(0, 0)))
        long = line.length > 700
        street_class = "tertiary" if long and rng.random() < 0.6 else "residential"
        width = float(rng.choice([7.5, 9.0, 10.5] if street_class == "tertiary" else [5.5, 6.0, 7.0, 7.5]))
        streets.append(
            Street(name, street_class, width, line, "city", has_trucks=distance > 900 or width > 7)
        )
    return [*banks, *streets, *_township(rng)]


def _riverside(inside: shapely.Polygon) -> list[Street]:
    axis = shapely.LineString(roads.smooth(roads.RIVER))
    streets = []
    for name, offset in zip(names.RIVERSIDE, (-105.0, 105.0), strict=True):
        line = shapely.offset_curve(axis, offset).intersection(inside)
        streets.append(Street(name, "tertiary", 8.0, max(shapely.get_parts(line), key=shapely.length)))
    return streets


def _lines_from_centre(rng: np.random.Generator) -> np.ndarray:
    """Return sorted positions of grid lines: 170 m apart in the centre, 400 m at the edge."""
    sides = []
    for sign in (-1, 1):
        at = rng.uniform(40, 90)
        side = []
        while at < 3200:
            side.append(sign * at)
            at += rng.uniform(135, 200) * (1 + at / 2200)
        sides.append(side)
    return np.sort(np.concatenate(sides))


def bend(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return town coordinates (n x 2) of grid coordinates: turned, and bent like old field paths."""
    x = u + 95 * np.sin(v / 620 + 0.6) + 60 * np.sin((u + v) / 980)
    y = v + 85 * np.sin(u / 710 - 0.4) + 55 * np.cos((u - v) / 870)
    cos, sin = np.cos(GRID_ANGLE), np.sin(GRID_ANGLE)
    return np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1)


def _grid_runs(
    rng: np.random.Generator,
    inside: shapely.Polygon,
    near_main: shapely.Geometry,
    wet: shapely.Polygon,
) -> list[shapely.LineString]:
    """Return stretches of grid lines: cells are left out at random, more of them outwards."""
    across, along = _lines_from_centre(rng), _lines_from_centre(rng)
    runs: list[shapely.LineString] = []
    for lines, others, flipped in ((across, along, False), (along, across, True)):
        for position in lines:
            run: list[np.ndarray] = []
            longest = int(rng.integers(5, 14))
            for start, end in pairwise(others):
                t = np.linspace(start, end, 5)
                fixed = np.full(5, position)
                xy = bend(t, fixed) if flipped else bend(fixed, t)
                if _is_kept(rng, xy, inside, near_main, wet) and len(run) < longest:
                    run.append(xy)
                else:
                    _end_run(runs, run)
                    run, longest = [], int(rng.integers(5, 14))
            _end_run(runs, run)
    return runs


def _is_kept(
    rng: np.random.Generator,
    xy: np.ndarray,
    inside: shapely.Polygon,
    near_main: shapely.Geometry,
    wet: shapely.Polygon,
) -> bool:
    distance = float(np.hypot(*xy[2]))
    wanted = rng.random() < 0.96 - 0.26 * min(distance / 2600, 1.0)
    points = shapely.points(xy)
    return bool(
        wanted
        and shapely.contains(inside, points).all()
        and not shapely.intersects(wet, points).any()
        and shapely.intersects(near_main, points).sum() < 4
    )


def _end_run(runs: list[shapely.LineString], run: list[np.ndarray]) -> None:
    if not run:
        return
    line = shapely.LineString(np.concatenate([run[0], *[cell[1:] for cell in run[1:]]]))
    if line.length > 160:
        runs.append(line)


def join_ends(
    lines: list[shapely.LineString], fixed: list[shapely.Geometry], reach_m: float
) -> list[shapely.LineString]:
    """Return the lines with each end drawn on to the nearest other street within reach."""
    everything = [*fixed, *lines]
    tree = shapely.STRtree(everything)
    joined = []
    for number, line in enumerate(lines):
        xy = shapely.get_coordinates(line)
        own = len(fixed) + number
        ends: list[np.ndarray | None] = []
        for point in (shapely.Point(xy[0]), shapely.Point(xy[-1])):
            near = [i for i in tree.query(point, predicate="dwithin", distance=reach_m) if i != own]
            if not near:
                ends.append(None)
                continue
            nearest = min(near, key=lambda i: float(shapely.distance(everything[i], point)))
            target = shapely.line_interpolate_point(
                everything[nearest], shapely.line_locate_point(everything[nearest], point)
            )
            is_far = float(shapely.distance(target, point)) > 0.5
            ends.append(shapely.get_coordinates(target) if is_far else None)
        parts = [part for part in (ends[0], xy, ends[1]) if part is not None]
        joined.append(shapely.LineString(np.concatenate(parts)))
    return joined


def _township(rng: np.random.Generator) -> list[Street]:
    """Return the six streets of the district centre on the main road west of the town."""
    streets = []
    origin = np.array([-4430.0, -980.0])
    layout = (
        (-330, (-360, 330)), (-60, (-420, 380)), (210, (-330, 300)),
        (-230, (-420, 310)), (110, (-430, 330)), (300, (-330, 210)),
    )  # fmt: skip
    for number, (name, (fixed, (start, end))) in enumerate(zip(names.TOWNSHIP_STREETS, layout, strict=True)):
        t = np.linspace(start, end, 6)
        s = np.full(6, float(fixed)) + rng.uniform(-8, 8, 6)
        xy = np.stack([s, t] if number < 3 else [t, s], axis=1)
        cos, sin = np.cos(0.24), np.sin(0.24)
        xy = origin + np.stack([cos * xy[:, 0] - sin * xy[:, 1], sin * xy[:, 0] + cos * xy[:, 1]], axis=1)
        streets.append(Street(name, "residential", 7.0, shapely.LineString(xy), "district_centre"))
    return streets
