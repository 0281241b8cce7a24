"""Which encoding a column's text is in, from how Vietnamese syllables are built.

Each candidate encoding is tried. A word that is no possible syllable speaks against it, a known word for
it; from these log-odds follows how probable each candidate is, as in a naive Bayes classifier.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from gisreg.importing.encoding.charsets import decode_one
from gisreg.importing.encoding.damage import lacks_u_horn
from gisreg.importing.encoding.syllable import Fit, fit
from gisreg.said import Said, listed

CERTAIN = 0.9
"""From this confidence on an encoding may be applied without asking, and is told."""

_SAMPLE = 2000
_LOG_ODDS = {Fit.NONE: -3.0, Fit.ODD: -0.7, Fit.REGULAR: 0.8}
_KNOWN = 2.5
_PRIOR = {"unicode": 3.0, "tcvn3": 0.0, "vni": 0.0, "cp1258": -0.5, "viscii": -1.5, "mojibake": 1.0}
_FONTS = ("tcvn3", "vni", "viscii", "cp1258")
_UNDECODABLE = -8.0
_MAY_FAIL = 0.02
_HALF = 0.5
_ONE_WORD = 0.85
_FEW = 8
"""Up to so many words, bytes can be valid UTF-8 by chance: the letters ươ of VISCII are."""
_SELF_CHECKING = 4.0
_SPLIT = re.compile(r"[\x00-\x01\x03-\x04\x07-\x13\x15-\x18\x1a-\x1d\x1f-\x40\[-`{-\x7f\s“”‘’–—…·•°²³]+")
_VISCII_CAPITALS = frozenset(b"\x02\x05\x06\x14\x19\x1e")
_ONLY_ASCII = Said(
    "chỉ có chữ ASCII; mọi bảng mã đều đọc như nhau.", "only ASCII letters; every encoding reads them alike."
)
_EVERY_OTHER = Said("cứ hai byte có một byte là 0", "every other byte is 0")
_APART = Said("chữ và dấu tách rời (NFD)", "letters and marks are apart (NFD)")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


@dataclass(frozen=True)
class Guess:
    """What a column's text seems to be: the encoding for `decode`, 0 to 1 how sure, and why (a sentence)."""

    encoding: str
    confidence: float
    evidence: Said

    @property
    def certain(self) -> bool:
        """Tell whether it may be applied without asking; Unicode is left as it is in any case."""
        return self.confidence >= CERTAIN or self.encoding == "unicode"


def detect(column_values: Sequence[bytes | str], words: Collection[str] = ()) -> Guess:
    """Return the most probable encoding of a column.

    Args:
        column_values: cells as bytes, or as text where a program has decoded them already.
        words: syllables known to occur (names of the registry), in NFC and lower case.
    """
    distinct = list(dict.fromkeys(value for value in column_values if value))
    values = distinct[:: max(1, len(distinct) // _SAMPLE)]
    if all(_is_plain(value) for value in values):
        return Guess("ascii", 1.0, _ONLY_ASCII)
    container = _container([value for value in values if isinstance(value, bytes)])
    known = _common() | frozenset(words)
    opened, tried = values, []
    if container in (None, "utf-8"):
        tried = [_try(values, font, known) for font in _fonts(values)]
    if container is not None:
        texts = [_open(value, container) for value in values]
        if all(text.isascii() for text in texts):
            said = Said("các byte là {0}.", "the bytes are {0}.", (container.upper(),))
            return Guess(container, 1.0, said)
        opened = list[bytes | str](texts)
        inner = [_try(opened, font, known, container) for font in _fonts(opened)]
        few = max(one.words for one in inner) <= _FEW
        tried = inner + (tried if few else [])
    apart = any(isinstance(value, str) and not unicodedata.is_normalized("NFC", value) for value in opened)
    return _conclude(sorted(tried, key=lambda one: -one.points), apart)


def detect_file(data: bytes, words: Collection[str] = ()) -> Guess:
    """Return the most probable encoding of a whole text file, such as a CSV."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            inner = detect(data.decode(name, "replace").splitlines(), words)
            why = Said("tệp mở đầu bằng dấu của {0}", "the file begins with the mark of {0}", (name.upper(),))
            return _inside(inner, name, why)
    wide = _wide([data])
    if wide is not None:
        return _inside(detect(data.decode(wide, "replace").splitlines(), words), wide, _EVERY_OTHER)
    return detect(data.splitlines(), words)


def _inside(inner: Guess, container: str, why: Said) -> Guess:
    font = "" if inner.encoding in ("ascii", "unicode") else f"+{inner.encoding}"
    confidence = inner.confidence if font else 1.0
    evidence = listed((why, inner.evidence), "; ") if font else _sentence([why])
    return Guess(container + font, confidence, evidence)


def _sentence(parts: Sequence[Said]) -> Said:
    return Said("{0}.", "{0}.", (listed(parts, "; "),))


@dataclass(frozen=True)
class _Trial:
    font: str
    container: str | None
    points: float
    texts: tuple[str, ...]
    words: int
    regular: int
    known: int
    already: int


def _fonts(values: Sequence[bytes | str]) -> tuple[str, ...]:
    return tuple(_PRIOR) if any(isinstance(value, str) for value in values) else _FONTS


def _try(
    values: Sequence[bytes | str], font: str, known: Collection[str], container: str | None = None
) -> _Trial:
    texts, failed, total = [], 0, 0
    for value in values:
        total += 1
        try:
            texts.append(decode_one(value, font))
        except UnicodeDecodeError:
            failed += 1
            texts.append("\ufffd")
    found = {word for text in texts for word in _SPLIT.split(text) if not word.isascii()}
    points = _PRIOR[font] + failed * (_UNDECODABLE if failed > _MAY_FAIL * total else _LOG_ODDS[Fit.NONE])
    regular = familiar = 0
    for word in found:
        how = fit(word) if word.isalpha() else Fit.NONE
        if font == "tcvn3" and how is Fit.NONE and lacks_u_horn(word):
            how = Fit.ODD  # a program has deleted the soft hyphen, which find_damage tells
        is_known = how is not Fit.NONE and word.lower() in known
        points += _KNOWN if is_known else _LOG_ODDS[how]
        regular += how is not Fit.NONE
        familiar += is_known
    already = sum(
        decoded == value and not value.isascii()
        for value, decoded in zip(values, texts, strict=True)
        if isinstance(value, str) and font in _FONTS
    )
    points += _SELF_CHECKING if container else 0
    return _Trial(font, container, points, tuple(texts), len(found), regular, familiar, already)


def _conclude(tried: list[_Trial], apart: bool) -> Guess:
    best, container = tried[0], tried[0].container
    rivals = [one for one in tried[1:] if one.texts != best.texts]
    odds = sum(math.exp(max(-50.0, one.points - best.points)) for one in rivals)
    share = best.regular / best.words if best.words else 1.0
    name = best.font if container is None else f"{container}+{best.font}"
    evidence = [
        Said(
            "{0} trong {1} từ có dấu là âm tiết tiếng Việt, {2} từ đã biết",
            "{0} of {1} words with diacritics are syllables, {2} known",
            (best.regular, best.words, best.known),
        )
    ]
    if rivals:
        rival = rivals[0]
        evidence.append(
            Said("theo {0} thì {1} trong {2}", "as {0}, {1} of {2}", (rival.font, rival.regular, rival.words))
        )
    if best.font == "unicode":
        evidence += [_APART] if apart else []
        doubtful = container == "utf-8" and best.words <= _FEW and share < _HALF
        return Guess(container or "unicode", (_HALF if doubtful else 1.0) / (1 + odds), _sentence(evidence))
    if container is not None and best.font == "mojibake":
        name = "mojibake" if container == "utf-8" else name
    if best.already:
        evidence.append(
            Said(
                "{0} giá trị đã là Unicode: cột lẫn nhiều bảng mã",
                "{0} values already are Unicode: the column mixes encodings",
                (best.already,),
            )
        )
    enough = 1.0 if best.words > 1 else _ONE_WORD
    return Guess(name, share / (1 + odds) * (_HALF if best.already else enough), _sentence(evidence))


def _is_plain(value: bytes | str) -> bool:
    if isinstance(value, bytes):
        return value.isascii() and _VISCII_CAPITALS.isdisjoint(value) and b"\x00" not in value
    return value.isascii() and not any(ord(letter) in _VISCII_CAPITALS for letter in value)


def _container(values: list[bytes]) -> str | None:
    """Return utf-8 or utf-16-le/be where the bytes themselves show it, None where one byte is one letter."""
    marked = [value for value in values if not _is_plain(value)]
    if not marked:
        return None
    wide = _wide(marked)
    if wide is not None:
        return wide
    try:
        for value in marked:
            value.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _wide(values: list[bytes]) -> str | None:
    sample = b"".join(value[:2000] for value in values if len(value) % 2 == 0)
    if not sample:
        return None
    low, high = sample[0::2].count(0) / len(sample), sample[1::2].count(0) / len(sample)
    if max(low, high) < 0.1:
        return None
    return "utf-16-le" if high > low else "utf-16-be"


def _open(value: bytes | str, container: str) -> str:
    return value if isinstance(value, str) else value.decode(container, "replace").removeprefix("\ufeff")


@cache
def _common() -> frozenset[str]:
    lines = (files(__package__) / "words.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
