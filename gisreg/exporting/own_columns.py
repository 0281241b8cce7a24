"""The owners' own fields as columns of an export, under their own names."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg2.extensions
from psycopg2 import sql

from gisreg.exporting.selection import Column, Selection, origin, private
from gisreg.features.catalogue import template
from gisreg.importing.column_plan import ORDINALS
from gisreg.importing.mapping import spellings
from gisreg.importing.tables.coordinates import NAMES as PLACES
from gisreg.importing.text import clean, folded
from layers import Field, FieldType, Layer

MOST = 200
"""Own fields that become columns (Shapefile holds 255 in all); rarer ones stay in the column `extra`."""

_TYPES = {"number": FieldType.NUMBER, "text": FieldType.TEXT}
_RESERVED = ORDINALS | {"fid", "extra", "clear", "name", "description", "text", "layer"}


def own_columns(
    connection: psycopg2.extensions.connection, selection: Selection, taken: Iterable[str]
) -> tuple[Column, ...]:
    """Return a column for every own field of the selected objects, and `extra` (JSON) for what cannot be one.

    An own field is a column under its own name where a file with it is read back as the same value: a number
    or a text, of a name that no field of the layer has.

    Args:
        connection: a transaction of the actor's; he gets the fields of objects whose private part he sees.
        selection: what is exported.
        taken: names of the other columns.
    """
    layer = selection.layer
    extra = next((item for item in layer.private_fields if item.type is FieldType.JSON), None)
    if extra is None:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(
            template("gisreg.exporting", "own_fields.sql").format(
                origin=origin(layer), extra=private(extra.name), conditions=selection.conditions.where()
            )
        )
        found = cursor.fetchall()
    used = {name.casefold() for name in taken}
    chosen: list[Column] = []
    for name, kind, _ in sorted(found, key=lambda one: (-one[2], one[0]))[:MOST]:
        if kind is not None and name.casefold() not in used and _is_free(layer, name):
            used.add(name.casefold())
            chosen.append(_column(extra, name, _TYPES[kind]))
    chosen.sort(key=lambda one: one.name)
    rest = len(found) > len(chosen)
    return (*chosen, *([_rest(extra, chosen)] if rest else []))


def _is_free(layer: Layer, name: str) -> bool:
    """Tell whether an import keeps a column of that name as an own field of that name."""
    plain = folded(name)
    return (
        name == clean(name)
        and bool(plain)
        and plain not in spellings(layer) | PLACES | {folded(one.name) for one in layer.fields}
        and plain not in _RESERVED
    )


def _column(extra: Field, name: str, kind: FieldType) -> Column:
    text = sql.SQL("{} ->> {}").format(private(extra.name), sql.Literal(name))
    if kind is FieldType.NUMBER:
        text = sql.SQL("({})::double precision").format(text)
    return Column(name, kind, text, f"{extra.vi}: {name} / {extra.en}: {name}")


def _rest(extra: Field, chosen: Iterable[Column]) -> Column:
    names = [one.name for one in chosen]
    rest = sql.SQL("nullif({} - {}::text[], '{{}}')::text").format(private(extra.name), sql.Literal(names))
    return Column(extra.name, FieldType.TEXT, rest, f"{extra.vi} / {extra.en} (JSON)")
