"""A pasted list of streets, line by line, as decisions write it.

Understood are numbers and bullets before a line; several streets in one line; `(từ A đến B)`,
`đoạn từ A đến B`, `(A - B)`; sides (`bên trái`, `số chẵn`, `hai bên`); `mỗi bên 30 m`; a ward behind the
street (`P. Hoàn Kiếm`); all of it with or without diacritics. What is not understood is told, not guessed.
"""

from __future__ import annotations

import re
import unicodedata

from gisreg.zones import paste_troubles as told
from gisreg.zones import phrases
from gisreg.zones.entry import Entry, Read, finish
from gisreg.zones.recipe import Side

LONGEST_LINE = 2_000

_BULLET = re.compile(
    r"^\s*(?:[-–—•*+·▪●○◦]\s*|\(?\d{1,3}\s*[.)](?!\d)\s*|[a-zđA-ZĐ]\)\s*|[IVX]{1,5}\s*[.)]\s+)*"
)
_LEAD = re.compile(
    r"^(?:(?:gồm|bao gồm|các|những|danh mục|danh sách|tuyến|đường|phố|gom|bao gom|cac|danh muc|danh sach"
    r"|tuyen|duong|pho)[\s,/]*)+(?:sau)?\s*:\s*",
    re.IGNORECASE,
)
_PIECES = re.compile(r"\(([^()]*)\)|((?:[^,;()]|(?<=\d),(?=\d))+)")


def read_lines(text: str, width_m: float | None = None, side: Side = Side.BOTH) -> Read:
    """Read a pasted list.

    Args:
        text: one or several streets a line.
        width_m: metres to each side where a line says none; None: every line must say it.
        side: the side where a line says none.
    """
    read = Read()
    for number, line in enumerate(unicodedata.normalize("NFC", text).splitlines(), 1):
        if len(line) > LONGEST_LINE:
            read.troubles.append(told.line_too_long(number, line, LONGEST_LINE))
            continue
        bare = _LEAD.sub("", _BULLET.sub("", line, count=1).strip()).strip(" .;,\t")
        entries = [] if phrases.is_heading(bare) else entries_of(number, bare)
        if not entries and line.strip():
            read.passed_over.append(line.strip())
        for entry in entries:
            finish(entry, read, width_m, side)
    return read


def entries_of(line: int, text: str) -> list[Entry]:
    """Return the streets of one line with what is said about each."""
    entries: list[Entry] = []
    pieces = [(found[1] or found[2] or "", found[1] is not None) for found in _PIECES.finditer(text)]
    held = ""
    for place, (piece, in_brackets) in enumerate(pieces):
        bare = f"{held}{piece}".strip(" .:\t")
        held = ""
        if phrases.lacks_end(bare) and place + 1 < len(pieces):
            held = f"{bare} "  # "từ A, đến B"
        elif bare:
            _add(entries, line, text, bare, in_brackets)
    return entries


def _add(entries: list[Entry], line: int, text: str, piece: str, in_brackets: bool) -> None:
    """Take one piece of a line: what says something about the street before it, or the next street."""
    if entries and phrases.is_whole(piece):
        return
    rest, width_m, is_other = phrases.width_of(piece)
    rest, side = phrases.side_of(rest.strip(" ,.:"))
    section = phrases.section_of(rest, in_brackets=in_brackets)
    name, earlier_side = phrases.side_of((section[0] if section else rest).strip(" ,.:"))
    ward = phrases.ward_of(name) if entries else None
    if name and ward is None and not (entries and phrases.is_above_ward(name)):
        entries.append(Entry(line, text, name))
    if not entries:
        entries.append(Entry(line, text, ""))
    entry = entries[-1]
    entry.ward = ward or entry.ward
    entry.side = side or earlier_side or entry.side
    entry.width_m = width_m or entry.width_m
    entry.has_other_width |= is_other
    if section:
        entry.start, entry.end = section[1], section[2]
