"""Sentences for people in both languages, put together only where they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

Fact: TypeAlias = "str | int | float | Said"
"""What a sentence names: a column, a value, a number, or a sentence that is a part of it."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said in two languages; `{0}` in a pattern is its first fact, `{1!r}` its second one, quoted.

    Both patterns name the same facts. A file can have a million bad rows: kept are the patterns, which all
    of them share, and the facts, and no two sentences a row. What is said once is made with `both`.
    """

    pattern_vi: str
    pattern_en: str
    facts: tuple[Fact, ...] = ()

    @property
    def vi(self) -> str:
        """Return it in Vietnamese."""
        return self.pattern_vi.format(*(one.vi if isinstance(one, Said) else one for one in self.facts))

    @property
    def en(self) -> str:
        """Return it in English."""
        return self.pattern_en.format(*(one.en if isinstance(one, Said) else one for one in self.facts))

    def __str__(self) -> str:
        """Return both, Vietnamese first."""
        return f"{self.vi} / {self.en}"


LOOK = Said("Hãy xem lại.", "Look at it.")
"""What to do about a row that was taken although something of it looks wrong."""


class MeaninglessError(ValueError):
    """A cell means nothing for what it is read as; `said` says what was expected."""

    def __init__(self, said: Said) -> None:
        """Keep what was expected."""
        super().__init__(said)
        self.said = said

    def __str__(self) -> str:
        """Return what was expected, in English as all messages of errors are."""
        return self.said.en


def of_cell(column: str, cell: str, what: Said) -> Said:
    """Return what is wrong with a cell: `height = '99': expected 1 to 60 m.`"""
    return Said("{0} = {1!r}: {2}.", "{0} = {1!r}: {2}.", (column, cell, what))


@lru_cache(maxsize=1024)
def correct(column: str) -> Said:
    """Return the advice to correct a column."""
    return Said("Sửa lại {0}.", "Correct {0}.", (column,))


def listed(parts: Sequence[Said], between: str) -> Said:
    """Return several sentences as one, with the same text between them."""
    pattern = between.join(f"{{{place}}}" for place in range(len(parts)))
    return Said(pattern, pattern, tuple(parts))


def both(vi: str, en: str) -> Said:
    """Return a sentence that is finished in both languages."""
    return Said(_plain(vi), _plain(en))


def _plain(text: str) -> str:
    """Return the pattern of a text that has no facts."""
    return text.replace("{", "{{").replace("}", "}}")
