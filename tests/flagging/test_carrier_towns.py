"""The rules on carriers against an oracle written from their text, on random streets side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import strategies as st

from gisreg.clock import today
from gisreg.flagging import run as flagging
from gisreg.topology import build as topology
from tests.flagging.agreement import Agreement, with_a_whole_run
from tests.flagging.carrier_towns import CarrierTown, carrier_towns, owners_of
from tests.flagging.oracle_carriers import LIMITS, ORACLE
from tests.support.carriers import answers
from tests.support.network import DAY, Network
from tests.support.side_by_side import Place, Tally, batches, drawn

NewNetwork = Callable[[], AbstractContextManager[Network]]
Ids = dict[tuple[str, str], int]
COUNTS = {
    "A01": "boxes_per_carrier_max",
    "A04": "cables_per_span_max",
    "A04P": "cables_per_pole_max",
}


def lay(network: Network, some: Sequence[CarrierTown]) -> list[tuple[Place, Ids]]:
    """Put streets side by side."""
    owners = owners_of(network)
    places = [Place(network, number) for number in range(len(some))]
    for place, town in zip(places, some, strict=True):
        town.put_up(place, owners)
    network.build()
    laid = [(place, town.describe(place, owners)) for place, town in zip(places, some, strict=True)]
    for place in places:
        place.settle()
    return laid


def test_rules_say_what_their_text_says(new_network: NewNetwork) -> None:
    tally = Tally()
    for batch in batches(drawn(carrier_towns(), 208)):
        with new_network() as network:
            laid = lay(network, batch)
            told = Agreement()
            for rule, oracle in ORACLE.items():
                found = answers(network, rule, **LIMITS)
                expected = {
                    ids[key]: value
                    for (_, ids), town in zip(laid, batch, strict=True)
                    for key, value in oracle(town, DAY).items()
                }
                for number in found.keys() | expected.keys():
                    says, wanted = found.get(number, "no row"), expected.get(number, "no row")
                    if says != (wanted if wanted in (None, "no row") else pytest.approx(wanted)):
                        told.differ(number, f"{rule}: {says}, expected {wanted}")
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
            tally.count([place for place, _ in laid], batch, told)
    tally.check()


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


@st.composite
def edits(draw: st.DrawFn) -> tuple[CarrierTown, list[tuple[str, str, str, Any]]]:
    """Return a street and up to four edits."""
    some = draw(st.lists(st.sampled_from(EDITS), min_size=1, max_size=4))
    return draw(carrier_towns()), [
        (table, name, column, draw(st.sampled_from(values))) for table, name, column, values in some
    ]


def edit(network: Network, table: str, number: int, column: str, value: Any) -> None:
    flagging.before_edit(network.connection, table, [number])
    network.sql(f"UPDATE registry.{table} SET {column} = %s WHERE id = %s", value, number)
    if table in ("pole", "cable", "street"):
        topology.after_edit(network.connection, table, [number])
    flagging.after_edit(network.connection, table, [number])


def test_edit_by_edit_is_as_all_at_once(new_network: NewNetwork) -> None:
    tally = Tally()
    for batch in batches(drawn(edits(), 64)):
        with new_network() as network:
            laid = lay(network, [town for town, _ in batch])
            organisations = network.sql("SELECT code, id FROM registry.organisation")
            shared = {("organisation", code): number for code, number in organisations}
            for key, value in LIMITS.items():
                network.sql("UPDATE registry.threshold SET value = %s WHERE key = %s", value, key)
            network.flag(today())
            told = []
            for step in range(4):
                for (_, ids), (_, some) in zip(laid, batch, strict=True):
                    for table, name, column, value in some[step : step + 1]:
                        if number := (ids | shared).get((table, name)):
                            edit(network, table, number, column, value)
                told.append(with_a_whole_run(network, today()))
            tally.count([place for place, _ in laid], batch, *told)
    tally.check(64)
