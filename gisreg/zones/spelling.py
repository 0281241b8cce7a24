"""Whether two spellings are one name: without diacritics, tones on either vowel, i for y, words for kinds."""

from __future__ import annotations

import re
import unicodedata

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_WORDS = re.compile(r"[^\W_]+")
_ENDS_IN_Y = re.compile(r"^((?:b|c|d|đ|g|h|k|l|m|n|p|qu?|r|s|t|v|x|ch|gi|kh|ngh?|nh|ph|th|tr))y$")

_KINDS = {"phố": "street", "pho": "street", "đường": "road", "duong": "road"}

_BEFORE = re.compile(
    r"^\s*(?:(?P<short>[đĐdDpP])(?:\s*\.\s*|\s+(?=[^\W\d_]{2}))|(?P<word>phố|pho|đường|duong|đại\s+lộ|dai\s+lo|tuyến|tuyen|trục|truc)\s+(?=\S))",
    re.IGNORECASE,
)


def toned(word: str) -> tuple[str, str]:
    """Return a word's letters and its tone, wherever that was written; y at the end of a syllable as i.

    `hoà` and `hòa` are the same, `Lý` and `Lí` too; `Hàng` and `Hang` are not.
    """
    marks = unicodedata.normalize("NFD", word.casefold())
    letters = unicodedata.normalize("NFC", "".join(one for one in marks if one not in _TONES))
    tone = "".join(one for one in marks if one in _TONES)
    return _ENDS_IN_Y.sub(r"\1i", letters), tone


def plain(text: str) -> str:
    """Return text of the same length without diacritics, lower case; wants NFC."""
    return "".join(_plain_letter(letter) for letter in text)


def _plain_letter(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0].casefold()
    return "d" if base == "đ" else base if len(base) == 1 else letter


def without_kind(name: str) -> str:
    """Return a street's name without the words before it (phố, đường, Đ., P.), if something remains."""
    bare = unicodedata.normalize("NFC", name)
    while (found := _BEFORE.match(bare)) and _WORDS.search(bare, found.end()):
        bare = bare[found.end() :]
    return bare.strip()


def kind_of(name: str) -> str | None:
    """Return which word for a street a name begins with: `street` (phố), `road` (đường), None for neither."""
    found = _BEFORE.match(unicodedata.normalize("NFC", name))
    if found is None:
        return None
    if found["short"]:
        return "street" if found["short"].casefold() == "p" else "road"
    return _KINDS.get(found["word"].casefold())


def canonical(name: str) -> tuple[tuple[str, str], ...]:
    """Return what all right spellings of a street's name have in common, diacritics included."""
    return tuple(toned(word) for word in _WORDS.findall(without_kind(name)))


def agrees(written: str, name: str) -> int:
    """Tell how well a written name fits a name of which the letters without diacritics are the same.

    Returns:
        2: every word is the same; 1: words without any diacritics stand for the name's own; 0: a word bears
        diacritics that the name's does not have: another name (Hàng Dầu is not Hàng Đậu).
    """
    ours = _WORDS.findall(without_kind(written))
    theirs = _WORDS.findall(without_kind(name))
    if len(ours) != len(theirs):
        return 1
    worst = 2
    for one, other in zip(ours, theirs, strict=True):
        if toned(one) == toned(other):
            continue
        if not one.isascii():
            return 0
        worst = 1
    return worst
