"""What MapInfo wants to be told: the datum of VN-2000 in numbers, and the box of all coordinates.

MapInfo has no number for the datum of VN-2000. Without these parameters GDAL writes WGS 84 instead, which is
some 190 m off.
"""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import CRS

from gisreg.exporting.placing import GEOMETRY
from gisreg.exporting.spool import Spool

DRIVER = "MapInfo File"
"""GDAL's name of its driver for TAB and MIF."""

_LEAST_MARGIN = 0.01
_VN2000 = "Vietnam_2000"
_SHIFT = (-191.90441429, -39.30318279, -111.45032835, 0.00928836, -0.01975479, 0.00427372, 0.252906278)
"""EPSG:6960 (coordinate frame) as a position vector, which is how TOWGS84 is meant: rotations change sign."""


def system(srid: int) -> str:
    """Return a reference system as GDAL wants it for MapInfo files: WKT 1 with the datum's shift."""
    text = CRS.from_epsg(srid).to_wkt("WKT1_GDAL")
    if _VN2000 not in text:
        return text
    spheroid = text.index("SPHEROID[", text.index(_VN2000))
    end = text.index("]]", spheroid) + len("]]")  # the spheroid ends with its own code
    return f"{text[:end]},TOWGS84[{','.join(map(repr, _SHIFT))}]{text[end:]}"


def bounds(spooled: Spool) -> str:
    """Return a box around all that is exported, as `west,south,east,north` in the file's reference system.

    MapInfo keeps whole numbers within these bounds: narrow ones make fine steps (of a province: 0.1 mm).
    """
    boxes = [
        shapely.total_bounds(shapely.from_wkb(batch.column(GEOMETRY).to_pylist()))
        for batch in spooled.batches()
    ]
    known = np.array([box for box in boxes if np.isfinite(box).all()], dtype=float).reshape(-1, 4)
    if not len(known):
        known = np.zeros((1, 4))
    edges = np.concatenate([known[:, :2].min(axis=0), known[:, 2:].max(axis=0)])
    margin = max(_LEAST_MARGIN, 0.1 * float((edges[2:] - edges[:2]).max()))
    edges += (-margin, -margin, margin, margin)
    return ",".join(f"{edge:.9f}" for edge in edges)
