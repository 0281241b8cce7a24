"""Both values of a proposal as people read them: codes by their titles, owners by their names."""

from __future__ import annotations

from typing import Any

from gisreg.database.connection import PgConnection
from gisreg.features.text import reference_names, value_words
from gisreg.proposals.difference import Patch
from layers import LAYERS, Layer

_POSITION = {"vi": "Vị trí", "en": "Position"}


def lines(connection: PgConnection, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one line for each field that a proposal (of `read.proposals`) would change.

    Each has the titles `vi` and `en`, `unit`, and the values `base`, `now` and `proposed` for people
    (a text in both languages where it is one of a list).
    """
    layer = LAYERS[row["layer"]]
    values = {
        when: _values(connection, layer, row[when] or {"properties": {}})
        for when in ("base", "now", "proposed")
    }
    found = [
        {
            "vi": field.vi,
            "en": field.en,
            "unit": field.unit,
            **{when: values[when].get(field.name) for when in values},
        }
        for field in layer.fields
        if field.name in row["proposed"]["properties"]
    ]
    if "geometry" in row["proposed"]:
        found.append(
            _POSITION
            | {"unit": None}
            | {when: position((row[when] or {}).get("geometry")) for when in values}
        )
    return found


def _values(connection: PgConnection, layer: Layer, patch: Patch) -> dict[str, Any]:
    properties = patch["properties"]
    names = reference_names(connection, layer, properties)
    return {name: value_words(layer.field(name), value, names) for name, value in properties.items()}


def position(geometry: dict[str, Any] | None) -> str | None:
    """Return a point as latitude, longitude in degrees; other shapes by their type."""
    if geometry is None:
        return None
    if geometry["type"] != "Point":
        return str(geometry["type"])
    longitude, latitude = geometry["coordinates"][:2]
    return f"{latitude:.6f}, {longitude:.6f}"
