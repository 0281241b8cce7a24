"""Rows that cannot be imported: collected all at once, then said in one error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field

from gisreg.errors import InvalidInputError

SHOWN = 20
"""How many problems the message spells out; the error's `detail` holds all of them."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one row: where, what, and what to do about it.

    `index` is the row's place in the table as read; None where it is about no single row.
    """

    row: str
    what: str
    remedy: str
    index: int | None = None


@dataclass
class Problems:
    """The problems of one file."""

    file: str
    found: list[Problem] = field(default_factory=list)
    _rows: set[int] = field(default_factory=set)

    def add(self, row: str, what: str, remedy: str, index: int | None = None) -> None:
        """Note a problem of a row."""
        self.found.append(Problem(row, what, remedy, index))
        if index is not None:
            self._rows.add(index)

    def add_all(
        self, labels: Sequence[str], indexes: Iterable[int], what: str, remedy: str, first: int = 0
    ) -> None:
        """Note the same problem of several rows, given by their places among the labels.

        `first` is the place of the first label in the file.
        """
        for index in map(int, indexes):
            self.add(labels[index], what, remedy, first + index)

    @property
    def rows(self) -> Set[int]:
        """The places of all rows that have a problem."""
        return self._rows

    def raise_if_any(self) -> None:
        """Raise InvalidInputError naming the file, the first rows, the count of the rest and remedies."""
        if not self.found:
            return
        lines = [f"{self.file}: {_count(len(self.found))}, nothing was imported.", *self.lines()]
        raise InvalidInputError(
            "\n".join(lines),
            hint=" ".join(self.remedies()),
            file=self.file,
            problems=[
                {"row": problem.row, "what": problem.what, "remedy": problem.remedy} for problem in self.found
            ],
        )

    def lines(self) -> list[str]:
        """Return the first problems as lines of text, and how many more there are."""
        shown = [f"  {problem.row}: {problem.what}" for problem in self.found[:SHOWN]]
        more = len(self.found) - SHOWN
        return [*shown, f"  ... and {more} more"] if more > 0 else shown

    def remedies(self) -> list[str]:
        """Return what to do about all of them, each thing once."""
        return list(dict.fromkeys(problem.remedy for problem in self.found))


def _count(number: int) -> str:
    return "1 problem" if number == 1 else f"{number} problems"
