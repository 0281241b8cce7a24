"""What can be said of a column only after all its cells were seen, gathered part by part."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace

from gisreg.importing import codes, numbers, units
from gisreg.importing.distinct import has_any, texts
from gisreg.importing.own_fields import As, NumbersAsText
from gisreg.importing.table import Column


@dataclass
class Facts:
    """What is known of a file's columns.

    `filled`: columns with any cell. What else is asked of a column depends on what it is for: `measures` are
    numbers of the registry, `own` are kept as the owner's own, `coded` are codes.
    """

    measures: Collection[str]
    own: Collection[str]
    coded: Collection[str]
    filled: set[str] = field(default_factory=set)
    _signs: dict[str, set[numbers.Sign]] = field(default_factory=dict)
    _numbers: dict[str, NumbersAsText] = field(default_factory=dict)
    _digits: dict[str, int] = field(default_factory=dict)

    def add(self, columns: Mapping[str, Column]) -> None:
        """Look at some more rows."""
        self.filled.update(
            name for name, cells in columns.items() if name not in self.filled and has_any(cells)
        )
        for name in self.measures:
            found = (numbers.evident_sign(units.split(text.strip())[0]) for text in texts(columns[name]))
            self._signs.setdefault(name, set()).update(sign for sign in found if sign is not None)
        for name in self.own:
            self._numbers.setdefault(name, NumbersAsText()).add(columns[name])
        for name in self.coded:
            self._digits[name] = max(self._digits.get(name, 0), codes.digits(columns[name]))

    def sign(self, column: str) -> numbers.Sign | None:
        """Return the decimal sign on which the cells of a column agree, else None."""
        found = self._signs.get(column, set())
        return next(iter(found)) if len(found) == 1 else None

    def kept(self, column: str) -> As:
        """Return how the text of an own column is kept."""
        return self._numbers[column].kept

    def digits(self, column: str) -> int:
        """Return how many digits the codes of a column have that begin with a zero; 0 where none does."""
        return self._digits.get(column, 0)

    @property
    def told(self) -> tuple[object, ...]:
        """Return all that matters for reading the cells; the same for two parts that are read alike."""
        return (
            {name: self.sign(name) for name in self.measures},
            {name: self.kept(name) for name in self.own},
            self._digits,
            not self.filled.isdisjoint(self.own),
        )

    def believed(self) -> Facts:
        """Return what to take for true of the whole file, where this was seen of a part.

        Which own columns are empty throughout is known at the end: once one is filled, all count as filled.
        """
        filled = set() if self.filled.isdisjoint(self.own) else set(self.own)
        return replace(deepcopy(self), filled=filled)
