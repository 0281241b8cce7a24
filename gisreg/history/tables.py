"""Which history tables there are, and to which layer each belongs."""

from __future__ import annotations

from dataclasses import dataclass

from gisreg.features.catalogue import layer_of
from layers import LAYERS, Layer

_BESIDE = {
    "admin_succession": ("admin_unit", "from_id"),
    "alert": ("alert", "id"),
    "api_key": ("account", "id"),
    "attachment_approval": ("attachment_approval", "id"),
    "attachment_approval_private": ("attachment_approval", "attachment_approval_id"),
    "contact": ("contact", "id"),
    "contact_absence": ("contact", "contact_id"),
    "dead_cable": ("dead_cable", "id"),
    "dead_cable_event": ("dead_cable", "dead_cable_id"),
    "finding": ("segment", "object_id"),
    "finding_note": ("finding_note", "id"),
    "import_profile": ("import_profile", "owner_id"),
    "person": ("account", "id"),
    "photo": ("photo", "id"),
    "plan_street": ("street", "street_id"),
    "pole_code": ("pole", "pole_id"),
    "pole_match": ("pole_match", "id"),
    "proposal": ("proposal", "id"),
    "proposal_event": ("proposal", "proposal_id"),
    "role_grant": ("account", "person_id"),
    "rule": ("rule", "id"),
    "temporary_licence": ("cable", "cable_id"),
    "threshold": ("threshold", "id"),
    "tidying_event": ("segment", "segment_id"),
    "waiver": ("waiver", "id"),
}
"""Tables that are no layer: what they tell of (a layer, or an own name), the column with that one's id."""

_OWN_NAMES = sorted({name for name, _ in _BESIDE.values()} - set(LAYERS))


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

    What is no layer can be asked for by its name: accounts, contacts, proposals, rules and so on.

    Raises:
        NotFoundError: there is no such layer.
    """
    if key is not None and key not in _OWN_NAMES:
        layer_of(key)
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
