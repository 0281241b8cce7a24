"""New objects get their ids in the file, too: checking the same copy in twice adds nothing twice."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import openpyxl

from gisreg.working_copy.file_write import BASE_SHEET
from gisreg.working_copy.rows import Row

Fresh = Mapping[tuple[str, int], tuple[int, Row]]
"""By layer and row of the file: the object's id, and its values as they are in the registry."""

_SHAPE_FUNCTIONS = ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")


def write_ids(path: Path, fresh: Fresh) -> None:
    """Write the ids of new objects into a working copy, and what they are as taken out."""
    if not fresh:
        return
    (_into_workbook if path.suffix.lower() == ".xlsx" else _into_geopackage)(path, fresh)


def _into_geopackage(path: Path, fresh: Fresh) -> None:
    with closing(sqlite3.connect(path)) as book, book:
        for name in _SHAPE_FUNCTIONS:
            # Triggers of the spatial index name them; they do not fire where no shape changes.
            book.create_function(name, 1, lambda _shape: None)
        for (layer, place), (number, row) in fresh.items():
            # SQLite takes no parameter for a table; its name is a key of ours.
            set_id = f'UPDATE "{layer}" SET id = ? WHERE fid = ?'  # noqa: S608
            book.execute(set_id, (number, place))
            book.execute(
                "INSERT INTO gisreg_base (layer, object_id, version, content) VALUES (?, ?, ?, ?)",
                (layer, number, row["version"], _content(row)),
            )


def _into_workbook(path: Path, fresh: Fresh) -> None:
    with closing(openpyxl.load_workbook(path)) as book:
        for (layer, place), (number, row) in fresh.items():
            sheet = book[layer]
            head = [cell.value for cell in sheet[1]]
            sheet.cell(place, head.index("id") + 1, str(number))
            book[BASE_SHEET].append((layer, str(number), row["version"], _content(row)))
        book.save(path)


def _content(row: Row) -> str:
    return json.dumps({name: one for name, one in row.items() if name not in ("id", "version")})
