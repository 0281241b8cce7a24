"""Masts that could be one, against every pair measured on the ellipsoid with pyproj."""

from __future__ import annotations

import json
from datetime import date
from itertools import combinations
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gisreg.sharing.candidates import candidates
from tests.flagging.oracle_zones import RULES
from tests.support.ground import WGS84, lonlat, polygon
from tests.support.network import DAY, Network
from tests.support.towns import FEW, KINDS, within
from tests.topology.test_random_towns import NewNetwork

MASTS = st.lists(
    st.tuples(
        within(0, 900),
        within(0, 400),
        st.sampled_from(["one", "two", "three", None]),
        st.sampled_from(["in_service"] * 4 + ["planned", "disused", "removed"]),
    ),
    max_size=8,
)
ZONES = st.lists(
    st.tuples(within(-50, 500), within(-50, 300), within(50, 600), st.sampled_from(KINDS), st.booleans()),
    max_size=2,
)


def carriers(network: Network) -> dict[str | None, int | None]:
    found: dict[str | None, int | None] = {None: None}
    for name in ("one", "two", "three"):
        ((found[name],),) = network.sql(
            "INSERT INTO registry.organisation (code, name, kind) VALUES (%s, %s, 'carrier') RETURNING id",
            name,
            name,
        )
    return found


def mast(network: Network, name: str, at: tuple[float, float], **columns: Any) -> int:
    return network._add("tower", name, {"code": name} | columns, shapely.Point(lonlat(at)))


def asked(network: Network, day: date = DAY, **options: float) -> dict[tuple[int, int], dict[str, Any]]:
    collection = json.loads(candidates(network.connection, on_day=day, **options))
    found = [item["properties"] for item in collection["features"]]
    assert [item["distance_m"] for item in found] == sorted(item["distance_m"] for item in found)
    return {(min(p["a_id"], p["b_id"]), max(p["a_id"], p["b_id"])): p for p in found}


@FEW
@given(masts=MASTS, zones=ZONES)
def test_every_pair_near_enough_and_no_other(
    new_network: NewNetwork, masts: list[tuple[Any, ...]], zones: list[tuple[Any, ...]]
) -> None:
    with new_network() as network:
        owners, areas, places = carriers(network), [], {}
        for n, (x, y, size, kind, holds) in enumerate(zones):
            ring = [(x, y), (x + size, y), (x + size, y + size), (x, y + size)]
            network.zone(f"z{n}", [ring], kind, valid_to=None if holds else DAY)
            if holds and kind in RULES:
                areas.append(polygon([ring]))
        for n, (x, y, owner, status) in enumerate(masts):
            number = mast(network, f"T{n}", (x, y), owner_id=owners[owner], status=status)
            point = shapely.Point(lonlat((x, y)))
            if status in ("planned", "in_service"):
                places[number] = (point, owner, any(area.covers(point) for area in areas))
        expected = {}
        for a, b in combinations(sorted(places), 2):
            (p, owner, inner), (q, other, also_inner) = places[a], places[b]
            metres = WGS84.inv(p.x, p.y, q.x, q.y)[2]
            if owner != other and metres <= (100 if inner and also_inner else 500):
                expected[a, b] = (pytest.approx(metres, abs=0.06), inner and also_inner)
        found = asked(network)
        assert {key: (item["distance_m"], item["is_inner"]) for key, item in found.items()} == expected


def test_radii_and_number_are_as_asked(network: Network) -> None:
    owners = carriers(network)
    for n, name in enumerate(("one", "two", "three")):
        mast(network, name, (n * 200, 0), owner_id=owners[name])
    assert len(asked(network)) == 3
    assert len(asked(network, outer_m=250)) == 2
    assert len(asked(network, outer_m=150)) == 0
    assert len(asked(network, most=1)) == 1
