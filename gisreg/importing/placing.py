"""Bring the coordinates of a file to EPSG:4326: as stated, as declared, or asked for with a proposal."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import islice
from typing import Any

import numpy as np
import psycopg2.extensions
import shapely
from pyproj import CRS

from gisreg.errors import InvalidInputError
from gisreg.importing import reproject
from gisreg.importing.arrangement import PLAIN, Arrangement
from gisreg.importing.crs_guess import CrsGuess, guess
from gisreg.importing.ground import Ground, ground_of
from gisreg.importing.operation import WGS84, operation
from gisreg.importing.request import ImportRequest
from gisreg.importing.table import FeatureTable, Geometries, Points
from gisreg.said import Said, listed
from gisreg.settings import get_settings
from layers import Geometry, Layer

DECLARED = "declared"
"""What `--crs` says to take what the file declares although it looks wrong."""

_SAYS_NONE = Said(
    "không ghi tọa độ thuộc hệ nào", "does not say in which reference system its coordinates are"
)
_NONE_LIKELY = Said(
    "  Không có hệ tọa độ nào thường dùng đưa được các đối tượng vào vùng của sổ.",
    "  No likely reference system puts its objects into the registry's area.",
)
_BY_UNITS = Said(
    "  Theo phường/xã và tuyến đường trong sổ, có thể là:",
    "  By the registry's wards and streets, it could be:",
)
_BY_AREA = Said(
    "  Chỉ theo vùng của sổ, vốn không phân biệt được các múi, có thể là:",
    "  By the registry's area alone, which cannot tell zones apart, it could be:",
)
_NONE_CLEAR = Said("  Không hệ nào nổi trội.", "  None of them stands out.")
_SHOWN = 4
_FIRST = 3
"""Places that a report shows before and after."""

_HARDLY = 0.5
_RISK = 1e-12


def place(
    connection: psycopg2.extensions.connection, table: FeatureTable, request: ImportRequest, layer: Layer
) -> None:
    """Transform a table's geometry to EPSG:4326 in place; note by which operation.

    Args:
        connection: to ask the registry for its wards and streets.
        table: the features as read.
        request: reference system and arrangement as the user states them, whether a guess is accepted.
        layer: the layer imported into.

    Raises:
        UsageError: what is stated means nothing.
        InvalidInputError: the reference system is not known, or what the file declares looks wrong;
            proposes what fits the registry's ground.
    """
    arrangement = Arrangement.parse(request.coordinates)
    stated = None if request.crs == DECLARED else request.crs
    declared = reproject.declared_crs(table)
    if stated is not None:
        crs = reproject.stated_crs(table, stated, request.path.name)
    elif declared is None:
        crs, arrangement = _proposed(connection, table, request, layer, _SAYS_NONE)
    elif request.crs is None and (
        doubt := _doubt(connection, points_of(table, layer), declared, arrangement)
    ):
        crs, arrangement = _proposed(connection, table, request, layer, doubt)
    else:
        crs = declared
    move(table, crs, arrangement)


def plain_system(table: FeatureTable, request: ImportRequest) -> CRS | None:
    """Return the reference system of a table where the user or the file plainly says it, else None.

    Whether its places lie where they should is another question (`lies_plainly`).

    Raises:
        InvalidInputError: what is stated is no reference system.
    """
    if request.crs not in (None, DECLARED):
        return reproject.stated_crs(table, str(request.crs), request.path.name)
    declared = reproject.declared_crs(table)
    if declared is None or (request.crs is None and reproject.zone_without_datum(declared) is not None):
        return None
    return declared


def lies_plainly(
    connection: psycopg2.extensions.connection,
    points: Points,
    crs: CRS,
    arrangement: Arrangement,
    *,
    are_all: bool,
) -> bool:
    """Tell from points of a file, all of them or drawn at random, whether it lies in the registry's area.

    Of drawn ones, true only where the share of all its points cannot be below a half: by Hoeffding's
    inequality this is wrong once in 10^12 times. Otherwise nothing is known, and all have to be looked at.
    """
    points = points[np.isfinite(points).all(axis=1)]
    shares = _shares(connection, arrangement.apply(points), crs)
    if shares is None:
        return False
    margin = 0.0 if are_all else math.sqrt(math.log(2 / _RISK) / (2 * len(points)))
    return all(share >= _HARDLY + margin for share in shares)


def move(table: FeatureTable, crs: CRS, arrangement: Arrangement) -> None:
    """Bring the geometry over; the first places are kept as they were and as they are."""
    somewhere = (index for index, one in enumerate(table.geometry) if _is_somewhere(one))
    first = list(islice(somewhere, _FIRST))
    before = [_corner(table.geometry[index]) for index in first]
    _transform(table, crs, arrangement)
    table.places = [
        (table.rows[index], old, _corner(table.geometry[index]))
        for index, old in zip(first, before, strict=True)
    ]


def _is_somewhere(one: Any) -> bool:
    return isinstance(one, np.ndarray) or (one is not None and not one.is_empty)


def _corner(one: Any) -> tuple[float, float]:
    x, y = one if isinstance(one, np.ndarray) else shapely.get_coordinates(one)[0]
    return float(x), float(y)


def _transform(table: FeatureTable, crs: CRS, arrangement: Arrangement) -> None:
    if arrangement != PLAIN:
        table.geometry = _moved(table.geometry, arrangement.apply)
        table.notes.append(f"coordinates were taken as: {arrangement}.")
    table.crs = reproject.name_of(crs)
    if crs == WGS84:
        return
    how = operation(crs, get_settings().region.bounds)
    table.geometry = _moved(table.geometry, how.place)
    table.crs_operation = str(how)
    table.notes.append(f"from {reproject.name_of(crs)} by {how}; PROJ knows {how.others} others.")


def _moved(geometry: Geometries, way: Callable[[Points], Points]) -> Any:
    if geometry.dtype == object:
        return np.asarray(shapely.transform(geometry, way), dtype=object)
    return way(np.asarray(geometry, dtype=float))


def _proposed(
    connection: psycopg2.extensions.connection,
    table: FeatureTable,
    request: ImportRequest,
    layer: Layer,
    why: Said,
) -> tuple[CRS, Arrangement]:
    """Return the guess that the user accepts beforehand, if it is clear; else refuse and propose."""
    ground = ground_of(connection, get_settings().region)
    found = guess(points_of(table, layer), ground, along_streets=_is_along_streets(layer))
    if request.accept_guess and found and found[0].clear:
        best = found[0]
        table.notes.append(f"reference system guessed and accepted: EPSG:{best.epsg}; {best.evidence.en}.")
        return CRS.from_epsg(best.epsg), best.arrangement
    raise InvalidInputError(
        listed([Said("{0}: {1}.", "{0}: {1}.", (request.path.name, why)), *_lines(found, ground)], "\n"),
        hint=_advice(found, ground),
        **({"confirm": found[0].options} if found and found[0].clear else {}),
        guesses=_guesses(found, points_of(table, layer)),
    )


def _guesses(found: list[CrsGuess], points: Points) -> list[dict[str, object]]:
    """Return the guesses for pages: what to say, why, and where the first point would lie."""
    first = points[np.isfinite(points).all(axis=1)][:1]
    return [
        {
            "crs": f"EPSG:{one.epsg}",
            "coordinates": str(one.arrangement) or None,
            "name": one.name,
            "evidence": one.evidence.en,
            "evidence_vi": one.evidence.vi,
            "clear": bool(one.clear),
            "before": first[0].tolist() if len(first) else None,
            "after": one.place(first)[0].tolist() if len(first) else None,
        }
        for one in found[:_SHOWN]
    ]


def _lines(found: list[CrsGuess], ground: Ground) -> list[Said]:
    if not found:
        return [_NONE_LIKELY]
    lines = [_BY_UNITS if ground.has_units else _BY_AREA]
    lines += [
        Said(
            "  {0}. {1}  {2}: {3}; {4}",
            "  {0}. {1}  {2}: {3}; {4}",
            (number, one.options, one.name, one.evidence, one.operation.said),
        )
        for number, one in enumerate(found[:_SHOWN], 1)
    ]
    return lines if found[0].clear else [*lines, _NONE_CLEAR]


def _advice(found: list[CrsGuess], ground: Ground) -> Said:
    if not found:
        return Said(
            "Nêu hệ tọa độ bằng --crs, ví dụ --crs EPSG:9209 (VN-2000, 105°30').",
            "Say it with --crs, for example --crs EPSG:9209 (VN-2000, 105°30').",
        )
    said = (found[0].options,)
    if found[0].clear:
        return Said(
            "Nếu hệ thứ nhất đúng thì ghi {0}, hoặc --accept-guess.",
            "If the first is right say {0}, or --accept-guess.",
            said,
        )
    if ground.has_units:
        return Said(
            "Hãy hỏi người làm ra tệp, rồi ghi ví dụ {0}.",
            "Ask whoever made the file, and say for example {0}.",
            said,
        )
    return Said(
        "Hãy nhập tỉnh và phường/xã trước để gisreg so sánh được; hoặc hỏi người làm ra tệp, rồi ghi ví dụ "
        "{0}.",
        "Import provinces and wards first, so that gisreg can compare; or ask whoever made the file, and say "
        "for example {0}.",
        said,
    )


def _doubt(
    connection: psycopg2.extensions.connection, points: Points, declared: CRS, arrangement: Arrangement
) -> Said | None:
    """Return why a declared system looks wrong, None where it does not."""
    zone = reproject.zone_without_datum(declared)
    if zone is not None:
        return Said(
            "có phép chiếu của EPSG:{0} ({1}) nhưng theo gốc tọa độ khác, lệch chừng 200 m; MapInfo ghi "
            "VN-2000 như vậy. --crs {2} thì nhận nguyên như tệp ghi",
            "has the projection of EPSG:{0} ({1}), but another datum, some 200 m away; "
            "MapInfo writes VN-2000 so. --crs {2} takes it as it is",
            (str(zone.to_epsg()), zone.name, DECLARED),
        )
    points = arrangement.apply(points)
    shares = _shares(connection, points, declared)
    if shares is None or all(share >= _HARDLY for share in shares):
        return None
    found = guess(points, ground_of(connection, get_settings().region, streets=False), along_streets=False)
    if not found or not found[0].clear:
        return None
    return Said(
        "ghi hệ {0}, đưa các đối tượng ra ngoài phường/xã hoặc vùng của sổ; --crs {1} thì nhận nguyên như "
        "tệp ghi",
        "declares {0}, which puts them outside the registry's wards or area; --crs {1} takes it as it is",
        (reproject.name_of(declared), DECLARED),
    )


def _shares(connection: psycopg2.extensions.connection, points: Points, crs: CRS) -> tuple[float, ...] | None:
    """Return which shares of points lie in the registry's area and, where wards are known, in these.

    None where no point is anywhere.
    """
    region = get_settings().region
    lonlat = operation(crs, region.bounds).place(points) if crs != WGS84 else points
    lonlat = lonlat[np.isfinite(lonlat).all(axis=1)]
    if not len(lonlat):
        return None
    ground = ground_of(connection, region, streets=False)
    in_wards = ground.share_in_wards(ground.metric(lonlat))
    in_bounds = ground.share_in_bounds(lonlat)
    return (in_bounds,) if in_wards is None else (in_bounds, in_wards)


def points_of(table: FeatureTable, layer: Layer) -> Points:
    """Return points of every geometry, as the file has them: its vertices; of areas one inside."""
    if table.geometry.dtype != object:
        return np.asarray(table.geometry, dtype=float)
    if layer.geometry is Geometry.MULTIPOLYGON:
        return np.asarray(shapely.get_coordinates(shapely.point_on_surface(table.geometry)))
    return np.asarray(shapely.get_coordinates(table.geometry))


def _is_along_streets(layer: Layer) -> bool:
    return layer.geometry is not Geometry.MULTIPOLYGON
