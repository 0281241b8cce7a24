"""Which column of a file is which field of the layer: by the aliases of the layer descriptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

from gisreg.errors import UsageError
from gisreg.importing.text import folded
from gisreg.said import both
from layers import Field, Layer

OWN, DROP = "own", "drop"
"""Instead of a field: keep the column as the owner's own, or leave it out."""

LIKELY = 0.75
"""A column is proposed for a field from this likeness on (1 is the same name)."""


def importable(layer: Layer) -> tuple[Field, ...]:
    """Return the fields that a file may fill: writable ones, and references only to organisations."""
    return tuple(
        field
        for field in layer.fields
        if field.writable and not field.state and field.references in (None, "organisation")
    )


def mappable(layer: Layer) -> tuple[Field, ...]:
    """Return the fields that a column may become: the importable ones but the collection of own fields."""
    return tuple(field for field in importable(layer) if field.name != "extra")


def spellings(layer: Layer) -> frozenset[str]:
    """Return every folded name of every field that a column may become."""
    return frozenset(folded(name) for field in mappable(layer) for name in _names(field))


def match_columns(
    layer: Layer, columns: Iterable[str], stated: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return field name -> column name: what is stated, then by a field's aliases, its name, its titles.

    Every column is used once: fields are served in the order of the description.

    Args:
        layer: the layer imported into.
        columns: the file's columns.
        stated: column -> field, `own` or `drop`, as the user or a profile says; columns that the file
            does not have do not matter.

    Raises:
        UsageError: a column is stated to be a field that the layer does not have, or one field twice.
    """
    names = list(columns)
    found = _stated(layer, names, stated or {})
    taken = {folded(name) for name in stated or {}}
    free = {folded(column): column for column in reversed(names) if folded(column) not in taken}
    for field in mappable(layer):
        if field.name in found:
            continue
        for name in _names(field):
            column = free.get(folded(name))
            if column is not None:
                found[field.name] = column
                del free[folded(name)]
                break
    return found


def propose(layer: Layer, columns: Iterable[str], mapped: Mapping[str, str]) -> list[tuple[str, str, float]]:
    """Return (column, field, likeness) for columns that look like a field that nothing is mapped to yet.

    Likeness is that of the folded names, from 0 to 1; the best field of each column, the surest first.
    """
    open_fields = [field for field in mappable(layer) if field.name not in mapped]
    found = []
    for column in columns:
        name = folded(column)
        best = max(
            ((_likeness(name, folded(word)), field.name) for field in open_fields for word in _names(field)),
            default=(0.0, ""),
        )
        if name and best[0] >= LIKELY:
            found.append((column, best[1], round(best[0], 2)))
    return sorted(found, key=lambda one: (-one[2], one[0]))


def _names(field: Field) -> tuple[str, ...]:
    return (*field.aliases, field.name, field.vi, field.en)


def _likeness(one: str, other: str) -> float:
    """Return how alike two folded names are; one within the other counts by its share."""
    ratio = SequenceMatcher(None, one, other).ratio()
    within = len(other) > 3 and other in one
    return max(ratio, 0.75 + 0.25 * len(other) / len(one)) if within else ratio


def _stated(layer: Layer, columns: list[str], stated: Mapping[str, str]) -> dict[str, str]:
    known = {field.name for field in mappable(layer)}
    by_name = {folded(column): column for column in reversed(columns)}
    found: dict[str, str] = {}
    for column, field in stated.items():
        if field in (OWN, DROP):
            continue
        name = field if field in known else f"{field}_id"  # `owner` is short for `owner_id`
        if name not in known:
            raise UsageError(
                both(
                    f"Cột {column} không thể là {field}: {layer.key} không có trường này.",
                    f"The column {column} cannot become {field}: {layer.key} has no such field.",
                ),
                hint=both(
                    f"Lớp có: {', '.join(sorted(known))}; hoặc ghi {OWN} hay {DROP}.",
                    f"It has: {', '.join(sorted(known))}; or say {OWN} or {DROP}.",
                ),
            )
        if folded(column) in by_name:
            if name in found:
                raise UsageError(
                    both(
                        f"Cả {found[name]} và {column} đều được khai là {field}.",
                        f"Both {found[name]} and {column} are said to be {field}.",
                    ),
                    hint=both("Chỉ khai cho một cột.", "Say it of one of them."),
                )
            found[name] = by_name[folded(column)]
    return found
