"""Whether rows of a file can be the same object: a mark of eight bytes a row, whatever its key is made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely

from gisreg.importing.distinct import unfolded
from gisreg.importing.prepare import Rows
from gisreg.importing.table import Column

Marks = npt.NDArray[np.uint64]

_SPREAD = np.uint64(0x9E3779B97F4A7C15)


class KeyMarks:
    """The marks of rows. Equal keys have equal marks, different keys nearly always different ones."""

    def __init__(self, key: Sequence[str]) -> None:
        """Begin with no row; where codes are of owners, rows without one are told apart by their place."""
        self._key = tuple(key)
        self._by_place = self._key == ("owner_id", "code")
        self._seen: list[Marks] = []
        self.blank: set[str] = set()
        """Columns of the key in which a row has nothing."""

    def add(self, rows: Rows) -> None:
        """See some rows."""
        marks = np.zeros(len(rows), dtype=np.uint64)
        uncoded = np.zeros(len(rows), dtype=bool)
        for name in self._key:
            if name in rows.values:
                column = rows.values[name]
                blank = _is_blank(column)
                marks = _mixed(marks, _marks(column))
            else:
                blank = np.full(len(rows), rows.same.get(name) is None)
            if blank.any():
                self.blank.add(name)
            if name == "code":
                uncoded = blank
        if uncoded.any() and self._by_place:
            shapes = rows.geometry[uncoded]
            wkb = shapely.to_wkb(shapes).tolist() if shapes.dtype == object else map(bytes, shapes)
            marks[uncoded] = _mixed(marks[uncoded], _marks(list(wkb)))
        self._seen.append(marks if self._by_place else marks[~uncoded])

    def may_repeat(self) -> bool:
        """Tell whether two rows have the same mark."""
        marks = np.sort(np.concatenate(self._seen)) if self._seen else np.empty(0, dtype=np.uint64)
        return bool((marks[1:] == marks[:-1]).any())


def _is_blank(column: Column) -> npt.NDArray[np.bool_]:
    if isinstance(column, list):
        return np.array([cell is None for cell in column], dtype=bool)
    return np.asarray(column.is_null().to_numpy(zero_copy_only=False))


def _marks(column: Column) -> Marks:
    cells = column if isinstance(column, list) else unfolded(column).to_pylist()
    return np.fromiter(map(hash, cells), dtype=np.int64, count=len(cells)).view(np.uint64)


def _mixed(marks: Marks, more: Marks) -> Marks:
    return (marks * _SPREAD) ^ more ^ (marks >> np.uint64(29))
