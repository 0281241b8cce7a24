"""Geometries mended where that is asked for; every mended row is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from gisreg.importing.table import FeatureTable, Geometries
from gisreg.said import Said, listed
from layers import Geometry

_REMEDY = Said("Xem lại trên bản đồ.", "Look at it on the map.")
_AREAS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def repair(table: FeatureTable, kind: Geometry) -> None:
    """Mend a table's geometries in place; each mended row becomes a warning.

    Repeated points go, areas that cross themselves are made valid (their outline kept), parts of a line
    that meet end to end become one, equal points of a multipoint too. What cannot be mended so, such as
    a line of no length, stays and is refused later.

    Args:
        table: features with their geometry in any reference system.
        kind: what the layer wants.
    """
    for index in np.flatnonzero(~shapely.is_missing(table.geometry)):
        before = table.geometry[index]
        if not np.isfinite(shapely.get_coordinates(before)).all():
            continue
        after, done = _mended(before, kind)
        if done:
            table.geometry[index] = after
            table.warnings.append((int(index), repaired(*done), _REMEDY))


def repaired(*done: Said) -> Said:
    """Return the warning that a geometry was repaired, and how."""
    return Said("hình đã được sửa: {0}.", "its geometry was repaired: {0}.", (listed(done, ", "),))


def _mended(geometry: Any, kind: Geometry) -> tuple[Any, list[Said]]:
    done: list[Said] = []
    plain = shapely.remove_repeated_points(geometry)
    if shapely.get_num_coordinates(plain) < shapely.get_num_coordinates(geometry) and shapely.is_valid(plain):
        lost = shapely.get_num_coordinates(geometry) - shapely.get_num_coordinates(plain)
        geometry = plain
        done.append(Said("bỏ {0} điểm lặp", "{0} repeated points removed", (int(lost),)))
    if shapely.get_type_id(geometry) in _AREAS and not shapely.is_valid(geometry):
        reason = shapely.is_valid_reason(geometry).partition("[")[0]
        geometry = _areas(shapely.make_valid(geometry, method="structure", keep_collapsed=False))
        done.append(Said("làm cho hợp lệ ({0})", "made valid ({0})", (reason.strip().lower(),)))
    if kind in (Geometry.POINT, Geometry.LINE) and shapely.get_num_geometries(geometry) > 1:
        single = _single(geometry)
        if single is not None:
            parts = int(shapely.get_num_geometries(geometry))
            done.append(Said("nối {0} phần làm một", "{0} parts joined", (parts,)))
            geometry = single
    return geometry, done


def _areas(geometry: Any) -> Any:
    """Return the areas of what became valid; points and lines that fell off are left out."""
    if shapely.get_type_id(geometry) != shapely.GeometryType.GEOMETRYCOLLECTION:
        return geometry
    parts = shapely.get_parts(geometry)
    return shapely.union_all(parts[np.isin(shapely.get_type_id(parts), _AREAS)])


def _single(geometry: Any) -> Any:
    """Return one point or line for several that are one, None where they are not."""
    name = shapely.get_type_id(geometry)
    if name == shapely.GeometryType.MULTIPOINT:
        parts = np.unique(shapely.to_wkb(shapely.get_parts(geometry)))
        return shapely.from_wkb(parts[0]) if len(parts) == 1 else None
    if name == shapely.GeometryType.MULTILINESTRING:
        merged = shapely.line_merge(geometry)
        return merged if shapely.get_type_id(merged) == shapely.GeometryType.LINESTRING else None
    return None


def flat(geometry: Geometries) -> tuple[Geometries, list[float | None] | None, int]:
    """Return geometries without heights and measures, the heights of points, and how many had some.

    Heights that are all zero (as in every KML) count as none; then the second is None.
    """
    with_z = shapely.has_z(geometry) | shapely.has_m(geometry)
    if not with_z.any():
        return geometry, None, 0
    coordinates, index = shapely.get_coordinates(geometry, include_z=True, return_index=True)
    z = coordinates[:, 2]
    told = np.asarray(shapely.has_m(geometry)).copy()
    told[index[np.isfinite(z) & (z != 0)]] = True
    is_point = shapely.get_type_id(geometry) == shapely.GeometryType.POINT
    heights: list[float | None] = [None] * len(geometry)
    for place in np.flatnonzero((is_point & told)[index] & np.isfinite(z)):
        heights[index[place]] = float(z[place])
    return np.asarray(shapely.force_2d(geometry), dtype=object), heights, int(told.sum())
