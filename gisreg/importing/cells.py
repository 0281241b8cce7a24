"""The cells of a table's columns as values of fields, with every cell that means nothing noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from gisreg.importing import codes, numbers, units
from gisreg.importing.problems import Problems
from gisreg.importing.request import ImportRequest
from gisreg.importing.table import FeatureTable
from gisreg.importing.target import KnownCodes
from gisreg.importing.text import clean, folded
from gisreg.importing.values import Manner, convert_column
from layers import Field

_SHOWN = 60
_SEVERAL = 2

_SIGNS = {"comma": numbers.Sign.COMMA, "point": numbers.Sign.POINT}


@dataclass
class Cells:
    """What converts a table's columns.

    `owners`: organisation id by folded code, name or alias; `wrong`: field -> places of rows whose cell
    means nothing for it.
    """

    table: FeatureTable
    owners: Mapping[str, int]
    asked: ImportRequest
    problems: Problems
    wrong: dict[str, set[int]] = dataclass_field(default_factory=dict)

    def convert(self, field: Field, column: str) -> list[Any]:
        """Return a column's values for a field, None where a cell is empty or means nothing."""
        cells = self.table.columns[column]
        if column in self.table.ready:
            return cells
        if field.references == "organisation":
            return self._owner_ids(field, column)
        values, wrong = convert_column(field, cells, self._manner(field, column))
        for index, expected in wrong.items():
            shown = str(cells[index])[:_SHOWN]
            self._note(field, index, f"{column} = {shown!r}: {expected}.", f"Correct {column}.")
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
        cells = self.table.columns[column]
        faults, warnings = codes.spoilt(column, cells)
        suspected = [str(clean(cells[index])) for index, _, _ in (*faults, *warnings)]
        right = known(suspected) if suspected else frozenset()
        for index, what, remedy in faults:
            if str(clean(cells[index])) not in right:
                self.problems.add(self.table.rows[index], what, remedy, index)
        self.table.warnings += [one for one in warnings if str(clean(cells[one[0]])) not in right]

    def _manner(self, field: Field, column: str) -> Manner:
        stated = {folded(name): unit for name, unit in self.asked.columns.units.items()}
        in_header = units.of_header(column) if field.unit and units.known(field.unit) else None
        words = self._by_field(field)
        return Manner(
            sign=_SIGNS.get(self.asked.table.decimal or ""),
            unit=stated.get(folded(column), in_header),
            month_first=self.asked.table.dates == "mdy",
            words={folded(text): code for text, code in words.items()},
        )

    def _by_field(self, field: Field) -> Mapping[str, str]:
        values = self.asked.columns.values
        return values.get(field.name) or values.get(field.name.removesuffix("_id")) or {}

    def _owner_ids(self, field: Field, column: str) -> list[int | None]:
        stated = {folded(text): folded(code) for text, code in self._by_field(field).items()}
        found: list[int | None] = []
        for index, cell in enumerate(self.table.columns[column]):
            name = clean(cell)
            spelling = folded(name or "")
            found.append(None if name is None else self.owners.get(stated.get(spelling, spelling)))
            if name is not None and found[-1] is None:
                self._note(
                    field,
                    index,
                    f"{column} = {name[:_SHOWN]!r} is no organisation of the registry.",
                    "Add the organisation, or its spelling to the aliases of the one that is meant.",
                )
        return found

    def _note(self, field: Field, index: int, what: str, remedy: str) -> None:
        self.wrong.setdefault(field.name, set()).add(index)
        self.problems.add(self.table.rows[index], what, remedy, index)
