"""Values as people read them: codes by their titles in both languages, references by a name."""

from __future__ import annotations

from typing import Any

from psycopg2 import sql

from gisreg.database.connection import PgConnection
from layers import LAYERS, Code, Codelist, Field, Layer

Words = dict[str, str]
"""A text in both languages: `vi` and `en`."""


def words(code: Code) -> Words:
    """Return a code's titles."""
    return {"vi": code.vi, "en": code.en}


def code_words(codelist: Codelist, value: Any) -> Words | str | None:
    """Return the titles of a stored value; the value itself where the list does not have it."""
    found = next((words(code) for code in codelist.codes if code.value == value), None)
    return found or (None if value is None else str(value))


def value_words(field: Field, value: Any, names: dict[tuple[str, int], str]) -> Any:
    """Return a field's value for people; `names` has what references are called."""
    if value is None:
        return None
    if field.codelist is not None:
        return code_words(field.codelist, value)
    if field.references is not None:
        return names.get((field.references, value), str(value))
    return value


def name_of(layer: Layer, properties: dict[str, Any]) -> str | None:
    """Return what an object is called: its name, else its code."""
    called = [properties.get(key) for key in ("name", "code")]
    return next((str(one) for one in called if one), None)


def reference_names(
    connection: PgConnection, layer: Layer, properties: dict[str, Any]
) -> dict[tuple[str, int], str]:
    """Return the names of the objects that an object refers to, by their layer and id."""
    found = {}
    for item in layer.fields:
        target = properties.get(item.name)
        if item.references is None or target is None:
            continue
        other = LAYERS[item.references]
        known = {field.name for field in other.public_fields}
        columns = [sql.Identifier(name) for name in ("name", "code") if name in known]
        if not columns:
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("SELECT coalesce({}) FROM {} WHERE id = {}").format(
                    sql.SQL(", ").join(columns),
                    sql.Identifier("registry", other.table),
                    sql.Literal(target),
                )
            )
            row = cursor.fetchone()
        if row and row[0]:
            found[item.references, int(target)] = str(row[0])
    return found
