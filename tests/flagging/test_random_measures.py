"""The rules of heights, power, poles and streets against oracles, over random towns measured wholly, in part, not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from gisreg.flagging.rule import rules
from tests.flagging.agreement import on_rules, on_zones
from tests.flagging.oracle_heights import heights, power
from tests.flagging.oracle_poles import poles
from tests.flagging.oracle_streets import streets
from tests.support.facts import facts
from tests.support.measured import Surveyed, surveyed
from tests.support.network import DAY, Network
from tests.support.side_by_side import Place, Tally, batches, drawn

NewNetwork = Callable[[], AbstractContextManager[Network]]
MINE = ("A06", "A07", "D02", "D02S", "D03", "E01", "E02", "E03", "H01", "H02", "H03", "H04", "H05", "H06", "H07",
        "P01", "P02", "P03", "P04", "P05", "R01")  # fmt: skip


def lay(network: Network, some: list[Surveyed]) -> list[Place]:
    """Put towns side by side, tie their cables and write what was measured."""
    places = [Place(network, number) for number in range(len(some))]
    for place, town in zip(places, some, strict=True):
        town.put_up(place)
    network.build()
    for place, town in zip(places, some, strict=True):
        town.survey(place)
        place.settle()
    return places


def test_all_rules_of_this_part_are_compared() -> None:
    assert set(MINE) <= set(rules())


@pytest.mark.parametrize(("share", "count", "least"), [(0.0, 64, 55), (0.5, 112, 100), (1.0, 64, 55)])
def test_same_as_the_oracle(new_network: NewNetwork, share: float, count: int, least: int) -> None:
    """Towns of which nothing was measured, half, all: two hundred and more together."""
    tally = Tally()
    seen_outcomes: dict[str, set[str]] = {rule: set() for rule in MINE}
    for batch in batches(drawn(surveyed(share), count, number=int(share * 10))):
        with new_network() as network:
            places = lay(network, list(batch))
            network.flag(DAY)
            seen = facts(network.connection)
            expected = heights(seen) | power(seen) | poles(seen) | streets(seen)
            tally.count(places, batch, on_rules(network, seen, expected, MINE), on_zones(network, seen))
            for (rule, _), verdict in expected.items():
                seen_outcomes[rule].add(verdict.outcome)
            again = network.flag(DAY)
            assert (again.fresh, again.gone, again.changed, again.segments_touched) == (0, 0, 0, 0)
    tally.check(least)
    if share == 0.5:
        for rule, outcomes in seen_outcomes.items():
            assert {"pass", "fail"} <= outcomes, f"no town shows what {rule} says"
            assert "not evaluable" in outcomes or rule == "P03", f"no town shows what {rule} cannot say"
