"""Where zones overlap: the order that is stated, in code and in the manual, is the one that decides."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

from gisreg.flagging.zone_rules import PRECEDENCE, ZONE_RULES
from layers.codelists import ZONE_KIND
from tests.support.network import Network

MANUAL = Path(__file__).parents[2] / "docs" / "zones.md"


def test_the_database_orders_the_kinds_alike(network: Network) -> None:
    rows = network.sql(
        "SELECT k FROM unnest(%s) AS k WHERE gisreg.zone_rule(k) IS NOT NULL ORDER BY gisreg.zone_rule(k) DESC",
        list(ZONE_KIND.values),
    )
    assert tuple(kind for (kind,) in rows) == PRECEDENCE
    assert {rule.zone_kind for rule in ZONE_RULES.values()} >= set(PRECEDENCE)


def test_of_every_two_that_overlap_the_first_is_the_reason_and_both_keep_their_metres(
    network: Network,
) -> None:
    network.pole("A", (0, 0))
    network.pole("B", (50, 0))
    network.cable("k", [(0, 0), (50, 0)])
    network.build()
    for first, second in combinations(PRECEDENCE, 2):
        # The one that decides is the smaller, lighter and later one.
        network.zone(second, [[(-10, -10), (60, -10), (60, 10), (-10, 10)]], kind=second)
        network.zone(first, [[(20, -10), (60, -10), (60, 10), (20, 10)]], kind=first)
        network.flag()
        assert network.sql("SELECT reason FROM registry.segment_state") == [(first,)]
        metres = network.sql(
            "SELECT z.kind, round(f.metres_inside) FROM registry.finding AS f"
            " JOIN registry.zone AS z ON z.id = f.zone_id"
        )
        assert dict(metres) == {first: 30, second: 50}
        network.sql("DELETE FROM registry.zone")


def test_the_manual_states_the_same_order() -> None:
    table = re.findall(r"^\| (\d) \| `(\w+)` \|", MANUAL.read_text(encoding="utf-8"), re.MULTILINE)
    assert tuple(kind for _, kind in table) == PRECEDENCE
    assert [int(number) for number, _ in table] == list(range(1, len(PRECEDENCE) + 1))
