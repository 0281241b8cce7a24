"""What happens to a network, drawn: what is tied, what is cut, and what keeps its identity."""

from __future__ import annotations

import pytest
import shapely

from tests.support.grid import Grid
from tests.support.ground import metres
from tests.support.network import Network

STREET = Grid("""
    s..A..N..B.....C..D..e
    ......x...............
    """)


def ids(network: Network, cable: str) -> dict[str, int]:
    return {part.label: part.id for part in network.parts(cable)}


def lineage(network: Network) -> set[tuple[int, int, str]]:
    return set(network.sql("SELECT from_id, to_id, kind FROM registry.lineage WHERE layer = 'segment'"))


def test_a_cable_is_cut_at_its_poles_and_keeps_its_loose_ends(network: Network) -> None:
    network.draw(STREET, k="s e")
    assert network.labels("k") == "~A AN NB BC CD D~"
    assert network.spans() == {frozenset(pair) for pair in ("AN", "NB", "BC", "CD")}


def test_ends_shorter_than_the_tolerance_belong_to_the_support(network: Network) -> None:
    network.pole("A", (0, 0))
    network.pole("B", (30, 0))
    network.cable("short", [(-1.9, 0), (31.9, 0)])
    network.cable("long", [(-2.1, 0), (32.1, 0)])
    network.build()
    assert network.labels("short") == "AB"
    assert network.labels("long") == "~A AB B~"


def test_ends_lie_exactly_on_the_poles_and_corners_between_are_kept(network: Network) -> None:
    grid = Grid("""
        ...b...
        A..c..B
        """)
    network.pole("A", (0, 0))
    network.pole("B", (60, 0))
    network.cable("k", [(0.5, 1.0), (1.5, 1.0), grid["b"], (59.5, -0.5), (60, 1)])
    network.build()
    (part,) = network.parts("k")
    corners = [metres(point) for point in part.line.coords]
    assert [(round(x, 2), round(y, 2)) for x, y in corners] == [(0, 0), (30, 10), (60, 0)]
    stored = network.sql("SELECT ST_AsBinary(geom) FROM registry.pole ORDER BY code")
    assert [shapely.from_wkb(bytes(row[0])).coords[0] for row in stored] == [
        part.line.coords[0],
        part.line.coords[-1],
    ]


@pytest.mark.parametrize(("status", "labels"), [("disused", "AB BC"), ("removed", "AC"), ("planned", "AC")])
def test_only_standing_poles_carry(network: Network, status: str, labels: str) -> None:
    for name, x, what in (("A", 0, "in_service"), ("B", 30, status), ("C", 60, "in_service")):
        network.pole(name, (x, 0), what)
    network.cable("k", [(0, 0), (60, 0)])
    network.build()
    assert network.labels("k") == labels
    assert network.near_misses() == {}


def test_a_cable_without_poles_is_one_loose_segment(network: Network) -> None:
    network.cable("k", [(0, 0), (60, 0)])
    network.build()
    assert network.labels("k") == "~~"


def test_of_two_poles_side_by_side_the_nearer_one_carries(network: Network) -> None:
    grid = Grid("A.........C")
    network.draw(grid)
    network.pole("P", (50, 0.4))
    network.pole("Q", (51.5, 1.2))
    network.cable("k", grid.line("AC"))
    network.build()
    assert network.labels("k") == "AP PC"
    assert network.near_misses() == {("k", "Q"): pytest.approx(1.2, abs=0.01)}


def test_two_poles_farther_apart_than_the_tolerance_both_carry(network: Network) -> None:
    network.draw(Grid("A.........C"))
    network.pole("P", (50, 0.4))
    network.pole("Q", (52.2, 1.2))
    network.cable("k", [(0, 0), (100, 0)])
    network.build()
    assert network.labels("k") == "AP PQ QC"


def test_a_pole_within_five_metres_is_reported(network: Network) -> None:
    network.draw(Grid("A.........C"))
    network.pole("P", (30, 4.9))
    network.pole("Q", (60, 5.1))
    network.cable("k", [(0, 0), (100, 0)])
    network.build()
    assert network.near_misses() == {("k", "P"): pytest.approx(4.9, abs=0.01)}


def test_a_cable_that_comes_back_passes_again(network: Network) -> None:
    grid = Grid("""
        ..x..
        A...B
        ..y..
        """)
    network.draw(grid, k="A x B y A x B")
    assert network.labels("k") == "AB BA AB/2"
    assert [item[:2] for item in network.supports("k")] == [("A", 1), ("B", 1), ("A", 2), ("B", 2)]
    assert network.spans() == {frozenset("AB")}


def test_a_loop_about_one_pole_is_a_segment_without_a_span(network: Network) -> None:
    grid = Grid("""
        .x.y
        ..A.....B
        """)
    network.draw(grid, k="B A x y A")
    assert network.labels("k") == "BA AA"
    assert network.part("k", "AA").span_id is None


def test_both_directions_share_a_span(network: Network) -> None:
    network.draw(Grid("A...B"), there="A B", back="B A")
    assert network.part("there", "AB").span_id == network.part("back", "BA").span_id is not None
    ((line,),) = network.sql("SELECT ST_AsBinary(geom) FROM registry.span")
    assert len(shapely.from_wkb(bytes(line)).coords) == 2
    assert network.sql("SELECT cable_count FROM registry.span_state") == [(2,)]


def test_an_inserted_pole_splits_and_only_there(network: Network) -> None:
    network.draw(Grid("A.......B...C"), k="A B C")
    before = ids(network, "k")
    network.pole("N", (40, 0.3))
    network.edited("pole", "N")
    after = ids(network, "k")
    assert list(after) == ["AN", "NB", "BC"]
    assert after["BC"] == before["BC"]
    assert lineage(network) == {(before["AB"], after["AN"], "split"), (before["AB"], after["NB"], "split")}


def test_a_removed_pole_merges(network: Network) -> None:
    network.draw(Grid("A...B...C...D"), k="A B C D")
    before = ids(network, "k")
    network.set("pole", "B", "status", "removed")
    network.edited("pole", "B")
    after = ids(network, "k")
    assert list(after) == ["AC", "CD"]
    assert after["CD"] == before["CD"]
    assert lineage(network) == {(before["AB"], after["AC"], "merged"), (before["BC"], after["AC"], "merged")}


def test_a_replaced_pole_hands_its_segments_on(network: Network) -> None:
    network.draw(Grid("A...B...C"), k="A B C")
    before = ids(network, "k")
    network.set("pole", "B", "status", "removed")
    network.pole("R", (41, 0))
    network.edited("pole", "B", "R")
    after = ids(network, "k")
    assert list(after) == ["AR", "RC"]
    assert {(before["AB"], after["AR"], "replaced"), (before["BC"], after["RC"], "replaced")} <= lineage(
        network
    )


def test_a_moved_pole_pulls_its_segments_along(network: Network) -> None:
    network.draw(Grid("A...B...C"), k="A B C")
    before = ids(network, "k")
    network.redraw("pole", "B", [(40.8, 1.1)])
    network.edited("pole", "B")
    assert ids(network, "k") == before
    corners = [metres(point) for point in network.part("k", "AB").line.coords]
    assert corners[-1] == pytest.approx((40.8, 1.1), abs=0.001)


def test_a_pole_moved_away_lets_go_and_becomes_a_near_miss(network: Network) -> None:
    network.draw(Grid("A...B...C"), k="A B C")
    network.redraw("pole", "B", [(40, 3)])
    network.edited("pole", "B")
    assert network.labels("k") == "AC"
    assert network.near_misses() == {("k", "B"): pytest.approx(3, abs=0.01)}


def test_a_near_miss_moved_far_away_is_forgotten(network: Network) -> None:
    network.draw(Grid("A...C"))
    network.pole("B", (20, 3))
    network.cable("k", [(0, 0), (40, 0)])
    network.build()
    network.redraw("pole", "B", [(20, 300)])
    network.edited("pole", "B")
    assert network.near_misses() == {}


def test_a_near_miss_that_is_removed_is_forgotten(network: Network) -> None:
    network.draw(Grid("A...C"))
    network.pole("B", (20, 3))
    network.cable("k", [(0, 0), (40, 0)])
    network.build()
    network.set("pole", "B", "status", "removed")
    network.edited("pole", "B")
    assert network.near_misses() == {}


def test_a_cable_drawn_anew_keeps_what_stays(network: Network) -> None:
    grid = Grid("""
        A...B...C
        ........D
        """)
    network.draw(grid, k="A B C")
    before = ids(network, "k")
    network.redraw("cable", "k", grid.line("A B D"))
    network.edited("cable", "k")
    after = ids(network, "k")
    assert list(after) == ["AB", "BD"]
    assert after["AB"] == before["AB"]


def test_a_cable_drawn_the_other_way_round_hands_its_states_on(network: Network) -> None:
    network.draw(Grid("A...B...C"), k="A B C")
    network.redraw("cable", "k", [(80, 0), (40, 0), (0, 0)])
    before = ids(network, "k")
    network.edited("cable", "k")
    after = ids(network, "k")
    assert list(after) == ["CB", "BA"]
    assert {pair[:2] for pair in lineage(network)} == {
        (before["AB"], after["BA"]),
        (before["BC"], after["CB"]),
    }


def test_a_cable_put_underground_lets_go_of_everything(network: Network) -> None:
    network.draw(Grid("A...B"), k="A B", other="A B")
    network.set("cable", "k", "deployment", "underground")
    network.edited("cable", "k")
    assert network.labels("k") == ""
    assert network.supports("k") == []
    assert network.labels("other") == "AB"
    assert network.sql("SELECT cable_count FROM registry.span_state") == [(1,)]


def test_a_cable_put_underground_misses_no_pole(network: Network) -> None:
    network.pole("A", (0, 3))
    network.cable("k", [(0, 0), (60, 0)])
    network.build()
    network.set("cable", "k", "deployment", "underground")
    network.edited("cable", "k")
    assert network.near_misses() == {}


def test_the_last_cable_gone_takes_the_span_along(network: Network) -> None:
    network.draw(Grid("A...B"), k="A B")
    network.set("cable", "k", "deployment", "underground")
    network.edited("cable", "k")
    network.build()
    assert network.spans() == set()


def test_a_deleted_cable_leaves_nothing(network: Network) -> None:
    network.only_zones()
    network.draw(Grid("A...B"), k="A B", other="A B")
    network.zone("z", [[(-10, -10), (60, -10), (60, 10), (-10, 10)]])
    network.flag()
    network.delete("cable", "k")
    gone = network.ids["cable", "k"]
    for table in ("support", "segment", "near_miss"):
        assert network.sql(f"SELECT count(*) FROM registry.{table} WHERE cable_id = %s", gone) == [(0,)]
    keep = {part.id for part in network.parts("other")}
    assert {row[0] for row in network.sql("SELECT object_id FROM registry.finding")} == keep
    assert {row[0] for row in network.sql("SELECT segment_id FROM registry.segment_state")} == keep


def test_counts_follow_a_cable_taken_down_and_deleted(network: Network) -> None:
    network.draw(Grid("A...B"), k="A B", other="A B")
    network.set("cable", "k", "deployment", "underground")
    network.edited("cable", "k")
    network.delete("cable", "k")
    assert network.sql("SELECT DISTINCT cable_count FROM registry.pole_state") == [(1,)]
    assert network.sql("SELECT cable_count FROM registry.span_state") == [(1,)]


def test_crossings_with_streets(network: Network) -> None:
    grid = Grid("""
        ..p....q..r..
        A...B......C.
        ..s....t..u..
        """)
    network.street("one", grid.line("p s"))
    network.street("two", grid.line("q t u r"))
    network.draw(grid, k="A B C")
    rows = network.sql("SELECT segment_id, street_id, ordinal, ST_X(geom), ST_Y(geom) FROM registry.crossing")
    found = {
        (
            next(p.label for p in network.parts("k") if p.id == segment),
            network.name_of("street", street),
            n,
        ): (x, y)
        for segment, street, n, x, y in rows
    }
    assert set(found) == {("AB", "one", 1), ("BC", "two", 1), ("BC", "two", 2)}
    assert metres(found["BC", "two", 1]) == pytest.approx((70, 10), abs=0.01)
    assert metres(found["BC", "two", 2]) == pytest.approx((100, 10), abs=0.01)


def test_a_redrawn_street_moves_its_crossings(network: Network) -> None:
    network.street("one", [(10, -5), (10, 5)])
    network.draw(Grid("A...B"), k="A B")
    network.set(
        "street", "one", "geom", network.sql("SELECT ST_Translate(geom, 1, 0) FROM registry.street")[0][0]
    )
    network.edited("street", "one")
    assert network.sql("SELECT count(*) FROM registry.crossing") == [(0,)]
