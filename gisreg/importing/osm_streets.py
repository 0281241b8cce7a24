"""Streets out of OpenStreetMap's ways: classes, and the ways of one street made one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer

from gisreg.importing.prepare import Rows
from gisreg.importing.reproject import transformed
from gisreg.importing.text import clean
from layers.codelists import STREET_CLASS

SAME_STREET_M = 100.0
"""Ways of one name are one street where each lies within this distance of another of them."""

_CLASSES = {
    "motorway": "trunk",
    "trunk": "trunk",
    "primary": "primary",
    "secondary": "secondary",
    "tertiary": "tertiary",
    "residential": "residential",
    "unclassified": "residential",
    "living_street": "residential",
    "service": "alley",
    "pedestrian": "path",
    "footway": "path",
    "path": "path",
    "steps": "path",
    "cycleway": "path",
    "bridleway": "path",
    "track": "path",
}
_ALLEY_WORDS = ("ngõ", "ngách", "hẻm", "kiệt")
_NOT_THERE = ("construction", "proposed", "razed", "abandoned", "planned")


def street_fields(tags: Mapping[str, str]) -> dict[str, Any] | None:
    """Return name and class of a way, None where it is no street that exists."""
    highway = tags.get("highway")
    if highway is None or highway in _NOT_THERE:
        return None
    name = clean(tags.get("name"))
    street_class = _CLASSES.get(highway.removesuffix("_link"), "other")
    if street_class == "residential" and name and name.split()[0].casefold() in _ALLEY_WORDS:
        street_class = "alley"
    return {"name": name, "street_class": street_class}


def group_ways(ways: Rows, metric_srid: int) -> Rows:
    """Return one row a street: named ways that are one street together, unnamed ways each alone.

    A street's geometry is the collection of its ways by id, its class the one of most metres, its
    code `osm-street-<lowest way id>` (an unnamed way keeps `osm-way-<id>`).

    Args:
        ways: checked ways with the fields code, name and street_class.
        metric_srid: EPSG code of the metric system for distances.
    """
    names = ways.values["name"]
    metric = transformed(ways.geometry, Transformer.from_crs(4326, metric_srid, always_xy=True))
    lengths = shapely.length(metric)
    ids = [int(code.rpartition("-")[2]) for code in ways.values["code"]]
    groups = [
        sorted(members, key=ids.__getitem__)
        for members in _clusters([name.casefold() if name else None for name in names], metric)
    ]
    first = [members[0] for members in groups]
    values = {field: [cells[i] for i in first] for field, cells in ways.values.items()}
    values["code"] = [f"osm-street-{ids[i]}" if names[i] else ways.values["code"][i] for i in first]
    classes = ways.values["street_class"]
    values["street_class"] = [_main_class([(classes[i], lengths[i]) for i in members]) for members in groups]
    geometry = np.empty(len(groups), dtype=object)
    geometry[:] = [
        shapely.MultiLineString(list(shapely.get_parts(ways.geometry[members]))) for members in groups
    ]
    return Rows(
        [ways.labels[i] for i in first],
        values,
        geometry,
        ways.once,
        [ways.numbers[i] for i in first],
        ways.unsure,
        ways.same,
    )


def _clusters(names: list[str | None], metric: Any) -> list[list[int]]:
    """Return lists of indexes; ways of one name that hang together within SAME_STREET_M share a list."""
    parent = list(range(len(names)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    named = np.array([i for i, name in enumerate(names) if name], dtype=int)
    if len(named):
        tree = shapely.STRtree(metric[named])
        left, right = tree.query(metric[named], predicate="dwithin", distance=SAME_STREET_M)
        _, key = np.unique([names[i] for i in named], return_inverse=True)
        same = (left < right) & (key[left] == key[right])
        for a, b in zip(named[left[same]].tolist(), named[right[same]].tolist(), strict=True):
            parent[root(a)] = root(b)
    groups: dict[int, list[int]] = defaultdict(list)
    for index in range(len(names)):
        groups[root(index)].append(index)
    return list(groups.values())


def _main_class(parts: list[tuple[str, float]]) -> str:
    """Return the class with the greatest length; of equals the more important one."""
    metres: dict[str, float] = defaultdict(float)
    for street_class, length in parts:
        metres[street_class] += length
    order = STREET_CLASS.values
    return min(metres, key=lambda name: (-metres[name], order.index(name)))
