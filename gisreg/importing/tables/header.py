"""Where a sheet's header is, what its columns are called, and which rows below are data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gisreg.errors import InvalidInputError
from gisreg.importing.question import asks
from gisreg.importing.tables.grid import Grid
from gisreg.importing.text import clean, folded
from gisreg.said import both

_LOOKED_AT = 50
_TOTALS = {"tong", "tongcong", "tongso", "cong", "congchung", "total", "totals", "grandtotal", "sum"}
_COLUMN_NUMBER = re.compile(r"\(?\[?\d{1,3}\]?\)?")
_NUMBER = re.compile(r"[-+]?[\d.,\s]+")


@dataclass(frozen=True)
class Header:
    """The header of a sheet: place of its first and last row, one name per column."""

    first: int
    last: int
    names: list[str]


def find_header(grid: Grid, words: frozenset[str], file: str, row: int | None = None) -> Header:
    """Return the header: below titles, of one or two lines.

    It is the row with the most cells that are names of fields; without any, the first row that is wide
    and all text.

    Args:
        grid: the sheet.
        words: folded names of fields and coordinates.
        file: for messages.
        row: number of the (first) header row as the user says it.

    Raises:
        InvalidInputError: there is none.
    """
    first = _first(grid, words) if row is None else _stated(grid, row, file)
    if first is None:
        raise InvalidInputError(
            both(
                f"{file}, trang tính {grid.name}: không tìm thấy hàng chứa tên cột.",
                f"{file}, sheet {grid.name}: no row with the columns' names was found.",
            ),
            hint=both("Nêu số hàng: --header-row 3.", "Say which row it is: --header-row 3."),
            asks=asks("header_row"),
        )
    last = first + 1 if _is_second_line(grid, first) else first
    return Header(first, last, _names(grid, first, last))


def data_rows(grid: Grid, header: Header) -> tuple[list[int], list[str]]:
    """Return the places of the rows with data, and what was said about rows that were left out.

    Left out are empty rows, totals, headers repeated at page breaks and a line of column numbers.
    """
    titles = [folded(str(clean(cell) or "")) for cell in grid.cells[header.last]]
    places: list[int] = []
    notes: list[str] = []
    repeated = 0
    for place in range(header.last + 1, len(grid.cells)):
        texts = [text for cell in grid.cells[place] if (text := clean(cell)) is not None]
        if not texts:
            continue
        if _is_total(texts, header):
            notes.append(f"row {grid.numbers[place]} ({', '.join(texts[:4])}) is a total and was left out.")
        elif [folded(str(clean(cell) or "")) for cell in grid.cells[place]] == titles or (
            place == header.last + 1 and len(texts) > 2 and _are_column_numbers(texts)
        ):
            repeated += 1
        else:
            places.append(place)
    if repeated:
        notes.append(f"{repeated} rows repeat the header or number the columns and were left out.")
    return places, notes


def _stated(grid: Grid, row: int, file: str) -> int:
    if row not in grid.numbers:
        raise InvalidInputError(
            both(
                f"{file}, trang tính {grid.name}: không có hàng {row}.",
                f"{file}, sheet {grid.name}: there is no row {row}.",
            ),
            hint=both("Sửa lại --header-row.", "Correct --header-row."),
            asks=asks("header_row"),
        )
    return grid.numbers.index(row)


def _first(grid: Grid, words: frozenset[str]) -> int | None:
    best, place_of_best = 0, None
    for place, row in enumerate(grid.cells[:_LOOKED_AT]):
        found = len({folded(str(cell)) for cell in row if isinstance(cell, str)} & words)
        if found > best:
            best, place_of_best = found, place
    if place_of_best is not None:
        return _upper_line(grid, place_of_best)
    for place, row in enumerate(grid.cells[:_LOOKED_AT]):
        texts = [text for cell in row if (text := clean(cell))]
        if len(texts) > 1 and not any(_NUMBER.fullmatch(text) for text in texts):
            return place
    return None


def _upper_line(grid: Grid, place: int) -> int:
    """Go up one row where cells of the row above are merged down into this one, or over parts of it."""
    for top, bottom, left, right in grid.merged:
        spans_down = top == place - 1 and bottom == place
        wide = min(right, grid.width - 1) - left + 1
        over = top == bottom == place - 1 and 1 < wide < len(grid.cells[place])
        if spans_down or over:
            return place - 1
    return place


def _is_second_line(grid: Grid, place: int) -> bool:
    """Tell whether the row below is the second line of the header: it names parts of merged cells."""
    if place + 1 >= len(grid.cells):
        return False
    below = [clean(cell) for cell in grid.cells[place + 1]]
    texts = [text for text in below if text]
    if not texts or any(character.isdigit() for text in texts for character in text):
        return False
    if any(top == place and (bottom > place or right > left) for top, bottom, left, right in grid.merged):
        return True
    here = [clean(cell) for cell in grid.cells[place]]
    return any(text and (i >= len(here) or here[i] is None) for i, text in enumerate(below))


def _names(grid: Grid, first: int, last: int) -> list[str]:
    """Return one name per column: that of the lower line where it is the only one of its kind."""
    width = grid.width
    lower = _line(grid, last, width, spread=False)
    upper = _line(grid, first, width, spread=True) if first < last else [None] * width
    counted = Counter(folded(text) for text in lower if text)
    names: list[str] = []
    for place in range(width):
        top, bottom = upper[place], lower[place]
        joined = f"{top} {bottom}" if top and bottom and counted[folded(bottom)] > 1 else bottom or top
        names.append(joined or "")
    seen: Counter[str] = Counter()
    for place, name in enumerate(names):
        if name:
            seen[name] += 1
            names[place] = name if seen[name] == 1 else f"{name} ({seen[name]})"
    return names


def _line(grid: Grid, place: int, width: int, *, spread: bool) -> list[str | None]:
    row: Sequence[Any] = grid.cells[place]
    line = [clean(row[i]) if i < len(row) else None for i in range(width)]
    if not spread:
        return line
    for top, bottom, left, right in grid.merged:
        if top <= place <= bottom:
            line[left : right + 1] = [line[left]] * (min(right, width - 1) - left + 1)
    if not grid.merged:  # a CSV of merged cells: what is empty belongs to the cell before it
        for i in range(1, width):
            line[i] = line[i] or line[i - 1]
    return line


def _is_total(texts: list[str], header: Header) -> bool:
    named = sum(1 for name in header.names if name)
    return any(folded(text) in _TOTALS for text in texts) and len(texts) <= max(2, named // 2)


def _are_column_numbers(texts: list[str]) -> bool:
    if not all(_COLUMN_NUMBER.fullmatch(text) for text in texts):
        return False
    digits = [int("".join(character for character in text if character.isdigit())) for text in texts]
    return digits == list(range(digits[0], digits[0] + len(digits))) and digits[0] in (0, 1)
