"""The rules on carriers against an oracle written from their text, on random streets."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisreg.clock import today
from gisreg.flagging import run as flagging
from gisreg.topology import build as topology
from tests.flagging.carrier_towns import CarrierTown, carrier_towns
from tests.flagging.oracle_carriers import LIMITS, ORACLE
from tests.support.carriers import answers
from tests.support.network import DAY, Network
from tests.support.towns import FEW
from tests.topology.test_random_towns import NewNetwork

COUNTS = {
    "A01": "boxes_per_carrier_max",
    "A04": "cables_per_span_max",
    "A04P": "cables_per_pole_max",
}


@FEW
@given(carrier_towns())
def test_rules_say_what_their_text_says(new_network: NewNetwork, town: CarrierTown) -> None:
    with new_network() as network:
        ids = town.write(network)
        for rule, oracle in ORACLE.items():
            expected = {ids[key]: value for key, value in oracle(town, DAY).items()}
            found = answers(network, rule, **LIMITS)
            names = {number: key for key, number in ids.items()}
            differing = {
                names[n]: (found.get(n, "no row"), expected.get(n, "no row"))
                for n in found.keys() | expected.keys()
                if (n in found) != (n in expected) or found[n] != pytest.approx(expected[n])
            }
            assert differing == {}, rule
        for rule, key in COUNTS.items():
            failing = [
                {
                    n
                    for n, value in answers(network, rule, **LIMITS | {key: limit}).items()
                    if (value or 0) > limit
                }
                for limit in (0.0, 1.0, 2.0, 4.0)
            ]
            assert all(looser <= tighter for tighter, looser in pairwise(failing)), rule


FINDINGS = """
SELECT object_id, zone_id, rule_id, outcome, owner_id, visibility, measured_value, threshold_value, priority
FROM registry.finding ORDER BY object_id, rule_id, zone_id
"""
EDITS: list[tuple[str, str, str, list[Any]]] = [
    ("pole", "B", "kind", ["lighting", "power_lv"]),
    ("pole", "B", "has_bracket", [True, False, None]),
    ("pole", "B", "owner_id", [None]),
    ("pole", "A", "survey_date", [DAY, None]),
    ("cable", "k", "state", ["dead", "in_service"]),
    ("cable", "k", "role", ["drop", "trunk"]),
    ("cable", "k", "survey_date", [DAY, None]),
    ("cable", "k", "visibility", ["secret", "partner"]),
    ("street", "x", "street_class", ["alley", "primary"]),
    ("organisation", "VNPT", "aliases", [["?"], []]),
    ("fitting", "0", "kind", ["tag", "box"]),
    ("fitting", "0", "state", ["broken", "in_service"]),
    ("plan_street", "0", "accepted_on", [DAY, None]),
    ("temporary_licence", "0", "valid_to", [DAY + timedelta(days=9)]),
    ("attachment_approval", "0", "state", ["approved", "refused"]),
    ("span_count", "0", "cable_count", [0, 9]),
]


def edit(network: Network, table: str, number: int, column: str, value: Any) -> None:
    flagging.before_edit(network.connection, table, [number])
    network.sql(f"UPDATE registry.{table} SET {column} = %s WHERE id = %s", value, number)
    if table in ("pole", "cable", "street"):
        topology.after_edit(network.connection, table, [number])
    flagging.after_edit(network.connection, table, [number])


@FEW
@given(
    carrier_towns(),
    st.lists(st.sampled_from(EDITS), min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
def test_edit_by_edit_is_as_all_at_once(
    new_network: NewNetwork, town: CarrierTown, edits: list[tuple[str, str, str, list[Any]]], chance: Any
) -> None:
    with new_network() as network:
        town.write(network)
        for key, value in LIMITS.items():
            network.sql("UPDATE registry.threshold SET value = %s WHERE key = %s", value, key)
        network.flag(today())
        for table, name, column, values in edits:
            if (table, name) in network.ids:
                number = network.ids[table, name]
            else:
                rows = network.sql(f"SELECT id FROM registry.{table} ORDER BY id LIMIT 1")
                if not rows:
                    continue
                number = rows[0][0]
            edit(network, table, number, column, chance.choice(values))
        after = network.sql(FINDINGS)
        report = network.flag(today())
        assert network.sql(FINDINGS) == after, json.dumps(edits, default=str)
        assert (report.fresh, report.gone, report.changed) == (0, 0, 0)
        again = network.flag(today())
        assert (again.fresh, again.gone, again.changed) == (0, 0, 0)
