"""Features in memory between the steps of an import, column by column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Geometries = npt.NDArray[np.object_]
Mask = npt.NDArray[np.bool_]
Fault = tuple[int, str, str]
"""A row's place, what is wrong with it, what to do."""


@dataclass(frozen=True)
class DecodedText:
    """Text that was not plainly Unicode: of which columns, in which encoding, how sure that is (0 to 1).

    `shown` are values before and after; `evidence` says why it was taken for that.
    """

    columns: tuple[str, ...]
    encoding: str
    confidence: float
    shown: tuple[tuple[str, str], ...]
    evidence: str

    @property
    def told(self) -> str:
        """Return it as a sentence."""
        pairs = ", ".join(f"{old!r} = {new!r}" for old, new in self.shown)
        capitals = (
            " TCVN3 has no capitals with tones: Ái can have become ái." if "tcvn3" in self.encoding else ""
        )
        return (
            f"text of {', '.join(self.columns)}: {self.encoding}, {self.confidence:.0%} sure; {pairs}."
            f" {self.evidence}{capitals}"
        )


@dataclass
class FeatureTable:
    """n features: what to call each row in a message, its columns, its geometry.

    `rows`: n labels such as `row 3` or `node/123`; `columns`: name -> n values (None: empty);
    `geometry`: n shapely geometries, None where there is none or none that can be read;
    `crs`: as the source declares it, or None; `crs_operation`: how coordinates came to EPSG:4326;
    `ready`: columns that already are fields of the registry and need no mapping by header;
    `places`: the first rows' places: label, as the file has it, in EPSG:4326;
    `heights`: Z of points, where some have one;
    `place_columns`: columns from which the geometry was made;
    `texts`: what was decoded;
    `faults`: places that were found wrong while reading; `damaged`: text that has lost letters;
    `warnings`: what looks wrong and may be right.
    """

    rows: list[str]
    columns: dict[str, list[Any]]
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

    @property
    def attributes(self) -> dict[str, list[Any]]:
        """Return the columns but those from which the geometry was made."""
        return {name: cells for name, cells in self.columns.items() if name not in self.place_columns}

    def __len__(self) -> int:
        """Return the number of features."""
        return len(self.rows)
