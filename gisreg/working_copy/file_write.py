"""A working copy as a file: GeoPackage (with a QGIS project beside it) or Excel workbook."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import pyogrio
import shapely
import xlsxwriter

from gisreg.errors import UsageError
from gisreg.exporting import geopackage
from gisreg.exporting.formats import format_of
from gisreg.exporting.selection import Selection
from gisreg.exporting.spool import Spool
from gisreg.exporting.tables import LONGEST_CELL
from gisreg.exporting.trace import MARK_SHEET, Trace
from gisreg.exporting.vector import write
from gisreg.said import both
from gisreg.working_copy.project import Bounds, Owner, project
from gisreg.working_copy.rows import Row, editable_fields, rows
from gisreg.working_copy.three_way import GEOMETRY
from layers import Geometry, Layer

BASE_SHEET = "_gisreg_base"


@dataclass(frozen=True)
class Part:
    """One layer of a copy: what was selected, and its rows."""

    selection: Selection
    spooled: Spool


def write_geopackage(parts: Sequence[Part], path: Path, trace: Trace, owners: Sequence[Owner] = ()) -> None:
    """Write the layers, how they are drawn, the values as taken out, and a QGIS project beside the file.

    Args:
        parts: what was taken.
        path: the file.
        trace: who took it.
        owners: organisations that the project offers as owners.
    """
    for part in parts:
        write(part.spooled, part.selection, path, trace)
    with closing(sqlite3.connect(path)) as book, book:
        book.executescript(files(__package__).joinpath("base.sql").read_text(encoding="utf-8"))
        for part in parts:
            layer = part.selection.layer
            book.executemany(
                "INSERT INTO gisreg_base (layer, object_id, version, content) VALUES (?, ?, ?, ?)",
                ((layer.key, row["id"], row["version"], _content(row)) for row in rows(part.spooled, layer)),
            )
            # Numbers and dates cannot hold the word that empties a field: this column names such fields.
            # SQLite takes no parameter for a table; its name is a key of ours.
            add_column = f'ALTER TABLE "{layer.key}" ADD COLUMN clear TEXT'
            book.execute(add_column)
    geopackage.finish_all(path, [part.selection for part in parts], trace)
    layers = [part.selection.layer for part in parts]
    made = project(path.name, layers, _extent(path, layers), owners)
    path.with_suffix(".qgs").write_text(made, encoding="utf-8")


def _extent(path: Path, layers: Sequence[Layer]) -> Bounds | None:
    """Return the box of everything in the file (degrees), None where it is empty."""
    boxes = [
        pyogrio.read_info(path, layer=layer.key, force_total_bounds=True)["total_bounds"] for layer in layers
    ]
    known = np.array([box for box in boxes if box is not None and np.isfinite(box).all()], dtype=float)
    if not len(known):
        return None
    west, south = known[:, :2].min(axis=0).tolist()
    east, north = known[:, 2:].max(axis=0).tolist()
    return west, south, east, north


def write_workbook(parts: Sequence[Part], path: Path, trace: Trace) -> None:
    """Write a sheet a layer, and a hidden one with the values as taken out. Points have columns x and y.

    Raises:
        UsageError: a layer has lines or areas, which no sheet can hold.
    """
    for part in parts:
        if part.selection.layer.geometry not in (None, Geometry.POINT):
            raise UsageError(
                both(
                    f"Bảng tính không chứa được hình của lớp {part.selection.layer.key}.",
                    f"A workbook cannot hold the shapes of {part.selection.layer.key}.",
                ),
                hint=both("Hãy lấy tệp .gpkg.", "Take a .gpkg file."),
            )
    with xlsxwriter.Workbook(path, {"strings_to_urls": False, "strings_to_formulas": False}) as book:
        sheets = [book.add_worksheet(part.selection.layer.key) for part in parts]
        base = book.add_worksheet(BASE_SHEET)
        base.hide()
        about = book.add_worksheet(MARK_SHEET)
        for place, (name, text) in enumerate(trace.facts(format_of("xlsx"), 4326)):
            about.write_row(place, 0, (name, text))
        base.write_row(0, 0, ("layer", "object_id", "version", "content"))
        line = 0
        for part, sheet in zip(parts, sheets, strict=True):
            layer = part.selection.layer
            names = [item.name for item in editable_fields(layer)]
            head = ["id", "version", *names, *(["x", "y"] if layer.geometry else [])]
            sheet.write_row(0, 0, head)
            sheet.freeze_panes(1, 2)
            for place, row in enumerate(rows(part.spooled, layer), start=1):
                line += 1
                base.write_row(line, 0, (layer.key, str(row["id"]), row["version"], _content(row)))
                _write_row(sheet, place, row, names)


def _write_row(sheet: xlsxwriter.worksheet.Worksheet, place: int, row: Row, names: list[str]) -> None:
    cells = [str(row["id"]), row["version"], *(row.get(name) for name in names)]
    if row.get(GEOMETRY):
        cells += shapely.get_coordinates(shapely.from_wkb(row[GEOMETRY]))[0].tolist()
    for column, cell in enumerate(cells):
        if isinstance(cell, str):
            sheet.write_string(place, column, cell[:LONGEST_CELL])
        elif isinstance(cell, bool):
            sheet.write_boolean(place, column, cell)
        elif cell is not None:
            sheet.write_number(place, column, cell)


def _content(row: Row) -> str:
    return json.dumps({name: one for name, one in row.items() if name not in ("id", "version")})
