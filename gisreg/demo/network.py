"""Streets as a graph: pieces between junctions, each knowing its street."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gisreg.demo.plan import Street

CLASS_RANK = {"trunk": 0, "primary": 0, "secondary": 1, "tertiary": 2, "residential": 3, "alley": 5}
"""How early a class of street gets its pole line; others come last."""

MERGE_M = 22.0
"""Pieces shorter than this carry no pole: their two junctions count as one."""


@dataclass(frozen=True)
class Edge:
    """A piece of street between two junctions (metric), which are numbered."""

    street: int
    line: shapely.LineString
    start: int
    end: int


def edges(streets: list[Street]) -> list[Edge]:
    """Cut streets at every junction, with a grid of 1 cm so that near ends meet.

    Returns:
        Pieces ordered by street and position along it; junctions numbered by coordinates, with the
        two junctions of a very short piece taken as one.
    """
    lines = [street.line for street in streets]
    pieces = shapely.get_parts(shapely.union_all(lines, grid_size=0.01))
    middles = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    owner = shapely.STRtree(lines).nearest(middles)
    merged = [part for line in lines for part in shapely.get_parts(line)]
    first_part = np.cumsum([0, *[shapely.get_num_geometries(line) for line in lines]])
    along = [
        _measure(merged, first_part, int(street), middle)
        for street, middle in zip(owner, middles, strict=True)
    ]
    order = np.lexsort((np.asarray(along), owner))
    ends = np.array([shapely.get_coordinates(piece)[[0, -1]] for piece in pieces]).reshape(-1, 2)
    _, node_of_end = np.unique(np.round(ends, 2), axis=0, return_inverse=True)
    node_of_end = node_of_end.reshape(-1, 2)
    parent = _merge_short(node_of_end, shapely.length(pieces))
    return [
        Edge(int(owner[i]), pieces[i], parent[node_of_end[i, 0]], parent[node_of_end[i, 1]]) for i in order
    ]


def _measure(
    parts: list[shapely.LineString], first_part: np.ndarray, street: int, point: shapely.Point
) -> float:
    """Return how far along its street (part after part) a point lies."""
    own = parts[first_part[street] : first_part[street + 1]]
    distances = [float(shapely.distance(part, point)) for part in own]
    nearest = int(np.argmin(distances))
    before = sum(float(part.length) for part in own[:nearest])
    return before + float(shapely.line_locate_point(own[nearest], point))


def _merge_short(node_of_end: np.ndarray, length: np.ndarray) -> list[int]:
    parent = list(range(int(node_of_end.max()) + 1)) if len(node_of_end) else []

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for (start, end), metres in zip(node_of_end, length, strict=True):
        if metres < MERGE_M:
            a, b = root(int(start)), root(int(end))
            parent[max(a, b)] = min(a, b)
    return [root(node) for node in range(len(parent))]


def building_order(streets: list[Street], pieces: list[Edge], centre: tuple[float, float]) -> list[int]:
    """Return the order in which pieces get poles: from the centre outwards, wide streets earlier."""
    here = shapely.Point(*centre)
    middles = shapely.line_interpolate_point([edge.line for edge in pieces], 0.5, normalized=True)
    distance = shapely.distance(middles, here)
    rank = np.array([CLASS_RANK.get(streets[edge.street].street_class, 4) for edge in pieces])
    reach = max(float(np.median(distance)), 1.0)
    # A district centre has a network of its own, however far out it lies.
    is_centre = np.array([streets[edge.street].area_class == "district_centre" for edge in pieces])
    distance = np.where(is_centre, reach, distance)
    return [int(i) for i in np.argsort(distance + reach * 0.22 * rank, kind="stable")]
