"""Vietnamese text as old programs wrote it: the inverse of what the importer reads, written independently."""

from __future__ import annotations

import re
import unicodedata

_TONES = "\u0301\u0300\u0309\u0303\u0323"

_TCVN3 = dict(
    zip(
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        strict=True,
    )
)
_VNI_PLAIN = dict(zip(_TONES, "ùøûõï", strict=True))
_VNI_HAT = dict(zip(_TONES, "áàåãä", strict=True)) | {"": "â"}
_VNI_BREVE = dict(zip(_TONES, "éèúüë", strict=True)) | {"": "ê"}
_VNI_ALONE = dict(zip("íìỉĩịỵđơư", "íìæóòîñôö", strict=True))
_VISCII_LOW = {"Ẳ": 2, "Ẵ": 5, "Ẫ": 6, "Ỷ": 20, "Ỹ": 25, "Ỵ": 30}
_VISCII_HIGH = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳ"
    "ĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)


def tcvn3(text: str) -> bytes:
    """Write TCVN3: capitals with tones as capital and small letter, or small among other capitals."""

    def letter(found: str, word: str) -> str:
        if found in _TCVN3 or found.isascii():
            return _TCVN3.get(found, found)
        small = _TCVN3[found.lower()]
        bare = unicodedata.normalize(
            "NFC", "".join(c for c in unicodedata.normalize("NFD", found) if c not in _TONES)
        )
        return small if word.isupper() and len(word) > 2 else _TCVN3.get(bare, bare) + small

    def write(found: re.Match[str]) -> str:
        return "".join(letter(one, found[0]) for one in found[0])

    return re.sub(r"[^\W\d_]+", write, text).encode("latin-1")


def vni(text: str) -> bytes:
    """Write VNI: the letter, then its mark in the letter's case."""
    return "".join(_vni_letter(letter) for letter in text).encode("latin-1")


def _vni_letter(letter: str) -> str:
    small = letter.lower()
    if small in _VNI_ALONE:
        written = _VNI_ALONE[small]
    else:
        base, *marks = unicodedata.normalize("NFD", small)
        tone = next((mark for mark in marks if mark in _TONES), "")
        if "\u0302" in marks:
            written = base + _VNI_HAT[tone]
        elif "\u0306" in marks:
            written = base + _VNI_BREVE[tone]
        elif "\u031b" in marks:
            written = {"o": "ô", "u": "ö"}[base] + _VNI_PLAIN[tone]
        else:
            written = base + (_VNI_PLAIN[tone] if tone else "")
    return written.upper() if letter.isupper() else written


def viscii(text: str) -> bytes:
    """Write VISCII 1.1 (RFC 1456)."""
    table = _VISCII_LOW | {letter: 0x80 + index for index, letter in enumerate(_VISCII_HIGH)}
    return bytes(table.get(letter, ord(letter)) for letter in text)


def cp1258(text: str) -> bytes:
    """Write CP1258: the shaped letters are one byte, tones are marks after them."""
    written = ""
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in parts if mark in _TONES), "")
        bare = unicodedata.normalize("NFC", parts.replace(tone, "")) if tone else letter
        written += bare + tone
    return written.encode("cp1258")


def mojibake(text: str) -> bytes:
    """Write UTF-8 that was read as Latin-1 and written as UTF-8 again."""
    return text.encode().decode("latin-1").encode()


ENCODERS = {
    "tcvn3": tcvn3,
    "vni": vni,
    "viscii": viscii,
    "cp1258": cp1258,
    "utf-8": str.encode,
    "mojibake": mojibake,
}
