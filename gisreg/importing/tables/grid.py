"""A sheet as it lies in the file: rows of cells, and what a person would see of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gisreg.errors import InvalidInputError
from gisreg.importing.table import DecodedText
from gisreg.importing.text import clean
from gisreg.said import both

MAX_COLUMNS = 1_000
"""More is a broken delimiter or an attack: an honest survey has dozens."""

Merged = tuple[int, int, int, int]
"""A merged range: first row, last row, first column, last column; all from 0."""


@dataclass
class Grid:
    """A sheet: `cells` by row; `numbers` are the rows' numbers as the file counts them (from 1).

    `hidden_rows` are numbers, `hidden_columns` places from 0; `merged` in places from 0;
    `texts` say how its text was recognised; `is_bytes`: each character of a cell is a byte of the file.
    """

    name: str
    cells: list[list[Any]]
    numbers: list[int]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: list[Merged] = field(default_factory=list)
    texts: list[DecodedText] = field(default_factory=list)
    is_bytes: bool = False

    @property
    def width(self) -> int:
        """Return how many columns the widest row has."""
        return max((len(row) for row in self.cells), default=0)

    @property
    def is_empty(self) -> bool:
        """Tell whether no cell holds anything."""
        return not any(clean(cell) for row in self.cells for cell in row)


def check_width(file: str, width: int) -> None:
    """Refuse a sheet with more columns than any table has.

    Raises:
        InvalidInputError: names the file and the count.
    """
    if width > MAX_COLUMNS:
        raise InvalidInputError(
            both(
                f"{file}: có {width:,} cột; chỉ đọc tối đa {MAX_COLUMNS:,} cột.",
                f"{file}: has {width:,} columns; up to {MAX_COLUMNS:,} are read.",
            ),
            hint=both(
                "Hãy xem lại dấu phân cách, hoặc bỏ các cột không cần.",
                "Check the delimiter, or remove the columns that are not needed.",
            ),
        )


def column_letter(place: int) -> str:
    """Return the letters by which a spreadsheet calls a column (0 is A, 26 is AA)."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
