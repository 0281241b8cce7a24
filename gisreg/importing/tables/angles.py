"""Angles as text: decimal degrees, or degrees, minutes and seconds."""

from __future__ import annotations

import re

from gisreg.importing import numbers
from gisreg.said import MeaninglessError, Said

_DMS = re.compile(
    r"""^\s*(?P<before>[NSEWBĐDTnsewbđdt])?\s*
        (?P<sign>[-+])?(?P<deg>\d{1,3}(?:[.,]\d+)?)\s*(?:°|º|˚|o|d|độ|\s)\s*
        (?:(?P<min>\d{1,2}(?:[.,]\d+)?)\s*(?:'|’|′|´|m|phút|\s)?\s*)?
        (?:(?P<sec>\d{1,2}(?:[.,]\d+)?)\s*(?:"|”|″|''|’’|s|giây)?\s*)?
        (?P<after>[NSEWBĐDTnsewbđdt])?\s*$""",
    re.VERBOSE,
)
_NEGATIVE = {"s", "w", "t"}
"""South, west and `Tây`. `N` is taken for north although it begins `Nam` too: Vietnam lies north."""

_BELOW_60 = Said("phút và giây phải dưới 60", "expected minutes and seconds below 60")


def is_dms(text: str) -> bool:
    """Tell whether a text is an angle with degrees, minutes or a direction."""
    found = _DMS.match(text)
    return found is not None and bool(found["min"] or found["before"] or found["after"] or "°" in text)


def parse_angle(text: str, sign: numbers.Sign | None = None) -> float:
    """Return an angle in degrees.

    Args:
        text: `10.7670925`, `10,7670925`, `10°45'55.81"N`, `10 45 55,81`.
        sign: the decimal sign of the column, for numbers that do not give it away.

    Raises:
        MeaninglessError: it is no angle.
    """
    found = _DMS.match(text) if is_dms(text) else None
    if found is None:
        return numbers.parse(text.rstrip("°º˚ "), sign)
    parts = [float((found[name] or "0").replace(",", ".")) for name in ("deg", "min", "sec")]
    if parts[1] >= 60 or parts[2] >= 60:
        raise MeaninglessError(_BELOW_60)
    value = parts[0] + parts[1] / 60 + parts[2] / 3600
    direction = (found["before"] or found["after"] or "").lower()
    return -value if direction in _NEGATIVE or found["sign"] == "-" else value
