"""Rows of one file that are the same object."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import psycopg2.extensions
from psycopg2 import sql

from gisreg.database.queries import load_queries
from gisreg.importing.problems import Problems
from gisreg.said import Fact, Said

_TEMPLATES = load_queries(__file__, "duplicates.sql")
_NAMED = 3

Label = Callable[[int, str | None], str]
"""What a row is called: by its number, and the code in its key."""

_REMEDY = Said(
    "Xoá bớt dòng, hoặc đặt mã khác nhau.", "Remove one of the rows, or give them different codes."
)


def check(
    connection: psycopg2.extensions.connection, key: Sequence[str], label: Label, problems: Problems
) -> int:
    """Note rows with the same key, and take them off the stage; rows without a code count by their place.

    Args:
        connection: with `import_stage` and `import_refused` filled.
        key: fields by which a row is the same object.
        label: what a row is called.
        problems: takes each group of equal rows, every row of it.

    Returns:
        How many rows were taken off the stage.
    """
    found: list[int] = []
    for group in _groups(connection, "same_key", key):
        found += [number for number, _ in group]
        _note(group, _same_key(key), label, problems)
    if tuple(key) == ("owner_id", "code"):
        for group in _groups(connection, "same_place", key):
            found += [number for number, _ in group]
            _note(group, _same_place, label, problems)
    return int(_TEMPLATES.leave_out(connection, numbers=found)) if found else 0


def _groups(
    connection: psycopg2.extensions.connection, name: str, key: Sequence[str]
) -> list[list[tuple[int, str | None]]]:
    text = getattr(_TEMPLATES, name).sql.rstrip().rstrip(";")
    query = sql.SQL(text).format(
        key=sql.SQL(", ").join(map(sql.Identifier, key)),
        shown=sql.Identifier(shown_of(key)),
        coded=sql.SQL("code IS NOT NULL" if "code" in key else "true"),
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [list(zip(numbers, shown, strict=True)) for numbers, shown in cursor.fetchall()]


def shown_of(key: Sequence[str]) -> str:
    """Return the column of a key by which people know a row."""
    return next((name for name in ("gso_code", "code") if name in key), key[-1])


def named(key: Sequence[str]) -> Fact:
    """Return the columns of a key as people list them: `owner_id and code`."""
    *first, last = key
    return Said("{0} và {1}", "{0} and {1}", (", ".join(first), last)) if first else last


def _same_key(key: Sequence[str]) -> Callable[[Fact], Said]:
    columns = named(key)
    return lambda others: Said("có cùng {0} với {1}.", "has the same {0} as {1}.", (columns, others))


def _same_place(others: Fact) -> Said:
    return Said(
        "không có mã, và cùng đơn vị chủ quản, cùng vị trí với {0}.",
        "has no code and the same owner and place as {0}.",
        (others,),
    )


def _others(shown: str, more: int) -> Fact:
    return Said("{0} và {1} dòng nữa", "{0} and {1} more", (shown, more)) if more else shown


def _note(
    group: list[tuple[int, str | None]], what: Callable[[Fact], Said], label: Label, problems: Problems
) -> None:
    first = [label(*one) for one in group[: _NAMED + 1]]
    for place, (number, shown) in enumerate(group):
        others = [one for at, one in enumerate(first) if at != place][:_NAMED]
        more = len(group) - 1 - len(others)
        problems.add(
            label(number, shown),
            what(_others(", ".join(others), more)),
            _REMEDY,
            number,
        )
