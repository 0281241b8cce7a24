"""Whose the objects of a drawing are, by the names of its layers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from gisreg.importing.dxf import DRAWN_ON
from gisreg.importing.table import FeatureTable
from gisreg.importing.text import folded

OWNER = "owner"
_SHORTEST = 3
_BETWEEN = re.compile(r"[\s_\-.,;:/|()\[\]$]+")
_NAMED = 12


def add_owners(table: FeatureTable, codes: Mapping[str, str]) -> None:
    """Add a column of owners to a drawing's table where names of its layers hold one organisation's name.

    `COT_VNPT` is VNPT's; a name with two organisations, or none, says nothing. What was read so is told.

    Args:
        table: with the column of drawing layers.
        codes: organisation's code by folded code, name or alias.
    """
    drawn = table.columns.get(DRAWN_ON)
    if drawn is None:
        return
    whose = {name: owner for name in set(drawn) if name and (owner := owner_in(name, codes))}
    if not whose:
        return
    table.columns[OWNER] = [whose.get(name) for name in drawn]
    told = ", ".join(f"{name} -> {owner}" for name, owner in sorted(whose.items())[:_NAMED])
    table.notes.append(f"owners were read from the names of drawing layers: {told}.")


def owner_in(name: str, codes: Mapping[str, str]) -> str | None:
    """Return the code of the one organisation that a drawing layer's name holds; None where it is not one."""
    words = [word for word in _BETWEEN.split(name) if word]
    found = {codes[spelling] for spelling in _runs(words) if spelling in codes}
    return found.pop() if len(found) == 1 else None


def _runs(words: list[str]) -> Iterable[str]:
    """Yield every run of neighbouring words, folded."""
    for first in range(len(words)):
        for last in range(first + 1, len(words) + 1):
            spelling = folded(" ".join(words[first:last]))
            if len(spelling) >= _SHORTEST:
                yield spelling
