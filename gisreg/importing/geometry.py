"""Check geometries and give them the layer's type, all rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import shapely

from gisreg.importing.problems import Problems
from gisreg.importing.table import Geometries, Mask, shapes_of
from gisreg.said import Said
from layers import Geometry, Layer

Bounds = tuple[float, float, float, float]

_TYPES = {
    Geometry.POINT: ("Point", "MultiPoint"),
    Geometry.LINE: ("LineString", "MultiLineString"),
    Geometry.MULTILINE: ("LineString", "MultiLineString"),
    Geometry.MULTIPOLYGON: ("Polygon", "MultiPolygon"),
}
_NAMES = (
    "Point",
    "LineString",
    "LinearRing",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
)

_MEND = Said(
    "Sửa hình (--repair, hoặc trong QGIS: Fix geometries), hoặc vẽ lại.",
    "Repair it (--repair, or in QGIS: Fix geometries), or draw it anew.",
)
_OTHER_LAYER = Said(
    "Nhập dòng này vào đúng lớp của nó, hoặc vẽ lại.",
    "Import it into the layer it belongs to, or draw it anew.",
)
_SPLIT = Said(
    "Tách thành từng phần (trong QGIS: Multipart to singleparts).",
    "Split it into single parts (in QGIS: Multipart to singleparts).",
)
_CHECK_CRS = Said(
    "Kiểm tra hệ toạ độ (--crs) và thứ tự các toạ độ; vùng của sổ là thiết lập GISREG_REGION_BOUNDS.",
    "Check the reference system (--crs) and the order of the coordinates; the area is the setting "
    "GISREG_REGION_BOUNDS.",
)


def check(
    labels: Sequence[str],
    geometry: Geometries,
    layer: Layer,
    bounds: Bounds,
    problems: Problems,
    told: frozenset[int] = frozenset(),
    first: int = 0,
) -> None:
    """Note every row whose geometry (EPSG:4326) the layer cannot hold; each row once.

    Rows whose places (`told`) were found wrong while reading are not looked at again. `first` is the place of
    the first row in the file.
    Looks for geometries that are missing, empty, of another type, with NaN or infinite coordinates,
    outside `bounds` (west, south, east, north), or invalid (crossing themselves, of no length).
    """
    if _are_points_inside(geometry, layer, bounds):
        return
    geometry = shapes_of(geometry)
    good = np.ones(len(labels), dtype=bool)
    good[list(told)] = False

    def refuse(bad: Mask, what: Said, remedy: Said) -> None:
        bad = bad & good
        problems.add_all(labels, np.flatnonzero(bad), what, remedy, first)
        good[bad] = False

    refuse(
        shapely.is_missing(geometry),
        Said(
            "dòng không có hình, hoặc hình không đọc được.",
            "it has no geometry, or one that cannot be read.",
        ),
        Said(
            "Vẽ thành điểm, đường hoặc vùng thông thường, hoặc xoá dòng.",
            "Draw it as plain points, lines or areas, or delete the row.",
        ),
    )
    refuse(
        shapely.is_empty(geometry),
        Said("hình trống.", "its geometry is empty."),
        Said("Vẽ hình hoặc xoá dòng.", "Draw it or delete the row."),
    )
    _check_type(geometry, layer, good, labels, problems, first)
    refuse(
        ~_finite(geometry),
        Said("có toạ độ không phải là số.", "it has a coordinate that is no number."),
        Said(
            "Sửa toạ độ hoặc hệ toạ độ (--crs).", "Correct the coordinates or the reference system (--crs)."
        ),
    )
    _check_place(geometry, bounds, good, labels, problems, first)
    for index in np.flatnonzero(good & ~shapely.is_valid(geometry)):
        reason = str(shapely.is_valid_reason(geometry[index]))
        problems.add(
            labels[int(index)],
            Said("hình không hợp lệ: {0}.", "its geometry is not valid: {0}.", (reason,)),
            _MEND,
            first + int(index),
        )


def _are_points_inside(geometry: Geometries, layer: Layer, bounds: Bounds) -> bool:
    """Tell whether these are plain points within the bounds, all of which the layer can hold."""
    if geometry.dtype == object or layer.geometry is not Geometry.POINT:
        return False
    west, south, east, north = bounds
    return bool(((geometry >= (west, south)) & (geometry <= (east, north))).all())


def conform(geometry: Geometries, kind: Geometry) -> Geometries:
    """Return checked geometries as the layer's type: single parts taken out or wrapped up."""
    if geometry.dtype != object and kind is Geometry.POINT:
        return geometry
    geometry = shapes_of(geometry)
    if kind is Geometry.MULTIPOLYGON:
        return _map(geometry, "Polygon", shapely.MultiPolygon)
    if kind is Geometry.MULTILINE:
        return _map(geometry, "LineString", shapely.MultiLineString)
    return np.asarray(shapely.get_geometry(geometry, 0), dtype=object)


def _map(geometry: Geometries, single: str, wrap: type) -> Geometries:
    result = geometry.copy()
    for index in np.flatnonzero(shapely.get_type_id(geometry) == _NAMES.index(single)):
        result[index] = wrap([geometry[index]])
    return result


def _check_type(
    geometry: Geometries, layer: Layer, good: Mask, labels: Sequence[str], problems: Problems, first: int
) -> None:
    assert layer.geometry is not None  # noqa: S101 - layers without geometry are refused before reading
    wanted = _TYPES[layer.geometry]
    kinds = shapely.get_type_id(geometry)
    parts = shapely.get_num_geometries(geometry)

    @cache
    def of_type(name: str) -> Said:
        facts = (name, layer.key, wanted[0])
        return Said("hình là {0}, nhưng lớp {1} cần {2}.", "it is a {0}, but {1} wants {2}.", facts)

    @cache
    def of_parts(count: int) -> Said:
        return Said(
            "hình có {0} phần, nhưng mỗi đối tượng của lớp {1} là một {2}.",
            "it has {0} parts, but one {1} is one {2}.",
            (count, layer.key, wanted[0]),
        )

    for index in np.flatnonzero(good):
        name = _NAMES[kinds[index]]
        if name not in wanted:
            problems.add(
                labels[int(index)],
                of_type(name),
                _OTHER_LAYER,
                first + int(index),
            )
            good[index] = False
        elif parts[index] > 1 and layer.geometry in (Geometry.POINT, Geometry.LINE):
            problems.add(
                labels[int(index)],
                of_parts(int(parts[index])),
                _SPLIT,
                first + int(index),
            )
            good[index] = False


def _finite(geometry: Geometries) -> Mask:
    coordinates, index = shapely.get_coordinates(geometry, return_index=True)
    finite = np.ones(len(geometry), dtype=bool)
    finite[index[~np.isfinite(coordinates).all(axis=1)]] = False
    return finite


def _check_place(
    geometry: Geometries, bounds: Bounds, good: Mask, labels: Sequence[str], problems: Problems, first: int
) -> None:
    boxes = shapely.bounds(geometry)
    west, south, east, north = bounds
    with np.errstate(invalid="ignore"):
        inside = _within(boxes, west, south, east, north)
        swapped = _within(boxes, south, west, north, east)
    area = f"{west:g} {south:g} {east:g} {north:g}"
    for index in np.flatnonzero(good & ~inside):
        what = _exchanged if swapped[index] else _outside
        x, y = map(float, boxes[index][:2])
        problems.add(labels[int(index)], what(x, y, area), _CHECK_CRS, first + int(index))
        good[index] = False


def _outside(x: float, y: float, area: str) -> Said:
    return Said(
        "nằm ở {0:.5f} {1:.5f}, ngoài vùng của sổ ({2}).",
        "it lies at {0:.5f} {1:.5f}, outside the registry's area ({2}).",
        (x, y, area),
    )


def _exchanged(x: float, y: float, area: str) -> Said:
    return Said(
        "nằm ở {0:.5f} {1:.5f}, ngoài vùng của sổ ({2}): kinh độ và vĩ độ có vẻ bị đổi chỗ.",
        "it lies at {0:.5f} {1:.5f}, outside the registry's area ({2}): "
        "longitude and latitude look exchanged.",
        (x, y, area),
    )


def _within(boxes: Geometries, west: float, south: float, east: float, north: float) -> Mask:
    return np.asarray(
        (boxes[:, 0] >= west) & (boxes[:, 1] >= south) & (boxes[:, 2] <= east) & (boxes[:, 3] <= north)
    )
