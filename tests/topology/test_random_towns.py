"""Topology against an oracle of plain geometry, over random small towns."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import pairwise

import pytest
from hypothesis import assume, given

from tests.support.ground import metres
from tests.support.network import Network
from tests.support.towns import FEW, Town, towns
from tests.topology import oracle

NewNetwork = Callable[[], AbstractContextManager[Network]]


@FEW
@given(town=towns())
def test_same_as_the_oracle_and_a_second_run_changes_nothing(new_network: NewNetwork, town: Town) -> None:
    assume(oracle.is_clear(town.aerial, town.standing))
    with new_network() as network:
        town.write(network)
        network.build()
        for name in town.cables:
            assert_cable(network, name, town.aerial.get(name), town.standing)
        assert_pairs(network, town)
        before = network.trail()
        again = network.build()
        assert (again.fresh, again.gone, again.changed) == (0, 0, 0)
        assert network.trail() == before


def assert_cable(
    network: Network, name: str, points: list[oracle.Point] | None, poles: dict[str, oracle.Point]
) -> None:
    """Compare supports and segments of a cable with the oracle's (`points` None: it does not hang)."""
    expected = oracle.tie(points, poles) if points else []
    found = network.supports(name)
    assert [item[:2] for item in found] == [(p.pole, n) for p, n in oracle.numbered(expected)], name
    for (_, _, measure, off), passage in zip(found, expected, strict=True):
        assert measure == pytest.approx(passage.measure, rel=1e-3, abs=0.01)
        assert off == pytest.approx(passage.distance, abs=0.002)
    parts = network.parts(name)
    pieces = oracle.cut(points, poles) if points else []
    assert [(p.start, p.end, p.ordinal) for p in parts] == [(p.start, p.end, p.ordinal) for p in pieces]
    for part, piece in zip(parts, pieces, strict=True):
        corners = [metres(point) for point in part.line.coords]
        assert len(corners) == len(piece.points)
        assert max(math.dist(a, b) for a, b in zip(corners, piece.points, strict=True)) < 0.001
    for a, b in pairwise(parts):
        assert a.end == b.start
        assert a.end is not None
        assert a.line.coords[-1] == b.line.coords[0]


def assert_pairs(network: Network, town: Town) -> None:
    """Compare spans, which are pairs of poles, and near misses with the oracle's."""
    poles, cables = town.standing, town.aerial
    pieces = [piece for points in cables.values() for piece in oracle.cut(points, poles)]
    pairs = {frozenset((p.start, p.end)) for p in pieces if p.start and p.end and p.start != p.end}
    assert network.spans() == pairs
    assert network.near_misses() == pytest.approx(
        {
            (name, pole): off
            for name, points in cables.items()
            for pole, off in oracle.near_misses(points, poles).items()
        },
        abs=0.01,
    )
