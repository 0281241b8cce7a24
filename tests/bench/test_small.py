"""The benchmarks run: a small version of each, without any statement about time."""

from __future__ import annotations

from pathlib import Path

import pyogrio
import pytest

from bench import edits, growth, importing, policies
from bench.__main__ import HEAD, network_table, parts_of
from bench.flagging import measure
from bench.pole_file import write_poles
from gisreg.database.address import Role
from gisreg.database.connection import transaction
from tests.support.databases import Database


def test_topology_and_flagging_agree_with_the_overlay(fresh_database: Database) -> None:
    figures = measure(rows=60, zones=8)
    assert figures["segments"] == 60 * 40
    assert figures["findings"] > 0
    assert figures["again_changed"] == 0
    assert figures["metres_difference"] < 0.001
    assert figures["rules_off"] > 0
    assert "geopandas.overlay" in "\n".join(network_table(figures, 60, 8))
    after = edits.measure(times=2)
    assert set(after) == set(edits.EDITS)
    assert "| a cable |" in "\n".join(edits.table(after, figures))


def test_everybody_gets_the_same_answers_with_and_without_policies(fresh_database: Database) -> None:
    # On the network of the test before, which has only objects of one carrier.
    costs = policies.measure(number=3, rounds=1)
    assert len(costs) == 3
    assert all(cost.ms[policies.WITHOUT] > 0 for cost in costs)
    assert "anonymous | carrier | inspector | authority" in "\n".join(policies.table(costs))


def test_growth_from_a_few_segments_to_more(fresh_database: Database) -> None:
    found = []
    for rows in (3, 30):
        _empty()
        found.append(growth.measure(rows, zones=2))
    few, more = found
    assert (few["segments"], more["segments"]) == (3 * 40, 30 * 40)
    # The exponent by its definition: ten times the segments take 10^k times as long.
    for name in ("zones", "all"):
        assert 10 ** growth.exponent(few, more, name) == pytest.approx(more[name] / few[name])
    assert "From 120 to 1,200 segments" in "\n".join(growth.table(few, more))


def _empty() -> None:
    """Let the registry be empty, as a benchmark's own cluster is at first."""
    with transaction(Role.OWNER) as connection, connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE registry.pole, registry.cable, registry.zone, registry.street, registry.organisation,"
            " registry.finding CASCADE"
        )


def test_the_same_poles_in_every_run(tmp_path: Path) -> None:
    few, more = tmp_path / "few.gpkg", tmp_path / "more.gpkg"
    write_poles(few, 130)
    write_poles(more, 260, with_own=True)
    first, second = (pyogrio.raw.read(path) for path in (few, more))
    assert first[2].tolist() == second[2].tolist()[:130]
    for name, cells in zip(first[0]["fields"], first[3], strict=True):
        assert cells.tolist() == second[3][list(second[0]["fields"]).index(name)].tolist()[:130]
    assert "Ghi chú" in second[0]["fields"]


def test_import_and_export_beside_ogr2ogr(fresh_database: Database) -> None:
    _empty()
    found = importing.measure(rows=300, rounds=1)
    assert all(len(found.seconds[step]) == 1 for step in (importing.LOAD, importing.NEW, importing.AGAIN))
    assert sorted(found.by_size) == [3, 30, 300]
    assert len(found.exponents) == 3
    assert found.peak_mb[importing.NEW] > 20
    lines = importing.table(found)
    assert "nothing changed" in "\n".join(lines)
    page = "\n".join([*HEAD, "Ran on a machine.", "", growth.TITLE, "", "| k |", "", *lines])
    assert parts_of(page) == {
        "network": ["Ran on a machine.", ""],
        "growth": [f"{growth.TITLE}\n\n| k |", ""],
        "importing": ["\n".join(lines[:-1]), ""],
    }
    with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registry.pole")
        assert cursor.fetchone() == (0,)
