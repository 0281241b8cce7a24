"""What the importer's pieces make of a blind file: text decoded, points proposed; nothing known beforehand."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import shapely

from gisreg.importing.code_page import BYTES_AS_TEXT
from gisreg.importing.coordinates import numbers
from gisreg.importing.crs_guess import CrsGuess, guess
from gisreg.importing.encoding import decode_one, detect_columns, detect_file
from gisreg.importing.ground import Ground
from gisreg.importing.read import read_layer
from gisreg.importing.text import folded

_TEXTS = 4
_COORDINATES = {
    folded(name) for name in ("X", "Y", "X (m)", "TOA_DO_X", "TOA_DO_Y", "KINH_DO", "VI_DO", "lon", "lat")
}


@dataclass
class Outcome:
    """Columns as decoded, the proposals for the points, and how often a person has to confirm."""

    columns: list[list[str]]
    points: np.ndarray
    guesses: list[CrsGuess]
    questions: list[str] = field(default_factory=list)

    @property
    def placed(self) -> np.ndarray | None:
        """Return lon, lat of the proposal, None where there is none to confirm."""
        return self.guesses[0].place(self.points) if self.guesses and self.guesses[0].clear else None


def read_blind(path: Path | None, cells: list[list[object]] | None, ground: Ground) -> Outcome:
    """Read a file, or cells of a worksheet."""
    questions: list[str] = []
    if cells is not None:
        columns, points = _of_cells(cells, questions)
    elif path is not None and path.suffix == ".csv":
        columns, points = _of_cells(_grid(path, questions), questions)
    else:
        columns, points = _of_shapefile(path, questions)
    found = guess(points, ground)
    questions.append("reference system")
    return Outcome(columns, points, found, questions)


def _grid(path, questions):
    data = path.read_bytes()
    found = detect_file(data)
    if not found.certain:
        questions.append(f"encoding {found}")
    text = decode_one(data, found.encoding)
    delimiter = max("\t;,", key=text.splitlines()[0].count)
    return list(csv.reader(text.splitlines(), delimiter=delimiter))


def _of_cells(cells, questions):
    header, *rows = cells
    by_column = list(zip(*rows, strict=True))
    texts = {str(at): by_column[at] for at in range(_TEXTS)}
    found = detect_columns({**texts, "header": header})
    if not found.certain:
        questions.append(f"encoding {found.table}")
    columns = [_decoded(texts[name], found.columns.get(name)) for name in texts]
    names = [decode_one(str(name), found.columns["header"].encoding) for name in header]
    pair = [at for at, name in enumerate(names) if folded(name) in _COORDINATES]
    parsed = [numbers(by_column[at]) for at in pair]
    assert not any(one.wrong for one in parsed), [one.wrong for one in parsed]
    return columns, np.column_stack([one.values for one in parsed])


def _decoded(values, found):
    return [
        "" if value is None else decode_one(value, found.encoding if found else "unicode") for value in values
    ]


def _of_shapefile(path, questions):
    table = read_layer(path, encoding=BYTES_AS_TEXT)
    texts = {
        name: [value.encode(BYTES_AS_TEXT) if isinstance(value, str) else value for value in values]
        for name, values in table.columns.items()
    }
    found = detect_columns(texts)
    if not found.certain:
        questions.append(f"encoding {found.table}")
    columns = [_decoded(values, found.columns.get(name)) for name, values in texts.items()]
    return columns, shapely.get_coordinates(table.geometry)
