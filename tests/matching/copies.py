"""Several organisations' copies of one network: displaced, incomplete, with poles that stand side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Copies:
    """Rows: owner (0...), which true pole, metres (n, 2), height (NaN: none), kind; true poles in pairs."""

    owner: NDArray[np.int64]
    truth: NDArray[np.int64]
    xy: NDArray[np.float64]
    height: NDArray[np.float64]
    kind: NDArray[np.int64]
    twins: frozenset[frozenset[int]]


def copies(
    places: NDArray[np.float64],
    seed: int,
    owners: int = 5,
    noise_m: float = 8,
    missing: float = 0.1,
    twins: float = 0.03,
) -> Copies:
    """Return copies of a network.

    Every copy displaces every pole on its own by 0 to `noise_m` in any direction, leaves out the share
    `missing`, and measures the heights (to 0.3 m) of four in five poles. A share of the poles has another one
    of another height 0.5 to 3 m beside it.
    """
    rng = np.random.default_rng(seed)
    n = len(places)
    doubled = rng.choice(n, round(n * twins), replace=False)
    turn = rng.uniform(0, 2 * np.pi, len(doubled))
    beside = places[doubled] + rng.uniform(0.5, 2.99, len(doubled))[:, None] * np.stack(
        [np.cos(turn), np.sin(turn)], 1
    )
    true = np.vstack([places, beside])
    height = rng.choice([7.5, 8.5, 10.0, 12.0], n)
    other = np.where(height[doubled] < 9, height[doubled] + 2, height[doubled] - 2)
    height = np.append(height, other)
    parts = []
    for owner in range(owners):
        there = np.flatnonzero(rng.random(len(true)) >= missing)
        turn, far = rng.uniform(0, 2 * np.pi, len(there)), rng.uniform(0, noise_m, len(there))
        xy = true[there] + far[:, None] * np.stack([np.cos(turn), np.sin(turn)], 1)
        measured = np.round(height[there] + rng.normal(0, 0.3, len(there)), 1)
        measured[rng.random(len(there)) < 0.2] = np.nan
        parts.append((np.full(len(there), owner), there, xy, measured))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    pairs = frozenset(frozenset((int(one), n + place)) for place, one in enumerate(doubled))
    return Copies(
        columns[0], columns[1], columns[2], columns[3], np.zeros(len(columns[0]), dtype=np.int64), pairs
    )
