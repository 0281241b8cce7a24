"""Numbers as people write them: which sign is the decimal one is decided from a whole column."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from enum import Enum

from gisreg.said import MeaninglessError, Said

EXPECTED = Said("phải là số", "expected a number")
"""What is said of a text that is none."""


class Sign(Enum):
    """The decimal sign of a column."""

    COMMA = ","
    POINT = "."


_ONE_GROUP = re.compile(r"-?\d{1,3}[.,]\d{3}")
_SPACES = dict.fromkeys(map(ord, " \u00a0\u202f\u2009'"), None)
_FORM = {
    Sign.POINT: re.compile(r"[+-]?(?=\.?\d)(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?(e[+-]?\d+)?", re.IGNORECASE),
    Sign.COMMA: re.compile(r"[+-]?(?=,?\d)(\d+|\d{1,3}(\.\d{3})+)?(,\d*)?(e[+-]?\d+)?", re.IGNORECASE),
}


class AmbiguousNumberError(MeaninglessError):
    """The number means two things, and nothing in its column says which."""


def bare(text: str) -> str:
    """Return a number's text without spaces and apostrophes between its digits."""
    return text.translate(_SPACES)


def evident_sign(text: str) -> Sign | None:
    """Return the decimal sign that a number alone gives away; None where it could be either.

    `1.190.851,5` and `8,5` have a comma, `601,684.97` a point; `12,345` could be both.
    """
    text = bare(text)
    comma, point = text.count(","), text.count(".")
    if comma and point:
        return Sign.COMMA if text.rfind(",") > text.rfind(".") else Sign.POINT
    if comma + point == 0 or _ONE_GROUP.fullmatch(text):
        return None
    if comma > 1 or point > 1:
        return Sign.POINT if comma else Sign.COMMA
    return Sign.COMMA if comma else Sign.POINT


def sign_of(texts: Iterable[str]) -> Sign | None:
    """Return the decimal sign of a column: the one that its evident numbers agree on, else None."""
    found = {sign for text in texts if (sign := evident_sign(text)) is not None}
    return found.pop() if len(found) == 1 else None


def parse(text: str, sign: Sign | None = None) -> float:
    """Return a number; one that gives its own sign away is read by it, the others by the column's.

    A single point in a number such as `8.125` is decimal unless the column has decimal commas.

    Raises:
        AmbiguousNumberError: `12,345` in a column that does not say what a comma means.
        MeaninglessError: it is no finite number.
    """
    text = bare(text)
    own = evident_sign(text)
    if own is None and "," in text and sign is None:
        as_decimal, as_group = text.replace(",", "."), text.replace(",", "")
        facts = (text, as_decimal, as_group)
        raise AmbiguousNumberError(Said("{0} có thể là {1} hoặc {2}", "{0} can be {1} or {2}", facts))
    chosen = own or sign or Sign.POINT
    if not _FORM[chosen].fullmatch(text):
        raise MeaninglessError(EXPECTED)
    group = "," if chosen is Sign.POINT else "."
    number = float(text.replace(group, "").replace(chosen.value, "."))
    if not math.isfinite(number):
        raise MeaninglessError(EXPECTED)
    return number
