"""A row merged three ways, field by field: as taken out, as the file has it, as the registry has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

CLEAR = "#clear"
"""What is written into a cell to empty the field; an empty cell changes nothing."""
GEOMETRY = "geometry"
"""The name of the geometry among the fields; its value is WKB in hexadecimal digits, EPSG:4326."""
SAME_DEG = 1e-9
"""Coordinates that differ by less (a tenth of a millimetre) are the same: programs round."""

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Clash:
    """A field that both changed: what it was, what the file says, what the registry says."""

    field: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True)
class Merged:
    """What a row's fields become (only those that the file changes), and the fields that both changed."""

    changes: dict[str, Any] = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)


def merge(base: Values, mine: Values, theirs: Values) -> Merged:
    """Merge one row.

    Args:
        base: the values when the copy was taken.
        mine: those of the file; a field that is not named, or None, is untouched, CLEAR empties it.
        theirs: those of the registry now.
    """
    merged = Merged()
    for name, given in mine.items():
        if given is None:
            continue
        value = None if given == CLEAR else given
        was, now = base.get(name), theirs.get(name)
        if same(name, value, was) or same(name, value, now):
            continue
        if same(name, was, now):
            merged.changes[name] = value
        else:
            merged.clashes.append(Clash(name, was, value, now))
    return merged


def same(name: str, one: Any, other: Any) -> bool:
    """Tell whether two values of a field are equal, but for what spreadsheets and map programs round."""
    if one is None or other is None or one == other:
        return bool(one == other)
    if name == GEOMETRY:
        return _same_shape(str(one), str(other))
    if isinstance(one, float | int) and isinstance(other, float | int):
        return abs(one - other) <= 1e-12 * max(abs(one), abs(other))
    return False


def _same_shape(one: str, other: str) -> bool:
    shapes = shapely.from_wkb([one, other])
    if shapes[0].geom_type != shapes[1].geom_type:
        return False
    first, second = (shapely.get_coordinates(shape) for shape in shapes)
    return first.shape == second.shape and bool(np.abs(first - second).max(initial=0) <= SAME_DEG)
