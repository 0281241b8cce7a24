"""Coordinates as people write them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisreg.importing.coordinates import numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20°27'12.5\"N", 20.453472),
        ("20 27 12.5", 20.453472),
        ("20°27'12,5''B", 20.453472),
        ("N20°27'12.5\"", 20.453472),
        ("20°27.208'", 20.453467),
        ("20:27:12.5", 20.453472),
        ("106°20′11.76″Đ", 106.3366),
        ("106.3366° E", 106.3366),
        ("106,3366", 106.3366),
        ("20.4463 N", 20.4463),
        ("3°30' S", -3.5),
        (" 1190604,36 ", 1190604.36),
        ("1.190.851,5", 1190851.5),
        ("1,190,851.5", 1190851.5),
        ("1 190 851,5", 1190851.5),
        ("1\u00a0190\u00a0851", 1190851),
        ("587'095.9", 587095.9),
        ("587095.9 m", 587095.9),
        ("587,1 km", 587100),
        (587095, 587095),
        (20.4463, 20.4463),
        ("-80000,5", -80000.5),
    ],
)
def test_ways_of_writing(text, value):
    assert numbers([text]).values[0] == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    "text", ["Tổng cộng", "20 75 10", "1,2,3", "N20°27'12\"N", "x", "12..5", "°", "1e999"]
)
def test_what_is_no_coordinate_is_told(text):
    found = numbers([text, 20.5])
    assert np.isnan(found.values[0])
    assert found.wrong == {0: text}


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["601,887", 601900.5], 601887),
        (["601.887", "601.900,5"], 601887),
        (["20,446", "20,4463"], 20.446),
        (["106,337", "106,338"], 106.337),
        (["601,887", "601,900"], 601887),
        (["601,887", 601.9], 601.887),
    ],
)
def test_a_single_separator_is_read_as_the_column_says(cells, first):
    assert numbers(cells).values[0] == first


def test_empty_cells_and_how_they_were_written():
    found = numbers([None, "", float("nan"), "1.190.851,5", "20°27'12\""])
    assert np.isnan(found.values[:3]).all()
    assert found.wrong == {}
    assert found.ways == ("thousands separators", "degrees, minutes, seconds")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_a_number_or_wrong(text):
    found = numbers([text])
    assert np.isfinite(found.values[0]) or 0 in found.wrong or not text.split()


@settings(max_examples=100, deadline=None)
@given(st.floats(102, 118), st.sampled_from(["N", "B", ""]))
def test_degrees_minutes_seconds_come_back(value, letter):
    degrees, minutes = int(value), int(value % 1 * 60)
    seconds = min((value - degrees - minutes / 60) * 3600, 59.9999)
    text = f"{degrees}°{minutes:02d}'{max(seconds, 0):.4f}\"{letter}"
    assert numbers([text]).values[0] == pytest.approx(value, abs=1e-7)
