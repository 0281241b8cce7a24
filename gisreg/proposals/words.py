"""Both values of a proposal as people read them: codes by their titles, owners by their names."""

from __future__ import annotations

from typing import Any

from pyproj import Geod

from gisreg.database.connection import PgConnection
from gisreg.features.text import reference_names, value_words
from gisreg.proposals.difference import Patch
from layers import LAYERS, Layer

_ELLIPSOID = Geod(ellps="WGS84")
_POSITION = {"vi": "Vị trí", "en": "Position"}


def lines(connection: PgConnection, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one line for each field that a proposal (of `read.proposals`) would change.

    Each has the titles `vi` and `en`, `unit`, and the values `base`, `now` and `proposed` for people
    (a text in both languages where it is one of a list); a position also `distance_m`, how far the
    proposed one lies from that of now.
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
        places = {when: (row[when] or {}).get("geometry") for when in values}
        found.append(
            _POSITION
            | {"unit": None, "distance_m": distance_m(places["now"], places["proposed"])}
            | {when: position(place) for when, place in places.items()}
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


def distance_m(one: dict[str, Any] | None, other: dict[str, Any] | None) -> float | None:
    """Return the geodesic distance of two points in metres, to the decimetre; None for other shapes."""
    if one is None or other is None or {one["type"], other["type"]} != {"Point"}:
        return None
    metres = _ELLIPSOID.inv(*one["coordinates"][:2], *other["coordinates"][:2])[2]
    return round(float(metres), 1)
