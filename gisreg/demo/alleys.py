"""Alleys (ngõ): short dead ends off the streets, two to four metres wide."""

from __future__ import annotations

import numpy as np
import shapely
import shapely.ops

from gisreg.demo.plan import Street

SPACING_M = (130, 340)
DEPTH_M = (45, 140)


def alleys(rng: np.random.Generator, streets: list[Street], water: shapely.Geometry) -> list[Street]:
    """Return alleys off the streets; numbered by house along the street, odd and even by side."""
    lines = [street.line for street in streets]
    tree = shapely.STRtree(lines)
    taken: list[Street] = []
    taken_lines: list[shapely.LineString] = []
    for number, street in enumerate(streets):
        if street.street_class == "trunk":
            continue
        names: set[str] = set()
        at = float(rng.uniform(30, 120))
        while at < street.line.length - 25:
            side = 1 if rng.random() < 0.5 else -1
            depth = float(rng.uniform(*DEPTH_M))
            line = _branch(street.line, at, side, depth, float(rng.uniform(-0.15, 0.15)))
            width = float(rng.choice([2.0, 2.5, 3.0, 3.5, 4.0]))
            house = int(at // 8) * 2 + (1 if side > 0 else 2)
            name = f"Ngõ {house} {street.name}"
            at += float(rng.uniform(*SPACING_M))
            fitted = _fit(line, number, lines, tree)
            if fitted is None or name in names or shapely.intersects(fitted, water):
                continue
            if taken_lines and min(_distances(taken_lines, fitted)) < 26:
                continue
            names.add(name)
            taken_lines.append(fitted)
            taken.append(Street(name, "alley", width, fitted, street.area_class, has_trucks=False))
    return taken


def _branch(line: shapely.LineString, at: float, side: int, depth: float, turn: float) -> shapely.LineString:
    """Return a line square to the street (turned a little), starting on it."""
    start = np.asarray(shapely.get_coordinates(shapely.line_interpolate_point(line, at))[0])
    ahead = np.asarray(shapely.get_coordinates(shapely.line_interpolate_point(line, at + 2))[0])
    dx, dy = (ahead - start) / max(float(np.hypot(*(ahead - start))), 1e-6)
    normal = np.array([-dy, dx]) * side
    cos, sin = np.cos(turn), np.sin(turn)
    bent = np.array([cos * normal[0] - sin * normal[1], sin * normal[0] + cos * normal[1]])
    return shapely.LineString([start, start + normal * depth * 0.5, start + (normal + bent) * depth * 0.5])


def _fit(
    line: shapely.LineString, own: int, lines: list[shapely.Geometry], tree: shapely.STRtree
) -> shapely.LineString | None:
    """Shorten the alley so that it ends before the next street; None where too little is left."""
    tail = shapely.LineString([shapely.line_interpolate_point(line, 1.0), *shapely.points(line.coords[1:])])
    room = line.length
    for other in tree.query(tail, predicate="dwithin", distance=14):
        if other == own:
            if shapely.intersects(tail, lines[own]):
                return None
            continue
        crossing = shapely.intersection(line, lines[other].buffer(14))
        if not crossing.is_empty:
            room = min(
                room,
                float(
                    shapely.line_locate_point(line, shapely.points(shapely.get_coordinates(crossing))).min()
                ),
            )
    if room < 38:
        return None
    return shapely.ops.substring(line, 0, room) if room < line.length else line


def _distances(lines: list[shapely.LineString], line: shapely.LineString) -> np.ndarray:
    return np.asarray(shapely.distance(np.asarray(lines), line))
