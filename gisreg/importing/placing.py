"""Bring the coordinates of a file to EPSG:4326: as stated, as declared, or asked for with a proposal."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
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
from gisreg.importing.table import FeatureTable
from gisreg.settings import get_settings
from layers import Geometry, Layer

DECLARED = "declared"
"""What `--crs` says to take what the file declares although it looks wrong."""

_SAYS_NONE = "does not say in which reference system its coordinates are"
_SHOWN = 4
_FIRST = 3
"""Places that a report shows before and after."""

_HARDLY = 0.5


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
    elif request.crs is None and (doubt := _doubt(connection, table, declared, arrangement, layer)):
        crs, arrangement = _proposed(connection, table, request, layer, doubt)
    else:
        crs = declared
    _move(table, crs, arrangement)


def _move(table: FeatureTable, crs: CRS, arrangement: Arrangement) -> None:
    """Bring the geometry over; the first places are kept as they were and as they are."""
    first = [index for index, one in enumerate(table.geometry) if _is_somewhere(one)][:_FIRST]
    before = [_corner(table.geometry[index]) for index in first]
    _transform(table, crs, arrangement)
    table.places = [
        (table.rows[index], old, _corner(table.geometry[index]))
        for index, old in zip(first, before, strict=True)
    ]


def _is_somewhere(geometry: shapely.Geometry | None) -> bool:
    return geometry is not None and not geometry.is_empty


def _corner(geometry: shapely.Geometry) -> tuple[float, float]:
    x, y = shapely.get_coordinates(geometry)[0]
    return float(x), float(y)


def _transform(table: FeatureTable, crs: CRS, arrangement: Arrangement) -> None:
    if arrangement != PLAIN:
        table.geometry = np.asarray(shapely.transform(table.geometry, arrangement.apply), dtype=object)
        table.notes.append(f"coordinates were taken as: {arrangement}.")
    table.crs = reproject.name_of(crs)
    if crs == WGS84:
        return
    how = operation(crs, get_settings().region.bounds)
    table.geometry = np.asarray(shapely.transform(table.geometry, how.place), dtype=object)
    table.crs_operation = str(how)
    table.notes.append(f"from {reproject.name_of(crs)} by {how}; PROJ knows {how.others} others.")


def _proposed(
    connection: psycopg2.extensions.connection,
    table: FeatureTable,
    request: ImportRequest,
    layer: Layer,
    why: str,
) -> tuple[CRS, Arrangement]:
    """Return the guess that the user accepts beforehand, if it is clear; else refuse and propose."""
    ground = ground_of(connection, get_settings().region)
    found = guess(_points(table, layer), ground, along_streets=_is_along_streets(layer))
    if request.accept_guess and found and found[0].clear:
        best = found[0]
        table.notes.append(f"reference system guessed and accepted: EPSG:{best.epsg}; {best.evidence}.")
        return CRS.from_epsg(best.epsg), best.arrangement
    raise InvalidInputError(
        "\n".join([f"{request.path.name}: {why}.", *_lines(found, ground)]),
        **_ask(found, ground),
        guesses=_guesses(found, _points(table, layer)),
    )


def _guesses(found: list[CrsGuess], points: npt.NDArray[np.float64]) -> list[dict[str, object]]:
    """Return the guesses for pages: what to say, why, and where the first point would lie."""
    first = points[np.isfinite(points).all(axis=1)][:1]
    return [
        {
            "crs": f"EPSG:{one.epsg}",
            "coordinates": str(one.arrangement) or None,
            "name": one.name,
            "evidence": one.evidence,
            "clear": bool(one.clear),
            "before": first[0].tolist() if len(first) else None,
            "after": one.place(first)[0].tolist() if len(first) else None,
        }
        for one in found[:_SHOWN]
    ]


def _lines(found: list[CrsGuess], ground: Ground) -> list[str]:
    if not found:
        return ["  No likely reference system puts its objects into the registry's area."]
    known = "wards and streets" if ground.has_units else "area alone, which cannot tell zones apart"
    lines = [f"  By the registry's {known}, it could be:"]
    lines += [
        f"  {number}. {one.options}  {one.name}: {one.evidence}; {one.operation}"
        for number, one in enumerate(found[:_SHOWN], 1)
    ]
    return lines if found[0].clear else [*lines, "  None of them stands out."]


def _ask(found: list[CrsGuess], ground: Ground) -> dict[str, str]:
    if not found:
        return {"hint": "Say it with --crs, for example --crs EPSG:9209 (VN-2000, 105°30')."}
    if found[0].clear:
        said = found[0].options
        return {"hint": f"If the first is right say {said}, or --accept-guess.", "confirm": said}
    first = "" if ground.has_units else "Import provinces and wards first, so that gisreg can compare; or ask"
    return {"hint": f"{first or 'Ask'} whoever made the file, and say for example {found[0].options}."}


def _doubt(
    connection: psycopg2.extensions.connection,
    table: FeatureTable,
    declared: CRS,
    arrangement: Arrangement,
    layer: Layer,
) -> str | None:
    """Return why a declared system looks wrong, None where it does not."""
    zone = reproject.zone_without_datum(declared)
    if zone is not None:
        return (
            f"has the projection of EPSG:{zone.to_epsg()} ({zone.name}), but another datum, some 200 m away; "
            f"MapInfo writes VN-2000 so. --crs {DECLARED} takes it as it is"
        )
    region = get_settings().region
    points = arrangement.apply(_points(table, layer))
    lonlat = operation(declared, region.bounds).place(points) if declared != WGS84 else points
    lonlat = lonlat[np.isfinite(lonlat).all(axis=1)]
    if not len(lonlat):
        return None
    ground = ground_of(connection, region, streets=False)
    known = ground.share_in_wards(ground.metric(lonlat))
    if ground.share_in_bounds(lonlat) >= _HARDLY and (known is None or known >= _HARDLY):
        return None
    found = guess(points, ground, along_streets=False)
    if not found or not found[0].clear:
        return None
    return (
        f"declares {reproject.name_of(declared)}, which puts them outside the registry's wards or area; "
        f"--crs {DECLARED} takes it as it is"
    )


def _points(table: FeatureTable, layer: Layer) -> npt.NDArray[np.float64]:
    """Return a point of every geometry, as the file has it; of areas one inside."""
    if layer.geometry is Geometry.MULTIPOLYGON:
        return np.asarray(shapely.get_coordinates(shapely.point_on_surface(table.geometry)))
    return np.asarray(shapely.get_coordinates(table.geometry))


def _is_along_streets(layer: Layer) -> bool:
    return layer.geometry is not Geometry.MULTIPOLYGON
