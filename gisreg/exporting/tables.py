"""Rows as CSV and as Excel sheets. No cell of ours is ever taken for a formula."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter
from pyarrow import csv

from gisreg.exporting.placing import WKT
from gisreg.exporting.selection import Selection
from gisreg.exporting.spool import Spool
from gisreg.exporting.trace import MARK_SHEET, Trace

LONGEST_CELL = 32_767
"""Letters that a cell of Excel holds."""

_FORMULA = r"^[=+\-@\t\r]"


def write_csv(spooled: Spool, path: Path) -> None:
    """Write the rows as CSV with a head: UTF-8 with the mark by which Excel recognises it."""
    with path.open("wb") as file:
        file.write("\ufeff".encode())
        kinds = [pa.string() if pa.types.is_floating(one.type) else one.type for one in spooled.schema]
        schema = pa.schema(
            [pa.field(one.name, kind) for one, kind in zip(spooled.schema, kinds, strict=True)]
        )
        with csv.CSVWriter(file, schema) as writer:
            for batch in _harmless(spooled):
                columns = [
                    numbers_as_text(one) if pa.types.is_floating(one.type) else one for one in batch.columns
                ]
                writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))


def write_xlsx(spooled: Spool, selection: Selection, path: Path, trace: Trace) -> None:
    """Write the rows as a workbook: the objects, and a sheet that says who took them.

    One row is in memory at a time. Ids and codes are text: Excel keeps 15 digits of a number.
    """
    form, layer = selection.form, selection.layer
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(layer.key[:31])
        about = book.add_worksheet(MARK_SHEET)
        for place, (name, text) in enumerate(trace.facts(form, selection.srid)):
            about.write_string(place, 0, name)
            about.write_string(place, 1, text)
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(spooled.columns):
            sheet.write_string(0, place, column.name, bold)
        # Half a geometry is worse than none.
        shape = next((n for n, one in enumerate(spooled.columns) if one.name == WKT), None)
        row = 0
        for batch in _harmless(spooled):
            columns = [_cells(column) for column in batch.columns]
            for cells in zip(*columns, strict=True):
                row += 1
                for place, cell in enumerate(cells):
                    if cell is None or (place == shape and len(cell) > LONGEST_CELL):
                        continue
                    if isinstance(cell, str):
                        sheet.write_string(row, place, cell[:LONGEST_CELL])
                    elif isinstance(cell, bool):
                        sheet.write_boolean(row, place, cell)
                    elif isinstance(cell, int | float):
                        sheet.write_number(row, place, cell)
                    else:
                        sheet.write_datetime(row, place, cell, day)


def numbers_as_text(column: pa.Array) -> pa.Array:
    """Return numbers as the shortest text that gives them back, never as powers of ten."""
    return pa.array(
        [
            None if one is None else np.format_float_positional(one, unique=True, trim="-")
            for one in column.to_pylist()
        ],
        pa.string(),
    )


def _cells(column: pa.Array) -> list[object]:
    if pa.types.is_int64(column.type):
        column = column.cast(pa.string())
    elif pa.types.is_timestamp(column.type):
        column = pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ")
    cells: list[object] = column.to_pylist()
    return cells


def _harmless(spooled: Spool) -> Iterator[pa.RecordBatch]:
    """Yield the rows with an apostrophe before every text that a spreadsheet could take for a formula."""
    for batch in spooled.batches():
        columns = [harmless(one) if pa.types.is_string(one.type) else one for one in batch.columns]
        yield pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def harmless(column: pa.Array) -> pa.Array:
    """Return texts with an apostrophe before those that begin with = + - @, a tab or a carriage return."""
    formula = pc.match_substring_regex(column, _FORMULA)
    return pc.if_else(formula, pc.binary_join_element_wise("'", column, ""), column)
