"""How unlike two rows are, as a number that can be added up: squared deviations in standard units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.integer[Any]]
Bools = NDArray[np.bool_]

SPREAD_M = 5.0
"""Standard deviation of the distance between two records of one pole (phones' positioning, both rows)."""
HEIGHT_SPREAD_M = 0.7
"""The same of two measured heights."""
HEIGHT_WORST = 9.0
KIND_DIFFERS = 4.0
SAME_NUMBER = -9.0
OTHER_NUMBER = 9.0


@dataclass(frozen=True)
class Poles:
    """Poles as columns: ids, owners (-1: unknown), metres in the registry's metric reference system (n, 2),
    height in metres (NaN: not measured), kind (0: unknown).
    """

    ids: Ints
    owners: Ints
    xy: Floats
    heights: Floats
    kinds: Ints

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.ids)


@dataclass(frozen=True)
class Pairs:
    """Candidate pairs: places `a` < `b` in Poles, metres between them, cost (the lower the more alike)."""

    a: Ints
    b: Ints
    distance_m: Floats
    cost: Floats

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.a)

    def only(self, chosen: Bools | Ints) -> Pairs:
        """Return some of them."""
        return Pairs(self.a[chosen], self.b[chosen], self.distance_m[chosen], self.cost[chosen])


def compare(poles: Poles, a: Ints, b: Ints, numbers: Ints) -> Pairs:
    """Return pairs with their cost.

    Args:
        poles: all poles.
        a, b: places of the two in `poles`.
        numbers: 1 where both bear the same painted number, -1 where numbers that one organisation gave
            differ, 0 where nothing is known.
    """
    distance = np.hypot(*(poles.xy[a] - poles.xy[b]).T)
    apart = (poles.heights[a] - poles.heights[b]) / HEIGHT_SPREAD_M
    heights = np.where(np.isnan(apart), 0.0, np.minimum(apart**2, HEIGHT_WORST))
    kinds = (poles.kinds[a] > 0) & (poles.kinds[b] > 0) & (poles.kinds[a] != poles.kinds[b])
    painted = np.where(numbers > 0, SAME_NUMBER, np.where(numbers < 0, OTHER_NUMBER, 0.0))
    return Pairs(a, b, distance, (distance / SPREAD_M) ** 2 + heights + KIND_DIFFERS * kinds + painted)


def certainty(cost: Floats, least_gap: Floats) -> Floats:
    """Return how certain pairs are, 0 to 1: by their own cost and by how much worse the next best is."""
    return np.asarray(np.exp(-np.maximum(cost, 0) / 16) * (1 - np.exp(-np.maximum(least_gap, 0) / 2)))
