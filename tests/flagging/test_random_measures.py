"""The rules of heights, power and poles against oracles, over random towns: measured, unmeasured, in part."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gisreg.flagging import run as flagging
from gisreg.flagging.rule import rules
from tests.flagging.oracle_heights import heights, power
from tests.flagging.oracle_poles import poles
from tests.flagging.verdict import Ambiguous
from tests.support.facts import facts
from tests.support.measured import Surveyors
from tests.support.network import DAY, Network
from tests.support.towns import FEW, Town, towns

NewNetwork = Callable[[], AbstractContextManager[Network]]
MINE = ("E01", "E02", "E03", "H01", "H02", "H03", "H04", "H05", "H06", "H07",
        "P01", "P02", "P03", "P04", "P05", "R01")  # fmt: skip


def standing(network: Network) -> dict[tuple[str, int], tuple[str, float]]:
    rows = network.sql(
        "SELECT rule_id, object_id, outcome, measured_value FROM registry.finding WHERE rule_id = ANY (%s)",
        list(MINE),
    )
    return {(rule, number): (outcome, value) for rule, number, outcome, value in rows}


def test_all_rules_of_this_part_are_compared() -> None:
    assert set(MINE) <= set(rules())


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@settings(FEW, max_examples=12)
@given(town=towns(), data=st.data())
def test_same_as_the_oracle(new_network: NewNetwork, share: float, town: Town, data: st.DataObject) -> None:
    with new_network() as network:
        Surveyors(network, town, data, share).settle()
        network.flag(DAY)
        seen = facts(network)
        try:
            expected = heights(seen) | power(seen) | poles(seen)
        except Ambiguous:
            assume(False)
        assert standing(network) == {
            key: (verdict.outcome, pytest.approx(verdict.value, rel=1e-3, abs=0.01))
            for key, verdict in expected.items()
            if verdict.outcome in ("fail", "borderline")
        }
        for rule in MINE:
            asked = network.sql(
                f"SELECT object_id, measured_value IS NULL FROM gisreg.rule_{rule.lower()}_whole(%s, gisreg.flag_limits(%s))",
                DAY,
                DAY,
            )
            assert sorted(asked) == sorted(
                (number, verdict.value is None) for (r, number), verdict in expected.items() if r == rule
            ), rule
        again = network.flag(DAY)
        assert (again.fresh, again.gone, again.changed) == (0, 0, 0)


LOOSER = {
    "height_over_carriageway_m": 0.8, "height_along_road_m": 0.8, "height_over_alley_m": 0.8,
    "railway_envelope_gauge_1000_m": 0.9, "railway_envelope_gauge_1435_m": 0.9, "height_over_vessel_m": 0.5,
    "height_over_roof_m": 0.5, "height_over_structure_m": 0.5, "clearance_to_lv_m": 0.5, "clearance_to_mv_m": 0.5,
    "approach_lv_m": 0.5, "approach_mv_m": 0.5, "approach_hv_m": 0.5, "railway_setback_m": 0.5,
    "railway_setback_heights": 0.5, "old_pole_days": 3.0, "span_length_warn_m": 1.5, "pole_lean_warn_deg": 1.5,
    "new_line_days": 3.0,
}  # fmt: skip


@settings(FEW, max_examples=10)
@given(town=towns(), data=st.data())
def test_a_looser_threshold_never_adds_a_finding(
    new_network: NewNetwork, town: Town, data: st.DataObject
) -> None:
    with new_network() as network:
        Surveyors(network, town, data, 0.8).settle()
        network.flag(DAY)
        before = standing(network)
        values = dict(
            network.sql("SELECT key, value FROM registry.threshold WHERE key = ANY (%s)", list(LOOSER))
        )
        assert set(values) == set(LOOSER)
        flagging.run(network.connection, DAY, instead={key: values[key] * LOOSER[key] for key in LOOSER})
        assert set(standing(network)) <= set(before)
