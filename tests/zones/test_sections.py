"""Which part of a street a list means, and the strip along it: drawn streets, areas by shapely or by hand."""

from __future__ import annotations

import shapely

from tests.support.network import Network
from tests.zones.drawn import area, off, tried

box = shapely.box


def reasons(network: Network, text: str) -> list[tuple[str, str]]:
    return [(trouble.field, trouble.reason) for trouble in tried(network, text).troubles]


def piece(network: Network, code: str, name: str, points: list[tuple[float, float]]) -> None:
    """Draw a street of several rows piece by piece."""
    network.street(code, points)
    network.set("street", code, "name", name)


def a_cross(network: Network) -> None:
    """Lê Lợi runs 400 m to the east; A, B, C cross it at 100, 250 and 400 m."""
    network.street("Lê Lợi", [(0, 0), (400, 0)])
    for name, x in (("A Một", 100), ("B Hai", 250), ("C Ba", 400)):
        network.street(name, [(x, -80), (x, 80)])


def test_a_whole_street_ends_square(network: Network) -> None:
    a_cross(network)
    assert off(area(network, "Lê Lợi"), box(0, -10, 400, 10)) < 2


def test_between_two_crossings(network: Network) -> None:
    a_cross(network)
    assert off(area(network, "Lê Lợi (từ A Một đến B Hai)"), box(100, -10, 250, 10)) < 1
    assert off(area(network, "Lê Lợi (từ B Hai đến A Một)"), box(100, -10, 250, 10)) < 1
    # The last one stands at the street's end.
    assert off(area(network, "Lê Lợi (từ A Một đến C Ba)"), box(100, -10, 400, 10)) < 1


def test_sides_are_those_of_who_goes_from_the_beginning_to_the_end(network: Network) -> None:
    a_cross(network)
    left, right = box(100, 0, 250, 10), box(100, -10, 250, 0)
    for side, there, back in (
        ("bên trái", left, right), ("bên phải", right, left), ("số lẻ", left, right), ("số chẵn", right, left)
    ):  # fmt: skip
        assert off(area(network, f"Lê Lợi (từ A Một đến B Hai), {side}"), there) < 1
        assert off(area(network, f"Lê Lợi (từ B Hai đến A Một), {side}"), back) < 1


def test_a_side_of_a_bent_street(network: Network) -> None:
    line = shapely.LineString([(0, 0), (100, 0), (160, 80), (300, 80)])
    network.street("Cong", list(line.coords))
    network.street("Bắt Đầu Phố", [(20, -50), (20, 50)])
    network.street("Kết Phố", [(280, 30), (280, 130)])
    part = shapely.LineString([(20, 0), (100, 0), (160, 80), (280, 80)])
    both = part.buffer(15, cap_style="flat", quad_segs=64)
    # What lies to the left of the line, closed far away to the north.
    to_the_left = shapely.Polygon([*part.coords, (280, 500), (20, 500)])
    assert (
        off(area(network, "Cong từ Bắt Đầu Phố đến Kết Phố bên trái", 15), both.intersection(to_the_left)) < 3
    )
    assert (
        off(area(network, "Cong từ Kết Phố đến Bắt Đầu Phố bên trái", 15), both.difference(to_the_left)) < 3
    )


def test_metres_from_where_the_line_begins(network: Network) -> None:
    a_cross(network)
    assert off(area(network, "Lê Lợi từ Km0+050 đến 300 m"), box(50, -10, 300, 10)) < 1
    network.street("Ngược", [(400, 500), (0, 500)])
    assert off(area(network, "Ngược từ 0 m đến 100 m"), box(300, 490, 400, 510)) < 1
    assert reasons(network, "Lê Lợi từ 100 m đến 500 m") == [("street", "beyond_end")]
    assert reasons(network, "Lê Lợi từ 100 m đến 100 m") == [("street", "same_place")]


def test_a_metre_and_a_crossing(network: Network) -> None:
    a_cross(network)
    assert off(area(network, "Lê Lợi từ A Một đến 300 m"), box(100, -10, 300, 10)) < 1


def carriageways(network: Network) -> None:
    """Two carriageways 16 m apart, joined in the west; A crosses both, B ends at the southern one."""
    for number, points in enumerate(
        ([(0, 0), (400, 0)], [(400, 16), (0, 16)], [(0, 0), (-30, 8), (0, 16)], [(-100, 8), (-30, 8)])
    ):
        piece(network, f"DB{number}", "Đại Bộ", points)
    network.street("A Một", [(100, -60), (100, 80)])
    network.street("B Hai", [(250, -60), (250, 0)])


def test_both_carriageways_are_meant(network: Network) -> None:
    carriageways(network)
    assert off(area(network, "Đại Bộ từ A Một đến B Hai"), box(100, -10, 250, 26)) < 2


def test_a_side_of_two_carriageways_is_not_clear(network: Network) -> None:
    carriageways(network)
    assert reasons(network, "Đại Bộ từ A Một đến B Hai, bên trái") == [("street", "side_unclear")]
    assert reasons(network, "Đại Bộ từ 10 m đến 50 m") == [("street", "not_one_line")]


def test_a_street_of_two_carriageways_that_is_one_line(network: Network) -> None:
    """Drawn there and back in one line, as maps have it where the ways are joined at an end."""
    network.street("Vòng", [(400, 0), (0, 0), (0, 16), (400, 16)])
    network.street("A Một", [(100, -60), (100, 80)])
    network.street("B Hai", [(250, -60), (250, 0)])
    assert off(area(network, "Vòng từ A Một đến B Hai"), box(100, -10, 250, 26)) < 2


def test_corners_are_filled_where_parts_meet_and_not_at_cuts(network: Network) -> None:
    network.street("Ba Nhánh", [(0, 0), (100, 0)])
    piece(network, "Y1", "Ba Nhánh", [(100, 0), (170, 70)])
    piece(network, "Y2", "Ba Nhánh", [(100, 0), (170, -70)])
    lines = [
        shapely.LineString(line)
        for line in ([(0, 0), (100, 0)], [(100, 0), (170, 70)], [(100, 0), (170, -70)])
    ]
    flat = shapely.union_all([line.buffer(12, cap_style="flat") for line in lines])
    corner = shapely.Point(100, 0).buffer(12, quad_segs=64)
    assert off(area(network, "Ba Nhánh", 12), flat.union(corner)) < 1


def test_a_gap_such_as_a_square_is_bridged_and_is_no_part(network: Network) -> None:
    piece(network, "N1", "Qua Quảng Trường", [(0, 0), (150, 0)])
    piece(network, "N2", "Qua Quảng Trường", [(230, 0), (400, 0)])
    network.street("A Một", [(50, -50), (50, 50)])
    network.street("B Hai", [(300, -50), (300, 50)])
    expected = box(50, -10, 150, 10).union(box(230, -10, 300, 10))
    assert off(area(network, "Qua Quảng Trường từ A Một đến B Hai"), expected) < 1


def test_a_crossing_street_that_ends_before_the_line_still_crosses(network: Network) -> None:
    a_cross(network)
    network.street("Gần", [(180, 12), (180, 90)])
    network.street("Xa", [(180, 45), (180, 90)])
    assert off(area(network, "Lê Lợi từ A Một đến Gần"), box(100, -10, 180, 10)) < 1
    assert reasons(network, "Lê Lợi từ A Một đến Xa") == [("to", "not_crossing")]


def test_a_crossing_street_of_two_carriageways_ends_the_section_at_the_nearer_one(network: Network) -> None:
    a_cross(network)
    for number, x in enumerate((300, 318)):
        piece(network, f"DL{number}", "Đôi Làn", [(x, -60), (x, 60)])
    assert off(area(network, "Lê Lợi từ A Một đến Đôi Làn"), box(100, -10, 300, 10)) < 1
    assert off(area(network, "Lê Lợi từ Đôi Làn đến C Ba"), box(318, -10, 400, 10)) < 1


def test_a_street_that_is_met_on_both_sides_of_the_section(network: Network) -> None:
    network.street("Lê Lợi", [(0, 0), (900, 0)])
    network.street("Vành Đai", [(100, -60), (100, 300), (800, 300), (800, -60)])
    network.street("Giữa", [(450, -60), (450, 60)])
    assert reasons(network, "Lê Lợi từ Vành Đai đến Giữa") == [("street", "meets_twice")]


def test_streets_that_overlap_are_one_area_without_seams(network: Network) -> None:
    a_cross(network)
    expected = box(0, -10, 400, 10).union(box(90, -80, 110, 80))
    made = area(network, "Lê Lợi\nA Một")
    assert off(made, expected) < 2
    assert len(shapely.get_parts(made)) == 1
    assert shapely.is_valid(made)
