"""How a Vietnamese syllable is built: initial, rhyme and tone, written as rules.

Source: the orthography as school grammars teach it (initials, rhymes, six tones; a rhyme that ends in
c, ch, p or t bears only sắc or nặng).
"""

from __future__ import annotations

import unicodedata
from enum import IntEnum
from functools import cache, lru_cache
from importlib.resources import files

_INITIALS = ("ngh", "ng", "nh", "gh", "gi", "kh", "ch", "ph", "qu", "th", "tr", *"bcdđghklmnpqrstvx", "")
_BACK = frozenset("aăâoôơuư")
_FRONT = frozenset("eêiy")
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_STOPPED = ("c", "ch", "p", "t", "k")
_SHARP_OR_HEAVY = {"\u0301", "\u0323"}
_SHAPED = frozenset("ăâêôơư")
_TWO_PLACES = frozenset(("oa", "oe", "uy"))


class Fit(IntEnum):
    """How well a word fits: not Vietnamese, possible but odd, a regular syllable."""

    NONE = 0
    ODD = 1
    REGULAR = 2


@lru_cache(maxsize=50_000)
def fit(word: str) -> Fit:
    """Return whether a word (letters only, any Unicode form) is one Vietnamese syllable.

    A tone on an unusual vowel is odd; capitals are those of a word in lower case, with a capital
    first letter, or all in capitals, else it is none.
    """
    word = unicodedata.normalize("NFC", word)
    if not (word.islower() or word.isupper() or (word[:1].isupper() and word[1:].islower())):
        return Fit.NONE
    bare, tone, place = _without_tone(word.lower())
    if bare is None:
        return Fit.NONE
    return max((_fit_of(bare, initial, tone, place) for initial in _INITIALS), default=Fit.NONE)


def _without_tone(word: str) -> tuple[str | None, str, int]:
    """Return the word without its tone, the tone's combining mark and the index of its vowel (-1: none)."""
    letters: list[str] = []
    tone, place = "", -1
    for letter in word:
        parts = unicodedata.normalize("NFD", letter)
        marks = [mark for mark in parts if mark in _TONES]
        if len(marks) > 1 or (marks and tone):
            return None, "", -1
        if marks:
            tone, place = marks[0], len(letters)
        letters.append(unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES)))
    return "".join(letters), tone, place


def _fit_of(word: str, initial: str, tone: str, place: int) -> Fit:
    rhyme = word[len(initial) :]
    if not word.startswith(initial) or not rhyme or not _spelled(initial, rhyme):
        return Fit.NONE
    seldom = rhyme in _rhymes()["seldom"]
    if not seldom and rhyme not in _rhymes_after(initial):
        return Fit.NONE
    if rhyme.endswith(_STOPPED) and tone not in _SHARP_OR_HEAVY and not seldom:
        return Fit.NONE
    if tone and place - len(initial) not in _tone_places(initial, rhyme):
        return Fit.ODD if word[place] in _BACK | _FRONT else Fit.NONE
    return Fit.ODD if seldom else Fit.REGULAR


@cache
def _rhymes() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in (files(__package__) / "tables" / "rhymes.txt").read_text("utf-8").splitlines():
        place, _, rhymes = line.partition(":")
        if not line.startswith("#"):
            found[place] = found.get(place, frozenset()) | frozenset(rhymes.split())
    return found


@cache
def _rhymes_after(initial: str) -> frozenset[str]:
    if initial == "qu":
        return _rhymes()["qu"]
    extra = {"": "alone", "gi": "gi"}.get(initial)
    return _rhymes()["any"] | (_rhymes()[extra] if extra else frozenset())


def _spelled(initial: str, rhyme: str) -> bool:
    """Tell whether spelling allows the rhyme after the initial: c, g, ng before back vowels and so on."""
    first = rhyme[0]
    if initial in ("c", "ng"):
        return first in _BACK
    if initial == "g":
        return first in _BACK or rhyme in ("i", "in")
    if initial in ("k", "gh", "ngh"):
        return first in _FRONT
    if initial in ("gi", "q"):
        return initial == "gi" and first not in "iy"
    if initial == "" and first == "i":
        return not rhyme.startswith("iê")
    return not (first == "y" and initial not in ("", "qu", *"hklmstnv", "th"))


def _tone_places(initial: str, rhyme: str) -> tuple[int, ...]:
    """Return the indices in the rhyme on which a tone is written; both usages of oa, oe and uy count."""
    shaped = [index for index, letter in enumerate(rhyme) if letter in _SHAPED]
    if shaped:
        return (shaped[-1],)
    vowels = [index for index, letter in enumerate(rhyme) if letter in _BACK | _FRONT]
    if len(vowels) == 1:
        return (0,)
    if rhyme in _TWO_PLACES:
        return (0, 1)
    glide = rhyme[:2] in ("oa", "oe", "uy") or rhyme == "oong"
    return (1,) if glide else (0,)
