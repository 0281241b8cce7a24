"""Names of ten letters, and cells that no spreadsheet takes for formulas."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisreg.exporting.short_names import short_names
from gisreg.exporting.tables import harmless
from layers import LAYERS

NAMES = st.lists(st.text("abcđẾ _(1", min_size=1, max_size=14), unique=True, max_size=40)


@given(NAMES, st.sampled_from((10, 31)))
@settings(max_examples=100, deadline=None)
def test_short_names_are_short_plain_and_different(names: list[str], longest: int) -> None:
    short = short_names(names, longest)
    assert list(short) == names
    assert len({one.casefold() for one in short.values()}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z]\w*", one, re.ASCII) and len(one) <= longest for one in short.values())
    plain = [name for name in names if re.fullmatch("[a-c][a-c1]*(_[a-c1]+)*", name) and len(name) <= longest]
    assert all(short[name] == name for name in plain)


@pytest.mark.parametrize("key", LAYERS)
def test_fields_of_every_layer_have_short_names(key: str) -> None:
    names = [field.name for field in LAYERS[key].fields]
    assert len(set(short_names(names, 10).values())) == len(names)


@given(st.lists(st.none() | st.text(max_size=6) | st.text("=+-@\t\r'a1", max_size=4), max_size=20))
@settings(max_examples=100, deadline=None)
def test_no_text_begins_like_a_formula(texts: list[str | None]) -> None:
    found = harmless(pa.array(texts, pa.string())).to_pylist()
    for text, cell in zip(texts, found, strict=True):
        if text and text[0] in "=+-@\t\r":
            assert cell == "'" + text
        else:
            assert cell == text
