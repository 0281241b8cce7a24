"""Where a cable lies to a zone, drawn."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.grid import Grid
from tests.support.network import DAY, Network

LINE = Grid("""
    1......2......
    ..............
    A....B....C..D
    ..............
    4......3......
    """)


def inside(network: Network, cable: str = "k") -> dict[str, float]:
    """Return metres inside by segment and zone, as `AB z`."""
    labels = {part.id: part.label for part in network.parts(cable)}
    return {f"{labels[number]} {zone}": metres for (number, _, zone), metres in network.findings().items()}


def near(metres: float) -> object:
    return pytest.approx(metres, rel=1e-3, abs=1e-3)


def test_inside_across_and_outside(network: Network) -> None:
    network.draw(LINE, k="A B C D")
    network.zone("z", [LINE.line("1234")])
    network.flag()
    assert inside(network) == {"AB z": near(50), "BC z": near(20)}
    assert [part.state for part in network.parts("k")] == ["flagged", "flagged", "none"]


def test_touching_at_a_point_is_outside(network: Network) -> None:
    grid = Grid("""
        ..1..
        .3.2.
        .....
        A...B
        """)
    network.draw(grid, k="A B")
    network.zone("corner", [[grid["1"], grid["2"], (20, 0), grid["3"]]])
    network.zone("end", [[(40, 0), (60, 0), (60, 20)]])
    network.flag()
    assert inside(network) == {}


def test_along_the_edge_counts_as_a_zone_is_closed(network: Network) -> None:
    grid = Grid("""
        A....B
        ......
        4....3
        """)
    network.draw(grid, k="A B")
    network.zone("z", [grid.line("AB34")])
    network.flag()
    assert inside(network) == {"AB z": near(50)}


def test_crossing_twice_adds_up(network: Network) -> None:
    grid = Grid("""
        1.2...5.6
        A.......B
        .........
        4.3...8.7
        """)
    network.draw(grid, k="A B")
    above, below = [(20.0, 15.0), (60.0, 15.0)], [(60.0, 5.0), (20.0, 5.0)]
    ring = grid.line("12") + above + grid.line("5678") + below + grid.line("34")
    network.zone("z", [ring])
    network.flag()
    assert inside(network) == {"AB z": near(20 + 20)}


@pytest.mark.parametrize(("edge", "metres"), [(25, 50), (50, 80)])
@pytest.mark.parametrize("accuracy", [None, 0.5])
def test_there_and_back_counts_twice(
    network: Network, edge: float, metres: float, accuracy: float | None
) -> None:
    grid = Grid("""
        .....
        A...x
        .....
        """)
    network.draw(grid, k="A x A")
    network.set("pole", "A", "position_accuracy_m", accuracy)
    network.build()
    (_, y) = grid["A"]
    network.zone("z", [[(-20, y - 9), (edge, y - 9), (edge, y + 9), (-20, y + 9)]])
    network.flag()
    assert inside(network) == {"AA z": near(metres)}
    (flag,) = network.flags().values()
    assert flag == ("flagged", near(metres), "urban")
    again = network.flag(DAY, [part.id for part in network.parts("k")])
    assert (again.fresh, again.gone, again.changed, again.segments_touched) == (0, 0, 0, 0)


def test_a_hole_is_outside(network: Network) -> None:
    grid = Grid("""
        1.........2
        ...5..6....
        A.........B
        ...8..7....
        4.........3
        """)
    network.draw(grid, k="A B")
    network.zone("z", [grid.line("1234"), grid.line("5678")])
    network.flag()
    assert inside(network) == {"AB z": near(70)}


def test_overlapping_zones_are_two_findings_but_metres_count_once(network: Network) -> None:
    grid = Grid("""
        1..5...2.6
        ..........
        A........B
        ..........
        4..8...3.7
        """)
    network.draw(grid, k="A B")
    network.zone("town", [grid.line("1234")], "urban")
    network.zone("old", [grid.line("5678")], "heritage")
    network.flag()
    assert inside(network) == {"AB town": near(70), "AB old": near(60)}
    (flag,) = network.flags().values()
    assert flag == ("flagged", near(90), "heritage")


@pytest.mark.parametrize(
    ("kinds", "reason"),
    [
        (["urban"], "urban"),
        (["urban", "district_centre"], "district_centre"),
        (["aesthetic_priority", "district_centre", "urban"], "aesthetic_priority"),
        (["urban", "heritage", "aesthetic_priority"], "heritage"),
        (["heritage", "underground_only", "urban"], "underground_only"),
    ],
)
def test_the_first_kind_in_the_stated_order_decides(network: Network, kinds: list[str], reason: str) -> None:
    network.draw(Grid("A..B"), k="A B")
    for kind in kinds:
        network.zone(kind, [[(-5, -5), (40, -5), (40, 5), (-5, 5)]], kind)
    network.flag()
    assert [flag[2] for flag in network.flags().values()] == [reason]


@pytest.mark.parametrize("kind", ["a1_only", "undergrounded"])
def test_other_kinds_of_zone_flag_nothing(network: Network, kind: str) -> None:
    network.draw(Grid("A..B"), k="A B")
    network.zone("z", [[(-5, -5), (40, -5), (40, 5), (-5, 5)]], kind)
    network.flag()
    assert network.findings() == {}


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 2, 28), False),
        (date(2026, 3, 1), True),
        (date(2026, 3, 31), True),
        (date(2026, 4, 1), False),
    ],
)
def test_first_and_last_day(network: Network, day: date, holds: bool) -> None:
    network.draw(Grid("A..B"), k="A B")
    ring = [(-5.0, -5.0), (40.0, -5.0), (40.0, 5.0), (-5.0, 5.0)]
    network.zone("z", [ring], "urban", date(2026, 3, 1), date(2026, 4, 1))
    network.flag(day)
    assert bool(network.findings()) is holds
    assert bool(network.flags()) is holds


def test_a_flag_goes_with_its_zone_but_what_people_did_stays(network: Network) -> None:
    network.draw(Grid("A..B..C"), k="A B C")
    ring = [(-5.0, -5.0), (70.0, -5.0), (70.0, 5.0), (-5.0, 5.0)]
    network.zone("z", [ring], "urban", DAY, DAY + timedelta(days=10))
    network.flag(DAY)
    begun = network.part("k", "AB").id
    network.sql(
        "UPDATE registry.segment_state SET tidying_state = 'in_progress' WHERE segment_id = %s", begun
    )
    network.flag(DAY + timedelta(days=10))
    assert [part.state for part in network.parts("k")] == ["in_progress", "none"]
    assert network.findings() == {}
    network.flag(DAY)
    assert [part.state for part in network.parts("k")] == ["in_progress", "flagged"]


def test_a_finding_remembers_when_it_was_first_seen(network: Network) -> None:
    network.draw(Grid("A..B"), k="A B")
    ring = [(-5.0, -5.0), (20.0, -5.0), (20.0, 5.0), (-5.0, 5.0)]
    network.zone("z", [ring])
    network.flag(DAY)
    first = network.sql("SELECT first_seen_at FROM registry.finding")
    network.sql("UPDATE registry.zone SET geom = ST_Multi(ST_Buffer(geom, 0.00005))")
    assert network.flag(DAY).changed == 1
    assert network.sql("SELECT first_seen_at FROM registry.finding") == first


def rules(network: Network) -> dict[str, str]:
    """Return the rule by segment and zone."""
    labels = {part.id: part.label for part in network.parts("k")}
    return {f"{labels[number]} {zone}": rule for number, rule, zone in network.zone_findings()}


def test_a_stub_is_a_reason_of_its_own(network: Network) -> None:
    network.draw(LINE, k="A B C D")
    # B stands 1.5 m inside: of BC only that is, and AB is inside with one end.
    network.zone("z", [[(20, -20), (51.5, -20), (51.5, 30), (20, 30)]])
    network.flag()
    assert rules(network) == {"AB z": "Z01", "BC z": "Z06"}
    assert inside(network) == {"AB z": near(30), "BC z": near(1.5)}
    flags = network.flags()
    told = [flags[part.id][1:] for part in network.parts("k") if part.id in flags]
    assert told == [(near(30), "urban"), (near(1.5), "urban")]


def test_how_long_a_stub_may_be_is_a_threshold(network: Network) -> None:
    network.draw(LINE, k="A B C D")
    network.zone("z", [[(20, -20), (51.5, -20), (51.5, 30), (20, 30)]])
    network.sql("UPDATE registry.threshold SET value = NULL WHERE key = 'zone_stub_m'")
    network.flag()
    assert rules(network) == {"AB z": "Z01", "BC z": "Z01"}
    network.sql("UPDATE registry.threshold SET value = 1 WHERE key = 'zone_stub_m'")
    network.flag()
    assert rules(network) == {"AB z": "Z01", "BC z": "Z01"}


def test_a_cable_that_only_crosses_is_a_reason_of_its_own(network: Network) -> None:
    network.draw(LINE, k="A B C D")
    network.zone("z", [[(60, -20), (70, -20), (70, 30), (60, 30)]], "heritage")
    network.flag()
    assert rules(network) == {"BC z": "Z07"}
    assert list(network.flags().values()) == [("flagged", near(10), "heritage")]
    network.sql("UPDATE registry.rule SET is_active = false WHERE id = 'Z07'")
    network.flag()
    assert rules(network) == {"BC z": "Z04"}


def test_near_the_edge_a_position_that_is_not_known_well_is_borderline(network: Network) -> None:
    grid = Grid("""
        A....B
        ......
        C....D
        """)
    network.draw(grid, k="A B", m="C D")
    for pole in "ABCD":
        network.set("pole", pole, "position_accuracy_m", 2)
    network.build()
    # The upper cable lies 1 m inside, the lower one 1 m outside; both may be wrong by 2 m.
    (_, upper), (_, lower) = grid["A"], grid["C"]
    network.zone("z", [[(-20, lower + 1), (70, lower + 1), (70, upper + 1), (-20, upper + 1)]])
    network.flag()
    by_cable = {
        (part.label, found)
        for cable in "km"
        for part in network.parts(cable)
        for key, found in network.zone_findings().items()
        if key[0] == part.id
    }
    assert {(label, found[0]) for label, found in by_cable} == {("AB", "borderline"), ("CD", "borderline")}
    metres = {label: found[1:] for label, found in by_cable}
    assert metres == {"AB": (near(50), near(50)), "CD": (0, near(50))}
    # What is not inside as drawn is measured first, not tidied.
    assert [part.state for part in network.parts("k") + network.parts("m")] == ["flagged", "none"]
    for pole in "ABCD":
        network.set("pole", pole, "position_accuracy_m", 0.5)
    network.build()
    network.flag()
    assert {found[0] for found in network.zone_findings().values()} == {"fail"}
    assert inside(network) == {"AB z": near(50)}


def test_what_reaches_deep_is_sure_however_uncertain_its_ends_are(network: Network) -> None:
    network.draw(LINE, k="A B C D")
    for pole in "ABCD":
        network.set("pole", pole, "position_accuracy_m", 5)
    network.build()
    network.zone("z", [LINE.line("1234")])
    network.flag()
    assert {found[0] for found in network.zone_findings().values()} == {"fail"}
