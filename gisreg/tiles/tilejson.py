"""TileJSON 3.0 of a layer, from its description."""

from __future__ import annotations

from typing import Any

from gisreg.tiles.cells import has_cells, measures
from layers import FieldType, Layer

_KINDS = {FieldType.BOOLEAN: "Boolean", FieldType.NUMBER: "Number", FieldType.INTEGER: "Number"}


def tilejson(layer: Layer, tiles_url: str, bounds: tuple[float, float, float, float]) -> dict[str, Any]:
    """Return the TileJSON 3.0 of a layer.

    Below `min_zoom` of points and lines the tiles carry cells instead of objects; their fields are
    listed too.
    """
    fields = {item.name: _field(item.vi, item.en, item.type) for item in layer.tile_fields}
    if has_cells(layer):
        fields |= {"count": "Number. Objects in the cell, below the zoom of single objects"}
        fields |= {name: "Number. Metres in the cell" for name in measures(layer) if name not in fields}
    return {
        "tilejson": "3.0.0",
        "name": f"{layer.vi} / {layer.en}",
        "description": layer.description,
        "scheme": "xyz",
        "tiles": [tiles_url],
        "minzoom": 0,
        "maxzoom": layer.max_zoom,
        "bounds": list(bounds),
        "vector_layers": [
            {
                "id": layer.key,
                "description": layer.description,
                "minzoom": 0,
                "maxzoom": layer.max_zoom,
                "fields": fields,
            }
        ],
        "gisreg_objects_from_zoom": layer.min_zoom if has_cells(layer) else 0,
    }


def _field(vi: str, en: str, kind: FieldType) -> str:
    return f"{_KINDS.get(kind, 'Number' if kind is FieldType.ID else 'String')}. {vi} / {en}"
