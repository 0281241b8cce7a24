"""Features in memory between the steps of an import, column by column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Geometries = npt.NDArray[np.object_]
Mask = npt.NDArray[np.bool_]


@dataclass
class FeatureTable:
    """n features: what to call each row in a message, its columns, its geometry.

    `rows`: n labels such as `row 3` or `node/123`; `columns`: name -> n values (None: empty);
    `geometry`: n shapely geometries, None where there is none or none that can be read;
    `crs`: as the source declares it, or None;
    `ready`: columns that already are fields of the registry and need no mapping by header;
    """

    rows: list[str]
    columns: dict[str, list[Any]]
    geometry: Geometries
    crs: str | None = None
    ready: frozenset[str] = frozenset()
    notes: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        """Return the number of features."""
        return len(self.rows)
