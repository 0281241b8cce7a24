"""Propose which rows of several organisations are one pole; nothing is merged."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import psycopg2.extensions

from gisreg.database.queries import load_queries
from gisreg.matching.assign import groups
from gisreg.matching.cost import SPREAD_M, Bools, Floats, Ints, Pairs, Poles, certainty, compare
from gisreg.matching.refine import refine
from gisreg.settings import get_settings

PgConnection = psycopg2.extensions.connection
Box = tuple[float, float, float, float]

queries = load_queries(__file__)

_KINDS = ("unknown", "telecom", "power_lv", "power_mv", "power_hv", "lighting", "other")
ROUND_M = 150.0
"""So far around an area poles are compared with, too, so that what stands at its edge is judged as ever."""

_METRES_A_DEGREE = 110_000.0
ROOM_FOR_HEIGHT = 4.0
"""A pair at the edge of the radius may differ in height a little, too."""


@dataclass(frozen=True)
class Proposed:
    """What a run found: poles looked at, pairs proposed, groups, pairs to be looked at one by one."""

    poles: int
    pairs: int
    groups: int
    beside_doubles: int


@dataclass(frozen=True)
class Found:
    """Pairs as places in the poles, their group (a pole's place), certainty 0 to 1, metres apart."""

    a: Ints
    b: Ints
    group: Ints
    certainty: Floats
    distance_m: Floats

    def where(self, chosen: Bools) -> Found:
        """Return some of the pairs."""
        return Found(
            self.a[chosen],
            self.b[chosen],
            self.group[chosen],
            self.certainty[chosen],
            self.distance_m[chosen],
        )


def propose(connection: PgConnection, box: Box | None = None, radius_m: float | None = None) -> Proposed:
    """Write down which poles of an area are probably one; open proposals about them are replaced.

    Args:
        connection: a transaction of the worker's role.
        box: west, south, east, north in degrees; None for the whole registry.
        radius_m: how far apart two rows of one pole can be; the setting by default.
    """
    radius = get_settings().matching.radius_m if radius_m is None else radius_m
    west, south, east, north = (None,) * 4 if box is None else _wider(box, ROUND_M)
    queries.gather(connection, west=west, south=south, east=east, north=north)
    queries.index_gathered(connection)
    poles = _poles(connection)
    pairs = _pairs(connection, poles, radius)
    found = same_poles(poles, pairs, radius)
    inside = _inside(connection, poles, None if box is None else _wider(box, radius))
    found = found.where(_of_groups(found, inside))
    double = _beside_doubles(connection, poles, found)
    queries.forget_open(connection, ids=poles.ids[inside].tolist())
    queries.write(
        connection,
        firsts=poles.ids[found.a].tolist(),
        seconds=poles.ids[found.b].tolist(),
        groups=poles.ids[found.group].tolist(),
        distances=found.distance_m.tolist(),
        certainties=found.certainty.tolist(),
        doubles=double.tolist(),
    )
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE pg_temp.matching_pole")
    return Proposed(int(inside.sum()), len(found.a), len(np.unique(found.group)), int(double.sum()))


def propose_around(connection: PgConnection, batch: int) -> Proposed | None:
    """Propose where an import wrote poles; None where it wrote none.

    Args:
        connection: a transaction of the worker's role.
        batch: the import's number.
    """
    extent = queries.extent_of(connection, batch=batch)
    if extent is None or extent[0] is None:
        return None
    west, south, east, north = map(float, extent)
    return propose(connection, (west, south, east, north))


def _wider(box: Box, metres: float) -> Box:
    """Return a box with so many metres more on each side, or a little more than that."""
    west, south, east, north = box
    north_deg = metres / _METRES_A_DEGREE
    east_deg = north_deg / max(0.1, float(np.cos(np.radians(max(abs(south), abs(north))))))
    return west - east_deg, south - north_deg, east + east_deg, north + north_deg


def _inside(connection: PgConnection, poles: Poles, box: Box | None) -> Bools:
    """Return which of the gathered poles stand in a box; others are only there to be compared with."""
    if box is None:
        return np.ones(len(poles), dtype=bool)
    west, south, east, north = box
    ids = [number for (number,) in queries.inside(connection, west=west, south=south, east=east, north=north)]
    return np.isin(poles.ids, ids)


def _of_groups(found: Found, inside: Bools) -> Bools:
    """Return the pairs of groups of which a pole stands inside."""
    named = np.unique(np.concatenate([found.group[inside[found.a]], found.group[inside[found.b]]]))
    return np.isin(found.group, named)


def same_poles(poles: Poles, pairs: Pairs, radius_m: float) -> Found:
    """Return which rows are one pole: every pair of each group.

    Args:
        poles: in the order of ids.
        pairs: candidates within the radius.
        radius_m: that radius.
    """
    if not len(pairs):
        none = np.zeros(0, dtype=np.int64)
        return Found(none, none, none, np.zeros(0), np.zeros(0))
    most = (radius_m / SPREAD_M) ** 2 + ROOM_FOR_HEIGHT
    group, lead = groups(poles, pairs, most)
    group = refine(poles, pairs, group)
    order = np.argsort(group, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(group[order])) + 1)
    ends = np.array([pair for part in parts for pair in combinations(part.tolist(), 2)], dtype=np.int64)
    ends = np.sort(ends.reshape(-1, 2), axis=1)
    a, b = ends[:, 0], ends[:, 1]
    sure = _sure(poles, pairs, lead, a, b, radius_m)
    # The smallest place of a group names it.
    smallest = np.full(len(poles), len(poles))
    np.minimum.at(smallest, group, np.arange(len(poles)))
    return Found(a, b, smallest[group[a]], sure, np.hypot(*(poles.xy[a] - poles.xy[b]).T))


def _sure(poles: Poles, pairs: Pairs, lead: Floats, a: Ints, b: Ints, radius_m: float) -> Floats:
    """Return certainties; a pair that follows only from others in its group is as sure as its own cost."""
    key = pairs.a.astype(np.int64) * len(poles) + pairs.b
    order = np.argsort(key)
    wanted = a.astype(np.int64) * len(poles) + b
    place = np.minimum(np.searchsorted(key[order], wanted), len(key) - 1)
    known: Bools = key[order][place] == wanted
    own = compare(poles, a, b, np.zeros(len(a), dtype=np.int64))
    gap = np.where(known, lead[order][place], radius_m / SPREAD_M)
    cost = np.where(known, pairs.cost[order][place], own.cost)
    return certainty(cost, gap)


def _beside_doubles(connection: PgConnection, poles: Poles, found: Found) -> Bools:
    """Return which pairs a person must look at: somebody of their group has another pole close by."""
    settings = get_settings().matching
    near = max(settings.look_m, settings.double_m)
    doubled = np.isin(poles.ids, [number for (number,) in queries.side_by_side(connection, look_m=near)])
    of_group = np.zeros(len(poles), dtype=bool)
    np.logical_or.at(of_group, found.group, doubled[found.a] | doubled[found.b])
    return of_group[found.group]


def _poles(connection: PgConnection) -> Poles:
    rows = list(queries.poles(connection))
    ids, owners, x, y, heights, kinds = zip(*rows, strict=True) if rows else ((),) * 6
    _, owner = np.unique(np.array(owners, dtype=np.int64), return_inverse=True)
    return Poles(
        np.array(ids, dtype=np.int64),
        owner,
        np.array([x, y], dtype=float).T.reshape(-1, 2),
        np.array([np.nan if one is None else one for one in heights], dtype=float),
        np.array([_KINDS.index(one) for one in kinds], dtype=np.int64),
    )


def _pairs(connection: PgConnection, poles: Poles, radius_m: float) -> Pairs:
    rows = np.array(list(queries.candidates(connection, radius_m=radius_m)), dtype=np.int64).reshape(-1, 3)
    a, b = (np.searchsorted(poles.ids, rows[:, side]) for side in (0, 1))
    return compare(poles, a, b, rows[:, 2])
