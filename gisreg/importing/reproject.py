"""Find out the reference system of the coordinates and bring them to EPSG:4326."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from gisreg.errors import InvalidInputError
from gisreg.importing.operation import WGS84
from gisreg.importing.table import FeatureTable, Geometries
from gisreg.importing.text import folded
from gisreg.said import both

_VN2000_ZONES = (5896, 5897, 5898, 5899, *range(9205, 9219))
_VN2000_UTM = (3405, 3406)
_VN2000_DEGREES = 4756
_DATUM = "vietnam2000"
_SHIFT_M = (-191.904, -39.303, -111.450)
_SHIFT_WITHIN_M = 2.0
"""The translation of EPSG:6960; that of EPSG:5194 (Mekong delta) is a metre off."""


def source_crs(table: FeatureTable, given: str | None, file: str) -> CRS:
    """Return the reference system of a table's coordinates: the one given, else the one declared.

    Raises:
        InvalidInputError: neither is there, or it means no place on earth.
    """
    if given is not None:
        return stated_crs(table, given, file)
    declared = declared_crs(table)
    if declared is None:
        raise InvalidInputError(
            both(
                f"{file}: không ghi tọa độ thuộc hệ nào.",
                f"{file}: does not say in which reference system its coordinates are.",
            ),
            hint=both(
                "Nêu hệ tọa độ bằng --crs, ví dụ --crs EPSG:9209 (VN-2000, 105°30') hoặc --crs EPSG:4326.",
                "Say it with --crs, for example --crs EPSG:9209 (VN-2000, 105°30') or --crs EPSG:4326.",
            ),
        )
    return declared


def declared_crs(table: FeatureTable) -> CRS | None:
    """Return the reference system that a table declares, None where it declares none on earth.

    VN-2000 by its parameters (as MapInfo and old .prj files have it) is EPSG's zone of that projection.
    """
    declared = None if table.crs is None else CRS.from_user_input(table.crs)
    if declared is None or declared.is_engineering:
        return None
    zone = _vn2000_by_parameters(declared)
    if zone is not None:
        table.notes.append(
            f"the file states VN-2000 by its shift to WGS 84; EPSG's own is taken ({name_of(zone)})."
        )
    return zone or declared


def stated_crs(table: FeatureTable, stated: str, file: str) -> CRS:
    """Return the reference system that the user states; notes where the file declares another.

    Raises InvalidInputError when it is none.
    """
    try:
        crs = CRS.from_user_input(stated)
    except CRSError as error:
        raise InvalidInputError(
            both(f"--crs {stated} không phải hệ tọa độ.", f"--crs {stated} is not a reference system."),
            hint=both("Ghi ví dụ --crs EPSG:9209.", "Write for example --crs EPSG:9209."),
        ) from error
    if table.crs is not None and CRS.from_user_input(table.crs) != crs:
        table.notes.append(
            f"{file} says {name_of(CRS.from_user_input(table.crs))}; {stated} was taken as asked."
        )
    return crs


def name_of(crs: CRS) -> str:
    """Return the authority's code of a reference system, or its name where it has none."""
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.name


def zone_without_datum(crs: CRS) -> CRS | None:
    """Return the VN-2000 zone with exactly the projection of a system on another datum, else None.

    MapInfo's coordinate systems of these zones carry the datum WGS 84: the code of VN-2000 gets lost.
    """
    if not crs.is_projected or (crs.datum is not None and _DATUM in folded(crs.datum.name)):
        return None
    zones = (CRS.from_epsg(code) for code in _VN2000_ZONES)
    return next((zone for zone in zones if _projection(zone) == _projection(crs)), None)


def _vn2000_by_parameters(crs: CRS) -> CRS | None:
    """Return EPSG's system of a bound one whose shift to WGS 84 is that of VN-2000, else None.

    Whichever way round its rotations are given (which is mistaken often, and costs 0.7 m): coordinates in the
    file are of VN-2000, and EPSG knows the shift.
    """
    base = crs.source_crs if crs.is_bound else None
    if base is None or crs.coordinate_operation is None:
        return None
    shift = list(crs.coordinate_operation.towgs84)
    if len(shift) < 3 or not np.allclose(shift[:3], _SHIFT_M, atol=_SHIFT_WITHIN_M):
        return None
    if base.is_geographic:
        return CRS.from_epsg(_VN2000_DEGREES)
    zones = (CRS.from_epsg(code) for code in (*_VN2000_ZONES, *_VN2000_UTM))
    return next((zone for zone in zones if _projection(zone) == _projection(base)), None)


def _projection(crs: CRS) -> tuple[str, dict[str, float]] | None:
    made = crs.coordinate_operation
    return None if made is None else (made.method_name, {one.name: float(one.value) for one in made.params})


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
