"""In which reference system coordinates seem to be: every likely one tried, ranked by where points fall.

Nothing here is applied by itself. What decides is the ground that the registry knows: wards and streets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from pyproj import CRS

from gisreg.errors import InvalidInputError
from gisreg.importing.arrangement import PLAIN, Arrangement
from gisreg.importing.ground import Ground
from gisreg.importing.operation import Operation, operation
from gisreg.said import Said, listed

Points = npt.NDArray[np.float64]

_SAMPLE = 400
_WGS84 = {4326: 1.0}
_VN2000_ZONES = dict.fromkeys((5896, 5897, 5898, 5899, *range(9205, 9219)), 0.97)
_OTHERS = {3405: 0.95, 3406: 0.95, 3857: 0.95, 4756: 0.85, 32648: 0.9, 32649: 0.9}
_OLD = {3148: 0.85, 3149: 0.85, 4131: 0.85, 2044: 0.85, 2045: 0.85, 4147: 0.85}
_LIKELY = _WGS84 | _VN2000_ZONES | _OTHERS | _OLD
"""EPSG code -> how likely where the ground says nothing: VN-2000 is the law since 2000 (DOMAIN: Decision
83/2000/QD-TTg); Indian 1960 and Hanoi 1972 are in old sheets."""

_GAUSS_KRUGER_PREFIX = {2044: 18_000_000.0, 2045: 19_000_000.0}
_FALSE_EASTING = 500_000.0
_UNUSUAL = {"swapped": 0.98, "km": 0.95, "east": 0.9}
_STREET_SCALE_M = 30.0
_CLEAR_INSIDE = 0.95
_CLEAR_LEAD = 0.8
_SAME_PLACE_M = 1000.0
_ALONG_A_STREET_M = 15.0
_TWIN_LEAD = 0.91
_TWIN_LEAD_WITHOUT_STREETS = 0.6
_POSSIBLE = 0.5


@dataclass(frozen=True)
class CrsGuess:
    """One possible reference system of some coordinates, with what speaks for it.

    `score` is 0 to 1, comparable within one list; the shares are of the points tried (None: the registry
    knows no province, ward or street); `street_m` the median distance to the nearest street;
    `shift_m` how far the points lie from where the first of the list puts them; `clear`: it is the
    first, and nothing else comes near: it can be proposed.
    """

    epsg: int
    name: str
    arrangement: Arrangement
    operation: Operation
    score: float
    in_bounds: float
    in_province: float | None = None
    in_wards: float | None = None
    street_m: float | None = None
    shift_m: float = 0.0
    clear: bool = False

    @property
    def options(self) -> str:
        """Return the options with which it is confirmed."""
        said = f"--crs EPSG:{self.epsg}"
        return f"{said} --coordinates {self.arrangement}" if self.arrangement != PLAIN else said

    @property
    def evidence(self) -> Said:
        """Return what speaks for it, as one line."""
        parts = [Said("{0:.0%} trong vùng của sổ", "{0:.0%} in the registry's area", (self.in_bounds,))]
        if self.in_province is not None:
            parts.append(Said("{0:.0%} trong tỉnh", "{0:.0%} in the province", (self.in_province,)))
        if self.in_wards is not None:
            parts.append(Said("{0:.0%} trong một phường/xã", "{0:.0%} in a ward", (self.in_wards,)))
        if self.street_m is not None:
            parts.append(
                Said(
                    "cách tuyến đường gần nhất {0:.0f} m (trung vị)",
                    "{0:.0f} m to the nearest street (median)",
                    (self.street_m,),
                )
            )
        if self.shift_m >= 1:
            parts.append(Said("cách hệ thứ nhất {0}", "{0} from the first", (_distance(self.shift_m),)))
        return listed(parts, ", ")

    def place(self, points: Points) -> Points:
        """Return n points as the file has them as n points (lon, lat)."""
        return self.operation.place(self.arrangement.apply(points))


def guess(points: Points, hints: Ground, along_streets: bool = True) -> list[CrsGuess]:
    """Return the possible reference systems of points, the best first; empty where none is possible.

    Args:
        points: n points, first and second number as the file has them; what is not finite is left out.
        hints: the ground to compare with; the more of it, the surer.
        along_streets: whether nearness to streets says something (poles and cables, not areas).
    """
    finite = points[np.isfinite(points).all(axis=1)]
    sample = finite[:: max(1, len(finite) // _SAMPLE)]
    if not len(sample):
        return []
    found = [one for epsg in _candidates(hints) for one in _tried(epsg, sample, hints, along_streets)]
    found.sort(key=lambda one: -one.score)
    if not found:
        return []
    metric = hints.metric(found[0].place(sample))
    found = [replace(one, shift_m=_shift(metric, hints.metric(one.place(sample)))) for one in found]
    return [replace(found[0], clear=_is_clear(found)), *found[1:]]


def _candidates(hints: Ground) -> dict[int, float]:
    own = {hints.metric_srid: 1.0} if CRS.from_epsg(hints.metric_srid).is_projected else {}
    return _LIKELY | own


def _tried(epsg: int, points: Points, hints: Ground, along_streets: bool) -> Iterator[CrsGuess]:
    crs = CRS.from_epsg(epsg)
    try:
        how = operation(crs, hints.bounds)
    except InvalidInputError:
        # EPSG ties this datum to other parts of the country only: it cannot be placed here, nor offered.
        return
    for arrangement, likely in _arrangements(epsg, crs, points):
        lonlat = how.place(arrangement.apply(points))
        in_bounds = hints.share_in_bounds(lonlat)
        if in_bounds < _POSSIBLE:
            continue
        metric = hints.metric(lonlat)
        one = CrsGuess(
            epsg,
            crs.name,
            arrangement,
            how,
            score=0.0,
            in_bounds=in_bounds,
            in_province=hints.share_in_province(metric),
            in_wards=hints.share_in_wards(metric),
            street_m=hints.street_distance_m(metric) if along_streets else None,
        )
        yield replace(one, score=_candidates(hints)[epsg] * likely * _ground_score(one))


def _arrangements(epsg: int, crs: CRS, points: Points) -> Iterator[tuple[Arrangement, float]]:
    """Yield the ways in which points could be written in a system, and how usual each is."""
    for swapped in (False, True):
        order = _UNUSUAL["swapped"] if swapped else 1.0
        east, north = np.abs(np.median(points[:, ::-1] if swapped else points, axis=0))
        if crs.is_geographic:
            yield Arrangement(swapped), order
            continue
        unit, usual = (1000.0, order * _UNUSUAL["km"]) if north < 20_000 else (1.0, order)
        yield Arrangement(swapped, unit), usual
        if east * unit < 0.6 * _FALSE_EASTING and epsg not in (*_GAUSS_KRUGER_PREFIX, 3857):
            yield Arrangement(swapped, unit, _FALSE_EASTING), usual * _UNUSUAL["east"]
        if epsg in _GAUSS_KRUGER_PREFIX and east * unit < 1_000_000:
            yield Arrangement(swapped, unit, _GAUSS_KRUGER_PREFIX[epsg]), usual * _UNUSUAL["east"]


def _inside(one: CrsGuess) -> float:
    """Return the share of points where they should be, by the finest units that the registry knows."""
    known = [share for share in (one.in_wards, one.in_province) if share is not None]
    return max(known, default=one.in_bounds)


def _ground_score(one: CrsGuess) -> float:
    if one.street_m is None:
        return _inside(one)
    return _inside(one) * (0.5 + 0.5 / (1 + (one.street_m / _STREET_SCALE_M) ** 2))


def _is_clear(found: list[CrsGuess]) -> bool:
    """Tell whether the first lies where it should, and nothing else comes near.

    What lies elsewhere must fit much worse. Systems on other datums lie some hundred metres away, in the
    same wards: only streets close by tell them apart, and where they do not, nothing is clear.
    """
    best = found[0]
    by_streets = best.street_m is None or best.street_m <= _ALONG_A_STREET_M
    twins = _TWIN_LEAD if by_streets else _TWIN_LEAD_WITHOUT_STREETS
    return _inside(best) >= _CLEAR_INSIDE and all(
        one.score < (_CLEAR_LEAD if one.shift_m > _SAME_PLACE_M else twins) * best.score for one in found[1:]
    )


def _shift(first: Points, second: Points) -> float:
    with np.errstate(invalid="ignore"):
        return float(np.nanmedian(np.hypot(*(first - second).T)))


def _distance(metres: float) -> str:
    return f"{metres / 1000:.1f} km" if metres >= 1000 else f"{metres:.0f} m"
