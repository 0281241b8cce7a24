"""The phrases of decisions: section of a street, side, width, ward; each with and without diacritics."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gisreg.zones.recipe import Side
from gisreg.zones.spelling import plain

_ACCENTED = re.compile(r"\\.|[^\W\d_]*(?=[^\W\d_])[^\x00-\x7f][^\W\d_]*")
"""An escape of a pattern, or a word with a letter beyond ASCII."""


def _words(pattern: str) -> re.Pattern[str]:
    """Return a pattern in which every accented word also stands for itself without diacritics."""
    return re.compile(_ACCENTED.sub(_either, pattern), re.IGNORECASE)


def _either(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("\\") else f"(?:{found[0]}|{plain(found[0])})"


_SECTION = _words(r"^từ\b\s*(?P<start>.+?)\s*\b(?:đến|tới)\b\s*(?P<end>.+?)\s*$")
_BEFORE_SECTION = _words(r"\b(?:đoạn|tuyến)\s*$")
_LAST_FROM = _words(r"\btừ\b")
_FROM_ALONE = _words(r"\btừ\b(?!.*\b(?:đến|tới)\b)")
_DASHED = _words(r"^(?:đoạn\s+)?(?P<start>\S.*?)\s+[-–—]\s+(?P<end>.*\S)$")
_WHOLE = _words(
    r"^(?:toàn\s+(?:bộ|tuyến)|cả)(?:\s+(?:tuyến|đường|phố))*$|^từ\s+đầu(?:\s+(?:tuyến|đường|phố))?\s+đến\s+(?:cuối|hết)"
    r"(?:\s+(?:tuyến|đường|phố))?$"
)
_LOOSE_END = _words(r"^(?:đầu|cuối|hết)(?:\s+(?:tuyến|đường|phố))?$")
_JUNCTION = _words(
    r"^(?:(?:ngã\s+(?:ba|tư|năm|sáu)|nút(?:\s+giao)?|(?:điểm|chỗ)\s+giao|giao(?:\s+lộ)?)(?:\s+với)?\s+)+(?=\S)"
)
_KILOMETRE = re.compile(r"^km\s*(\d{1,4})(?:\s*\+\s*(\d{1,3})(?:\s*m)?)?$", re.IGNORECASE)
_METRE = _words(r"^(?:mét\s+(?:thứ\s+)?)?(\d{1,6}(?:[.,]\d{1,3})?)\s*(m|km|mét)?$")
_HOUSE = _words(r"^(?:số\s+nhà|nhà\s+số|số|sn)\s*\.?\s*\d")
_SIDES = (
    (
        _words(r"(?:cả\s+)?(?:hai|2)\s+(?:bên|phía)(?:\s+(?:đường|tuyến))?|cả\s+hai|both(?:\s+sides)?"),
        Side.BOTH,
    ),
    (_words(r"(?:(?:bên|phía|lề|dãy|mé)\s+)*trái(?:\s+(?:tuyến|đường))?|left(?:\s+side)?"), Side.LEFT),
    (_words(r"(?:(?:bên|phía|lề|dãy|mé)\s+)*phải(?:\s+(?:tuyến|đường))?|right(?:\s+side)?"), Side.RIGHT),
    # Decision 05/2006/QĐ-BXD (to be verified): houses are odd on the left, even on the right, as they count.
    (_words(r"(?:(?:bên|phía|dãy|nhà|mé)\s+)*(?:số\s+)?(?:nhà\s+)?lẻ|odd"), Side.LEFT),
    (_words(r"(?:(?:bên|phía|dãy|nhà|mé)\s+)*(?:số\s+)?(?:nhà\s+)?chẵn|even"), Side.RIGHT),
)
_NUMBER = r"(\d{1,4}(?:[.,]\d{1,2})?)\s*(?:m|mét)\b"
_EACH = _words(
    rf"(?:về\s+)?mỗi\s+(?:bên|phía)\s*(?:(?:rộng|sâu)\s*)?{_NUMBER}|(?:(?:rộng|sâu)\s+)?{_NUMBER}\s*(?:về\s+)?mỗi\s+(?:bên|phía)"
)
_SOME_WIDTH = _words(rf"(?P<word>(?:(?:bề\s+)?rộng|(?:vào\s+)?sâu|hành\s+lang)\s*)?{_NUMBER}")
_HEADING = _words(
    r":\s*$|^\(?\s*(?:danh\s+(?:mục|sách)|phụ\s+lục|(?:ban\s+hành\s+)?kèm\s+theo|quyết\s+định|căn\s+cứ)\b"
)
_WARD = _words(
    r"^(?:(?:phường|xã|thị\s+trấn|đặc\s+khu)\s+|(?:tt|p|x)\s*\.\s*|(?:tt|p|x)\s+(?=[^\W\d_]{2}))(?=\S)"
)
_ABOVE_WARD = _words(r"^(?:(?:quận|huyện|thành\s+phố|tỉnh|thị\s+xã)\s+|(?:tp|q|h|tx)\s*\.\s*)(?=\S)")


@dataclass(frozen=True)
class End:
    """Where a section begins or ends: a crossing street, metres from the street's beginning, or neither."""

    street: str | None = None
    metres: float | None = None
    reason: str | None = None


def section_of(text: str, *, in_brackets: bool = False) -> tuple[str, str, str] | None:
    """Return what stands before a section, its beginning and end; None where the text has none.

    `Lê Lợi từ A đến B`, `đoạn từ A đến B`; in brackets also `A - B`.
    """
    starts = [found.start() for found in _LAST_FROM.finditer(text)]
    # The last "từ" that an end follows: streets may be called so (phố Từ Hoa).
    for start in reversed(starts):
        if found := _SECTION.match(text[start:]):
            before = _BEFORE_SECTION.sub("", text[:start])
            return before.strip(" ,:-–"), found["start"], found["end"]
    if in_brackets and (found := _DASHED.match(text)):
        return "", found["start"], found["end"]
    return None


def lacks_end(text: str) -> bool:
    """Tell whether a text begins a section and does not end it: its end stands behind a comma."""
    return _FROM_ALONE.search(text) is not None


def is_whole(text: str) -> bool:
    """Tell whether a text says that the whole street is meant."""
    return _WHOLE.match(text.strip()) is not None


def end_of(text: str) -> End:
    """Return what an end of a section means; `reason` says why it means nothing: loose_end, house_number."""
    bare = text.strip(" .,;:")
    if _LOOSE_END.match(bare):
        return End(reason="loose_end")
    if _HOUSE.match(bare):
        return End(reason="house_number")
    if found := _KILOMETRE.match(bare):
        return End(metres=1000.0 * int(found[1]) + int(found[2] or 0))
    if found := _METRE.match(bare):
        return End(metres=number(found[1]) * (1000 if (found[2] or "").casefold() == "km" else 1))
    return End(street=_JUNCTION.sub("", bare).strip() or None)


def is_loose(end: End) -> bool:
    """Tell whether an end is only called the beginning or the end of the street."""
    return end.reason == "loose_end"


def side_of(text: str) -> tuple[str, Side | None]:
    """Return a text without the side that it ends in, and the side; `bên số chẵn` is the right one."""
    for pattern, side in _SIDES:
        found = re.search(rf"(?:^|\s)(?:{pattern.pattern})\s*$", text, re.IGNORECASE)
        if found:
            return text[: found.start()].strip(), side
    return text, None


def width_of(text: str) -> tuple[str, float | None, bool]:
    """Return a text without its width, the metres to each side, and whether a width is said in another way.

    `mỗi bên 30 m` is 30; `rộng 30 m` may be the whole street's and is not taken for either.
    """
    if found := _EACH.search(text):
        rest = f"{text[: found.start()]} {text[found.end() :]}".strip()
        return rest, number(found[1] or found[2]), False
    found = re.search(rf"(?:^|\s)(?:{_SOME_WIDTH.pattern})\s*$", text, re.IGNORECASE)
    if found:
        rest = text[: found.start()].strip()
        # A bare number may also be where a section ends ("từ 100 m đến 600 m").
        if found["word"] or not rest or side_of(rest)[1] is not None:
            return rest, number(found[2]), True
    return text, None, False


def ward_of(text: str) -> str | None:
    """Return the ward that a text names, None where it begins like no ward."""
    return text.strip() if _WARD.match(text.strip()) else None


def is_heading(text: str) -> bool:
    """Tell whether a line is a title of the list and names no street."""
    return _HEADING.search(text) is not None


def is_above_ward(text: str) -> bool:
    """Tell whether a text names a district, city or province."""
    return _ABOVE_WARD.match(text.strip()) is not None


def number(text: str) -> float:
    """Return a number as it is written in a list: `12,5` is 12.5."""
    return float(text.replace(",", "."))
