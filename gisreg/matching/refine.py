"""Groups that stand close together: every row goes to the one that it fits, seen from all organisations."""

from __future__ import annotations

import numpy as np

from gisreg.matching.cost import HEIGHT_SPREAD_M, HEIGHT_WORST, SPREAD_M, Floats, Ints, Pairs, Poles

ROUNDS = 4
EASE = 0.5
"""A row moves where that costs at least so much less: no going to and fro."""


def refine(poles: Poles, pairs: Pairs, group: Ints) -> Ints:
    """Return groups after rows changed places between neighbours where all rows together fit better.

    What a group is follows from all its rows: the middle of their places and the median of their heights
    are surer than any row's own. An organisation's two rows change places, or a row moves to a
    neighbour in which its organisation has none.

    Args:
        poles: all poles.
        pairs: candidates; groups that one of them connects are neighbours.
        group: group of each pole.
    """
    group = group.copy()
    members: dict[int, set[int]] = {}
    for place, number in enumerate(group.tolist()):
        members.setdefault(number, set()).add(place)
    owners = poles.owners.tolist()
    for _ in range(ROUNDS):
        moved = False
        apart = group[pairs.a] != group[pairs.b]
        ends = np.sort(np.stack([group[pairs.a[apart]], group[pairs.b[apart]]], axis=1), axis=1)
        for one, other in np.unique(ends, axis=0).tolist():
            ours, theirs = members[one], members[other]
            if not ours or not theirs or len(ours) + len(theirs) < 3:
                continue
            by_owner = {owners[m]: m for m in theirs}
            for mine, partner in [(m, by_owner.get(owners[m])) for m in sorted(ours)]:
                moved |= _settle(poles, group, members, one, other, mine, partner)
            kept = {owners[m] for m in members[one]}
            for mine in sorted(m for m in members[other] if owners[m] not in kept):
                moved |= _settle(poles, group, members, other, one, mine, None)
        if not moved:
            break
    return group


def _settle(
    poles: Poles,
    group: Ints,
    members: dict[int, set[int]],
    one: int,
    other: int,
    mine: int,
    partner: int | None,
) -> bool:
    """Exchange a row of group `one` with its owner's of group `other` (or move it) where that fits better."""
    ours, theirs = members[one] - {mine}, members[other] - {partner}
    if not ours or not theirs:
        return False
    here, there = _model(poles, ours), _model(poles, theirs)
    gain = _misfit(poles, mine, here) - _misfit(poles, mine, there)
    if partner is not None:
        gain += _misfit(poles, partner, there) - _misfit(poles, partner, here)
    if gain <= EASE:
        return False
    members[one], members[other] = ours | ({partner} if partner is not None else set()), theirs | {mine}
    group[mine] = other
    if partner is not None:
        group[partner] = one
    return True


def _model(poles: Poles, rows: set[int]) -> tuple[Floats, float, float]:
    """Return the middle of rows (metres), their median height, and the share that a middle is off."""
    chosen = list(rows)
    heights = poles.heights[chosen]
    known = heights[~np.isnan(heights)]
    return (
        poles.xy[chosen].mean(axis=0),
        float(np.median(known)) if len(known) else float("nan"),
        (1 + 1 / len(chosen)) / 2,
    )


def _misfit(poles: Poles, row: int, model: tuple[Floats, float, float]) -> float:
    middle, height, share = model
    cost = float(((poles.xy[row] - middle) ** 2).sum()) / (SPREAD_M**2 * share)
    own = float(poles.heights[row])
    if not np.isnan(own) and not np.isnan(height):
        cost += min(((own - height) / HEIGHT_SPREAD_M) ** 2 / share, HEIGHT_WORST)
    return cost
