"""Features in memory between the steps of an import, column by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, overload

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from gisreg.said import Said

Geometries = npt.NDArray[Any]
"""n geometry objects of shapely; for plain points, n pairs (x, y) may stand in their place."""
Points = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Fault = tuple[int, Said, Said]
"""A row's place, what is wrong with it, what to do."""
Column: TypeAlias = "list[Any] | pa.Array"
"""n cells, None where empty: as Python values of any kind, or as an Arrow array of one type."""


@dataclass(frozen=True)
class DecodedText:
    """Text that was not plainly Unicode: of which columns, in which encoding, how sure that is (0 to 1).

    `shown` are values before and after; `evidence` says why it was taken for that.
    """

    columns: tuple[str, ...]
    encoding: str
    confidence: float
    shown: tuple[tuple[str, str], ...]
    evidence: Said

    @property
    def told(self) -> str:
        """Return it as a sentence."""
        pairs = ", ".join(f"{old!r} = {new!r}" for old, new in self.shown)
        capitals = (
            " TCVN3 has no capitals with tones: Ái can have become ái." if "tcvn3" in self.encoding else ""
        )
        return (
            f"text of {', '.join(self.columns)}: {self.encoding}, {self.confidence:.0%} sure; {pairs}."
            f" {self.evidence.en}{capitals}"
        )


@dataclass
class FeatureTable:
    """n features: what to call each row in a message, its columns, its geometry.

    `rows`: n labels such as `row 3` or `node/123`; `columns`: name -> n values (None: empty);
    `geometry`: n shapely geometries, None where there is none or none that can be read, or plain points;
    `crs`: as the source declares it, or None; `crs_operation`: how coordinates came to EPSG:4326;
    `ready`: columns that already are fields of the registry and need no mapping by header;
    `places`: the first rows' places: label, as the file has it, in EPSG:4326;
    `heights`: Z of points, where some have one;
    `place_columns`: columns from which the geometry was made;
    `texts`: what was decoded;
    `faults`: places that were found wrong while reading; `damaged`: text that has lost letters;
    `warnings`: what looks wrong and may be right;
    `exported`: whether it came with the list of an export of ours;
    `first`: place of the first row in the file, where this is a part of it.
    """

    rows: Sequence[str]
    columns: dict[str, Any]
    geometry: Geometries
    crs: str | None = None
    crs_operation: str | None = None
    ready: frozenset[str] = frozenset()
    place_columns: tuple[str, ...] = ()
    places: list[tuple[str, tuple[float, float], tuple[float, float]]] = field(default_factory=list)
    heights: list[float | None] | None = None
    notes: list[str] = field(default_factory=list)
    texts: list[DecodedText] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    damaged: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    exported: bool = False
    first: int = 0

    @property
    def attributes(self) -> dict[str, Any]:
        """Return the columns but those from which the geometry was made."""
        return {name: cells for name, cells in self.columns.items() if name not in self.place_columns}

    @property
    def shapes(self) -> Geometries:
        """Return the geometry as objects, also where it is plain points."""
        return shapes_of(self.geometry)

    def chosen(self, places: Sequence[int]) -> FeatureTable:
        """Return some of the features, given by their places in the file, in this order."""
        kept = np.asarray(places, dtype=np.int64) - self.first
        return replace(
            self,
            rows=[self.rows[place] for place in kept],
            columns={name: picked(cells, kept) for name, cells in self.columns.items()},
            geometry=self.geometry[kept],
        )

    def __len__(self) -> int:
        """Return the number of features."""
        return len(self.rows)


def shapes_of(geometry: Geometries) -> Geometries:
    """Return n geometries as objects, also where they are plain points."""
    found = geometry if geometry.dtype == object else shapely.points(geometry)
    return np.asarray(found, dtype=object)


def picked(column: Column, places: npt.NDArray[np.int64]) -> Column:
    """Return some cells of a column."""
    if isinstance(column, list):
        return [column[place] for place in places]
    return column.take(pa.array(places))


class RowLabels(Sequence[str]):
    """`row 1`, `row 2` ...: what the rows of a file are called, made when they are asked for."""

    def __init__(self, start: int, stop: int) -> None:
        """Name the rows from place `start` up to `stop`, counted from 0."""
        self._numbers = range(start + 1, stop + 1)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        """Return one label, or several."""
        if isinstance(place, slice):
            return [f"row {number}" for number in self._numbers[place]]
        return f"row {self._numbers[place]}"

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._numbers)
