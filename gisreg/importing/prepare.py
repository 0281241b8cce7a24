"""From features as read to rows as the registry wants them: columns mapped, every cell converted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gisreg.errors import InvalidInputError
from gisreg.importing import admin
from gisreg.importing.mapping import importable, match_columns
from gisreg.importing.problems import Problems
from gisreg.importing.request import ImportReport
from gisreg.importing.table import FeatureTable, Geometries
from gisreg.importing.text import clean, folded
from gisreg.importing.values import convert_column
from layers import Field, Layer


@dataclass
class Rows:
    """n rows on their way into the registry.

    `labels`: n names for messages; `values`: field -> n values of the field's type; `geometry`: n
    geometries in EPSG:4326; `once`: fields that only a new object takes (where it came from).
    """

    labels: list[str]
    values: dict[str, list[Any]]
    geometry: Geometries
    once: frozenset[str] = frozenset()

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
) -> Rows:
    """Map columns to fields, convert cells, put in constants.

    Args:
        table: the features as read.
        layer: the layer imported into.
        constants: field -> value for rows where the file says nothing.
        owners: organisation id by folded code, name or alias.
        problems: takes every cell that means nothing for its field.
        report: takes which columns became which fields, and which were kept as the owner's own.
    """
    fields = {field.name: field for field in importable(layer)}
    mapped = _columns(table, layer)
    values = {
        name: _convert(fields[name], column, table, owners, problems) for name, column in mapped.items()
    }
    for name, constant in constants.items():
        values[name] = [constant if cell is None else cell for cell in values.get(name, [None] * len(table))]
    # Columns of an export of ours that are no business of the file (id, version, counts) are nobody's own.
    ours = {field.name for field in layer.fields}
    own = [name for name in table.columns if name not in mapped.values() and name not in ours]
    if not table.ready:
        report.columns = mapped
        report.own_columns = tuple(own)
        exported = table.columns.get("extra", [None] * len(table))
        if "extra" in fields and (own or any(cell is not None for cell in exported)):
            values["extra"] = [
                (
                    _exported_extra(exported[i])
                    | {
                        str(clean(name)): clean(cell) if isinstance(cell, str) else cell
                        for name in own
                        if (cell := table.columns[name][i]) is not None
                    }
                )
                or None
                for i in range(len(table))
            ]
    return Rows(_labels(table, layer, values), values, table.geometry)


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
        raise InvalidInputError(
            f"{file}: has no column for {', '.join(missing)}.",
            hint="Add the column, or give every row the same value: "
            + " ".join(f"--set {name}=..." for name in missing),
        )
    for name in needed:
        empty = [rows.labels[i] for i, value in enumerate(rows.values[name]) if value is None]
        problems.add_all(empty, f"{name} is empty.", f"Fill in {name}, or give it with --set {name}=...")


def _exported_extra(cell: object) -> dict[str, Any]:
    """Return an owner's own columns as an export of ours holds them: one JSON object a cell."""
    try:
        found = json.loads(cell) if isinstance(cell, str) else cell
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    return {} if cell is None else {"extra": cell}


def _columns(table: FeatureTable, layer: Layer) -> dict[str, str]:
    if table.ready:
        return {name: name for name in table.columns}
    mapped = match_columns(layer, table.columns)
    return admin.complete(table, mapped) if layer.key == "admin_unit" else mapped


def _convert(
    field: Field, column: str, table: FeatureTable, owners: Mapping[str, int], problems: Problems
) -> list[Any]:
    cells = table.columns[column]
    if column in table.ready:
        return cells
    if field.references == "organisation":
        return _owner_ids(column, table, owners, problems)
    values, wrong = convert_column(field, cells)
    for index, expected in wrong.items():
        problems.add(
            table.rows[index], f"{column} = {str(cells[index])!r}: {expected}.", f"Correct {column}."
        )
    return values


def _owner_ids(
    column: str, table: FeatureTable, owners: Mapping[str, int], problems: Problems
) -> list[int | None]:
    found: list[int | None] = []
    for row, cell in zip(table.rows, table.columns[column], strict=True):
        name = clean(cell)
        found.append(None if name is None else owners.get(folded(name)))
        if name is not None and found[-1] is None:
            problems.add(
                row,
                f"{column} = {name!r} is no organisation of the registry.",
                "Add the organisation, or its spelling to the aliases of the one that is meant.",
            )
    return found


def _labels(table: FeatureTable, layer: Layer, values: Mapping[str, list[Any]]) -> list[str]:
    """Return the rows' labels with their code or name, so that they are found again in the file."""
    shown = next((name for name in ("gso_code", "code", "name") if name in values), None)
    if shown is None or table.ready:
        return table.rows
    return [
        row if value is None else f"{row} ({value})"
        for row, value in zip(table.rows, values[shown], strict=True)
    ]
