"""A segment is placed in the ward in which its middle is located, also where drawings of wards overlap."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gisreg.clock import today
from gisreg.places.locate import locate
from gisreg.topology import build as topology
from tests.support.network import Network
from tests.support.towns import FEW, within
from tests.topology.test_random_towns import NewNetwork


@pytest.fixture
def wards(network: Network) -> Network:
    """Return two wards that overlap between 40 and 60 m."""
    network.unit("00002", [(-100, -100), (60, -100), (60, 100), (-100, 100)])
    network.unit("00001", [(40, -100), (200, -100), (200, 100), (40, 100)])
    return network


RECTANGLES = st.lists(
    st.tuples(within(-60, 60), within(-60, 60), within(30, 120), within(30, 120)), max_size=5
)


@FEW
@given(rectangles=RECTANGLES, poles=st.lists(st.tuples(within(0, 80), within(0, 80)), min_size=2, max_size=5))
def test_segments_are_placed_where_their_middle_is_located(
    new_network: NewNetwork, rectangles: list[tuple[float, ...]], poles: list[tuple[float, float]]
) -> None:
    poles = list(dict.fromkeys(poles))
    with new_network() as network:
        for n, (x, y, width, height) in enumerate(rectangles):
            network.unit(f"{n:05}", [(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
        for n, at in enumerate(poles):
            network.pole(f"P{n}", at)
        network.cable("k", [*poles, (81, 81)])
        network.build()
        topology.place(network.connection)
        placed = dict(network.sql("SELECT segment_id, commune_id FROM registry.segment_place"))
        for part in network.parts("k"):
            middle = shapely.line_interpolate_point(part.line, 0.5, normalized=True)
            units = locate(network.connection, middle.x, middle.y, today())
            assert placed.get(part.id) == (units[0].id if units else None)


def test_a_new_boundary_moves_segments(wards: Network) -> None:
    wards.pole("A", (0, 0))
    wards.pole("B", (30, 0))
    wards.cable("k", [(0, 0), (30, 0)])
    wards.build()
    number = wards.part("k", "AB").id
    query = "SELECT commune_id FROM registry.segment_place WHERE segment_id = %s"
    assert wards.sql(query, number) == [(wards.ids["admin_unit", "00002"],)]
    wards.set("admin_unit", "00002", "valid_to", today())
    wards.edited("admin_unit", "00002")
    assert wards.sql(query, number) == []
