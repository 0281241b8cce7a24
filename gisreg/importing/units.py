"""Units of length and angle in headers and cells, and what they are in the unit of a field."""

from __future__ import annotations

import re

from gisreg.importing.text import folded
from gisreg.said import MeaninglessError, Said

_METRES = {"mm": 0.001, "cm": 0.01, "dm": 0.1, "m": 1.0, "km": 1000.0, "ft": 0.3048, "feet": 0.3048}
_METRES |= {"met": 1.0, "metre": 1.0, "meter": 1.0, "in": 0.0254, "inch": 0.0254}

_IN_BRACKETS = re.compile(r"[(\[]\s*([^\W\d]+)\s*[)\]]")
_LAST_WORD = re.compile(r"[_\s-]([^\W\d_]+)$")
_SUFFIX = re.compile(r"^(.*\d[.,]?)\s*([^\W\d]+|°)$")


def known(unit: str) -> bool:
    """Tell whether a word is a unit of length that can be converted."""
    return _plain(unit) in _METRES


def factor(unit: str, wanted: str | None) -> float:
    """Return by what a number in `unit` is multiplied to be in `wanted`.

    Raises:
        MeaninglessError: one of them is no length, so that nothing can be converted; names both.
    """
    if wanted is None or _plain(unit) == _plain(wanted):
        return 1.0
    try:
        return _METRES[_plain(unit)] / _METRES[_plain(wanted)]
    except KeyError:
        facts = (wanted, unit)
        raise MeaninglessError(
            Said("phải là số tính bằng {0}, không phải {1}", "expected a number in {0}, not in {1}", facts)
        ) from None


def of_header(header: str) -> str | None:
    """Return the unit of length that a column's header names: `Chiều cao (cm)`, `height_cm`."""
    found = _IN_BRACKETS.search(header) or _LAST_WORD.search(header.strip())
    return found[1] if found and known(found[1]) else None


def split(text: str) -> tuple[str, str | None]:
    """Return a cell's number and the unit written after it (None where there is none)."""
    found = _SUFFIX.match(text)
    return (found[1].strip(), found[2]) if found else (text, None)


def _plain(unit: str) -> str:
    return folded(unit) or unit.strip().lower()
