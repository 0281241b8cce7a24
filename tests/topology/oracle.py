"""What the rules of topology say, computed with plain geometry and no database.

All lengths in metres of the plane (`tests.support.ground`). Inputs on which the rules hang by a hair
(a distance within `HAIR_M` of a tolerance) raise `Ambiguous`: two correct programs may differ there.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from tests.support.grid import Point

TOLERANCE_M = 2.0
NEAR_MISS_M = 5.0
HAIR_M = 0.005


class Ambiguous(Exception):
    """The rules hang by a hair here."""


@dataclass(frozen=True)
class Passage:
    """A cable passes a pole: where along the cable, and how far off."""

    pole: str
    measure: float
    distance: float


@dataclass(frozen=True)
class Piece:
    """A segment: its ends (None: loose), passage number and points."""

    start: str | None
    end: str | None
    ordinal: int
    points: tuple[Point, ...]


def clear(value: float, limit: float) -> bool:
    """Return whether a value is below a limit, refusing what is too close to say."""
    if abs(value - limit) < HAIR_M:
        raise Ambiguous
    return value < limit


def measures(cable: Sequence[Point]) -> list[float]:
    """Return the way along the cable to each of its points."""
    found = [0.0]
    for a, b in pairwise(cable):
        found.append(found[-1] + math.dist(a, b))
    return found


def distance(cable: Sequence[Point], pole: Point) -> float:
    """Return how near the cable comes to a pole."""
    return min(_foot(a, b, pole)[1] for a, b in pairwise(cable))


def _foot(a: Point, b: Point, pole: Point) -> tuple[float, float]:
    length = math.dist(a, b)
    ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
    along = min(max((pole[0] - a[0]) * ux + (pole[1] - a[1]) * uy, 0.0), length)
    return along, math.dist((a[0] + ux * along, a[1] + uy * along), pole)


def passages(cable: Sequence[Point], name: str, pole: Point) -> list[Passage]:
    """Return the stretches on which the cable stays within the tolerance of a pole, each at its nearest."""
    stretches: list[tuple[float, float, list[tuple[float, float]]]] = []
    for start, (a, b) in zip(measures(cable), pairwise(cable), strict=False):
        along, off = _foot(a, b, pole)
        if not clear(off, TOLERANCE_M):
            continue
        length = math.dist(a, b)
        ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
        middle = (pole[0] - a[0]) * ux + (pole[1] - a[1]) * uy
        height = abs((pole[0] - a[0]) * uy - (pole[1] - a[1]) * ux)
        half = math.sqrt(TOLERANCE_M**2 - height**2)
        begin, end = start + max(middle - half, 0.0), start + min(middle + half, length)
        if stretches and begin - stretches[-1][1] < 1e-6:
            stretches[-1] = (stretches[-1][0], end, [*stretches[-1][2], (off, start + along)])
        else:
            if stretches:
                clear(stretches[-1][1], begin)
            stretches.append((begin, end, [(off, start + along)]))
    return [_nearest(name, candidates) for _, _, candidates in stretches]


def _nearest(name: str, candidates: list[tuple[float, float]]) -> Passage:
    off, measure = min(candidates)
    for other_off, other_measure in candidates:
        if abs(other_measure - measure) > HAIR_M:
            clear(off, other_off)
    return Passage(name, measure, off)


def tie(cable: Sequence[Point], poles: Mapping[str, Point]) -> list[Passage]:
    """Return the supports in their order along the cable; of poles too close together the nearer one.

    The rule speaks of pairs. A chain (the first close to the second, the second to the third, but not
    the first to the third) is `Ambiguous`.
    """
    found = [passage for name, at in poles.items() for passage in passages(cable, name, at)]
    kept: list[Passage] = []
    for passage in sorted(found, key=lambda item: item.distance):
        rivals = [item for item in found if item is not passage]
        rivals = [item for item in rivals if clear(abs(item.measure - passage.measure), TOLERANCE_M)]
        for rival in rivals:
            clear(passage.distance, rival.distance)
        for a, b in combinations(rivals, 2):
            if not clear(abs(a.measure - b.measure), TOLERANCE_M):
                raise Ambiguous
        if not any(rival in kept for rival in rivals):
            kept.append(passage)
    return sorted(kept, key=lambda item: item.measure)


def cut(cable: Sequence[Point], poles: Mapping[str, Point]) -> list[Piece]:
    """Return the segments of a cable in order."""
    supports = tie(cable, poles)
    if not supports:
        return [Piece(None, None, 1, tuple(cable))]
    along = measures(cable)
    # A station: pole or None, where along the cable, at which point, how far its pull reaches.
    stations: list[tuple[str | None, float, Point, float]] = [
        (item.pole, item.measure, poles[item.pole], TOLERANCE_M) for item in supports
    ]
    if not clear(supports[0].measure, TOLERANCE_M):
        stations.insert(0, (None, 0.0, cable[0], 0.0))
    if not clear(along[-1] - supports[-1].measure, TOLERANCE_M):
        stations.append((None, along[-1], cable[-1], 0.0))
    seen: Counter[tuple[str | None, str | None]] = Counter()
    pieces = []
    for (start, m0, p0, pull0), (end, m1, p1, pull1) in pairwise(stations):
        between = [
            point
            for point, m in zip(cable[1:-1], along[1:-1], strict=True)
            if m0 < m < m1 and not clear(m, m0 + pull0) and clear(m, m1 - pull1)
        ]
        if start == end and not between:
            raise Ambiguous
        seen[start, end] += 1
        pieces.append(Piece(start, end, seen[start, end], (p0, *between, p1)))
    return pieces


def near_misses(cable: Sequence[Point], poles: Mapping[str, Point]) -> dict[str, float]:
    """Return the poles that the cable passes closely without being tied to them, with the distance."""
    tied = {item.pole for item in tie(cable, poles)}
    near = {name: distance(cable, at) for name, at in poles.items() if name not in tied}
    return {name: off for name, off in near.items() if clear(off, NEAR_MISS_M)}


def numbered(supports: Sequence[Passage]) -> list[tuple[Passage, int]]:
    """Return the supports with the number of the cable's passage over that pole."""
    seen: Counter[str] = Counter()
    found = []
    for passage in supports:
        seen[passage.pole] += 1
        found.append((passage, seen[passage.pole]))
    return found


def is_clear(cables: Mapping[str, Sequence[Point]], poles: Mapping[str, Point]) -> bool:
    """Return whether the rules say everything about these cables without hanging by a hair."""
    try:
        for points in cables.values():
            cut(points, poles)
            near_misses(points, poles)
    except Ambiguous:
        return False
    return True
