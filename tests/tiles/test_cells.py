"""Counts by cell: what triggers add up always equals a count from the tables."""

from __future__ import annotations

import random
import time
from typing import Any

import httpx
import pytest

from gisreg.database.address import Role
from gisreg.database.connection import Actor, transaction
from gisreg.tiles.cells import refresh, refresh_stale
from layers import LAYERS
from tests.support.served import Query, edited, one

SUMS = (
    "SELECT cell_x, cell_y, owner_id, visibility, sum(object_count)::bigint, sum(length_m),"
    " sum(flagged_m), sum(accepted_m) FROM gisreg.layer_cell WHERE layer = %s"
    " GROUP BY 1, 2, 3, 4 HAVING sum(object_count) <> 0 OR abs(sum(flagged_m)) > 1e-3 ORDER BY 1, 2, 3, 4"
)

CHANGES = (
    "UPDATE registry.pole SET geom = ST_Translate(geom, 0.002, 0.001) WHERE code LIKE 'P1%'",
    "UPDATE registry.pole SET visibility = 'agency' WHERE code LIKE 'P2%'",
    "UPDATE registry.pole SET owner_id = NULL WHERE code LIKE 'P7%'",
    "UPDATE registry.pole SET lean_deg = 1",
    "INSERT INTO registry.pole (geom) SELECT ST_SetSRID(ST_MakePoint(106.33 + random() / 50, 20.44), 4326)"
    " FROM generate_series(1, 40)",
    "DELETE FROM registry.tower WHERE code = 'T-VTL'",
    "UPDATE registry.segment_state SET flagged_m = flagged_m / 2 WHERE flagged_m > 10",
    "UPDATE registry.segment_state SET tidying_state = 'accepted' WHERE segment_id IN ("
    "SELECT segment_id FROM registry.segment_state WHERE flagged_m > 0 ORDER BY segment_id LIMIT 9)",
    "UPDATE registry.segment SET owner_id = NULL WHERE sequence % 5 = 0",
    "UPDATE registry.segment SET geom = ST_Translate(geom, 0.004, 0) WHERE sequence % 7 = 0",
    "DELETE FROM registry.segment WHERE sequence % 4 = 1",
    "DELETE FROM registry.cable WHERE code = 'C3'",
    "UPDATE registry.cable SET geom = ST_Reverse(geom)",
)


def counted(query: Query, layer: str) -> list[tuple[Any, ...]]:
    return [
        tuple(round(float(v), 2) if isinstance(v, float) else v for v in row) for row in query(SUMS, layer)
    ]


def test_small_statements_keep_the_cells_exact(query: Query) -> None:
    order = list(CHANGES)
    random.Random(7).shuffle(order)  # noqa: S311 - a fixed order, no secret
    for statement in order:
        query(statement)
    assert query("SELECT count(*) FROM gisreg.stale_cells") == [(0,)]
    for key in ("pole", "tower", "cable", "segment", "span"):
        kept = counted(query, key)
        with transaction(Role.WORKER, Actor("test")) as connection:
            refresh(connection, LAYERS[key])
        fresh = counted(query, key)
        assert fresh
        assert [row[:5] for row in kept] == [row[:5] for row in fresh], key
        for before, after in zip(kept, fresh, strict=True):
            assert before[5:] == pytest.approx(after[5:], abs=0.02)


def test_a_large_statement_only_marks(query: Query) -> None:
    before = counted(query, "pole")
    revisions = query("SELECT coalesce(max(number), 0) FROM gisreg.revision WHERE layer = 'pole'")[0][0]
    query(
        "INSERT INTO registry.pole (geom) SELECT ST_SetSRID(ST_MakePoint(106.4 + i * 1e-6, 20.3), 4326)"
        " FROM generate_series(1, 6000) AS i"
    )
    assert counted(query, "pole") == before
    noted = query(
        "SELECT cell_x, cell_y FROM gisreg.revision WHERE layer = 'pole' AND number > %s", revisions
    )
    assert noted == [(-1, -1)]
    with transaction(Role.WORKER, Actor("test")) as connection:
        assert refresh_stale(connection) == ["pole"]
    assert sum(row[4] for row in counted(query, "pole")) == sum(row[4] for row in before) + 6000
    assert query("SELECT count(*) FROM gisreg.stale_cells") == [(0,)]


def test_nothing_changed_is_no_revision(query: Query) -> None:
    before = query("SELECT count(*) FROM gisreg.revision")
    query("UPDATE registry.pole SET lean_deg = 3 WHERE code = 'none such'")
    query("DELETE FROM registry.pole WHERE code = 'none such'")
    assert query("SELECT count(*) FROM gisreg.revision") == before


def test_cells_agree_with_postgis(query: Query) -> None:
    assert query(
        "SELECT count(*) FROM generate_series(-179.5, 179.5, 7.3) AS lon,"
        " generate_series(-84, 84, 5.7) AS lat"
        " WHERE NOT ST_Intersects("
        "  ST_TileEnvelope(18, gisreg.cell_x(lon, 18), gisreg.cell_y(lat, 18), margin => 1e-6),"
        "  ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 3857))"
    ) == [(0,)]


def test_a_large_edit_over_http_is_settled_afterwards(client: httpx.Client, query: Query) -> None:
    query("INSERT INTO gisreg.stale_cells (layer) VALUES ('segment')")
    zone = one(client, "zone", code="Z1")
    assert edited(client, "zone", zone["id"], properties={"weight": 2}).status_code == 200
    deadline = time.monotonic() + 20
    while query("SELECT count(*) FROM gisreg.stale_cells") != [(0,)]:
        assert time.monotonic() < deadline, "the cells stay stale"
        time.sleep(0.05)
