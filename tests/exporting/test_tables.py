"""Names of ten letters, and cells that no spreadsheet takes for formulas."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisreg.exporting.short_names import LONGEST, short_names
from gisreg.exporting.tables import harmless
from layers import LAYERS

NAMES = st.lists(st.text("abc_", min_size=1, max_size=14), unique=True, max_size=40)


@given(NAMES)
@settings(max_examples=100, deadline=None)
def test_short_names_are_short_and_different(names: list[str]) -> None:
    short = short_names(names)
    assert list(short) == names
    assert len(set(short.values())) == len(names)
    assert all(len(one) <= LONGEST for one in short.values())
    assert all(short[name] == name for name in names if len(name) <= LONGEST)


@pytest.mark.parametrize("key", LAYERS)
def test_fields_of_every_layer_have_short_names(key: str) -> None:
    names = [field.name for field in LAYERS[key].fields]
    assert len(set(short_names(names).values())) == len(names)


@given(st.lists(st.none() | st.text(max_size=6) | st.text("=+-@\t\r'a1", max_size=4), max_size=20))
@settings(max_examples=100, deadline=None)
def test_no_text_begins_like_a_formula(texts: list[str | None]) -> None:
    found = harmless(pa.array(texts, pa.string())).to_pylist()
    for text, cell in zip(texts, found, strict=True):
        if text and text[0] in "=+-@\t\r":
            assert cell == "'" + text
        else:
            assert cell == text
