"""Where poles stand: lines of them along the streets, and which pole follows on which."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import shapely

from gisreg.demo.network import MERGE_M, Edge, building_order, edges
from gisreg.demo.plan import Street

SPACING_M = (25.0, 45.0)
CORNER_M = 3.0
JUNCTION_REACH_M = 80.0
LEAST_DISTANCE_M = 9.0


@dataclass
class PoleLines:
    """Pole positions (metric) and the ways from pole to pole.

    Attributes:
        xy: n x 2 positions.
        street: street of each pole.
        line: number of the pole line (one side of one piece of street) of each pole.
        along: unit direction of the street at each pole, n x 2.
        outward: unit direction from the street's middle to the pole, n x 2.
        offset: metres from the street's middle.
        next: for each pole, the poles that cables go on to.
    """

    xy: np.ndarray
    street: np.ndarray
    line: np.ndarray
    along: np.ndarray
    outward: np.ndarray
    offset: np.ndarray
    next: list[list[int]] = field(default_factory=list)


@dataclass
class _Draft:
    xy: list[np.ndarray] = field(default_factory=list)
    street: list[int] = field(default_factory=list)
    line: list[int] = field(default_factory=list)
    along: list[np.ndarray] = field(default_factory=list)
    outward: list[np.ndarray] = field(default_factory=list)
    offset: list[float] = field(default_factory=list)
    ends: list[tuple[int, int]] = field(default_factory=list)


def lay(
    rng: np.random.Generator, streets: list[Street], centre: tuple[float, float], count: int
) -> PoleLines:
    """Lay `count` poles along the streets, from the centre outwards; fewer where the streets end.

    Poles stand at the kerb, 25 to 45 m apart, on one side that changes now and then, on both sides of
    wide roads near the centre, and from side to side in a few alleys. None stands on a carriageway.
    """
    pieces = edges(streets)
    tree = shapely.STRtree([edge.line for edge in pieces])
    half = np.array([streets[edge.street].width_m / 2 for edge in pieces])
    side_of = rng.choice([-1, 1], len(streets))
    order = building_order(streets, pieces, centre)
    draft = _Draft()
    for rank, number in enumerate(order):
        edge = pieces[number]
        if edge.line.length < MERGE_M:
            continue
        street = streets[edge.street]
        if rng.random() < 0.12:
            side_of[edge.street] *= -1
        side = int(side_of[edge.street])
        both = street.width_m >= 12 and rank < len(order) * 0.3
        zigzag = street.width_m <= 7 and rng.random() < 0.1
        for sign in (side, -side) if both else (side,):
            _lay_line(rng, draft, edge, street, sign, zigzag)
        if len(draft.xy) >= count * 1.6:
            break
    keep = _standing(draft, tree, half, count)
    return _finish(draft, keep, pieces)


def _lay_line(
    rng: np.random.Generator, draft: _Draft, edge: Edge, street: Street, side: int, zigzag: bool
) -> None:
    """Add one pole line along a piece of street."""
    length = float(edge.line.length)
    clear = min(CORNER_M + street.width_m / 2 + float(rng.uniform(0, 5)), length * 0.35)
    usable = length - 2 * clear
    spacing = float(rng.uniform(31, 41))
    gaps = max(1, round(usable / spacing))
    gaps = max(gaps, int(np.ceil(usable / SPACING_M[1])))
    at = clear + usable * np.arange(gaps + 1) / gaps if usable > SPACING_M[0] else np.array([length / 2])
    room = max(0.0, min(usable / gaps - SPACING_M[0], SPACING_M[1] - usable / gaps)) / 2
    at[1:-1] += rng.uniform(-1, 1, max(len(at) - 2, 0)) * min(room, 4.0)
    offset = street.width_m / 2 + float(
        rng.uniform(0.4, 0.6) if street.width_m < 5 else rng.uniform(0.7, 1.4)
    )
    points = shapely.get_coordinates(shapely.line_interpolate_point(edge.line, at))
    before = shapely.get_coordinates(shapely.line_interpolate_point(edge.line, np.maximum(at - 1.5, 0)))
    after = shapely.get_coordinates(shapely.line_interpolate_point(edge.line, np.minimum(at + 1.5, length)))
    along = (after - before) / np.maximum(np.hypot(*(after - before).T), 1e-6)[:, None]
    sides = side * (np.where(np.arange(len(at)) % 2 == 0, 1, -1) if zigzag else np.ones(len(at)))
    outward = np.stack([-along[:, 1], along[:, 0]], axis=1) * sides[:, None]
    number = len(draft.ends)
    draft.ends.append((edge.start, edge.end))
    for i in range(len(at)):
        draft.xy.append(points[i] + outward[i] * offset)
        draft.street.append(edge.street)
        draft.line.append(number)
        draft.along.append(along[i])
        draft.outward.append(outward[i])
        draft.offset.append(offset)


def _standing(draft: _Draft, tree: shapely.STRtree, half: np.ndarray, count: int) -> np.ndarray:
    """Return the first `count` poles that stand on no carriageway and not beside an earlier pole."""
    points = shapely.points(np.asarray(draft.xy))
    good = np.ones(len(points), dtype=bool)
    pole, edge = tree.query(points, predicate="dwithin", distance=float(half.max(initial=1.0)))
    inside = shapely.distance(points[pole], tree.geometries[edge]) < half[edge] + 0.1
    good[pole[inside]] = False
    a, b = shapely.STRtree(points).query(points, predicate="dwithin", distance=LEAST_DISTANCE_M)
    for later, earlier in sorted(zip(a[a > b].tolist(), b[a > b].tolist(), strict=True)):
        if good[earlier]:
            good[later] = False
    return np.flatnonzero(good)[:count]


def _finish(draft: _Draft, keep: np.ndarray, pieces: list[Edge]) -> PoleLines:
    lines = PoleLines(
        xy=np.asarray(draft.xy)[keep],
        street=np.asarray(draft.street)[keep],
        line=np.asarray(draft.line)[keep],
        along=np.asarray(draft.along)[keep],
        outward=np.asarray(draft.outward)[keep],
        offset=np.asarray(draft.offset)[keep],
    )
    lines.next = [[] for _ in keep]
    members: dict[int, list[int]] = defaultdict(list)
    for pole, number in enumerate(lines.line.tolist()):
        members[number].append(pole)
    at_node: dict[int, list[int]] = defaultdict(list)
    for number, poles in members.items():
        for one, other in pairwise(poles):
            _link(lines, one, other)
        start, end = draft.ends[number]
        at_node[start].append(poles[0])
        at_node[end].append(poles[-1])
    for node in sorted(at_node):
        _join_junction(lines, sorted(set(at_node[node])))
    return lines


def _link(lines: PoleLines, one: int, other: int) -> None:
    if other not in lines.next[one]:
        lines.next[one].append(other)
        lines.next[other].append(one)


def _join_junction(lines: PoleLines, poles: list[int]) -> None:
    """Link the pole lines that meet at a junction by the shortest tree of spans."""
    if len(poles) < 2:
        return
    xy = lines.xy[poles]
    distance = np.hypot(*(xy[:, None] - xy[None, :]).transpose(2, 0, 1))
    joined = [0]
    left = list(range(1, len(poles)))
    while left:
        block = distance[np.ix_(joined, left)]
        i, j = np.unravel_index(int(np.argmin(block)), block.shape)
        if block[i, j] <= JUNCTION_REACH_M:
            _link(lines, poles[joined[i]], poles[left[j]])
        joined.append(left.pop(int(j)))
