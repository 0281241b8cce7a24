"""From features as read to rows as the registry wants them: columns mapped, every cell converted."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gisreg.errors import InvalidInputError
from gisreg.importing.cells import Cells
from gisreg.importing.column_plan import ColumnPlan, plan_columns
from gisreg.importing.distinct import unfolded
from gisreg.importing.facts import Facts
from gisreg.importing.mapping import importable
from gisreg.importing.own_fields import own_fields, own_json
from gisreg.importing.problems import Problems
from gisreg.importing.request import ImportReport, ImportRequest
from gisreg.importing.table import Column, FeatureTable, Geometries, picked
from gisreg.importing.target import KnownCodes
from gisreg.said import Said, both
from layers import Layer


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

    def without(self, numbers: Collection[int]) -> Rows:
        """Return the rows but those whose place in the file is among `numbers`."""
        if not numbers:
            return self
        return self._chosen([i for i, number in enumerate(self.numbers) if number not in numbers])

    def among(self, numbers: Collection[int]) -> Rows:
        """Return the rows whose place in the file is among `numbers`."""
        return self._chosen(
            [i for i, number in enumerate(self.numbers) if number in numbers] if numbers else []
        )

    def _chosen(self, kept: list[int]) -> Rows:
        if len(kept) == len(self):
            return self
        return Rows(
            [self.labels[i] for i in kept],
            {name: picked(cells, np.array(kept, dtype=np.int64)) for name, cells in self.values.items()},
            self.geometry[np.array(kept, dtype=int)],
            self.once,
            [self.numbers[i] for i in kept],
            self.unsure,
            self.same,
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
) -> Rows:
    """Map the columns of a whole file to fields, convert cells, put in constants.

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
    facts = Facts((), (), ())
    plan = plan_columns(table, layer, asked, Cells(table, owners, asked, problems, facts).means_nothing)
    facts = plan.facts()
    facts.add(table.columns)
    if not table.ready:
        plan.tell(report, asked, facts.filled)
    return prepare_part(table, plan, facts, constants, Cells(table, owners, asked, problems, facts))


def prepare_part(
    table: FeatureTable,
    plan: ColumnPlan,
    facts: Facts,
    constants: Mapping[str, Any],
    cells: Cells,
    known_codes: KnownCodes = _none,
) -> Rows:
    """Do the same for a part of a file, by what is known of the whole.

    Args:
        table: some of its features.
        plan: what becomes of the columns.
        facts: what is known of them.
        constants: field -> value for rows where the file says nothing.
        cells: converts this table's cells.
        known_codes: returns those of some codes that objects of the registry have.
    """
    fields = {field.name: field for field in importable(plan.layer)}
    for index, what, remedy in (*table.faults, *table.damaged):
        cells.problems.add(table.rows[index], what, remedy, table.first + index)
    values: dict[str, Any] = {
        name: cells.convert(fields[name], column) for name, column in plan.mapped.items()
    }
    for column in plan.coded:
        cells.check_codes(column, known_codes)
    same = {}
    for name, constant in constants.items():
        if name in values:
            values[name] = _filled(values[name], constant)
        else:
            same[name] = constant
    own = _own(table, plan, facts)
    if own is not None:
        values["extra"] = own
    unsure = frozenset(index for name in plan.layer.natural_key for index in cells.wrong.get(name, ()))
    return Rows(
        _labels(table, plan.layer, values),
        values,
        table.geometry,
        numbers=range(table.first, table.first + len(table)),
        unsure=unsure,
        same=same,
    )


def _filled(cells: Column, constant: Any) -> Column:
    if isinstance(cells, list):
        return [constant if cell is None else cell for cell in cells]
    if not cells.null_count:
        return cells
    plain = unfolded(cells)
    return pc.fill_null(plain, pa.scalar(constant, plain.type))


def _own(table: FeatureTable, plan: ColumnPlan, facts: Facts) -> Column | None:
    """Return what the owner keeps of each row, None where there is nothing to keep."""
    columns = {name: table.columns[name] for name in plan.own if name in facts.filled}
    kept = {name: facts.kept(name) for name in columns}
    if plan.exported is None:
        if not columns:
            return None
        if all(isinstance(cells, pa.Array) for cells in columns.values()):
            return own_json(columns, kept)
        return own_fields(columns, kept, len(table))
    exported = table.columns[plan.exported]
    before = exported if isinstance(exported, list) else exported.to_pylist()
    own = own_fields(columns, kept, len(table))
    return [(_exported_extra(cell) | row) or None for cell, row in zip(before, own, strict=True)]


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
    missing = [name for name in needed if name not in rows.values and name not in rows.same]
    if missing:
        raise no_column(file, missing)
    known = problems.rows
    for name in needed:
        if name in rows.same:
            continue
        empty = [place for place in _empty(rows.values[name]) if rows.numbers[place] not in known]
        what, remedy = lacks(name)
        for place in empty:
            problems.add(rows.labels[place], what, remedy, rows.numbers[place])


def lacks(name: str) -> tuple[Said, Said]:
    """Return what is wrong with a row that lacks a field, and what to do."""
    return Said("{0} để trống.", "{0} is empty.", (name,)), Said(
        "Điền {0}, hoặc cho mọi dòng bằng --set {0}=...",
        "Fill in {0}, or give it with --set {0}=...",
        (name,),
    )


def _empty(cells: Column) -> list[int]:
    if isinstance(cells, list):
        return [place for place, cell in enumerate(cells) if cell is None]
    found: list[int] = pc.indices_nonzero(pc.is_null(cells)).to_pylist()
    return found


def no_column(file: str, missing: Sequence[str]) -> InvalidInputError:
    """Return the error that a file has no columns for fields that every row needs."""
    given = " ".join(f"--set {name}=..." for name in missing)
    return InvalidInputError(
        both(
            f"{file}: không có cột cho {', '.join(missing)}.",
            f"{file}: has no column for {', '.join(missing)}.",
        ),
        hint=both(
            f"Hãy thêm cột, hoặc cho mọi dòng cùng một giá trị: {given}",
            f"Add the column, or give every row the same value: {given}",
        ),
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


def _labels(table: FeatureTable, layer: Layer, values: Mapping[str, Any]) -> Sequence[str]:
    """Return the rows' labels with their code or name, so that they are found again in the file."""
    shown = next((name for name in ("gso_code", "code", "name") if name in values), None)
    if shown is None or table.ready:
        return table.rows
    return Labels(table.rows, values[shown])


class Labels(Sequence[str]):
    """What rows are called with a value of theirs, made when they are asked for."""

    def __init__(self, rows: Sequence[str], shown: Column) -> None:
        """Name n rows after n values."""
        self._rows, self._shown = rows, shown

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        """Return one label, or several."""
        if isinstance(place, slice):
            return [self[one] for one in range(len(self))[place]]
        cell = self._shown[int(place)]
        value = cell.as_py() if isinstance(cell, pa.Scalar) else cell
        return self._rows[place] if value is None else f"{self._rows[place]} ({value})"

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._rows)
