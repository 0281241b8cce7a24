"""What holds of findings whatever the town: of bigger zones, of a cable's parts, of looser thresholds, of values."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import chain
from typing import Any

import pytest
import shapely
from hypothesis import strategies as st

from gisreg.flagging import run as flagging
from tests.flagging.oracle_zones import LEAST_M, holding, metres_in
from tests.flagging.test_random_measures import lay as lay_surveyed
from tests.flagging.test_random_towns import lay
from tests.support.facts import facts, to_metres
from tests.support.measured import surveyed
from tests.support.network import DAY, Network
from tests.support.side_by_side import batches, drawn
from tests.support.towns import Town, towns

NewNetwork = Callable[[], AbstractContextManager[Network]]


def inside(network: Network) -> dict[tuple[int, str], float]:
    """Return metres inside by segment and zone, whichever rule speaks of them."""
    return {(number, zone): found[1] for (number, _, zone), found in network.zone_findings().items()}


@st.composite
def growing(draw: st.DrawFn) -> tuple[Town, float]:
    """Return a town with zones, and by how many metres they grow."""
    return draw(towns(zones=3).filter(lambda town: bool(town.zones))), draw(st.floats(0.5, 40))


def test_a_bigger_zone_never_loses_a_segment(new_network: NewNetwork) -> None:
    had = 0
    for batch in batches(drawn(growing(), 80)):
        with new_network() as network:
            places = lay(network, [town for town, _ in batch])
            network.flag(DAY)
            before = inside(network)
            for place, (town, growth) in zip(places, batch, strict=True):
                for name in town.zones:
                    network.sql(
                        "UPDATE registry.zone SET geom = ST_Multi(ST_Buffer(geom::geography, %s)::geometry)"
                        " WHERE id = %s",
                        growth,
                        place.ids["zone", name],
                    )
            network.flag(DAY)
            after = inside(network)
            lost = {
                place.number: [str(town), growth]
                for place, (town, growth) in zip(places, batch, strict=True)
                for (number, zone), metres in before.items()
                if place.is_mine(number) and after.get((number, zone), -1) < metres - 1e-6
            }
            assert not lost, lost
            had += len(before)
    assert had > 100


def test_the_parts_of_a_cable_add_up_to_it(new_network: NewNetwork) -> None:
    compared = 0
    zoned = towns(zones=3).filter(lambda town: bool(town.zones and town.aerial))
    for batch in batches(drawn(zoned, 96, number=1)):
        with new_network() as network:
            places = lay(network, list(batch))
            network.flag(DAY)
            seen = facts(network.connection)
            found, flags = inside(network), network.flags()
            lengths = dict(network.sql("SELECT id, length_m FROM registry.segment"))
            zones = {zone.code: zone.geom for zone in holding(seen)}
            for place, town in zip(places, batch, strict=True):
                for name in town.aerial:
                    parts = place.parts(name)
                    if not parts:  # shorter than the tolerance of the one pole on which it hangs
                        continue
                    whole = shapely.LineString(
                        [
                            parts[0].line.coords[0],
                            *chain.from_iterable(part.line.coords[1:] for part in parts),
                        ]
                    )
                    slack = LEAST_M * (len(parts) + 1)
                    (metres,) = to_metres([whole])
                    assert sum(lengths[part.id] for part in parts) == pytest.approx(metres, rel=1e-3), town
                    for zone, area in zones.items():
                        told = sum(found.get((part.id, zone), 0.0) for part in parts)
                        (metres,) = metres_in([whole], area, seen.metric_srid)
                        assert told == pytest.approx(metres, rel=1e-3, abs=slack), (
                            f"{name} in {zone} of {town}"
                        )
                        compared += metres > 1
                    (metres,) = metres_in([whole], shapely.union_all(list(zones.values())), seen.metric_srid)
                    told = sum(flags[part.id][1] for part in parts if part.id in flags)
                    assert told == pytest.approx(metres, rel=1e-3, abs=slack), (
                        f"{name} in the zones of {town}"
                    )
    assert compared > 100


LOOSER: dict[str, Callable[[float], float]] = {
    "height_over_carriageway_m": lambda m: m * 0.8, "height_along_road_m": lambda m: m * 0.8,
    "height_over_alley_m": lambda m: m * 0.8, "railway_envelope_gauge_1000_m": lambda m: m * 0.9,
    "railway_envelope_gauge_1435_m": lambda m: m * 0.9, "railway_envelope_urban_third_rail_m": lambda m: m * 0.9,
    "height_over_vessel_m": lambda m: m * 0.5, "height_over_roof_m": lambda m: m * 0.5,
    "height_over_structure_m": lambda m: m * 0.5, "clearance_to_lv_m": lambda m: m * 0.5,
    "clearance_to_mv_m": lambda m: m * 0.5, "approach_lv_m": lambda m: m * 0.5, "approach_mv_m": lambda m: m * 0.5,
    "approach_hv_m": lambda m: m * 0.5, "railway_setback_m": lambda m: m * 0.5,
    "railway_setback_heights": lambda n: n * 0.5, "old_pole_days": lambda d: d * 3,
    "span_length_warn_m": lambda m: m * 1.5, "pole_lean_warn_deg": lambda d: d * 1.5, "new_line_days": lambda d: d * 9,
    "plan_overdue_days_max": lambda d: d + 5, "street_reach_m": lambda m: m * 0.5,
    "boxes_per_carrier_max": lambda n: n + 1, "tidying_period_max_months": lambda m: m + 1,
    "node_reach_m": lambda m: m * 3, "duplicate_reach_m": lambda m: m * 0.5, "missing_fields_max": lambda n: n + 4,
    "above_pole_max_m": lambda m: m + 1, "date_order_days_max": lambda d: d + 30,
}  # fmt: skip
"""How each limit is made looser."""
WRONG_SIDE = """
SELECT f.rule_id, f.outcome, f.measured_value, f.threshold_value, f.metres_inside, f.metres_possible
FROM registry.finding AS f JOIN registry.rule AS r ON r.id = f.rule_id
WHERE CASE
    WHEN f.rule_id >= 'Z' THEN CASE f.outcome WHEN 'fail' THEN f.metres_inside < 0.01 OR f.metres_possible IS NOT NULL
      ELSE f.metres_possible < greatest(f.metres_inside, 0.01) END
    WHEN r.fails = 'below' THEN f.measured_value >= f.threshold_value
    ELSE f.measured_value <= f.threshold_value
  END IS NOT FALSE
"""
FINDINGS = "SELECT rule_id, object_id, zone_id, outcome FROM registry.finding"


@st.composite
def loosened(draw: st.DrawFn) -> set[str]:
    return draw(st.sets(st.sampled_from(sorted(LOOSER)), min_size=1))


def test_a_looser_threshold_never_adds_a_finding_and_values_lie_on_the_failing_side(
    new_network: NewNetwork,
) -> None:
    gone: set[str] = set()
    some = drawn(loosened(), 12)
    for number, batch in enumerate(batches(drawn(surveyed(0.8), 96, number=2))):
        with new_network() as network:
            lay_surveyed(network, list(batch))
            network.flag(DAY)
            assert network.sql(WRONG_SIDE) == []
            before = {row[:3] for row in network.sql(FINDINGS)}
            values: dict[str, Any] = dict(network.sql("SELECT key, value FROM registry.threshold"))
            for keys in (set(LOOSER), *some[2 * number : 2 * number + 2]):
                instead = {key: LOOSER[key](values[key]) for key in keys}
                flagging.run(network.connection, DAY, instead=instead)
                assert network.sql(WRONG_SIDE) == []
                after = {row[:3] for row in network.sql(FINDINGS)}
                assert after <= before, keys
                gone |= {rule for rule, _, _ in before - after}
    assert {
        "A07", "D03", "E01", "E02", "E03", "H01", "H03", "H04", "P01", "P03", "R01", "Q01", "Q06", "Q06C", "Q12", "Q13C",
    } <= gone  # fmt: skip


def test_less_certain_positions_never_make_a_zone_s_finding_surer(new_network: NewNetwork) -> None:
    doubted = 0
    for batch in batches(drawn(towns(zones=3), 48, number=3)):
        with new_network() as network:
            lay(network, list(batch))
            former: set[tuple[Any, ...]] | None = None
            for widest, unknown in ((0.0, None), (2.0, None), (20.0, None), (20.0, 3.0), (20.0, 30.0)):
                limits = {"position_tolerance_max_m": widest, "position_tolerance_unknown_m": unknown}
                flagging.run(network.connection, DAY, instead=limits)
                assert network.sql(WRONG_SIDE) == []
                stand = network.sql(FINDINGS + " WHERE rule_id >= 'Z'")
                sure = {row[1:3] for row in stand if row[3] == "fail"}
                assert former is None or sure <= former
                if former is not None:
                    doubted += len(former - sure)
                    assert former - sure <= {row[1:3] for row in stand if row[3] == "borderline"}
                former = sure
    assert doubted > 10
