"""What becomes of a file's columns: fields of the layer, own fields of the owner, or nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from gisreg.importing import admin
from gisreg.importing.facts import Facts
from gisreg.importing.mapping import DROP, OWN, importable, match_columns, propose
from gisreg.importing.request import ImportReport, ImportRequest
from gisreg.importing.table import FeatureTable
from gisreg.importing.text import folded
from layers import FieldType, Layer

_ORDINALS = {"stt", "tt", "sothutu", "importreason", "importremedy", "importrow"}
"""Columns in which a sheet counts its own rows, or a file of rejected rows tells why; left out unless
they are asked for."""

_NUMBERS = (FieldType.NUMBER, FieldType.INTEGER)


@dataclass(frozen=True)
class ColumnPlan:
    """The columns of one file.

    `mapped`: field -> column; `own`: columns that are kept as the owner's own; `left`: the others;
    `exported`: the column in which an export of ours holds own fields; `coded`: columns of codes that make
    the key; `measures`: columns of numbers.
    """

    layer: Layer
    mapped: dict[str, str]
    own: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    exported: str | None = None
    coded: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()

    def facts(self) -> Facts:
        """Return what is to be found out about the columns, with nothing seen yet."""
        return Facts(self.measures, self.own, self.coded)

    def tell(self, report: ImportReport, asked: ImportRequest, filled: Collection[str]) -> None:
        """Report what became of the columns that hold anything."""
        stated = {folded(name) for name in asked.columns.fields}
        report.columns = dict(self.mapped)
        report.own_columns = tuple(name for name in self.own if name in filled)
        report.dropped = tuple(name for name in self.left if name in filled)
        rest = [name for name in (*self.own, *self.left) if name in filled and folded(name) not in stated]
        report.proposals = propose(self.layer, rest, self.mapped)


def plan_columns(table: FeatureTable, layer: Layer, asked: ImportRequest) -> ColumnPlan:
    """Return what becomes of a table's columns; of units, the columns that their names tell are added to it.

    Raises:
        UsageError: what is stated about a column cannot be.
    """
    if table.ready:
        return ColumnPlan(layer, {name: name for name in table.columns})
    mapped = match_columns(layer, table.attributes, asked.columns.fields)
    if layer.key == "admin_unit":
        mapped = admin.complete(table, mapped)
    fields = {field.name: field for field in importable(layer)}
    stated = {folded(name): what for name, what in asked.columns.fields.items()}
    # Columns of an export of ours that are no business of the file (id, version, counts) are nobody's own.
    ours = {field.name for field in layer.fields}
    rest = [name for name in table.attributes if name not in mapped.values() and name not in ours]
    own = [
        name
        for name in rest
        if "extra" in fields
        and stated.get(folded(name)) != DROP
        and not (folded(name) in _ORDINALS and stated.get(folded(name)) != OWN)
    ]
    return ColumnPlan(
        layer,
        mapped,
        own=tuple(own),
        left=tuple(name for name in rest if name not in own),
        exported="extra" if "extra" in fields and "extra" in table.columns else None,
        coded=tuple(
            mapped[name]
            for name in layer.natural_key
            if name in mapped and fields[name].type is FieldType.TEXT
        ),
        measures=tuple(column for name, column in mapped.items() if fields[name].type in _NUMBERS),
    )
