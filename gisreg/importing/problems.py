"""Rows that cannot be imported: collected all at once, then said in one error."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gisreg.errors import InvalidInputError

SHOWN = 20
"""How many problems the message spells out; the error's `detail` holds all of them."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one row: where, what, and what to do about it."""

    row: str
    what: str
    remedy: str


@dataclass
class Problems:
    """The problems of one file."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def add(self, row: str, what: str, remedy: str) -> None:
        """Note a problem of a row."""
        self.found.append(Problem(row, what, remedy))

    def add_all(self, rows: Iterable[str], what: str, remedy: str) -> None:
        """Note the same problem of several rows."""
        self.found.extend(Problem(row, what, remedy) for row in rows)

    def raise_if_any(self) -> None:
        """Raise InvalidInputError naming the file, the first rows, the count of the rest and remedies."""
        if not self.found:
            return
        shown = self.found[:SHOWN]
        lines = [f"{self.file}: {_count(len(self.found))}, nothing was imported."]
        lines += [f"  {problem.row}: {problem.what}" for problem in shown]
        if len(self.found) > SHOWN:
            lines.append(f"  ... and {len(self.found) - SHOWN} more")
        remedies = list(dict.fromkeys(problem.remedy for problem in self.found))
        raise InvalidInputError(
            "\n".join(lines),
            hint=" ".join(remedies),
            file=self.file,
            problems=[vars(problem) for problem in self.found],
        )


def _count(number: int) -> str:
    return "1 problem" if number == 1 else f"{number} problems"
