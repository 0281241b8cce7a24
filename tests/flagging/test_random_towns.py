"""Flagging against an oracle of shapely and pyproj, over random towns and zones."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.flagging import oracle
from tests.support.ground import polygon
from tests.support.network import DAY, Network, Part
from tests.support.towns import FEW, Town, towns

NewNetwork = Callable[[], AbstractContextManager[Network]]


def all_parts(network: Network, town: Town) -> list[Part]:
    return [part for name in town.aerial for part in network.parts(name)]


def assert_flagged_as_the_oracle_says(network: Network, town: Town, day: date) -> None:
    """Compare findings and states; metres within 0.1 %."""
    parts = all_parts(network, town)
    try:
        answers, flags = oracle.answers(parts, town, day), oracle.flags(parts, town, day)
    except oracle.Ambiguous:
        assume(False)
    stand = network.zone_findings()
    assert {key: outcome for key, (outcome, _, _) in stand.items()} == {
        key: outcome for key, (outcome, _, _) in answers.items()
    }
    for key, (_, inside, possible) in answers.items():
        assert stand[key][1] == pytest.approx(inside, rel=1e-3, abs=1e-4)
        # Circles are polygons of 32 corners in PostGIS.
        assert stand[key][2] == (None if possible is None else pytest.approx(possible, rel=1e-2, abs=0.1))
    found = network.flags()
    assert {key: (state, reason) for key, (state, _, reason) in found.items()} == {
        key: (state, reason) for key, (state, _, reason) in flags.items()
    }
    assert {key: item[1] for key, item in found.items()} == pytest.approx(
        {key: item[1] for key, item in flags.items()}, rel=1e-3, abs=1e-4
    )


@FEW
@given(town=towns(zones=4), data=st.data())
def test_same_as_the_oracle_day_after_day(new_network: NewNetwork, town: Town, data: st.DataObject) -> None:
    assume(all(polygon(zone.rings).is_valid for zone in town.zones.values()))
    with new_network() as network:
        town.write(network)
        network.build()
        network.flag(DAY)
        assert_flagged_as_the_oracle_says(network, town, DAY)
        before = network.trail()
        numbers = [part.id for part in all_parts(network, town)]
        for some in (None, data.draw(st.lists(st.sampled_from(numbers))) if numbers else []):
            again = network.flag(DAY, some)
            assert (again.fresh, again.gone, again.changed, again.segments_touched) == (0, 0, 0, 0)
        assert network.trail() == before
        tomorrow = DAY + timedelta(days=1)
        network.flag(tomorrow)
        assert_flagged_as_the_oracle_says(network, town, tomorrow)


@settings(FEW, max_examples=15)
@given(town=towns(zones=2), growth=st.floats(0.5, 40))
def test_a_bigger_zone_never_loses_a_segment(new_network: NewNetwork, town: Town, growth: float) -> None:
    assume(town.zones)
    zones = {name: replace(zone, rings=zone.rings[:1]) for name, zone in town.zones.items()}
    with new_network() as network:
        replace(town, zones=zones).write(network)
        network.build()
        network.flag(DAY)
        before = inside(network)
        for name in zones:
            network.sql(
                "UPDATE registry.zone SET geom = ST_Multi(ST_Buffer(geom::geography, %s)::geometry) WHERE id = %s",
                growth,
                network.ids["zone", name],
            )
        network.flag(DAY)
        after = inside(network)
        assert set(before) <= set(after)
        assert all(after[key] >= metres - 1e-6 for key, metres in before.items())


def inside(network: Network) -> dict[tuple[int, str], float]:
    """Return metres inside by segment and zone, whichever rule speaks of them."""
    return {(number, zone): found[1] for (number, _, zone), found in network.zone_findings().items()}
