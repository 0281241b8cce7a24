"""The benchmarks run: a small version of each, without any statement about time."""

from __future__ import annotations

from bench import edits, policies
from bench.__main__ import page
from bench.flagging import measure
from tests.support.databases import Database


def test_topology_and_flagging_agree_with_the_overlay(fresh_database: Database) -> None:
    figures = measure(rows=60, zones=8)
    assert figures["segments"] == 60 * 40
    assert figures["findings"] > 0
    assert figures["again_changed"] == 0
    assert figures["metres_difference"] < 0.001
    assert figures["rules_off"] > 0
    assert "geopandas.overlay" in page(figures, 60, 8)
    after = edits.measure(times=2)
    assert set(after) == set(edits.EDITS)
    assert "| a cable |" in "\n".join(edits.table(after, figures))


def test_everybody_gets_the_same_answers_with_and_without_policies(fresh_database: Database) -> None:
    # On the network of the test before, which has only objects of one carrier.
    costs = policies.measure(number=3, rounds=1)
    assert len(costs) == 3
    assert all(cost.ms[policies.WITHOUT] > 0 for cost in costs)
    assert "anonymous | carrier | inspector | authority" in "\n".join(policies.table(costs))
