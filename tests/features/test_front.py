"""Where a map opens: on what the registry holds, not on its strays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import psycopg2.extensions
import pytest

from gisreg.database.connection import Role
from gisreg.features.extent import extent, middle
from layers import LAYERS
from tests.support.databases import Database

POLE = LAYERS["pole"]


@pytest.mark.parametrize(("count", "strays"), [(3, 1), (199, 0), (400, 1), (1500, 4)])
def test_a_few_strays_do_not_widen_the_view(
    fresh_database: Database,
    connect: Callable[[Role], psycopg2.extensions.connection],
    count: int,
    strays: int,
) -> None:
    worker = connect(Role.WORKER)
    lon, lat = np.random.default_rng(count).uniform((106.30, 20.40), (106.40, 20.50), (count, 2)).T
    lon[:strays], lat[:strays] = 105.1, 21.9
    with worker.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.pole (geom) SELECT ST_SetSRID(ST_MakePoint(x, y), 4326)"
            " FROM unnest(%s, %s) AS p (x, y)",
            (lon.tolist(), lat.tolist()),
        )
    found = middle(worker, POLE)
    # The n-th smallest by counting, as the definition of a quantile says, in another engine.
    share = [0.005, 0.995]
    west, east = np.quantile(lon, share, method="inverted_cdf")
    south, north = np.quantile(lat, share, method="inverted_cdf")
    assert found == pytest.approx((west, south, east, north))
    assert found is not None
    if count < 200:
        assert found == pytest.approx(extent(worker, POLE)), "of few, none is left out"
    else:
        assert found[0] >= 106.30
        assert found[3] <= 20.50


def test_without_points_it_is_where_the_layer_is(
    fresh_database: Database, connect: Callable[[Role], psycopg2.extensions.connection]
) -> None:
    worker = connect(Role.WORKER)
    assert middle(worker, POLE) == extent(worker, POLE)
    assert middle(worker, LAYERS["zone"]) == extent(worker, LAYERS["zone"])
