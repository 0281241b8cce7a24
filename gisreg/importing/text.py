"""Text as files have it: composed, trimmed, and comparable without diacritics."""

from __future__ import annotations

import re
import unicodedata

_BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]")
_NOT_ALPHANUMERIC = re.compile(r"[^0-9a-z]+")


def clean(value: object) -> str | None:
    """Return a cell's text in NFC with single spaces, None where nothing remains; 12.0 is `12`."""
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(unicodedata.normalize("NFC", str(value)).split()) or None


def folded(value: str) -> str:
    """Return text for comparing: lower case, no diacritics, đ as d, letters and digits only.

    A unit in brackets is dropped, so that `Chiều cao (m)` and `chieu_cao` are the same.
    """
    plain = unicodedata.normalize("NFD", _BRACKETS.sub("", value).casefold()).replace("đ", "d")
    return _NOT_ALPHANUMERIC.sub("", "".join(c for c in plain if not unicodedata.combining(c)))
