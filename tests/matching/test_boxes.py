"""Looking for same poles piece by piece, as imports do, finds what looking everywhere finds."""

from __future__ import annotations

import numpy as np
import pytest

from gisreg.database.connection import Actor, PgConnection, Role, transaction
from gisreg.demo import town
from gisreg.matching.propose import propose
from gisreg.matching.read import matches
from tests.matching.copies import copies
from tests.matching.test_five_copies import draw, network
from tests.support.databases import Database


def _found(connection: PgConnection) -> set[tuple[int, int, int, float, bool]]:
    return {
        (one.first_id, one.second_id, one.group_id, round(one.certainty, 6), one.beside_double)
        for one in matches(connection, most=1_000_000)
    }


@pytest.mark.parametrize("seed", [3, 4])
def test_by_boxes_as_everywhere(fresh_database: Database, seed: int) -> None:
    rows = copies(network(seed, poles=400), seed=seed, owners=3)
    with transaction(Role.WORKER, Actor("tester")) as connection:
        draw(connection, rows, town.made_up(seed).srid)
        propose(connection)
        whole = _found(connection)
        assert len(whole) > 600
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)"
                " FROM (SELECT ST_Extent(geom) AS e FROM registry.pole) AS x"
            )
            west, south, east, north = cursor.fetchone() or ()
            cursor.execute("DELETE FROM registry.pole_match")
        # Boxes of random edges, in random order: a pair across an edge is found by either.
        rng = np.random.default_rng(seed)
        xs = np.sort(np.r_[west, rng.uniform(west, east, 2), east])
        ys = np.sort(np.r_[south, rng.uniform(south, north, 2), north])
        boxes = [(xs[i], ys[j], xs[i + 1], ys[j + 1]) for i in range(3) for j in range(3)]
        for place in rng.permutation(len(boxes)):
            one = boxes[place]
            propose(connection, (float(one[0]), float(one[1]), float(one[2]), float(one[3])))
        assert _found(connection) == whole
        connection.rollback()
