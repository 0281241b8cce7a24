"""Poles of two organisations along one line, put side by side in their order by dynamic programming."""

from __future__ import annotations

import numpy as np

from gisreg.matching.cost import Floats


def along(xy: Floats) -> Floats:
    """Return where points lie along their own main direction, in metres from their middle.

    Args:
        xy: points in metres, (n, 2).
    """
    centred = xy - xy.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    return np.asarray(centred @ axes[0])


def align(cost: Floats, gap: float) -> list[tuple[int, int]]:
    """Return the cheapest pairing of two sequences that keeps their order.

    As Needleman and Wunsch (1970), with the swap of neighbours of Damerau (1964): two poles side by side
    may have changed places by the error of positioning alone.

    Args:
        cost: of pairing element i of the first with element j of the second, (n, m); infinite where
            the pair is out of the question.
        gap: of leaving one element without a partner.

    Returns:
        Pairs (i, j).
    """
    n, m = cost.shape
    best = np.full((n + 1, m + 1), np.inf)
    best[:, 0] = np.arange(n + 1) * gap
    best[0, :] = np.arange(m + 1) * gap
    step = np.zeros((n + 1, m + 1), dtype=np.int8)
    step[1:, 0], step[0, 1:] = 1, 2
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            ways = [
                best[i - 1, j - 1] + cost[i - 1, j - 1],
                best[i - 1, j] + gap,
                best[i, j - 1] + gap,
                best[i - 2, j - 2] + cost[i - 1, j - 2] + cost[i - 2, j - 1] if i > 1 and j > 1 else np.inf,
            ]
            step[i, j] = int(np.argmin(ways))
            best[i, j] = ways[step[i, j]]
    found = []
    i, j = n, m
    while i > 0 or j > 0:
        way = step[i, j]
        if way == 0:
            found.append((i - 1, j - 1))
            i, j = i - 1, j - 1
        elif way == 3:
            found += [(i - 1, j - 2), (i - 2, j - 1)]
            i, j = i - 2, j - 2
        elif way == 1:
            i -= 1
        else:
            j -= 1
    return found[::-1]
