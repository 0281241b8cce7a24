"""Everything that is shown when somebody clicks an object: facts, reasons, tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from psycopg2 import sql

from gisreg.database.connection import PgConnection
from gisreg.features.catalogue import has_own_fields
from gisreg.features.details_tables import TABLES, Table
from gisreg.features.items import one_row, read_item
from gisreg.features.reasons import reasons
from gisreg.features.text import name_of, reference_names, value_words
from gisreg.flagging import priority
from gisreg.flagging.subject import shown
from gisreg.photos.show import of_pole
from gisreg.proposals.panel import waiting
from layers import Layer


def details(connection: PgConnection, layer: Layer, object_id: int) -> dict[str, Any]:
    """Return an object for people.

    Returns:
        `layer`, `id`, `title` (both languages), `rows` (title, value, unit of each filled field;
        codes as their titles in both languages), `reasons` (why it is flagged), `priority` (of a segment,
        with its parts), `photos` and `tables` (what belongs to it), as the map's panel shows them.

    Raises:
        NotFoundError: the layer has no object of that id.
    """
    properties = json.loads(read_item(connection, layer, object_id).body)["properties"]
    names = reference_names(connection, layer, properties)
    called = name_of(layer, properties)
    suffix = f" {called}" if called else ""
    rows = [
        {
            "vi": item.vi,
            "en": item.en,
            "value": value_words(item, properties[item.name], names),
            "unit": item.unit,
        }
        for item in layer.fields
        if item.popup and properties.get(item.name) is not None
        # An id alone tells people nothing.
        if item.references is None or (item.references, properties[item.name]) in names
    ]
    return {
        "layer": layer.key,
        "id": object_id,
        "title": {"vi": layer.vi + suffix, "en": layer.en + suffix},
        "rows": rows + _own_fields(connection, layer, object_id),
        "reasons": reasons(connection, [object_id]).get(object_id, []),
        "priority": _score(connection, layer, object_id),
        "photos": of_pole(connection, object_id) if layer.key == "pole" else [],
        "tables": [table for make in _tables(layer) if (table := make(connection, object_id))["rows"]],
    }


def _own_fields(connection: PgConnection, layer: Layer, object_id: int) -> list[dict[str, Any]]:
    """Return the owner's own fields as rows, by their own names; none for those who may not see them."""
    if not has_own_fields(layer):
        return []
    query = sql.SQL("SELECT extra FROM {} WHERE {} = {}").format(
        sql.Identifier("registry", str(layer.private_table)),
        sql.Identifier(f"{layer.key}_id"),
        sql.Literal(object_id),
    )
    found = one_row(connection, query)
    return [
        {"vi": name, "en": name, "value": _plain(value), "unit": None}
        for name, value in sorted((found[0] if found else {}).items())
        if not isinstance(value, dict)  # the tags of OpenStreetMap objects
    ]


def _plain(value: Any) -> Any:
    return value if isinstance(value, (bool, int, float, str)) else json.dumps(value, ensure_ascii=False)


def _tables(layer: Layer) -> tuple[Callable[[PgConnection, int], Table], ...]:
    return (*TABLES.get(layer.key, ()), partial(waiting, layer))


def _score(connection: PgConnection, layer: Layer, object_id: int) -> dict[str, Any] | None:
    """Return the priority of a segment with its parts, for whoever may see its findings; else None."""
    if layer.key != "segment" or not shown(connection, object_id):
        return None
    score = priority.of_segments(connection, [object_id]).get(object_id)
    return score.json() if score is not None else None
