"""No tile is above 500 kB at any zoom, however dense the town."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gisreg.access.actor import operator
from gisreg.database.address import Role
from gisreg.database.connection import Actor, PgConnection, transaction
from gisreg.tiles.cells import refresh_stale
from gisreg.tiles.grid import Tile
from gisreg.tiles.tile import MAX_BYTES, build
from layers import LAYERS
from tests.support.databases import Database

# All within one tile of zoom 15: far denser than any town.
DENSE = """
SELECT setseed(0.5);
INSERT INTO registry.pole (code, geom)
SELECT 'POLE-WITH-A-LONG-CODE-' || i, ST_SetSRID(ST_MakePoint(106.33 + random() / 150, 20.44 + random() / 150), 4326)
FROM generate_series(1, 40000) AS i;
INSERT INTO registry.cable (code, geom)
SELECT 'CABLE-' || i, ST_MakeLine(ARRAY(
  SELECT ST_SetSRID(ST_MakePoint(106.33 + random() / 150 + i * 0, 20.44 + random() / 150), 4326)
  FROM generate_series(1, 60)))
FROM generate_series(1, 3000) AS i;
INSERT INTO registry.street (code, name, street_class, geom)
SELECT
  'STREET-' || i, 'Đường số ' || i, 'trunk',
  ST_Multi(ST_MakeLine(ARRAY(
    SELECT ST_SetSRID(ST_MakePoint(106.33 + random() / 150 + i * 0, 20.44 + random() / 150), 4326)
    FROM generate_series(1, 40))))
FROM generate_series(1, 5000) AS i;
INSERT INTO registry.zone (code, name, kind, valid_from, geom)
SELECT
  'ZONE-' || i, 'Khu ' || i, 'urban', '2025-01-01',
  ST_Multi(ST_Buffer(ST_SetSRID(ST_MakePoint(106.33 + random() / 150, 20.44 + random() / 150), 4326), 0.001, 60))
FROM generate_series(1, 1500) AS i;
"""


@pytest.fixture(scope="module")
def dense(fresh_database: Database) -> Iterator[PgConnection]:
    """Return a connection to a database with a town that is far too dense."""
    with transaction(Role.WORKER, Actor("seed")) as connection:
        with connection.cursor() as cursor:
            cursor.execute(DENSE)
        refresh_stale(connection)
    with transaction(actor=operator()) as connection:
        yield connection


@pytest.mark.parametrize("layer", ["pole", "cable", "street", "zone"])
def test_every_zoom_stays_below_the_limit(dense: PgConnection, layer: str) -> None:
    with dense.cursor() as cursor:
        cursor.execute("SELECT gisreg.cell_x(106.3333, 20), gisreg.cell_y(20.4433, 20)")
        x, y = cursor.fetchone() or (0, 0)
    sizes = {}
    for zoom in (0, 6, 10, 13, 14, 15, 16, 18):
        content = build(dense, LAYERS[layer], Tile(zoom, x >> (20 - zoom), y >> (20 - zoom)))
        sizes[zoom] = len(content)
    assert max(sizes.values()) <= MAX_BYTES, sizes
    assert all(sizes[zoom] > 0 for zoom in (10, 13, 14, 15, 16)), sizes
