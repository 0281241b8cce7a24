"""Where things are drawn (Q10, Q11, Q14), as the rules' texts ask for it (docs/reading-rules.md)."""

from __future__ import annotations

from itertools import pairwise

import shapely

from tests.flagging.oracle_fields import SUFFIX
from tests.flagging.verdict import UNKNOWN, Verdicts, doubting, judge
from tests.support.ground import metres
from tests.support.rows import Rows

FAR_DEG, OUTSIDE_M, DOUBT_M = 0.2, 50.0, 0.02
LINES = ("cable", "duct")


def plane(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a shape in metres of the plane."""
    return shapely.transform(shape, lambda xy: [metres((x, y)) for x, y in xy])


def ends(line: shapely.LineString) -> tuple[shapely.Point, shapely.Point]:
    return shapely.get_point(line, 0), shapely.get_point(line, -1)


def places(rows: Rows) -> Verdicts:
    """Q10, Q14: things lie near the units, and in one of them."""
    units = [u for u in rows.holding("admin_unit") if u.geom is not None and u.visibility == "public"]
    found: Verdicts = {}
    if units:
        west, south, east, north = shapely.total_bounds([unit.geom for unit in units])
    flat = [plane(unit.geom) for unit in units]
    for layer, suffix in SUFFIX.items():
        for row in rows.all(layer) if layer != "fitting" else []:
            if getattr(row, "status", None) == "removed":
                continue
            if not units:
                found[f"Q10{suffix}", row.id] = found[f"Q14{suffix}", row.id] = UNKNOWN
                continue
            x0, y0, x1, y1 = row.geom.bounds
            off = max(west - x0, x1 - east, south - y0, y1 - north, 0)
            with doubting(found, key := (f"Q10{suffix}", row.id)):
                # Boxes of units have single precision, which is outward.
                found[key] = judge(off, FAR_DEG, "above", 0, 1e-4)
            points = ends(row.geom) if layer in LINES else (row.geom,)
            outside = 0.0
            for point in points:
                if not any(unit.geom.covers(point) for unit in units):
                    outside = max(outside, min(shape.distance(plane(point)) for shape in flat))
            doubt = max(DOUBT_M, outside * 0.01)
            with doubting(found, key := (f"Q14{suffix}", row.id)):
                found[key] = judge(outside, OUTSIDE_M, "above", row.position_accuracy_m or 0, doubt)
    return found


def repeated(rows: Rows) -> Verdicts:
    """Q11: no point of a line stands where the one before it does."""
    found: Verdicts = {}
    for layer, rule in (("cable", "Q11"), ("duct", "Q11D")):
        for row in rows.all(layer):
            same = sum(a == b for a, b in pairwise(row.geom.coords))
            found[rule, row.id] = judge(same, 0, "above")
    return found
