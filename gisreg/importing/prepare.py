"""From features as read to rows as the registry wants them: columns mapped, every cell converted."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gisreg.errors import InvalidInputError
from gisreg.importing import admin
from gisreg.importing.cells import Cells
from gisreg.importing.mapping import DROP, OWN, importable, match_columns, propose
from gisreg.importing.own_fields import own_fields
from gisreg.importing.problems import Problems
from gisreg.importing.request import ImportReport, ImportRequest
from gisreg.importing.table import FeatureTable, Geometries
from gisreg.importing.target import KnownCodes
from gisreg.importing.text import folded
from layers import Field, FieldType, Layer

ORDINALS = {"stt", "tt", "sothutu", "importreason", "importremedy", "importrow"}
"""Columns in which a sheet counts its own rows, or a file of rejected rows tells why; left out unless
they are asked for."""


@dataclass
class Rows:
    """n rows on their way into the registry.

    `labels`: n names for messages; `values`: field -> n values of the field's type; `geometry`: n
    geometries in EPSG:4326; `once`: fields that only a new object takes (where it came from);
    `numbers`: n places in the table as read, which stay when rows are left out; `unsure`: places of
    rows whose key could not be read.
    """

    labels: list[str]
    values: dict[str, list[Any]]
    geometry: Geometries
    once: frozenset[str] = frozenset()
    numbers: list[int] = field(default_factory=list)
    unsure: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        """Number the rows where nobody has."""
        self.numbers = self.numbers or list(range(len(self.labels)))

    def without(self, numbers: Container[int]) -> Rows:
        """Return the rows but those whose place in the table is among `numbers`."""
        kept = [i for i, number in enumerate(self.numbers) if number not in numbers]
        if len(kept) == len(self):
            return self
        return Rows(
            [self.labels[i] for i in kept],
            {name: [cells[i] for i in kept] for name, cells in self.values.items()},
            self.geometry[np.array(kept, dtype=int)],
            self.once,
            [self.numbers[i] for i in kept],
        )

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.labels)


def _none(_codes: Sequence[str]) -> frozenset[str]:
    return frozenset()


def prepare(
    table: FeatureTable,
    layer: Layer,
    constants: Mapping[str, Any],
    owners: Mapping[str, int],
    problems: Problems,
    report: ImportReport,
    request: ImportRequest | None = None,
    known_codes: KnownCodes = _none,
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
        known_codes: returns those of some codes that objects of the registry have.
    """
    asked = request or ImportRequest(layer.key, Path(report.file))
    fields = {field.name: field for field in importable(layer)}
    mapped = _columns(table, layer, asked)
    for index, what, remedy in (*table.faults, *table.damaged):
        problems.add(table.rows[index], what, remedy, index)
    cells = Cells(table, owners, asked, problems)
    for name in _only_by_name(mapped, fields, cells, asked, report):
        del mapped[name]
    values = {name: cells.convert(fields[name], column) for name, column in mapped.items()}
    key_columns = {mapped[name]: name for name in layer.natural_key if name in mapped}
    if not table.ready:
        for column, name in key_columns.items():
            if fields[name].type is FieldType.TEXT:
                cells.check_codes(column, known_codes)
    for name, constant in constants.items():
        values[name] = [constant if cell is None else cell for cell in values.get(name, [None] * len(table))]
    if not table.ready:
        _keep_own(table, layer, mapped, values, asked, report)
    unsure = frozenset(index for name in layer.natural_key for index in cells.wrong.get(name, ()))
    return Rows(_labels(table, layer, values), values, table.geometry, unsure=unsure)


def _only_by_name(
    mapped: Mapping[str, str],
    fields: Mapping[str, Field],
    cells: Cells,
    asked: ImportRequest,
    report: ImportReport,
) -> list[str]:
    """Return the fields that a column has the name of, but no value: `Tình trạng` with remarks is no status.

    Each is told. Where the user says that the column is that field, its values are wrong instead.
    """
    stated = {folded(name) for name in asked.columns.fields}
    found = []
    for name, column in mapped.items():
        codelist = fields[name].codelist
        if codelist is None or folded(column) in stated or not cells.means_nothing(fields[name], column):
            continue
        found.append(name)
        report.notes.append(
            f"{column} is not taken for {name}: none of its values is one of {', '.join(codelist.values)}. "
            f'If it is that: --map "{column}={name}", with a profile that says what its values mean.'
        )
    return found


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
        and not (folded(name) in ORDINALS and stated.get(folded(name)) != OWN)
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


def originate(rows: Rows, source: str) -> None:
    """Say where new objects come from, unless the file or the request does."""
    said = {"source": source, "position_method": "imported"}
    rows.once = frozenset(said.keys() - rows.values.keys())
    for name in rows.once:
        rows.values[name] = [said[name]] * len(rows)


def require(rows: Rows, needed: list[str], file: str, problems: Problems) -> None:
    """Note the rows that lack a field they cannot do without (NOT NULL and no default).

    Raises:
        InvalidInputError: a field has neither a column nor a constant.
    """
    missing = [name for name in needed if name not in rows.values]
    if missing:
        raise no_column(file, missing)
    for name in needed:
        require_of(rows, name, set(rows.numbers) - problems.rows, problems)


def require_of(rows: Rows, name: str, numbers: Container[int], problems: Problems) -> set[int]:
    """Note those of the rows with these numbers that lack a field; return their numbers."""
    cells = rows.values.get(name, [None] * len(rows))
    lacking = set()
    for label, number, cell in zip(rows.labels, rows.numbers, cells, strict=True):
        if cell is None and number in numbers:
            lacking.add(number)
            remedy = f"Fill in {name}, or give it with --set {name}=..."
            problems.add(label, f"{name} is empty.", remedy, number)
    return lacking


def no_column(file: str, missing: Sequence[str]) -> InvalidInputError:
    """Return the error that a file has no columns for fields that every row needs."""
    return InvalidInputError(
        f"{file}: has no column for {', '.join(missing)}.",
        hint="Add the column, or give every row the same value: "
        + " ".join(f"--set {name}=..." for name in missing),
    )


def _exported_extra(cell: object) -> dict[str, Any]:
    """Return an owner's own columns as an export of ours holds them: one JSON object a cell."""
    try:
        found = json.loads(cell) if isinstance(cell, str) else cell
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    return {} if cell is None or not str(cell).strip() else {"extra": cell}


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
