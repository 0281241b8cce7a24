"""From features as read to rows as the registry wants them: columns mapped, every cell converted."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from gisreg.errors import InvalidInputError
from gisreg.importing import admin
from gisreg.importing.cells import Cells
from gisreg.importing.mapping import DROP, OWN, importable, match_columns, propose
from gisreg.importing.own_fields import own_fields
from gisreg.importing.problems import Problems
from gisreg.importing.request import ImportReport, ImportRequest
from gisreg.importing.table import Column, FeatureTable, Geometries
from gisreg.importing.text import folded
from layers import FieldType, Layer

_ORDINALS = {"stt", "tt", "sothutu", "importreason", "importremedy", "importrow"}
"""Columns in which a sheet counts its own rows, or a file of rejected rows tells why; left out unless
they are asked for."""


@dataclass
class Rows:
    """n rows on their way into the registry.

    `labels`: n names for messages; `values`: field -> n values of the field's type; `geometry`: n
    geometries in EPSG:4326, or points; `once`: fields that only a new object takes (where it came from);
    `numbers`: n places in the file as read, which stay when rows are left out; `unsure`: those of
    rows whose key could not be read; `same`: field -> value of all rows of the file.
    """

    labels: Sequence[str]
    values: dict[str, Any]
    geometry: Geometries
    once: frozenset[str] = frozenset()
    numbers: Sequence[int] = ()
    unsure: frozenset[int] = frozenset()
    same: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Number the rows where nobody has."""
        self.numbers = self.numbers or range(len(self.labels))

    def column(self, name: str) -> Column:
        """Return a field's n values; None where nothing is said of it."""
        if name in self.values:
            column: Column = self.values[name]
            return column
        return [self.same.get(name)] * len(self)

    def without(self, numbers: Container[int]) -> Rows:
        """Return the rows but those whose place in the file is among `numbers`."""
        return self._chosen([i for i, number in enumerate(self.numbers) if number not in numbers])

    def among(self, numbers: Container[int]) -> Rows:
        """Return the rows whose place in the file is among `numbers`."""
        return self._chosen([i for i, number in enumerate(self.numbers) if number in numbers])

    def _chosen(self, kept: list[int]) -> Rows:
        if len(kept) == len(self):
            return self
        return Rows(
            [self.labels[i] for i in kept],
            {name: _picked(cells, kept) for name, cells in self.values.items()},
            self.geometry[np.array(kept, dtype=int)],
            self.once,
            [self.numbers[i] for i in kept],
            self.unsure,
            self.same,
        )

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.labels)


def prepare(
    table: FeatureTable,
    layer: Layer,
    constants: Mapping[str, Any],
    owners: Mapping[str, int],
    problems: Problems,
    report: ImportReport,
    request: ImportRequest | None = None,
) -> Rows:
    """Map columns to fields, convert cells, put in constants.

    Args:
        table: the features as read.
        layer: the layer imported into.
        constants: field -> value for rows where the file says nothing.
        owners: organisation id by folded code, name or alias.
        problems: takes every cell that means nothing for its field.
        report: takes which columns became which fields, which were kept as the owner's own, which not.
        request: says what columns mean and how cells are written; None: as their names say.
    """
    asked = request or ImportRequest(layer.key, Path(report.file))
    fields = {field.name: field for field in importable(layer)}
    mapped = _columns(table, layer, asked)
    for index, what, remedy in table.faults:
        problems.add(table.rows[index], what, remedy, index)
    cells = Cells(table, owners, asked, problems)
    values = {name: cells.convert(fields[name], column) for name, column in mapped.items()}
    key_columns = {mapped[name]: name for name in layer.natural_key if name in mapped}
    if not table.ready:
        for column, name in key_columns.items():
            if fields[name].type is FieldType.TEXT:
                cells.check_codes(column)
    for name, constant in constants.items():
        values[name] = [constant if cell is None else cell for cell in values.get(name, [None] * len(table))]
    if not table.ready:
        _keep_own(table, layer, mapped, values, asked, report)
    unsure = frozenset(index for name in layer.natural_key for index in cells.wrong.get(name, ()))
    return Rows(_labels(table, layer, values), values, table.geometry, unsure=unsure)


def _keep_own(
    table: FeatureTable,
    layer: Layer,
    mapped: Mapping[str, str],
    values: dict[str, list[Any]],
    asked: ImportRequest,
    report: ImportReport,
) -> None:
    """Keep columns that are no field as the owner's own, where the layer has such, and report them."""
    stated = {folded(name): what for name, what in asked.columns.fields.items()}
    # Columns of an export of ours that are no business of the file (id, version, counts) are nobody's own.
    ours = {field.name for field in layer.fields}
    rest = [
        name
        for name, cells in table.attributes.items()
        if name not in mapped.values() and name not in ours and any(cell is not None for cell in cells)
    ]
    has_extra = any(field.name == "extra" for field in importable(layer))
    own = [
        name
        for name in rest
        if has_extra
        and stated.get(folded(name)) != DROP
        and not (folded(name) in _ORDINALS and stated.get(folded(name)) != OWN)
    ]
    report.columns = dict(mapped)
    report.own_columns = tuple(own)
    report.dropped = tuple(name for name in rest if name not in own)
    report.proposals = propose(layer, [name for name in rest if folded(name) not in stated], mapped)
    if own:
        values["extra"] = own_fields({name: table.columns[name] for name in own}, len(table))
    exported = table.columns.get("extra")
    if has_extra and exported is not None:
        kept = values["extra"] if own else [None] * len(table)
        values["extra"] = [
            (_exported_extra(cell) | (kept[index] or {})) or None for index, cell in enumerate(exported)
        ]


def _picked(cells: Column, kept: list[int]) -> Column:
    return [cells[i] for i in kept] if isinstance(cells, list) else cells.take(pa.array(kept, pa.int64()))


def originate(rows: Rows, source: str) -> None:
    """Say where new objects come from, unless the file or the request does."""
    said = {"source": source, "position_method": "imported"}
    rows.once = frozenset(said.keys() - rows.values.keys() - rows.same.keys())
    rows.same = rows.same | {name: said[name] for name in rows.once}


def require(rows: Rows, needed: list[str], file: str, problems: Problems) -> None:
    """Note the rows that lack a field they cannot do without (NOT NULL and no default).

    Raises:
        InvalidInputError: a field has neither a column nor a constant.
    """
    missing = [name for name in needed if name not in rows.values]
    if missing:
        raise InvalidInputError(
            f"{file}: has no column for {', '.join(missing)}.",
            hint="Add the column, or give every row the same value: "
            + " ".join(f"--set {name}=..." for name in missing),
        )
    known = problems.rows
    for name in needed:
        empty = [i for i, value in enumerate(rows.values[name]) if value is None and i not in known]
        remedy = f"Fill in {name}, or give it with --set {name}=..."
        problems.add_all(rows.labels, empty, f"{name} is empty.", remedy)


def _exported_extra(cell: object) -> dict[str, Any]:
    """Return an owner's own columns as an export of ours holds them: one JSON object a cell."""
    try:
        found = json.loads(cell) if isinstance(cell, str) else cell
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    return {} if cell is None else {"extra": cell}


def _columns(table: FeatureTable, layer: Layer, asked: ImportRequest) -> dict[str, str]:
    if table.ready:
        return {name: name for name in table.columns}
    mapped = match_columns(layer, table.attributes, asked.columns.fields)
    return admin.complete(table, mapped) if layer.key == "admin_unit" else mapped


def _labels(table: FeatureTable, layer: Layer, values: Mapping[str, list[Any]]) -> list[str]:
    """Return the rows' labels with their code or name, so that they are found again in the file."""
    shown = next((name for name in ("gso_code", "code", "name") if name in values), None)
    if shown is None or table.ready:
        return table.rows
    return [
        row if value is None else f"{row} ({value})"
        for row, value in zip(table.rows, values[shown], strict=True)
    ]
