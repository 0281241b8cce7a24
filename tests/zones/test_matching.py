"""Which streets a list means: one name in several wards, names without diacritics, suggestions."""

from __future__ import annotations

from tests.support.network import Network
from tests.zones.drawn import tried
from tests.zones.test_sections import piece


def troubles(network: Network, text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.field, one.reason, one.suggestions) for one in tried(network, text).troubles]


def meant(network: Network, text: str) -> list[list[str]]:
    """Return the codes of the streets that each entry means."""
    made = tried(network, text)
    assert made.troubles == []
    codes = {number: code for (layer, code), number in network.ids.items() if layer == "street"}
    return [sorted(codes[number] for number in one.matched.street_ids) for one in made.drawn]


def two_of_a_name(network: Network) -> None:
    """Lê Lợi in the west and in the east, each crossed by a street of its own; two wards and one former one."""
    piece(network, "W", "Đường Lê Lợi", [(0, 0), (300, 0)])
    piece(network, "O", "Phố Lê Lợi", [(2000, 0), (2300, 0)])
    network.street("Tây Một", [(50, -50), (50, 50)])
    network.street("Tây Hai", [(250, -50), (250, 50)])
    network.street("Đông Một", [(2050, -50), (2050, 50)])
    network.street("Đông Hai", [(2250, -50), (2250, 50)])
    for code, name, x in (("101", "Phường Hòa Lạc", -500), ("102", "Xã Thụy Hải", 1500)):
        network.unit(code, [(x, -500), (x + 1400, -500), (x + 1400, 500), (x, 500)])
        network.set("admin_unit", code, "name", name)
    network.unit("103", [(1500, -500), (2900, -500), (2900, 500), (1500, 500)])
    network.sql(
        "UPDATE registry.admin_unit SET name = 'Xã Cũ', valid_to = '2025-07-01' WHERE gso_code = '103'"
    )


def test_of_one_name_in_two_wards_the_ward_is_asked_for(network: Network) -> None:
    two_of_a_name(network)
    assert troubles(network, "Lê Lợi") == [
        ("ward", "several_streets", ("Phường Hòa Lạc [W]", "Xã Thụy Hải [O]"))
    ]


def test_the_ward_tells_them_apart_however_it_is_written(network: Network) -> None:
    two_of_a_name(network)
    for ward, street in (
        ("phường Hòa Lạc", "W"), ("P. Hoà Lạc", "W"), ("P.Hoa Lac", "W"), ("xã Thuỵ Hải", "O"), ("X. Thụy Hải", "O"),
        # A decision of before the reform names the ward of its day.
        ("xã Cũ", "O"),
    ):  # fmt: skip
        assert meant(network, f"Lê Lợi, {ward}") == [[street]], ward


def test_the_word_before_the_name_tells_them_apart_only_where_it_does(network: Network) -> None:
    two_of_a_name(network)
    assert meant(network, "Đường Lê Lợi\nPhố Lê Lợi\nĐ. Lê Lợi\nP. Lê Lợi") == [["W"], ["O"], ["W"], ["O"]]
    network.set("street", "O", "name", "Đường Lê Lợi")
    assert troubles(network, "Đường Lê Lợi") == [
        ("ward", "several_streets", ("Phường Hòa Lạc [W]", "Xã Thụy Hải [O]"))
    ]
    assert troubles(network, "Phố Lê Lợi")[0][1] == "several_streets"


def test_the_crossing_streets_tell_them_apart(network: Network) -> None:
    two_of_a_name(network)
    assert meant(network, "Lê Lợi (từ Tây Một đến Tây Hai)\nLê Lợi (từ Đông Một đến Đông Hai)") == [
        ["W"],
        ["O"],
    ]


def test_a_street_may_be_said_by_its_code(network: Network) -> None:
    two_of_a_name(network)
    network.street("KHONG-TEN", [(0, 900), (300, 900)])
    network.sql("UPDATE registry.street SET name = NULL WHERE code = 'KHONG-TEN'")
    assert meant(network, "O\nKHONG-TEN") == [["O"], ["KHONG-TEN"]]


def test_a_wrong_ward_is_told_with_the_right_ones(network: Network) -> None:
    two_of_a_name(network)
    assert troubles(network, "Tây Một, xã Thụy Hải") == [("ward", "not_in_ward", ("Phường Hòa Lạc",))]
    assert troubles(network, "Tây Một, xã Không Có") == [("ward", "no_ward", ())]


def test_rows_of_one_name_that_hang_together_are_one_street(network: Network) -> None:
    piece(network, "1", "Phố Dài", [(0, 0), (100, 0)])
    piece(network, "2", "P. Dài", [(100, 0), (200, 0)])
    piece(network, "3", "Đường dài", [(290, 0), (400, 0)])
    assert meant(network, "Dài") == [["1", "2", "3"]]
    network.set("street", "3", "name", "Ngõ Dài")
    assert meant(network, "Dài") == [["1", "2"]]


def test_pieces_of_a_street_far_apart_in_one_ward_are_one_street(network: Network) -> None:
    piece(network, "1", "Phố Đứt", [(0, 0), (100, 0)])
    piece(network, "2", "Phố Đứt", [(400, 0), (500, 0)])
    network.unit("101", [(-500, -500), (1400, -500), (1400, 500), (-500, 500)])
    network.set("admin_unit", "101", "name", "Phường Một")
    assert troubles(network, "Phố Đứt")[0][1] == "several_streets"
    assert meant(network, "Phố Đứt, P. Một") == [["1", "2"]]


def alike(network: Network) -> None:
    for code, name, y in (("a", "Phố Hàng Đậu", 0), ("b", "Phố Hàng Dầu", 600), ("c", "Phố Hàng Bạc", 1200)):
        piece(network, code, name, [(0, y), (300, y)])
    network.street("Ngang Một", [(50, -50), (50, 100)])
    network.street("Ngang Hai", [(250, -50), (250, 100)])


def test_without_diacritics_two_names_may_be_meant(network: Network) -> None:
    alike(network)
    both = ("Phố Hàng Dầu", "Phố Hàng Đậu")
    assert troubles(network, "Hang Dau") == [("street", "several_names", both)]
    assert meant(network, "Hàng Đậu\nHàng Dầu\nhang bac\nHàng Bac") == [["a"], ["b"], ["c"], ["c"]]
    assert meant(network, "Hang Dau (tu Ngang Mot den Ngang Hai)") == [["a"]]


def test_other_diacritics_are_another_name(network: Network) -> None:
    alike(network)
    network.delete("street", "b")
    assert troubles(network, "Hàng Dầu") == [("street", "not_found", ("Phố Hàng Đậu", "Phố Hàng Bạc"))]


def test_names_that_are_not_found_come_with_some_that_are_like_them(network: Network) -> None:
    alike(network)
    assert troubles(network, "Hàng Bặc\nHàng Đâuu\nTrần Phú") == [
        ("street", "not_found", ("Phố Hàng Bạc", "Phố Hàng Dầu", "Phố Hàng Đậu")),
        ("street", "not_found", ("Phố Hàng Dầu", "Phố Hàng Đậu", "Phố Hàng Bạc")),
        ("street", "not_found", ()),
    ]


def test_a_street_that_does_not_cross_comes_with_those_that_do(network: Network) -> None:
    alike(network)
    assert troubles(network, "Hàng Đậu (từ Ngang Một đến Hàng Bạc)") == [
        ("to", "not_crossing", ("Ngang Hai", "Ngang Một"))
    ]
    assert troubles(network, "Hàng Đậu (từ Ngang Mười đến Ngang Hai)") == [
        ("from", "not_found", ("Ngang Một", "Ngang Hai"))
    ]


def test_what_is_clear_is_drawn_beside_what_is_not(network: Network) -> None:
    alike(network)
    made = tried(network, "Hàng Bạc\nHàng Không\nHàng Đậu")
    assert [one.matched.line for one in made.drawn] == [1, 3]
    assert [trouble.line for trouble in made.troubles] == [2]
    assert made.area_m2 > 0


def test_a_zone_is_not_less_hidden_than_what_it_is_made_from(network: Network) -> None:
    alike(network)
    network.set("street", "c", "visibility", "secret")
    assert [one.reason for one in tried(network, "Hàng Bạc").troubles] == ["more_hidden"]
    assert tried(network, "Hàng Bạc", visibility="secret").troubles == []
