"""Which history tables there are, and to which layer each belongs."""

from __future__ import annotations

from dataclasses import dataclass

from gisreg.features.catalogue import layer_of
from layers import LAYERS, Layer

_BESIDE = {
    "finding": ("segment", "object_id"),
    "pole_code": ("pole", "pole_id"),
    "rule": ("rule", "id"),
    "threshold": ("threshold", "id"),
    "tidying_event": ("segment", "segment_id"),
    "waiver": ("waiver", "id"),
}
"""Tables that are no layer: the layer of whose objects they tell, the column with the object's id."""


@dataclass(frozen=True)
class Table:
    """A history table: its number in the order of changes, and the column with the object's id.

    `layer` is the layer whose main table it is, None for those beside it; `belongs_to` is the
    layer's key in either case.
    """

    name: str
    place: int
    key: str
    belongs_to: str
    layer: Layer | None = None

    @property
    def geometry(self) -> bool:
        """Tell whether its rows have a geometry."""
        return self.layer is not None and self.layer.geometry is not None


def tables_of(key: str | None = None) -> list[Table]:
    """Return the history tables of a layer with its private and other companions, or all of them.

    `rule` and `threshold` can be asked for like layers.

    Raises:
        NotFoundError: there is no such layer.
    """
    if key not in (None, "rule", "threshold", "waiver"):
        layer_of(str(key))
    found: list[tuple[str, str, str, Layer | None]] = [
        (layer.table, "id", layer.key, layer) for layer in LAYERS.values()
    ]
    found += [
        (layer.private_table, f"{layer.key}_id", layer.key, None)
        for layer in LAYERS.values()
        if layer.private_table
    ]
    found += [(name, column, layer, None) for name, (layer, column) in _BESIDE.items()]
    tables = [
        Table(name, place, column, belongs_to, layer)
        for place, (name, column, belongs_to, layer) in enumerate(sorted(found, key=lambda entry: entry[0]))
    ]
    return [table for table in tables if key in (None, table.belongs_to)]
