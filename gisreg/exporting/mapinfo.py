"""What MapInfo wants to be told: the datum of VN-2000 in numbers, and the box of all coordinates.

MapInfo has no number for the datum of VN-2000. Without these parameters GDAL writes WGS 84 instead, which is
some 190 m off.
"""

from __future__ import annotations

from pyproj import CRS, Transformer

from gisreg.exporting.reference_systems import STORED
from gisreg.settings import get_settings

DRIVER = "MapInfo File"
"""GDAL's name of its driver for TAB and MIF."""

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


def bounds(srid: int) -> str:
    """Return the registry's area in a reference system as `west,south,east,north`.

    MapInfo keeps whole numbers within these bounds: narrow ones make fine steps (below a millimetre).
    """
    area = get_settings().region.bounds
    if srid != STORED:
        area = Transformer.from_crs(STORED, srid, always_xy=True).transform_bounds(*area, densify_pts=21)
    return ",".join(f"{edge:.9g}" for edge in area)
