"""Spellings of one name, and names that only look alike without their diacritics."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.extensions import connection

from gisreg.database.connection import Role
from gisreg.zones.spelling import agrees, canonical, plain, without_kind
from tests.support.databases import Database

SAME = [
    ("Phố Hàng Bạc", "Hàng Bạc"),
    ("P. Hàng Bạc", "Phố Hàng Bạc"),
    ("P.Hàng Bạc", "Phố Hàng Bạc"),
    ("Đ. Lê Lợi", "Đường Lê Lợi"),
    ("đường Lê Lợi", "Phố Lê Lợi"),
    ("Hoà Mã", "Phố Hòa Mã"),
    ("Thuỵ Khuê", "Đường Thụy Khuê"),
    ("Lí Thường Kiệt", "Phố Lý Thường Kiệt"),
    ("Đại lộ Thăng Long", "Thăng Long"),
    ("PHỐ HÀNG BẠC", "Phố Hàng Bạc"),
    (unicodedata.normalize("NFD", "Phố Hàng Bạc"), "Phố Hàng Bạc"),
    ("Ngõ 12 Hàng Bạc", "Ngõ 12 phố Hàng Bạc"),
]
OTHERS = [
    ("Hàng Bạc", "Ngõ Hàng Bạc"),
    ("Đường D1", "Đường D2"),
    ("Lý Thường Kiệt", "Lý Thái Tổ"),
    ("Ngõ 1 Hàng Bạc", "Ngõ 12 Hàng Bạc"),
]


def keys(open_as: Callable[[Role], connection], *names: str) -> list[str]:
    with open_as(Role.WORKER).cursor() as cursor:
        cursor.execute(
            "SELECT gisreg.street_key(n) FROM unnest(%s) WITH ORDINALITY AS n (n, i) ORDER BY i",
            (list(names),),
        )
        return [key for (key,) in cursor.fetchall()]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_name(database: Database, connect: Callable[[Role], connection], one: str, other: str) -> None:
    first, second = keys(connect, one, other)
    assert first == second
    assert agrees(one, other) >= 1
    assert agrees(plain(unicodedata.normalize("NFC", one)), other) == 1


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_two_names(database: Database, connect: Callable[[Role], connection], one: str, other: str) -> None:
    first, second = keys(connect, one, other)
    assert first != second


def test_diacritics_tell_names_apart_and_their_absence_does_not(
    database: Database, connect: Callable[[Role], connection]
) -> None:
    first, second, third = keys(connect, "Phố Hàng Đậu", "Phố Hàng Dầu", "hang dau")
    assert first == second == third
    assert agrees("Hàng Dầu", "Phố Hàng Đậu") == 0
    assert agrees("Hang Dau", "Phố Hàng Đậu") == agrees("Hàng Dau", "Phố Hàng Dầu") == 1
    assert agrees("Hàng Đậu", "Phố Hàng Đậu") == 2
    assert canonical("Phố Hàng Đậu") != canonical("Phố Hàng Dầu")


def test_a_name_is_never_wholly_taken_for_its_kind() -> None:
    assert [without_kind(name) for name in ("Phố", "Đường Phố Hiến", "P. 2", "D1")] == [
        "Phố",
        "Hiến",
        "2",
        "D1",
    ]


@given(st.text(max_size=40))
def test_plain_text_keeps_every_letter_in_its_place(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert len(plain(composed)) == len(composed)


@given(st.text(max_size=40))
def test_a_name_agrees_with_itself(text: str) -> None:
    assert agrees(text, text) == 2
