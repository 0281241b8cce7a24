"""Names for formats that have room for few letters, and only plain ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_NOT_PLAIN = re.compile(r"[^0-9A-Za-z_]+")


def short_names(names: Iterable[str], longest: int) -> dict[str, str]:
    """Return a name of ASCII letters, digits and _ for every name, numbered where two meet.

    Names that already are so stay as they are; the same names in the same order give the same short ones.

    Args:
        names: the names, each once.
        longest: how many letters there is room for.
    """
    given = list(names)
    found = {name: name for name in given if _is_plain(name, longest)}
    taken = {name.casefold() for name in found.values()}
    for name in given:
        if name in found:
            continue
        plain = _plain(name)
        short, number = plain[:longest].rstrip("_"), 1
        while short.casefold() in taken:
            number += 1
            short = f"{plain[: longest - len(str(number)) - 1].rstrip('_')}_{number}"
        found[name] = short
        taken.add(short.casefold())
    return {name: found[name] for name in given}


def _is_plain(name: str, longest: int) -> bool:
    return len(name) <= longest and _plain(name) == name


def _plain(name: str) -> str:
    """Return a name without diacritics; what is no letter or digit becomes _."""
    bare = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    plain = _NOT_PLAIN.sub("_", "".join(one for one in bare if not unicodedata.combining(one))).strip("_")
    return plain if plain[:1].isalpha() else f"c_{plain}".rstrip("_")
