"""The cells of a table's columns as values of fields, with every cell that means nothing noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field

import pyarrow as pa

from gisreg.importing import codes, numbers, units
from gisreg.importing.arrow_cells import by_distinct, convert_array
from gisreg.importing.distinct import distinct, has_any
from gisreg.importing.facts import Facts
from gisreg.importing.problems import Problems
from gisreg.importing.request import ImportRequest
from gisreg.importing.table import Column, FeatureTable
from gisreg.importing.target import KnownCodes
from gisreg.importing.text import clean, folded
from gisreg.importing.values import Manner, by_value, convert_column
from gisreg.said import MeaninglessError, Said, correct, of_cell
from layers import Field

_SHOWN = 60
_SEVERAL = 2

_ADD_OWNER = Said(
    "Thêm đơn vị ấy vào sổ, hoặc thêm cách viết này vào tên gọi khác của đơn vị đúng.",
    "Add the organisation, or its spelling to the aliases of the one that is meant.",
)

_SIGNS = {"comma": numbers.Sign.COMMA, "point": numbers.Sign.POINT}


@dataclass
class Cells:
    """What converts a table's columns.

    `owners`: organisation id by folded code, name or alias; `facts`: what is known of the file's columns;
    `wrong`: field -> numbers of rows whose cell means nothing for it; `meant`, `meaningless`: columns of a
    codelist, of a part of a file, in which some cell is one of its values, and those in which none is.
    """

    table: FeatureTable
    owners: Mapping[str, int]
    asked: ImportRequest
    problems: Problems
    facts: Facts
    wrong: dict[str, set[int]] = dataclass_field(default_factory=dict)
    meant: set[str] = dataclass_field(default_factory=set)
    meaningless: set[str] = dataclass_field(default_factory=set)

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
            self._see(field, column, values)
        remedy = correct(column)
        known: dict[tuple[str, int], Said] = {}  # rows of the same cell share what is said of it
        for index, expected in wrong.items():
            shown = self._shown(column, index)
            key = (shown, id(expected))
            if key not in known:
                known[key] = of_cell(column, shown, expected)
            self._note(field, index, known[key], remedy)
        return values

    def means_nothing(self, field: Field, column: str) -> bool:
        """Tell whether a column has several different values, and none of them is one of the field's."""
        cells = self.table.columns[column]
        filled = {clean(cell) for cell in cells} - {None}
        if column in self.table.ready or len(filled) < _SEVERAL:
            return False
        _, wrong = convert_column(field, cells, self._manner(field, column))
        return len({clean(cells[index]) for index in wrong}) == len(filled)

    def check_codes(self, column: str, known: KnownCodes) -> None:
        """Note codes that a spreadsheet program has spoilt; codes that the registry has already are none.

        Args:
            column: the column of codes.
            known: returns those of some codes that objects of the registry have.
        """
        cells: Column = self.table.columns[column]
        faults, warnings = codes.spoilt(column, cells, self.facts.digits(column))
        suspected = [self._code(column, index) for index, _, _ in (*faults, *warnings)]
        right = known(suspected) if suspected else frozenset()
        for index, what, remedy in faults:
            if self._code(column, index) not in right:
                self.problems.add(self.table.rows[index], what, remedy, self.table.first + index)
        self.table.warnings += [one for one in warnings if self._code(column, one[0]) not in right]

    def _see(self, field: Field, column: str, values: pa.Array) -> None:
        """Note of a column of codes whether any of its cells is one."""
        if field.codelist is None:
            return
        if has_any(values):
            self.meant.add(column)
        elif any(clean(cell) is not None for cell in distinct(self.table.columns[column]).to_pylist()):
            self.meaningless.add(column)

    def _code(self, column: str, index: int) -> str:
        return str(clean(self._cell(column, index)))

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
                raise MeaninglessError(_no_owner(column, name[:_SHOWN]))
            return found

        cells: Column = self.table.columns[column]
        found, wrong = (by_value if isinstance(cells, list) else by_distinct)(cells, owner_of, pa.int64())
        for index, what in wrong.items():
            self._note(field, index, what, _ADD_OWNER)
        return found

    def _shown(self, column: str, index: int) -> str:
        return str(self._cell(column, index))[:_SHOWN]

    def _cell(self, column: str, index: int) -> object:
        cell = self.table.columns[column][index]
        return cell.as_py() if isinstance(cell, pa.Scalar) else cell

    def _note(self, field: Field, index: int, what: Said, remedy: Said) -> None:
        number = self.table.first + index
        self.wrong.setdefault(field.name, set()).add(number)
        self.problems.add(self.table.rows[index], what, remedy, number)


def _no_owner(column: str, name: str) -> Said:
    return Said(
        "{0} = {1!r} không phải là đơn vị nào trong sổ.",
        "{0} = {1!r} is no organisation of the registry.",
        (column, name),
    )
