"""Which columns of a table hold its places, and the places themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer

from gisreg.errors import InvalidInputError
from gisreg.importing import coordinates as written
from gisreg.importing.curves import straightened
from gisreg.importing.geometry import Bounds
from gisreg.importing.operation import WGS84
from gisreg.importing.question import asks
from gisreg.importing.table import Fault, Geometries
from gisreg.importing.tables.angles import parse_angle
from gisreg.importing.text import clean, folded
from gisreg.said import MeaninglessError, Said, both, correct, of_cell

_LATITUDE = ("vido", "vd", "latitude", "lat", "gpslat", "gpslatitude", "ylat")
_LONGITUDE = (
    "kinhdo",
    "kd",
    "longitude",
    "lon",
    "lng",
    "long",
    "gpslon",
    "gpslongitude",
    "xlon",
    "dongkinhdo",
)
_X = ("x", "toadox", "xm", "tdx", "coordx", "xcoord", "pointx", "xvn2000", "toadoxvn2000", "diemx")
_Y = ("y", "toadoy", "ym", "tdy", "coordy", "ycoord", "pointy", "yvn2000", "toadoyvn2000", "diemy")
_EAST = ("easting", "east", "dong", "e", "toadodong")
_NORTH = ("northing", "north", "bac", "n", "toadobac")
_BOTH = (
    "toado",
    "coordinates",
    "coordinate",
    "latlon",
    "latlong",
    "latlng",
    "vitri",
    "gps",
    "location",
    "toadogps",
)
_SHAPE = ("wkt", "geom", "geometry", "thegeom", "wkbgeometry", "geomwkt", "wkb", "hinhhoc", "shape")

NAMES = frozenset(folded(name) for group in (
    _LATITUDE, _LONGITUDE, _X, _Y, _EAST, _NORTH, _BOTH, _SHAPE
) for name in group)  # fmt: skip
"""Folded names of columns that hold places; they help to find a header."""

_BOTH_EXPECTED = Said(
    "phải là vĩ độ và kinh độ như 20.45, 106.34", "expected latitude and longitude as 20.45, 106.34"
)
_SHAPE_EXPECTED = Said("phải là WKT, hoặc WKB viết bằng số hệ 16", "expected WKT or hexadecimal WKB")

_CLEARLY = 0.9
"""One order of the axes is taken where so large a share of the rows lies in the area by it alone."""


@dataclass
class Places:
    """n geometries in the table's reference system (x, y), the columns they came from, what was wrong."""

    geometry: Geometries
    used: tuple[str, ...]
    faults: list[Fault]
    notes: list[str]


def places_of(
    columns: Mapping[str, Sequence[Any]], crs: CRS | None, axes: str | None, bounds: Bounds, file: str
) -> Places:
    """Return the places of a table's rows.

    In a geographic reference system latitude and longitude go first, in others X and Y. Which of X and
    Y is the northing (in Vietnamese survey sheets X is) is found out from the values and said.

    Args:
        columns: name -> cells.
        crs: the reference system, where it is known.
        axes: `xy`: X is the easting, `yx`: X is the northing; None to find out.
        bounds: the registry's area (west, south, east, north in degrees).
        file: for messages.

    Raises:
        InvalidInputError: there are no such columns, or both orders of X and Y are possible.
    """
    by_name = {folded(name): name for name in reversed(list(columns))}
    shape = _first(by_name, _SHAPE)
    if shape is not None:
        return _shapes(shape, columns[shape])
    angles = _pair(by_name, _LONGITUDE, _LATITUDE)
    metres = _pair(by_name, _X, _Y)
    named = _pair(by_name, _EAST, _NORTH)
    together = _first(by_name, _BOTH)
    geographic = crs is not None and crs.is_geographic
    if angles and (geographic or not (metres or named)):
        return _points(columns, angles)
    if named:
        return _points(columns, named)
    if metres:
        return _ordered(columns, metres, crs, axes, bounds, file)
    if together is not None:
        return _joined(together, columns[together])
    raise InvalidInputError(
        both(
            f"{file}: không tìm thấy cột tọa độ trong các cột {', '.join(columns)}.",
            f"{file}: no column with places was found among {', '.join(columns)}.",
        ),
        hint=both(
            "Đặt tên hai cột là X và Y, hoặc Kinh độ và Vĩ độ, hoặc một cột WKT; dùng --header-row nếu chưa "
            "nhận ra hàng tên cột.",
            "Name two columns X and Y, or Kinh độ and Vĩ độ, or one WKT; --header-row where the header "
            "was not found.",
        ),
        asks=asks("header_row"),
    )


def _first(by_name: Mapping[str, str], wanted: Sequence[str]) -> str | None:
    return next((by_name[folded(name)] for name in wanted if folded(name) in by_name), None)


def _pair(by_name: Mapping[str, str], east: Sequence[str], north: Sequence[str]) -> tuple[str, str] | None:
    found = _first(by_name, east), _first(by_name, north)
    return (found[0], found[1]) if found[0] is not None and found[1] is not None else None


def _points(columns: Mapping[str, Sequence[Any]], pair: tuple[str, str]) -> Places:
    faults: list[Fault] = []
    x, y = (_column(name, columns[name], faults) for name in pair)
    return Places(_make(x, y), pair, faults, [])


def _make(x: Any, y: Any) -> Geometries:
    geometry = np.full(len(x), None, dtype=object)
    known = ~(np.isnan(x) | np.isnan(y))
    geometry[known] = shapely.points(x[known], y[known])
    return geometry


def _ordered(
    columns: Mapping[str, Sequence[Any]],
    pair: tuple[str, str],
    crs: CRS | None,
    axes: str | None,
    bounds: Bounds,
    file: str,
) -> Places:
    faults: list[Fault] = []
    x, y = (_column(name, columns[name], faults) for name in pair)
    order = axes
    if order is None:
        straight, crossed = _share(x, y, crs, bounds), _share(y, x, crs, bounds)
        if max(straight, crossed) >= _CLEARLY > min(straight, crossed) or crs is None:
            order = "yx" if crossed > straight else "xy"
        elif straight and crossed:
            raise InvalidInputError(
                both(
                    f"{file}: {pair[0]} và {pair[1]} có thể là hướng đông và hướng bắc, hoặc ngược lại.",
                    f"{file}: {pair[0]} and {pair[1]} can be easting and northing or the other way round.",
                ),
                hint=both(
                    "Ghi --axes xy (X hướng đông) hoặc --axes yx (X hướng bắc, theo cách ghi trắc địa).",
                    "Say --axes xy (X is the easting) or --axes yx (X is the northing, as surveyors write).",
                ),
                asks=asks("axes", ("yx", "xy")),
            )
    if order == "yx":
        note = f"{pair[0]} was read as the northing, {pair[1]} as the easting."
        return Places(_make(y, x), pair, faults, [note])
    return Places(_make(x, y), pair, faults, [])


def _share(x: Any, y: Any, crs: CRS | None, bounds: Bounds) -> float:
    """Return the share of the rows with coordinates that lie in the area."""
    known = ~(np.isnan(x) | np.isnan(y))
    if crs is None or not known.any():
        return 0.0
    lon, lat = x[known], y[known]
    if crs != WGS84:
        lon, lat = Transformer.from_crs(crs, WGS84, always_xy=True).transform(lon, lat)
    west, south, east, north = bounds
    return float(np.mean((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)))


def _column(name: str, cells: Sequence[Any], faults: list[Fault]) -> Any:
    """Return a column of coordinates as numbers, NaN where a cell is empty or no number."""
    found = written.numbers(cells)
    for index, text in found.wrong.items():
        try:
            found.values[index] = parse_angle(str(clean(text)))  # degrees in words: 20 độ 27 phút
        except MeaninglessError as error:
            faults.append((index, of_cell(name, str(clean(text)), error.said), correct(name)))
    return found.values


def _joined(name: str, cells: Sequence[Any]) -> Places:
    """Read `20.45, 106.34`: latitude and longitude in one cell, told apart by their size."""
    faults: list[Fault] = []
    lon, lat = np.full(len(cells), np.nan), np.full(len(cells), np.nan)
    for index, cell in enumerate(cells):
        text = clean(cell)
        if text is None:
            continue
        try:
            first, second = _two(text)
            lat[index], lon[index] = (first, second) if abs(first) <= abs(second) else (second, first)
        except MeaninglessError:
            faults.append((index, of_cell(name, text, _BOTH_EXPECTED), correct(name)))
    return Places(_make(lon, lat), (name,), faults, [])


def _two(text: str) -> tuple[float, float]:
    for separator in (";", ", ", ",", " "):
        parts = [part for part in text.strip("() ").split(separator) if part.strip()]
        if len(parts) == 2:
            return parse_angle(parts[0].strip()), parse_angle(parts[1].strip())
    raise MeaninglessError(_BOTH_EXPECTED)


def _from_text(text: str) -> Any:
    try:
        return shapely.from_wkt(text)
    except NotImplementedError:  # GEOS knows curves, and does not make them
        return straightened(text)


def _shapes(name: str, cells: Sequence[Any]) -> Places:
    """Read well-known text or hexadecimal well-known binary; an SRID in front is taken off."""
    faults: list[Fault] = []
    geometry = np.full(len(cells), None, dtype=object)
    for index, cell in enumerate(cells):
        text = clean(cell)
        if text is None:
            continue
        plain = text.partition(";")[2] if text.upper().startswith("SRID=") else text
        try:
            is_hex = all(character in "0123456789abcdefABCDEF" for character in plain)
            found = shapely.from_wkb(plain) if is_hex else _from_text(plain)
            geometry[index] = shapely.set_srid(found, 0)
        except (shapely.errors.GEOSException, ValueError):
            faults.append((index, of_cell(name, text[:40], _SHAPE_EXPECTED), correct(name)))
    return Places(geometry, (name,), faults, [])
