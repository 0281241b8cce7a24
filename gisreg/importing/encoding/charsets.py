"""Bytes of Vietnamese encodings as text. Fonts made TCVN3 and VNI look right; no header ever names them.

An encoding's name is a Python code page, one of ours (`tcvn3`, `vni`, `viscii`, `mojibake`), or both,
`utf-8+tcvn3`: letters of a font that were stored as Unicode. Of text that already is Unicode (str) only
the last part matters; `unicode` and `ascii` leave it as it is.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib.resources import files

_TONES = "\u0301\u0300\u0309\u0303\u0323"  # sắc, huyền, hỏi, ngã, nặng
_VNI_PLAIN = dict(zip("ùøûõï", _TONES, strict=True))
_VNI_HAT = dict(zip("áàåãä", _TONES, strict=True)) | {"â": ""}
_VNI_BREVE = dict(zip("éèúüë", _TONES, strict=True)) | {"ê": ""}
_VNI_ALONE = {"í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ", "ô": "ơ", "ö": "ư"}
_VNI_MARK = "ùøûõïáàåãäâéèúüëê"
_VNI_TWICE = re.compile(f"([{_VNI_MARK}])\\1+", re.IGNORECASE)
_ROUNDS = 3
_WORDS = re.compile(r"[^\W\d_]+")
_TONED = unicodedata.normalize("NFC", "".join(base + tone for base in "aăâeêioôơuưy" for tone in _TONES))
_CAPITAL_WITH_TONE = re.compile(f"([AĂÂEÊIOÔƠUƯY])([{_TONED}])")


@cache
def is_known(encoding: str) -> bool:
    """Tell whether there is such an encoding, as `decode` understands it."""
    first, _, second = encoding.lower().partition("+")
    if second:
        return _is_code_page(first) and second in _FONTS
    return first in _FONTS or first in ("ascii", "unicode") or _is_code_page(first)


def decode(values: Sequence[bytes | str], encoding: str) -> list[str]:
    """Return values as text in NFC.

    Raises:
        LookupError: there is no such encoding.
        UnicodeDecodeError: some bytes are not text in it.
    """
    return [decode_one(value, encoding) for value in values]


def decode_one(value: bytes | str, encoding: str) -> str:
    """Return one value as text in NFC; raises as `decode` does."""
    first, _, second = encoding.lower().partition("+")
    if not is_known(encoding):
        raise LookupError(encoding)
    font = _FONTS.get(second or first)
    if isinstance(value, str):
        text = value if font is None else _of_unicode(value, second or first)
    elif second:
        text = _of_unicode(value.decode(first), second)
    elif first == "mojibake":
        text = _undo_misreading(value.decode("utf-8"))
    elif font is not None:
        text = font(value)
    else:
        text = value.decode("ascii" if first == "unicode" else first)
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff"))


def as_bytes(text: str) -> bytes | None:
    """Return the bytes that Windows shows so in Western Europe (CP1252, C1 controls as they are), or None."""
    found = bytearray()
    for letter in text:
        if ord(letter) < 256:
            found.append(ord(letter))
            continue
        try:
            found += letter.encode("cp1252")
        except UnicodeEncodeError:
            return None
    return bytes(found)


def without_tone(letter: str) -> str:
    """Return a letter without its tone, in NFC: ấ is â."""
    parts = unicodedata.normalize("NFD", letter)
    return unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))


def _is_code_page(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding
    except LookupError:
        return False


def _of_unicode(text: str, font: str) -> str:
    """Read text that was typed in a font's letters; what is none of Western Europe's stays as it is."""
    if font == "mojibake":
        return _undo_misreading(text)
    data = as_bytes(text)
    return text if data is None else _FONTS[font](data)


def _undo_misreading(text: str) -> str:
    """Return what UTF-8 said before it was read as CP1252 or Latin-1, as often as that happened."""
    for _ in range(_ROUNDS):
        data = None if text.isascii() else as_bytes(text)
        if data is None:
            break
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            break
    return text


@cache
def _table(name: str) -> dict[int, str]:
    lines = (files(__package__) / "tables" / f"{name}.tsv").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if not line.startswith("#"))
    return {int(byte, 16): letter for byte, letter in pairs}


def _by_table(data: bytes, name: str) -> str:
    """Decode by a table; signs of Western Europe that it leaves free (°, dashes, quotes) are themselves."""
    table = _table(name)
    free = {
        byte: bytes([byte]).decode("cp1252", "replace") for byte in set(data) - table.keys() if byte > 127
    }
    for byte, sign in free.items():
        if sign.isalpha() or sign == "\ufffd":
            at = data.index(byte)
            raise UnicodeDecodeError(name, data, at, at + 1, "there is no such letter")
    return "".join(table.get(byte) or free.get(byte, chr(byte)) for byte in data)


def _viscii(data: bytes) -> str:
    return _by_table(data, "viscii")


@lru_cache(maxsize=50_000)
def _tcvn3(data: bytes) -> str:
    """Decode TCVN3. It has no capitals with tones: À is written Aµ, or µ among other capitals."""
    text = _CAPITAL_WITH_TONE.sub(_joined, _by_table(data, "tcvn3"))
    words = [(word, _in_capitals(word)) for word in _WORDS.findall(text)]
    if all(capitals is not False for _, capitals in words) and any(
        capitals and not word.isascii() for word, capitals in words
    ):
        return text.upper()
    return _WORDS.sub(lambda found: found[0].upper() if _in_capitals(found[0]) else found[0], text)


def _joined(found: re.Match[str]) -> str:
    capital, toned = found.groups()
    return toned.upper() if without_tone(toned) == capital.lower() else found[0]


def _in_capitals(word: str) -> bool | None:
    """Tell whether the letters of certain case are capitals, beyond the first; None: nobody knows."""
    if any(letter.islower() and without_tone(letter) == letter for letter in word):
        return False
    return True if any(letter.isupper() for letter in word[1:]) else None


@cache
def _vni_pairs() -> dict[str, str]:
    """Return what two or one characters of VNI stand for: base letter and mark, in one case."""
    pairs = dict(_VNI_ALONE)
    for base in "aeouy":
        pairs |= {base + mark: base + tone for mark, tone in _VNI_PLAIN.items()}
    for base, horned in (("ô", "ơ"), ("ö", "ư")):
        pairs |= {base + mark: horned + tone for mark, tone in _VNI_PLAIN.items()}
    for base, shaped in (("a", "â"), ("e", "ê"), ("o", "ô")):
        pairs |= {base + mark: shaped + tone for mark, tone in _VNI_HAT.items()}
    pairs |= {"a" + mark: "ă" + tone for mark, tone in _VNI_BREVE.items()}
    pairs = {code: unicodedata.normalize("NFC", letter) for code, letter in pairs.items()}
    capitals = {code.upper(): letter.upper() for code, letter in pairs.items()}
    return pairs | {code[0].upper() + code[1:]: letter.upper() for code, letter in pairs.items()} | capitals


@cache
def _vni_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_vni_pairs(), key=len, reverse=True)))


@lru_cache(maxsize=50_000)
def _vni(data: bytes) -> str:
    """Decode VNI: a letter and, after it, a mark; some programs wrote the mark twice."""
    pairs = _vni_pairs()
    text = _VNI_TWICE.sub(r"\1", data.decode("latin-1"))
    return _vni_pattern().sub(lambda found: pairs[found[0]], text)


_FONTS: dict[str, Callable[[bytes], str]] = {
    "cp1258": lambda data: data.decode("cp1258"),
    "tcvn3": _tcvn3,
    "vni": _vni,
    "viscii": _viscii,
    "mojibake": lambda data: _undo_misreading(data.decode("utf-8")),
}
