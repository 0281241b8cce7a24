"""The text of a sheet: which encoding each column is in, and decoding it before the header is looked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from gisreg.errors import InvalidInputError, UsageError
from gisreg.importing import encoding as vietnamese
from gisreg.importing.encoding import Guess, TableGuess
from gisreg.importing.question import asks_encoding
from gisreg.importing.table import DecodedText
from gisreg.importing.tables.grid import Grid, column_letter
from gisreg.importing.text import clean
from gisreg.said import Said, both, of_cell

Words = Callable[[], Collection[str]]

BYTES_AS_TEXT = "ISO-8859-1"
"""Read so, every byte of a text is one character, and can be decoded afterwards."""

_MEASURE = re.compile(r"(?=.*\d)[\s\d.,:;'\"+()NSEWBnsewb°º´`’‘“”′″\x91-\x94-]+")
"""Numbers and angles: the sign of degrees is the same in all code pages in use, and tells nothing."""

_HEAD = "the header"
_AS_IT_IS = ("ascii", "unicode")


def no_code_page(encoding: str) -> UsageError:
    """Return the error for an encoding that is asked for and not known."""
    return UsageError(
        both(
            f"--encoding {encoding}: không có bảng mã này.",
            f"--encoding {encoding}: there is no such code page.",
        ),
        hint=both(
            "Ví dụ tcvn3, vni, viscii, CP1258 hoặc UTF-8.",
            "For example tcvn3, vni, viscii, CP1258 or UTF-8.",
        ),
    )


def decode(grid: Grid, head: int, encoding: str | None, words: Words, file: str) -> dict[int, str]:
    """Decode a sheet's cells in place, each column by itself and what stands above the data by itself.

    Workbooks hold Unicode; their letters may be those of the fonts TCVN3 and VNI nevertheless.

    Args:
        grid: the sheet.
        head: place of the first row that is data, as far as that is known.
        encoding: as the user states it; None to recognise it.
        words: gives syllables that occur in the registry.
        file: for messages.

    Returns:
        Place of a column -> the encoding it was in.

    Raises:
        UsageError: there is no such encoding.
        InvalidInputError: it is open in which encoding a column is, or it is not in the one stated.
    """
    parts = _parts(grid, head)
    if encoding is None:
        used = _recognised(parts, words, file, grid)
    elif vietnamese.is_known(encoding):
        used = dict.fromkeys(parts, encoding)
    else:
        raise no_code_page(encoding)
    wanted = {name: one for name, one in used.items() if grid.is_bytes or one not in _AS_IT_IS}
    for place, row in enumerate(grid.cells) if wanted else ():
        for number, cell in enumerate(row):
            name = _HEAD if place < head else column_letter(number)
            if grid.is_bytes and isinstance(cell, str) and _MEASURE.fullmatch(cell):
                row[number] = cell.encode(BYTES_AS_TEXT).decode("cp1252", "replace")
            elif isinstance(cell, str) and name in wanted:
                row[number] = _decoded(cell, wanted[name], grid, place, number, file)
    return {number: used.get(column_letter(number), "unicode") for number in range(grid.width)}


def damaged(grid: Grid, places: list[int], names: list[str], used: dict[int, str]) -> list[tuple[int, Said]]:
    """Return (place among the rows, what is wrong) of every cell that has lost letters.

    Args:
        grid: the sheet as decoded.
        places: places of the rows with data.
        names: name of each column.
        used: place of a column -> the encoding it was in.
    """
    found = []
    for number, name in enumerate(names):
        cells = [grid.cells[place][number] if number < len(grid.cells[place]) else None for place in places]
        for damage in vietnamese.find_damage(cells, used.get(number, "unicode")):
            found.append((damage.index, of_cell(name, damage.text, damage.what)))
    return found


def _parts(grid: Grid, head: int) -> dict[str, list[bytes | str]]:
    """Return the text of each column below the header, and of all that stands above."""
    found: dict[str, list[bytes | str]] = {}
    for place, row in enumerate(grid.cells):
        for number, cell in enumerate(row):
            if isinstance(cell, str) and clean(cell) and not _MEASURE.fullmatch(cell):
                name = _HEAD if place < head else column_letter(number)
                found.setdefault(name, []).append(cell.encode(BYTES_AS_TEXT) if grid.is_bytes else cell)
    return found


def _recognised(parts: dict[str, list[bytes | str]], words: Words, file: str, grid: Grid) -> dict[str, str]:
    is_plain = all(one.isascii() for cells in parts.values() for one in cells)
    guess = vietnamese.detect_columns(parts, () if is_plain else words())
    for name, one in guess.columns.items():
        if not one.certain:
            raise _open(name, one, parts[name], file)
    grid.texts = _told(guess, parts)
    return {name: one.encoding for name, one in guess.columns.items()}


def _open(name: str, one: Guess, cells: list[bytes | str], file: str) -> InvalidInputError:
    shown = ", ".join(f"{old!r} = {new!r}" for old, new in vietnamese.preview(cells, one.encoding))
    where = Said("phần đầu bảng", "the header") if name == _HEAD else Said("cột {0}", "column {0}", (name,))
    return InvalidInputError(
        both(
            f"{file}: không ghi bảng mã của chữ, và {where.vi} không cho thấy rõ. Giống nhất là "
            f"{one.encoding} ({one.confidence:.0%}): {shown}. Vì: {one.evidence.vi}",
            f"{file}: does not say the code page of its text, and {where.en} does not tell it. Most like "
            f"{one.encoding} ({one.confidence:.0%}): {shown}. Why: {one.evidence.en}",
        ),
        hint=both(
            f"Nếu đọc đúng thì ghi --encoding {one.encoding}; ngoài ra có tcvn3, vni, viscii, CP1258. "
            "--encoding unicode giữ nguyên chữ như hiện có.",
            f"If that reads well say --encoding {one.encoding}; others: tcvn3, vni, viscii, CP1258. "
            "--encoding unicode takes letters as they are.",
        ),
        confirm=f"--encoding {one.encoding}",
        asks=asks_encoding(cells, one.encoding),
    )


def _told(guess: TableGuess, parts: dict[str, list[bytes | str]]) -> list[DecodedText]:
    """Return what was recognised, with some values before and after; nothing of what is plainly Unicode."""
    said = []
    for encoding in guess.encodings:
        if encoding in ("unicode", "utf-8"):
            continue
        # The header last: its words are the same in every file, the others show whether it reads well.
        names = [name for name, one in guess.columns.items() if one.encoding == encoding]
        names.sort(key=lambda name: name == _HEAD)
        one = guess.columns[names[0]]
        text = [cell for name in names for cell in parts[name]]
        where = tuple(name if name == _HEAD else f"column {name}" for name in names)
        shown = tuple(vietnamese.preview(text, encoding))
        said.append(DecodedText(where, encoding, one.confidence, shown, one.evidence))
    return said


def _decoded(cell: str, encoding: str, grid: Grid, place: int, number: int, file: str) -> str:
    try:
        return vietnamese.decode_one(cell.encode(BYTES_AS_TEXT) if grid.is_bytes else cell, encoding)
    except UnicodeDecodeError as error:
        row, column = grid.numbers[place], column_letter(number)
        raise InvalidInputError(
            both(
                f"{file}: hàng {row}, cột {column} không phải chữ theo bảng mã {encoding}.",
                f"{file}: row {row}, column {column} is not text in {encoding}.",
            ),
            hint=both("Hãy thử --encoding khác.", "Try another --encoding."),
        ) from error
