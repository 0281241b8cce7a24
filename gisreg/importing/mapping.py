"""Which column of a file is which field of the layer: by the aliases of the layer descriptions."""

from __future__ import annotations

from collections.abc import Iterable

from gisreg.importing.text import folded
from layers import Field, Layer


def importable(layer: Layer) -> tuple[Field, ...]:
    """Return the fields that a file may fill: writable ones, and references only to organisations."""
    return tuple(
        field
        for field in layer.fields
        if field.writable and not field.state and field.references in (None, "organisation")
    )


def match_columns(layer: Layer, columns: Iterable[str]) -> dict[str, str]:
    """Return field name -> column name. A field's aliases go first, then its name, then its titles.

    Every column is used once: fields are served in the order of the description.
    """
    free = {folded(column): column for column in reversed(list(columns))}
    found: dict[str, str] = {}
    for field in importable(layer):
        if field.name == "extra":
            continue
        for name in (*field.aliases, field.name, field.vi, field.en):
            column = free.get(folded(name))
            if column is not None:
                found[field.name] = column
                del free[folded(name)]
                break
    return found
