"""Whether a file may be taken part by part: its text is Unicode, its places are where they should be.

Both are questions about a whole file. They are asked of samples that are gathered on the way, and answered at
the end; where the answer is no, or not sure, what was taken is forgotten and the file is read as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
import psycopg2.extensions
import pyarrow as pa
import pyarrow.compute as pc
from pyproj import CRS

from gisreg.importing import encoding, placing
from gisreg.importing.arrangement import Arrangement
from gisreg.importing.distinct import is_text, mapped
from gisreg.importing.table import FeatureTable, Points
from layers import Layer

_PLAIN = ("ascii", "unicode")
_POINTS = 500
"""Points of a batch that are looked at, drawn at random."""

_MARKED_CELLS, _OTHER_CELLS = 1_000, 100
"""Cells of a column that are looked at in each part: with and without such letters."""

_MARKED = r"[\x02\x05\x06\x14\x19\x1e]|[^\x00-\x7f]"
"""Letters that are not the same in every encoding."""

_LOST = r"[?\x{FFFD}]"
_MARK = "\ufeff"


class Watch:
    """What is seen of a file while it goes by."""

    def __init__(self, layer: Layer) -> None:
        """Begin with nothing seen."""
        self._layer = layer
        self._texts: dict[str, _Sample] = {}
        self._points: list[Points] = []
        self._dice = np.random.default_rng(0)
        self._is_damaged = False
        self._has_all = True

    def look(self, table: FeatureTable) -> None:
        """Look at a part as it was read."""
        for name, column in table.columns.items():
            if is_text(column):
                cells = column.dictionary if pa.types.is_dictionary(column.type) else column
                self._texts.setdefault(name, _Sample()).add(cells)
                self._is_damaged = self._is_damaged or _is_damaged(cells)
        points = placing.points_of(table, self._layer)
        if len(points) > _POINTS:
            points, self._has_all = points[self._dice.choice(len(points), _POINTS, replace=False)], False
        self._points.append(points)

    def has_plain_text(self, words: Callable[[], Collection[str]]) -> bool:
        """Tell whether all text is Unicode and whole.

        Args:
            words: gives syllables that occur in the registry; called where text has to be recognised.
        """
        if self._is_damaged:
            return False
        found = {name: list(sample.found) for name, sample in self._texts.items()}
        known = words() if any(sample.is_marked for sample in self._texts.values()) else ()
        guess = encoding.detect_columns(found, known)
        return all(one.encoding in _PLAIN for one in guess.columns.values())

    def lies_plainly(
        self, connection: psycopg2.extensions.connection, crs: CRS, arrangement: Arrangement
    ) -> bool:
        """Tell whether its places surely lie in the registry's area and wards."""
        points = np.concatenate(self._points)
        return placing.lies_plainly(connection, points, crs, arrangement, are_all=self._has_all)


class _Sample:
    """Different cells of a column: of few all, of many some from everywhere."""

    def __init__(self) -> None:
        self.is_marked = False
        self.found: dict[str, None] = {}

    def add(self, cells: pa.Array) -> None:
        marked = pc.match_substring_regex(cells, _MARKED)
        if pc.any(marked).as_py():
            self.is_marked = True
            self._keep(cells.filter(marked).unique(), _MARKED_CELLS)
        # They tell nothing but how many they are.
        self._keep(cells.filter(pc.invert(marked)), _OTHER_CELLS)

    def _keep(self, cells: pa.Array, most: int) -> None:
        step = max(1, -(-len(cells) // most))
        self.found.update(dict.fromkeys(cells.take(pa.array(np.arange(0, len(cells), step))).to_pylist()))


def compose(table: FeatureTable) -> None:
    """Bring the text of a part, which is Unicode, into its composed form (NFC)."""
    for name, column in table.columns.items():
        if is_text(column):
            table.columns[name] = mapped(column, _composed)


def _composed(cells: pa.Array) -> pa.Array:
    if pc.all(pc.string_is_ascii(cells)).as_py() is not False:
        return cells
    return pc.utf8_normalize(pc.replace_substring_regex(cells, f"^{_MARK}", ""), "NFC")


def _is_damaged(cells: pa.Array) -> bool:
    doubtful = cells.filter(pc.match_substring_regex(cells, _LOST)).unique()
    return bool(encoding.find_damage(_composed(doubtful).to_pylist()))
