"""Names for formats that have room for ten letters only."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 10


def short_names(names: Iterable[str]) -> dict[str, str]:
    """Return a short name for every name: unchanged where it fits, else cut, numbered where two meet.

    The same names in the same order always give the same short ones.
    """
    given = list(names)
    found = {name: name for name in given if len(name) <= LONGEST}
    taken = {name.casefold() for name in found.values()}
    for name in given:
        if name in found:
            continue
        short, number = name[:LONGEST].rstrip("_"), 1
        while short.casefold() in taken:
            number += 1
            short = f"{name[: LONGEST - len(str(number)) - 1].rstrip('_')}_{number}"
        found[name] = short
        taken.add(short.casefold())
    return {name: found[name] for name in given}
