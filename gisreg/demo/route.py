"""Ways along the poles: the cheapest tree from an exchange, and stretches of it."""

from __future__ import annotations

import heapq

import numpy as np

from gisreg.demo.pole_lines import PoleLines


def tree(lines: PoleLines, root: int, cost: np.ndarray) -> np.ndarray:
    """Return for every pole the next pole towards `root` (-1 for the root and for unreachable poles).

    Args:
        cost: factor on the metres of the spans at each pole; below 1 where cable prefers to run.
    """
    best = np.full(len(lines.xy), np.inf)
    towards = np.full(len(lines.xy), -1, dtype=int)
    best[root] = 0.0
    queue = [(0.0, root)]
    while queue:
        so_far, pole = heapq.heappop(queue)
        if so_far > best[pole]:
            continue
        for other in lines.next[pole]:
            metres = float(np.hypot(*(lines.xy[other] - lines.xy[pole])))
            total = so_far + metres * float(cost[other])
            if total < best[other]:
                best[other] = total
                towards[other] = pole
                heapq.heappush(queue, (total, other))
    return towards


def way(lines: PoleLines, towards: np.ndarray, start: int, limit_m: float) -> list[int]:
    """Return the poles from `start` towards the root of the tree, up to `limit_m` metres."""
    poles = [start]
    metres = 0.0
    while towards[poles[-1]] >= 0:
        following = int(towards[poles[-1]])
        metres += float(np.hypot(*(lines.xy[following] - lines.xy[poles[-1]])))
        if metres > limit_m:
            break
        poles.append(following)
    return poles
