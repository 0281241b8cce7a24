"""What a working copy says now: rows of its layers, and the values with which they were taken out."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import shapely

from gisreg.errors import InvalidInputError
from gisreg.features.catalogue import layer_of
from gisreg.said import both
from gisreg.working_copy.file_write import BASE_SHEET
from gisreg.working_copy.rows import Row, editable_fields, fixed_columns, plain, value
from gisreg.working_copy.three_way import CLEAR, GEOMETRY
from layers import Layer


@dataclass(frozen=True)
class CopiedLayer:
    """A layer of a copy: its rows (with `place`, the row's number in the file), its base by object.

    `ignored` are columns that were added to the file and are no field of the layer.
    """

    layer: Layer
    rows: list[Row]
    base: dict[int, Row]
    ignored: tuple[str, ...] = ()


def read_copy(path: Path) -> list[CopiedLayer]:
    """Return the layers of a working copy.

    Raises:
        InvalidInputError: the file cannot be read, or is none.
    """
    if path.suffix.lower() == ".xlsx":
        return _workbook(path)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as book:
            lines = book.execute("SELECT layer, object_id, content FROM gisreg_base").fetchall()
    except sqlite3.Error as error:
        raise _no_base(path) from error
    there = {name for name, _ in pyogrio.list_layers(path)}
    found = []
    for key, base in _bases(lines).items():
        layer = layer_of(key)
        rows, ignored = _table(path, layer) if key in there else ([], ())
        found.append(CopiedLayer(layer, rows, base, ignored))
    return found


def _ignored(layer: Layer, names: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Return those names that mean nothing for the layer and are none of the others."""
    known = {*(item.name for item in layer.fields), *fixed_columns(layer), *others}
    return tuple(name for name in names if name and name not in known)


def _no_base(path: Path) -> InvalidInputError:
    return InvalidInputError(
        both(
            f"{path.name} không phải là bản làm việc: tệp không ghi giá trị của đối tượng khi lấy ra.",
            f"{path.name} is no working copy: it does not say how its objects were when they were taken out.",
        ),
        hint=both(
            "Hãy lấy lại bản làm việc của vùng và sửa chính tệp ấy.",
            "Check the area out again, and edit that very file.",
        ),
    )


def _bases(lines: list[tuple[str, int, str]]) -> dict[str, dict[int, Row]]:
    bases: dict[str, dict[int, Row]] = {}
    for key, number, content in lines:
        bases.setdefault(key, {})[int(number)] = json.loads(content)
    return bases


def _table(path: Path, layer: Layer) -> tuple[list[Row], tuple[str, ...]]:
    meta, table = pyogrio.raw.read_arrow(path, layer=layer.key, return_fids=True)
    shape = meta["geometry_name"] or "wkb_geometry"
    found = plain(table, editable_fields(layer), shape)
    fid_column = meta["fid_column"] or "fid"
    fids = table.column(fid_column).to_pylist()
    cleared = table.column("clear").to_pylist() if "clear" in table.schema.names else [None] * len(found)
    for row, fid, names in zip(found, fids, cleared, strict=True):
        row["place"] = fid
        for name in (names or "").replace(";", ",").split(","):
            if name.strip():
                row[name.strip()] = CLEAR
    return found, _ignored(layer, table.schema.names, (shape, fid_column, "clear"))


def _workbook(path: Path) -> list[CopiedLayer]:
    try:
        with closing(openpyxl.load_workbook(path, data_only=True)) as book:
            if BASE_SHEET not in book.sheetnames:
                raise _no_base(path)
            lines = list(book[BASE_SHEET].iter_rows(min_row=2, values_only=True))
            bases = _bases([(line[0], int(line[1]), line[3]) for line in lines if line[0]])
            return [_copied(book, layer_of(key), base) for key, base in bases.items()]
    except (OSError, ValueError, KeyError) as error:
        raise InvalidInputError(
            both(f"Không đọc được {path.name}: {error}", f"{path.name} cannot be read: {error}"),
            hint=both("Hãy lưu thành tệp .xlsx.", "Save it as an .xlsx workbook."),
        ) from error


def _copied(book: openpyxl.Workbook, layer: Layer, base: dict[int, Row]) -> CopiedLayer:
    if layer.key not in book.sheetnames:
        return CopiedLayer(layer, [], base)
    lines = book[layer.key].iter_rows(values_only=True)
    head = [str(cell).strip() if cell is not None else "" for cell in next(lines, ())]
    known = {item.name: item for item in editable_fields(layer)}
    found = []
    for place, line in enumerate(lines, start=2):
        cells = dict(zip(head, line, strict=False))
        if all(cell is None for cell in cells.values()):
            continue
        row: Row = {"place": place, "id": _id(cells.get("id"))}
        for name, item in known.items():
            if name in cells:
                cell = cells[name]
                row[name] = CLEAR if cell == CLEAR else value(item, cell)
        row |= _point(cells)
        found.append(row)
    return CopiedLayer(layer, found, base, _ignored(layer, head, ("x", "y")))


def _id(cell: Any) -> int | None:
    return None if cell is None or not str(cell).strip() else int(cell)


def _point(cells: dict[str, Any]) -> Row:
    x, y = cells.get("x"), cells.get("y")
    if not isinstance(x, int | float) or not isinstance(y, int | float):
        return {}
    return {GEOMETRY: shapely.to_wkb(shapely.Point(x, y), hex=True, byte_order=1).lower()}
