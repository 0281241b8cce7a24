"""Curves as text: drawn as short straight lines by GDAL, since the registry holds straight ones."""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

import pyogrio
import shapely
from pyogrio.errors import DataSourceError


def straightened(text: str) -> shapely.Geometry:
    """Return the geometry of well-known text with curves (arcs of 4 degrees a step).

    Raises:
        ValueError: GDAL cannot read it either.
    """
    with TemporaryDirectory(prefix="gisreg-curve-") as folder:
        path = Path(folder) / "curve.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([["WKT"], [text]])
        try:
            _, _, wkb, _ = pyogrio.raw.read(path)
        except DataSourceError as error:
            raise ValueError(str(error)) from error
    if wkb is None or len(wkb) != 1 or wkb[0] is None:
        raise ValueError("no geometry")
    return shapely.from_wkb(wkb[0])
