"""Tidying states go from segments to what becomes of them; nothing is accepted that was not."""

from __future__ import annotations

import pytest

from tests.support.grid import Grid
from tests.support.network import Network

EVERYWHERE = [[(-50.0, -50.0), (300.0, -50.0), (300.0, 50.0), (-50.0, 50.0)]]
FROM = "2026-06-30 08:00+07"


def states(network: Network, **wanted: str) -> None:
    """Set states of segments by label, as if people had."""
    for label, state in wanted.items():
        network.sql(
            "UPDATE registry.segment_state SET tidying_state = %s, tidying_since = %s WHERE segment_id = %s",
            state,
            FROM,
            network.part("k", label).id,
        )


def told(network: Network) -> dict[str, str]:
    return {part.label: part.state for part in network.parts("k")}


@pytest.fixture
def line(network: Network) -> Network:
    """Return a cable over four poles, flagged from end to end."""
    network.zone("z", EVERYWHERE)
    network.draw(Grid("A.......B.......C.......D"), k="A B C D")
    network.flag()
    states(network, AB="accepted", BC="reported", CD="planned")
    return network


def test_both_parts_of_a_split_segment_keep_the_state(line: Network) -> None:
    line.pole("N", (35, 0.5))
    line.edited("pole", "N")
    assert told(line) == {"AN": "accepted", "NB": "accepted", "BC": "reported", "CD": "planned"}
    since = line.sql("SELECT DISTINCT tidying_since = %s::timestamptz FROM registry.segment_state", FROM)
    assert since == [(True,)]


def test_merged_segments_take_the_least_advanced_state(line: Network) -> None:
    line.set("pole", "B", "status", "removed")
    line.edited("pole", "B")
    assert told(line) == {"AC": "reported", "CD": "planned"}
    line.set("pole", "C", "status", "removed")
    line.edited("pole", "C")
    assert told(line) == {"AD": "planned"}


def test_a_replaced_pole_changes_no_state(line: Network) -> None:
    line.set("pole", "B", "status", "removed")
    line.pole("R", (81, 0))
    line.edited("pole", "B", "R")
    assert told(line) == {"AR": "accepted", "RC": "reported", "CD": "planned"}


def test_short_segments_do_not_take_their_neighbours_states(network: Network) -> None:
    network.zone("z", EVERYWHERE)
    network.draw(Grid("s..A.B.C", step_m=4), k="s A B C")
    network.flag()
    states(network, **{"~A": "in_progress", "AB": "accepted", "BC": "planned"})
    network.set("pole", "B", "status", "removed")
    network.pole("R", (21, 0))
    network.edited("pole", "B", "R")
    assert told(network) == {"~A": "in_progress", "AR": "accepted", "RC": "planned"}


def test_a_moved_pole_changes_no_state(line: Network) -> None:
    line.redraw("pole", "B", [(80.5, 1.2)])
    line.edited("pole", "B")
    assert told(line) == {"AB": "accepted", "BC": "reported", "CD": "planned"}


def test_a_cable_drawn_the_other_way_round_changes_no_state(line: Network) -> None:
    line.redraw("cable", "k", [(240, 0), (160, 0), (80, 0), (0, 0)])
    line.edited("cable", "k")
    assert told(line) == {"DC": "planned", "CB": "reported", "BA": "accepted"}


def test_states_survive_inserting_and_removing_the_same_pole(line: Network) -> None:
    before = told(line)
    line.pole("N", (40, 0))
    line.edited("pole", "N")
    line.set("pole", "N", "status", "removed")
    line.edited("pole", "N")
    assert told(line) == before


def test_merging_with_what_was_never_flagged_is_not_accepted(network: Network) -> None:
    network.zone("z", [[(-50.0, -50.0), (80.0, -50.0), (80.0, 50.0), (-50.0, 50.0)]])
    network.draw(Grid("A.......B.......C"), k="A B C")
    network.flag()
    states(network, AB="accepted")
    assert told(network) == {"AB": "accepted", "BC": "none"}
    network.set("pole", "B", "status", "removed")
    network.edited("pole", "B")
    network.zone("rest", EVERYWHERE)
    network.flag()
    assert told(network) == {"AC": "flagged"}


def test_another_cable_on_the_same_poles_keeps_its_own_state(line: Network) -> None:
    line.cable("other", [(0, 0.5), (80, 0.5)])
    line.edited("cable", "other")
    assert line.labels("other") == "AB"
    assert [part.state for part in line.parts("other")] == ["flagged"]
    assert told(line)["AB"] == "accepted"


def test_lineage_links_only_segments_of_one_cable(line: Network) -> None:
    line.cable("other", [(0, 0.5), (160, 0.5)])
    line.edited("cable", "other")
    line.set("pole", "B", "status", "removed")
    line.edited("pole", "B")
    pairs = line.sql(
        "SELECT DISTINCT o.cable_id = n.cable_id FROM registry.lineage AS l"
        " JOIN history.segment AS o ON o.id = l.from_id JOIN history.segment AS n ON n.id = l.to_id"
        " WHERE l.layer = 'segment'"
    )
    assert pairs == [(True,)]


def test_counts_of_a_survey_go_to_what_the_span_became(line: Network) -> None:
    span = line.part("k", "AB").span_id
    line.sql(
        "INSERT INTO registry.span_count (span_id, cable_count, counted_on) VALUES (%s, 7, '2026-05-01')",
        span,
    )
    line.pole("N", (35, 0.5))
    line.edited("pole", "N")
    new = {line.part("k", "AN").span_id, line.part("k", "NB").span_id}
    rows = line.sql("SELECT span_id, cable_count FROM registry.span_count")
    assert set(rows) == {(number, 7) for number in new}
