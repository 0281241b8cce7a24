"""The zone rules against an oracle of shapely and geopandas, over random towns and zones."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from tests.flagging.agreement import on_zones
from tests.support.facts import facts
from tests.support.network import DAY, Network
from tests.support.side_by_side import Place, Tally, batches, drawn
from tests.support.towns import Town, towns

NewNetwork = Callable[[], AbstractContextManager[Network]]


def lay(network: Network, some: list[Town]) -> list[Place]:
    """Put towns side by side and tie their cables."""
    places = [Place(network, number) for number in range(len(some))]
    for place, town in zip(places, some, strict=True):
        town.write(place)
    network.build()
    for place in places:
        place.settle()
    return places


def test_same_as_the_oracle_day_after_day(new_network: NewNetwork) -> None:
    tally = Tally()
    for batch in batches(drawn(towns(zones=4), 224)):
        with new_network() as network:
            places = lay(network, list(batch))
            network.flag(DAY)
            today = on_zones(network, facts(network.connection, DAY))
            before = network.trail()
            every_third = [
                number for (number,) in network.sql("SELECT id FROM registry.segment ORDER BY id")
            ][::3]
            for some in (None, every_third):
                again = network.flag(DAY, some)
                assert (again.fresh, again.gone, again.changed, again.segments_touched) == (0, 0, 0, 0)
            assert network.trail() == before
            tomorrow = DAY + timedelta(days=1)
            network.flag(tomorrow)
            tally.count(places, batch, today, on_zones(network, facts(network.connection, tomorrow)))
    tally.check()
