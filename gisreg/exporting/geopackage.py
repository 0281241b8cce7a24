"""What a GeoPackage holds besides the objects: how QGIS draws them, and who took them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from importlib.resources import files
from pathlib import Path

from gisreg.exporting.placing import GEOMETRY
from gisreg.exporting.qgis_style import qml
from gisreg.exporting.selection import Selection
from gisreg.exporting.trace import Trace


def finish(path: Path, selection: Selection, trace: Trace) -> None:
    """Add the tables `gisreg_export` and, for layers that are drawn, `layer_styles` (the form of QGIS)."""
    finish_all(path, [selection], trace)


def finish_all(path: Path, selections: Sequence[Selection], trace: Trace) -> None:
    """Add the same tables to a file of several layers."""
    with closing(sqlite3.connect(path)) as book, book:
        book.executescript(files(__package__).joinpath("sql", "geopackage.sql").read_text(encoding="utf-8"))
        facts = trace.facts(selections[0].form, selections[0].srid)
        book.executemany("INSERT INTO gisreg_export (name, value) VALUES (?, ?)", facts)
        for layer in (selection.layer for selection in selections):
            style = qml(layer)
            if style is not None:
                book.execute(
                    "INSERT INTO layer_styles (f_table_name, f_geometry_column, styleName, styleQML,"
                    " useAsDefault, description) VALUES (?, ?, ?, ?, 1, ?)",
                    (layer.key, GEOMETRY, layer.key, style, f"{layer.vi} / {layer.en}"),
                )
