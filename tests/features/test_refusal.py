"""What the database refuses is told in both languages, whoever of both speaks."""

from __future__ import annotations

import psycopg2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisreg.features.refusal import impossible, in_both
from gisreg.said import both
from tests.support.network import Network


@given(st.lists(st.text("/ aĐ{}", max_size=8), max_size=3))
def test_what_a_check_says_is_parted_whatever_it_names(facts: list[str]) -> None:
    vi = "Khu vực" + "".join(f" “{one}” và" for one in facts) + " nữa"
    en = "the zone" + "".join(f" “{one}” and" for one in facts) + " more"
    told = in_both(f"{vi} / {en}")
    assert (told.vi, told.en) == (vi, en)


def test_what_is_said_once_is_said_in_both() -> None:
    told = in_both("no polygon {0}")
    assert (told.vi, told.en) == ("no polygon {0}", "no polygon {0}")


@pytest.mark.parametrize(
    ("statement", "field", "words"),
    [
        ("UPDATE registry.pole SET kind = NULL", "kind", "không được để trống"),
        ("UPDATE registry.pole SET height_m = 1000", "pole_height_m_range", "không thỏa điều kiện"),
        ("UPDATE registry.pole SET installed_on = '2026-02-31'", "geometry", "có giá trị không lưu được"),
    ],
)
def test_what_postgresql_says_of_its_own_stands_behind_a_sentence(
    network: Network, statement: str, field: str, words: str
) -> None:
    network.pole("P1", (0, 0))
    with pytest.raises(psycopg2.Error) as caught:
        network.sql(statement)
    said = caught.value.diag.message_primary
    told = impossible(caught.value, both("Hãy sửa lại.", "Correct it."))
    assert words in told.said.vi
    assert told.said.vi.startswith("Cơ sở dữ liệu từ chối: ")
    assert told.said.vi.endswith(f"({said}).")
    assert told.said.en == f"The database refuses this: {said}."
    (fault,) = told.detail["errors"]
    assert (fault["field"], fault["message"]) == (field, said)
    assert fault["message_vi"].startswith(words)
