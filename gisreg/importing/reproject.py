"""Find out the reference system of the coordinates and bring them to EPSG:4326."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from gisreg.errors import InvalidInputError
from gisreg.importing.table import FeatureTable, Geometries

WGS84 = CRS.from_epsg(4326)


def source_crs(table: FeatureTable, given: str | None, file: str) -> CRS:
    """Return the reference system of a table's coordinates: the one given, else the one declared.

    Raises:
        InvalidInputError: neither is there, or it means no place on earth.
    """
    if given is not None:
        try:
            crs = CRS.from_user_input(given)
        except CRSError as error:
            raise InvalidInputError(
                f"--crs {given} is not a reference system.", hint="Write for example --crs EPSG:9209."
            ) from error
        if table.crs is not None and CRS.from_user_input(table.crs) != crs:
            table.notes.append(
                f"{file} says {name_of(CRS.from_user_input(table.crs))}; {given} was taken as asked."
            )
        return crs
    declared = None if table.crs is None else CRS.from_user_input(table.crs)
    if declared is None or declared.is_engineering:
        raise InvalidInputError(
            f"{file}: does not say in which reference system its coordinates are.",
            hint="Say it with --crs, for example --crs EPSG:9209 (VN-2000, 105°30') or --crs EPSG:4326.",
        )
    return declared


def name_of(crs: CRS) -> str:
    """Return what a reference system is called: its code where it has one, else its name."""
    authority = crs.to_authority()
    return ":".join(authority) if authority else str(crs.name)


def operation(geometry: Geometries, crs: CRS) -> str | None:
    """Return the name of the operation by which PROJ brings these coordinates to EPSG:4326; None for none."""
    points = shapely.get_coordinates(geometry)
    points = points[np.isfinite(points).all(axis=1)]
    if crs == WGS84 or not len(points):
        return None
    transformer = Transformer.from_crs(crs, WGS84, always_xy=True)
    transformer.transform(*points[0])
    try:
        return str(transformer.get_last_used_operation().description)
    except ProjError:  # nothing was to be done, as from WGS 84 with heights
        return None


def to_wgs84(geometry: Geometries, crs: CRS) -> Geometries:
    """Return the geometries in EPSG:4326 (lon, lat); what cannot be transformed gets infinite coordinates."""
    if crs == WGS84:
        return geometry
    return transformed(geometry, Transformer.from_crs(crs, WGS84, always_xy=True))


def transformed(geometry: Geometries, transformer: Transformer) -> Geometries:
    """Return the geometries with every coordinate (x, y) passed through a transformer."""

    def move(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return np.asarray(shapely.transform(geometry, move), dtype=object)
