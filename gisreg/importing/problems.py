"""Rows that cannot be imported: collected all at once, then said in one error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from typing import overload

from gisreg.errors import InvalidInputError
from gisreg.said import Said, both

SHOWN = 20
"""How many problems the message spells out; the error's `detail` holds all of them."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one row: where, what, and what to do about it, in both languages.

    `index` is the row's place in the table as read; None where it is about no single row.
    """

    row: str
    what: Said
    remedy: Said
    index: int | None = None

    def json(self) -> dict[str, str]:
        """Return the problem as answers bear it."""
        what, remedy = self.what, self.remedy
        return {
            "row": self.row,
            "what_vi": what.vi,
            "what": what.en,
            "remedy_vi": remedy.vi,
            "remedy": remedy.en,
        }


class ToldProblems(Sequence[dict[str, str]]):
    """Problems as answers bear them, made when they are asked for."""

    def __init__(self, found: Sequence[Problem]) -> None:
        """Tell of n problems."""
        self._found = found

    @overload
    def __getitem__(self, place: int) -> dict[str, str]: ...
    @overload
    def __getitem__(self, place: slice) -> list[dict[str, str]]: ...
    def __getitem__(self, place: int | slice) -> dict[str, str] | list[dict[str, str]]:
        """Return one problem, or several."""
        if isinstance(place, slice):
            return [one.json() for one in self._found[place]]
        return self._found[place].json()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._found)


@dataclass
class Problems:
    """The problems of one file."""

    file: str
    found: list[Problem] = field(default_factory=list)
    _rows: set[int] = field(default_factory=set)

    def add(self, row: str, what: Said, remedy: Said, index: int | None = None) -> None:
        """Note a problem of a row."""
        self.found.append(Problem(row, what, remedy, index))
        if index is not None:
            self._rows.add(index)

    def add_all(
        self, labels: Sequence[str], indexes: Iterable[int], what: Said, remedy: Said, first: int = 0
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
        count = len(self.found)
        more = count - SHOWN
        vi = [f"{self.file}: {count} lỗi, chưa nhập gì."]
        en = [f"{self.file}: {'1 problem' if count == 1 else f'{count} problems'}, nothing was imported."]
        for one in self.found[:SHOWN]:
            vi.append(f"  {one.row}: {one.what.vi}")
            en.append(f"  {one.row}: {one.what.en}")
        if more > 0:
            vi.append(f"  ... và {more} lỗi nữa")
            en.append(f"  ... and {more} more")
        raise InvalidInputError(
            both("\n".join(vi), "\n".join(en)),
            hint=all_remedies(self.found),
            file=self.file,
            problems=ToldProblems(self.found),
        )

    def lines(self) -> list[str]:
        """Return the first problems as lines of text in both languages, and how many more there are."""
        shown = [f"  {problem.row}: {problem.what}" for problem in self.found[:SHOWN]]
        more = len(self.found) - SHOWN
        return [*shown, f"  ... and {more} more"] if more > 0 else shown

    def remedies(self) -> list[str]:
        """Return what to do about all of them, each thing once."""
        return list(dict.fromkeys(map(str, dict.fromkeys(one.remedy for one in self.found))))


def all_reasons(found: Sequence[Problem]) -> str:
    """Return what is wrong with a row as one text: all of it in Vietnamese, then all of it in English."""
    vi = "; ".join(one.what.vi.rstrip(".") for one in found)
    en = "; ".join(one.what.en.rstrip(".") for one in found)
    return f"{vi} / {en}"


def all_remedies(found: Sequence[Problem]) -> Said:
    """Return what to do about some problems, each thing once."""
    said = dict.fromkeys(one.remedy for one in found)
    vi = " ".join(dict.fromkeys(one.vi for one in said))
    en = " ".join(dict.fromkeys(one.en for one in said))
    return both(vi, en)
