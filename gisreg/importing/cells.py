"""The cells of a table's columns as values of fields, with every cell that means nothing noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field

import pyarrow as pa

from gisreg.importing import codes, numbers, units
from gisreg.importing.arrow_cells import by_distinct, convert_array
from gisreg.importing.facts import Facts
from gisreg.importing.problems import Problems
from gisreg.importing.request import ImportRequest
from gisreg.importing.table import Column, FeatureTable
from gisreg.importing.text import clean, folded
from gisreg.importing.values import Manner, by_value, convert_column
from layers import Field

_SHOWN = 60
_SIGNS = {"comma": numbers.Sign.COMMA, "point": numbers.Sign.POINT}


@dataclass
class Cells:
    """What converts a table's columns.

    `owners`: organisation id by folded code, name or alias; `facts`: what is known of the file's columns;
    `wrong`: field -> numbers of rows whose cell means nothing for it.
    """

    table: FeatureTable
    owners: Mapping[str, int]
    asked: ImportRequest
    problems: Problems
    facts: Facts
    wrong: dict[str, set[int]] = dataclass_field(default_factory=dict)

    def convert(self, field: Field, column: str) -> Column:
        """Return a column's values for a field, None where a cell is empty or means nothing."""
        cells: Column = self.table.columns[column]
        if column in self.table.ready:
            return cells
        if field.references == "organisation":
            return self._owner_ids(field, column)
        manner = self._manner(field, column)
        if isinstance(cells, list):
            values, wrong = convert_column(field, cells, manner)
        else:
            values, wrong = convert_array(field, cells, manner)
        for index, expected in wrong.items():
            shown = self._shown(column, index)
            self._note(field, index, f"{column} = {shown!r}: {expected}.", f"Correct {column}.")
        return values

    def check_codes(self, column: str) -> None:
        """Note codes that a spreadsheet program has spoilt."""
        faults, warnings = codes.spoilt(column, self.table.columns[column], self.facts.digits(column))
        for index, what, remedy in faults:
            self.problems.add(self.table.rows[index], what, remedy, self.table.first + index)
        self.table.warnings += warnings

    def _manner(self, field: Field, column: str) -> Manner:
        stated = {folded(name): unit for name, unit in self.asked.columns.units.items()}
        in_header = units.of_header(column) if field.unit and units.known(field.unit) else None
        words = self._by_field(field)
        return Manner(
            sign=_SIGNS.get(self.asked.table.decimal or "") or self.facts.sign(column),
            unit=stated.get(folded(column), in_header),
            month_first=self.asked.table.dates == "mdy",
            words={folded(text): code for text, code in words.items()},
        )

    def _by_field(self, field: Field) -> Mapping[str, str]:
        values = self.asked.columns.values
        return values.get(field.name) or values.get(field.name.removesuffix("_id")) or {}

    def _owner_ids(self, field: Field, column: str) -> Column:
        stated = {folded(text): folded(code) for text, code in self._by_field(field).items()}

        def owner_of(cell: object) -> int | None:
            name = clean(cell)
            if name is None:
                return None
            spelling = folded(name)
            found = self.owners.get(stated.get(spelling, spelling))
            if found is None:
                raise ValueError(name[:_SHOWN])
            return found

        cells: Column = self.table.columns[column]
        found, wrong = (by_value if isinstance(cells, list) else by_distinct)(cells, owner_of, pa.int64())
        for index, name in wrong.items():
            self._note(
                field,
                index,
                f"{column} = {name!r} is no organisation of the registry.",
                "Add the organisation, or its spelling to the aliases of the one that is meant.",
            )
        return found

    def _shown(self, column: str, index: int) -> str:
        cell = self.table.columns[column][index]
        return str(cell.as_py() if isinstance(cell, pa.Scalar) else cell)[:_SHOWN]

    def _note(self, field: Field, index: int, what: str, remedy: str) -> None:
        number = self.table.first + index
        self.wrong.setdefault(field.name, set()).add(number)
        self.problems.add(self.table.rows[index], what, remedy, number)
