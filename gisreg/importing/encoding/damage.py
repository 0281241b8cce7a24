"""Values of which letters have been lost before the file reached us: no decoding brings them back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gisreg.importing.encoding.syllable import Fit, fit
from gisreg.said import Said

_ADDRESS = re.compile(r"\S+(?:://|@)\S+")
_BEFORE_A_LETTER = re.compile(r"\?+[^\W\d_]")
_AFTER_A_LETTER = re.compile(r"([^\W\d_]+)\?+(?=\s|$)")
_WORD = re.compile(r"[^\W\d_]+")
_CUT_AT_END = re.compile("\ufffd$")
_CUT_OFF = Said("chữ cái cuối bị cắt mất", "its last letter was cut off")
_BY_MARK = Said(
    "có chữ cái bị thay bằng \ufffd khi chuyển đổi", "letters were replaced by \ufffd when it was converted"
)
_BY_QUESTION = Said(
    "có chữ cái bị thay bằng ? khi chuyển đổi", "letters were replaced by ? when it was converted"
)
_VOWELS_AFTER = re.compile(r"(?<=[^\W\d_])(?=[ơờởỡớợ])|(?=(?:ng|c)$)|$", re.IGNORECASE)


@dataclass(frozen=True)
class Damage:
    """One damaged value: its index in the column, its text, and what is wrong with it."""

    index: int
    text: str
    what: Said


def find_damage(texts: Sequence[object], encoding: str = "unicode") -> list[Damage]:
    """Return the values that have lost letters.

    Args:
        texts: a column as decoded; what is no text is passed over.
        encoding: in which the column was; in TCVN3 ư is a soft hyphen, which programs delete.
    """
    found = []
    eaten = _without_u_horn(texts) if encoding.endswith("tcvn3") else frozenset()
    for index, text in enumerate(texts):
        if isinstance(text, str) and (what := _lost(text, eaten)):
            found.append(Damage(index, text, what))
    return found


def _lost(text: str, eaten: frozenset[str]) -> Said | None:
    if _CUT_AT_END.search(text):
        return _CUT_OFF
    if "\ufffd" in text:
        return _BY_MARK
    if "?" in text:
        plain = _ADDRESS.sub("", text)
        ends = (word for word in _AFTER_A_LETTER.findall(plain) if fit(word) is Fit.NONE)
        if _BEFORE_A_LETTER.search(plain) or any(ends):
            return _BY_QUESTION
    word = next((word for word in _WORD.findall(text) if word in eaten), None) if eaten else None
    if word is not None:
        return Said(
            "chữ cái ư bị xoá khỏi {0!r}: trong TCVN3 nó là dấu gạch nối mềm (byte AD)",
            "the letter ư was deleted from {0!r}: in TCVN3 it is a soft hyphen (byte AD)",
            (word,),
        )
    return None


def _without_u_horn(texts: Sequence[object]) -> frozenset[str]:
    """Return words that are syllables only with an ư put in, if the column nowhere has a bare ư."""
    words = {word for text in texts if isinstance(text, str) for word in _WORD.findall(text)}
    if any("ư" in word for word in words):
        return frozenset()
    return frozenset(word for word in words if not word.isupper() and lacks_u_horn(word))


def lacks_u_horn(word: str) -> bool:
    """Tell whether a word is a syllable only with an ư put in, as Phờng is."""
    if fit(word) is not Fit.NONE:
        return False
    return any(fit(word[: at.start()] + "ư" + word[at.start() :]) for at in _VOWELS_AFTER.finditer(word))
