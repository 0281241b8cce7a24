"""Which candidate pairs are one pole: mutual best, order along the line, groups without contradiction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from gisreg.matching.cost import Bools, Floats, Ints, Pairs, Poles
from gisreg.matching.order import align, along

CLEAR_BY = 3.0
"""A best partner is clear where the second best costs so much more."""


def groups(poles: Poles, pairs: Pairs, most: float) -> tuple[Ints, Floats]:
    """Return to which group each pole belongs, and how much worse its next best partner would be.

    A group is one pole in the ground as several organisations have it: never two poles of one
    organisation. Linear in the number of pairs, but for sorting them.

    Args:
        poles: all poles.
        pairs: candidates of different organisations.
        most: cost above which two rows are not the same pole.

    Returns:
        Group of each pole (a number below the number of poles), and for each pair the difference in cost
        to the next best pair of either pole with the same organisation.
    """
    lead = _lead(poles, pairs)
    chosen = (lead > CLEAR_BY) & (pairs.cost <= most)
    chosen |= _in_order(poles, pairs, chosen, most)
    return _joined(poles, pairs.only(chosen)), lead


def _lead(poles: Poles, pairs: Pairs) -> Floats:
    """Return by how much each pair beats the other pairs of its poles with the same organisations.

    Negative for a pair that is beaten.
    """
    lead = np.full(len(pairs), np.inf)
    for one, other in ((pairs.a, pairs.b), (pairs.b, pairs.a)):
        owner = poles.owners[other]
        order = np.lexsort((pairs.cost, owner, one))
        first = np.ones(len(order), dtype=bool)
        first[1:] = (one[order][1:] != one[order][:-1]) | (owner[order][1:] != owner[order][:-1])
        group = np.cumsum(first) - 1
        start = np.flatnonzero(first)
        sizes = np.diff(np.append(start, len(order)))
        cost = pairs.cost[order]
        best = cost[start]
        second = np.where(sizes > 1, cost[np.minimum(start + 1, len(order) - 1)], np.inf)
        ahead = np.where(first, second[group] - cost, best[group] - cost)
        lead[order] = np.minimum(lead[order], ahead)
    return lead


def _in_order(poles: Poles, pairs: Pairs, settled: Bools, most: float) -> Bools:
    """Return which of the pairs that are not clear fit best in the order along the line."""
    chosen = np.zeros(len(pairs), dtype=bool)
    taken = {
        key
        for a, b in zip(pairs.a[settled].tolist(), pairs.b[settled].tolist(), strict=True)
        for key in ((a, int(poles.owners[b])), (b, int(poles.owners[a])))
    }
    open_ = [
        place
        for place in np.flatnonzero(~settled & (pairs.cost <= most)).tolist()
        if (int(pairs.a[place]), int(poles.owners[pairs.b[place]])) not in taken
        and (int(pairs.b[place]), int(poles.owners[pairs.a[place]])) not in taken
    ]
    for places in _components(poles, pairs, open_):
        chosen[_aligned(poles, pairs, places, most)] = True
    return chosen


def _components(poles: Poles, pairs: Pairs, places: list[int]) -> Iterator[list[int]]:
    """Yield pairs of the same two organisations that hang together, with the smaller owner first."""
    root: dict[tuple[int, int, int], tuple[int, int, int]] = {}

    def find(key: tuple[int, int, int]) -> tuple[int, int, int]:
        while root.setdefault(key, key) != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    keys = []
    for place in places:
        a, b = int(pairs.a[place]), int(pairs.b[place])
        low, high = sorted((int(poles.owners[a]), int(poles.owners[b])))
        keys.append((a, low, high))
        root[find((a, low, high))] = find((b, low, high))
    found = defaultdict(list)
    for place, key in zip(places, keys, strict=True):
        found[find(key)].append(place)
    yield from found.values()


def _aligned(poles: Poles, pairs: Pairs, places: list[int], most: float) -> list[int]:
    low = min(int(poles.owners[pairs.a[place]]) for place in places)
    low = min(low, *(int(poles.owners[pairs.b[place]]) for place in places))
    ends = [
        (int(pairs.a[place]), int(pairs.b[place]))
        if poles.owners[pairs.a[place]] == low
        else (int(pairs.b[place]), int(pairs.a[place]))
        for place in places
    ]
    if len(places) == 1:
        return places
    members = np.array(sorted({one for end in ends for one in end}))
    at = dict(zip(members.tolist(), along(poles.xy[members]).tolist(), strict=True))
    first = sorted({one for one, _ in ends}, key=lambda one: at[one])
    second = sorted({one for _, one in ends}, key=lambda one: at[one])
    cost = np.full((len(first), len(second)), np.inf)
    number = {}
    for place, (one, other) in zip(places, ends, strict=True):
        cell = first.index(one), second.index(other)
        cost[cell] = pairs.cost[place]
        number[cell] = place
    return [number[cell] for cell in align(cost, gap=most / 2) if cell in number]


def _joined(poles: Poles, pairs: Pairs) -> Ints:
    """Return groups by joining the likeliest pairs first, never two poles of one organisation."""
    group = np.arange(len(poles))
    members: dict[int, list[int]] = {}
    owners = poles.owners.tolist()
    for place in np.argsort(pairs.cost, kind="stable").tolist():
        one, other = int(group[pairs.a[place]]), int(group[pairs.b[place]])
        if one == other:
            continue
        ours, theirs = members.get(one, [one]), members.get(other, [other])
        if {owners[m] for m in ours} & {owners[m] for m in theirs}:
            continue
        if len(ours) < len(theirs):
            one, other, ours, theirs = other, one, theirs, ours
        group[theirs] = one
        members[one] = ours + theirs
        members.pop(other, None)
    return group
