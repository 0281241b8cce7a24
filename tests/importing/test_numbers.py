"""Numbers and angles as people write them mean one thing, or are asked about."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisreg.importing import numbers, units
from gisreg.importing.numbers import AmbiguousNumberError, Sign
from gisreg.importing.tables.angles import parse_angle

DECIMALS = st.decimals(min_value=-10_000_000, max_value=10_000_000, places=2)


@settings(max_examples=200, deadline=None)
@given(DECIMALS, st.booleans())
def test_either_sign_with_or_without_groups(value, grouped):
    english = f"{value:,.2f}" if grouped else f"{value:.2f}"
    vietnamese = english.translate(str.maketrans(",.", ".,"))
    assert numbers.parse(english, Sign.POINT) == float(value)
    assert numbers.parse(vietnamese, Sign.COMMA) == float(value)
    # Two decimals give the sign away, so that a column of such numbers needs no option.
    assert numbers.parse(english) == numbers.parse(vietnamese) == float(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.190.851,5", 1190851.5), ("601,684.97", 601684.97), ("1190604,36", 1190604.36), ("8.125", 8.125),
     ("1 190 604,36", 1190604.36), ("12,345,678", 12345678), ("-3,5", -3.5), ("1e3", 1000)],
)  # fmt: skip
def test_numbers(text, value):
    assert numbers.parse(text) == value


@pytest.mark.parametrize(
    "text", ["", "x", "1,2,3", "1.2.3", "12,34.5", "nan", "inf", "--1", "1e999", ",", "8.5 m"]
)
def test_what_is_no_number(text):
    with pytest.raises(ValueError, match="expected a number"):
        numbers.parse(text, Sign.POINT)


def test_what_could_be_two_numbers():
    with pytest.raises(AmbiguousNumberError, match=r"12,345 can be 12\.345 or 12345"):
        numbers.parse("12,345")


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 179), st.integers(0, 59), st.integers(0, 5999))
def test_degrees_minutes_seconds(degrees, minutes, hundredths):
    seconds = f"{hundredths / 100:05.2f}"
    value = degrees + minutes / 60 + hundredths / 360_000
    for text in (
        f"{degrees}°{minutes}'{seconds}\"E",
        f"{degrees} {minutes} {seconds}",
        f"Đ {degrees}°{minutes}′{seconds}″",
    ):
        assert parse_angle(text) == pytest.approx(value, abs=1e-12)
        assert parse_angle(text.replace(".", ",")) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize("text", ["20°61'00\"", "20°00'75\"", "north", "20°27'00\"X"])
def test_what_is_no_angle(text):
    with pytest.raises(ValueError):  # noqa: PT011 - several messages
        parse_angle(text)


@pytest.mark.parametrize(
    ("header", "unit"),
    [("Chiều cao (cm)", "cm"), ("height_m", "m"), ("Dài [km]", "km"), ("Cao", None), ("Số (cái)", None)],
)
def test_units_of_headers(header, unit):
    assert units.of_header(header) == unit


def test_units_are_converted_or_refused():
    assert units.factor("cm", "m") == 0.01
    assert units.factor("ft", "m") == 0.3048
    with pytest.raises(ValueError, match="expected a number in m, not in kg"):
        units.factor("kg", "m")
