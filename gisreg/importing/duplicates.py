"""Rows of one file that are the same object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import shapely

from gisreg.importing.prepare import Rows
from gisreg.importing.problems import Problems

_NAMED = 3


def check(rows: Rows, key: Sequence[str], problems: Problems) -> None:
    """Note rows of the file with the same key; rows without a code count as one at the same place.

    Args:
        rows: the rows, with the columns of the key where the file has them.
        key: fields by which a row is the same object.
        problems: takes each group of equal rows, every row of it.
    """
    columns = [rows.values.get(name, [None] * len(rows)) for name in key]
    codes = rows.values.get("code", [None] * len(rows)) if "code" in key else None
    coded = [i for i in range(len(rows)) if (codes is None or codes[i] is not None) and i not in rows.unsure]
    named = " and ".join(key)
    for group in _groups((tuple(column[i] for column in columns), i) for i in coded):
        _note(rows, group, f"has the same {named} as", problems)
    if codes is not None and tuple(key) == ("owner_id", "code"):
        shapes = shapely.to_wkb(rows.geometry)
        rest = [i for i in range(len(rows)) if codes[i] is None and shapes[i] and i not in rows.unsure]
        for group in _groups(((columns[0][i], shapes[i]), i) for i in rest):
            _note(rows, group, "has no code and the same owner and place as", problems)


def _groups(keyed: Iterable[tuple[tuple[Any, ...], int]]) -> list[list[int]]:
    first: dict[tuple[Any, ...], int] = {}
    groups: dict[int, list[int]] = {}
    for key, index in keyed:
        start = first.setdefault(key, index)
        if start != index:
            groups.setdefault(start, [start]).append(index)
    return list(groups.values())


def _note(rows: Rows, group: list[int], what: str, problems: Problems) -> None:
    for index in group:
        others = [i for i in group if i != index]
        names = ", ".join(rows.labels[i] for i in others[:_NAMED])
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        problems.add(
            rows.labels[index],
            f"{what} {names}{more}.",
            "Remove one of the rows, or give them different codes.",
            rows.numbers[index],
        )
