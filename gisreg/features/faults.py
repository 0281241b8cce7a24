"""What is wrong with single fields that people send: field by field, and all in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gisreg.said import Said, both, listed

EMPTY = both("không được để trống", "cannot be empty")
NEEDED = both("bắt buộc phải có", "is required")
NUMBER = both("phải là số", "must be a number")
WHOLE_NUMBER = both("phải là số nguyên", "must be a whole number")
BOOLEAN = both("phải là true hoặc false", "must be true or false")
DATE = both("phải là ngày tháng, ví dụ 2026-01-31 (ISO 8601)", "must be a date such as 2026-01-31 (ISO 8601)")


def one_of(values: Sequence[str]) -> Said:
    """Return that a field must have one of some values."""
    return Said("phải là một trong: {0}", "must be one of {0}", (", ".join(values),))


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field, said as the end of a sentence about it."""

    field: str
    said: Said

    def json(self) -> dict[str, str]:
        """Return it as answers bear it."""
        return {"field": self.field, "message": self.said.en, "message_vi": self.said.vi}


def told(faults: Sequence[Fault], pattern_en: str = "{0} {1}") -> Said:
    """Return faults as one sentence without its end: `height_m must be a number; kind is required`."""
    return listed([Said("{0}: {1}", pattern_en, (one.field, one.said)) for one in faults], "; ")
