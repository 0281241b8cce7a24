"""What is changed in secret changes nothing for others: no ETag, no revision, no count."""

from __future__ import annotations

from typing import Any

import pytest

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from gisreg.tiles.cells import refresh_stale
from gisreg.tiles.grid import Tile
from gisreg.tiles.revision import layer_etag, tile_etag
from layers import LAYERS
from tests.support.databases import Database

BOSS = Actor("Lan", "Sở", roles=frozenset({PersonRole.AUTHORITY}))
RIVAL = Actor("Hoa", "B", organisation_id=8, roles=frozenset({PersonRole.ENGINEER}))
POLES = (
    "INSERT INTO registry.pole (code, visibility, geom)"
    " SELECT 'h' || i, %s, ST_SetSRID(ST_MakePoint(106.3, 20.4), 4326) FROM generate_series(1, %s) AS i"
)


def tags(actor: Actor | None, layer: str = "pole") -> tuple[str, ...]:
    with transaction(actor=actor) as own:
        described = LAYERS[layer]
        if described.geometry is None:
            return (layer_etag(own, described),)
        return (layer_etag(own, described), tile_etag(own, described, Tile(10, 814, 452)))


def change(query: str, *parameters: Any) -> None:
    with transaction(Role.WORKER, BOSS) as own, own.cursor() as cursor:
        cursor.execute(query, parameters)


def settled() -> None:
    with transaction(Role.WORKER) as own:
        refresh_stale(own)


@pytest.mark.parametrize("many", [1, 5001], ids=["an edit", "an import"])
@pytest.mark.parametrize("visibility", ["partner", "secret"])
def test_poles(fresh_database: Database, many: int, visibility: str) -> None:
    change(POLES, "public", 5001)
    settled()
    before = [tags(None), tags(RIVAL), tags(BOSS)]
    change(POLES, visibility, many)
    noted = [tags(None), tags(RIVAL), tags(BOSS)]
    settled()
    after = [tags(None), tags(RIVAL), tags(BOSS)]
    changed = [False, visibility == "partner", True]
    for was, then, now, other in zip(before, noted, after, changed, strict=True):
        assert [one != two for one, two in zip(was, then, strict=True)] == [other, other]
        assert then == now or other, "counting anew shows nothing either"
    if many > 5000:
        assert noted[2] != after[2], "tiles of low zooms that were fetched before the count expire"


def test_layers_without_a_geometry(fresh_database: Database) -> None:
    before = tags(None, "support"), tags(BOSS, "support")
    change(
        "INSERT INTO registry.support"
        " (cable_id, pole_id, ordinal, sequence, measure_m, snap_distance_m, visibility)"
        " VALUES (1, 1, 1, 1, 0, 0, 'secret')"
    )
    assert tags(None, "support") == before[0]
    assert tags(BOSS, "support") != before[1]


def test_numbers_of_others_changes_are_not_told(fresh_database: Database) -> None:
    change(POLES, "public", 1)
    first = tags(None)
    for _ in range(5):
        change(POLES, "secret", 1)
    change(POLES, "public", 1)
    second = tags(None)
    counts = [int(tag.strip('"').split("-")[0], 16) for tag in (first[0], second[0])]
    assert counts[1] - counts[0] == 1
