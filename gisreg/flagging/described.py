"""What the layers' descriptions say of their fields, as SQL: for the rules on the quality of data.

A field's description says whether an object should have it, which values or numbers it may hold, and what
files call it. `missing` writes the first into the rules that ask for it; `install` makes functions of the
rest, with which `gisreg/database/sql/functions/flagging_6_own_fields.sql` compares own fields.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg2.extensions
from psycopg2 import sql

from gisreg.importing.text import folded
from layers import LAYERS, Field, FieldType, Layer

_NUMBERS = (FieldType.NUMBER, FieldType.INTEGER)
_UNKNOWN = "unknown"
_SAYS_UNKNOWN = frozenset(map(folded, (_UNKNOWN, "Không rõ")))
"""Says that nobody knows, in every field: a list that has no such value does not make it a wrong one."""
_OWNERLESS = "ownerless"
_OF_OWNERS = ("owner_id", "code")
"""What ownerless things cannot have."""

_NAMES = """
CREATE OR REPLACE FUNCTION gisreg.field_names(layer_key text) RETURNS TABLE (field text, name text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS {body}
"""
_LIMITS = """
CREATE OR REPLACE FUNCTION gisreg.field_limits(layer_key text) RETURNS TABLE (
  field text, unit text, minimum double precision, maximum double precision, words text[],
  unknown_words text[]
)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS {body}
"""


def missing(layer: Layer) -> str:
    """Return the SQL of how many wanted fields are missing in a row `o` of the layer's table.

    Missing is what is empty, blank, or says that it is not known. Of what is ownerless nobody wants an owner,
    nor the owner's code.
    """
    wanted = [field for field in layer.public_fields if field.wanted]
    has_ownerless = any(
        field.codelist is not None and _OWNERLESS in field.codelist.values for field in layer.public_fields
    )
    parts = []
    for field in wanted:
        part = _lacks(field)
        if has_ownerless and field.name in _OF_OWNERS:
            part = f"({part} AND o.state <> '{_OWNERLESS}')"
        parts.append(f"({part})::integer")
    return " + ".join(parts)


def _lacks(field: Field) -> str:
    column = f"o.{field.name}"
    if field.codelist is not None:
        return (
            f"{column} = '{_UNKNOWN}'"
            if field.required
            else f"coalesce({column}, '{_UNKNOWN}') = '{_UNKNOWN}'"
        )
    if field.type is FieldType.TEXT:
        return f"coalesce(btrim({column}), '') = ''"
    return f"{column} IS NULL"


def comparable(layer: Layer) -> tuple[Field, ...]:
    """Return the fields that an own field can be compared with: with a codelist, numbers, and the length."""
    return tuple(
        field
        for field in layer.fields
        if not field.state
        and (field.name == "length_m" or (field.writable and (field.codelist or field.type in _NUMBERS)))
    )


def names(layer: Layer) -> dict[str, str]:
    """Return the folded names of the comparable fields: name -> field; of two fields the first has it."""
    found: dict[str, str] = {}
    for field in comparable(layer):
        for name in (*field.aliases, field.name, field.vi, field.en):
            found.setdefault(folded(name), field.name)
    return found


def install(connection: psycopg2.extensions.connection) -> None:
    """Create or replace `gisreg.field_names` and `gisreg.field_limits` for layers with own fields.

    Args:
        connection: of the owner.
    """
    kept = [layer for layer in LAYERS.values() if any(field.name == "extra" for field in layer.fields)]
    of_names = [(layer.key, field, name) for layer in kept for name, field in names(layer).items()]
    of_limits = [row for layer in kept for row in _limits(layer)]
    with connection.cursor() as cursor:
        for statement, columns, rows in (
            (_NAMES, "field, name", of_names),
            (_LIMITS, "field, unit, minimum, maximum, words, unknown_words", of_limits),
        ):
            values = sql.SQL(",\n").join(
                sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Literal, row))) for row in rows
            )
            body = sql.SQL("SELECT {0} FROM (VALUES {1}) AS v (layer, {0}) WHERE v.layer = layer_key").format(
                sql.SQL(columns), values
            )
            cursor.execute(sql.SQL(statement).format(body=sql.Literal(body.as_string(cursor))))
        cursor.execute(
            "REVOKE EXECUTE ON FUNCTION gisreg.field_names(text), gisreg.field_limits(text)"
            " FROM PUBLIC, gisreg_app, gisreg_worker"
        )


def _limits(layer: Layer) -> Iterator[tuple[object, ...]]:
    for field in comparable(layer):
        words: list[str] | None = None
        unknown: list[str] | None = None
        if field.codelist is not None:
            spelled = {
                code.value: [folded(word) for word in (code.value, code.vi, code.en, *code.aliases)]
                for code in field.codelist.codes
            }
            words = sorted({word for some in spelled.values() for word in some} | _SAYS_UNKNOWN)
            unknown = sorted(_SAYS_UNKNOWN.union(spelled.get(_UNKNOWN, [])))
        yield layer.key, field.name, field.unit, field.minimum, field.maximum, words, unknown
