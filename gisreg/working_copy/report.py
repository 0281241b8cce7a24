"""Conflicts and rows that could not be taken, as an Excel workbook or a GeoPackage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
import xlsxwriter

from gisreg.errors import UsageError
from gisreg.said import both
from gisreg.working_copy.plan import Conflict, Fault
from gisreg.working_copy.three_way import GEOMETRY
from layers import LAYERS

HEAD = ("layer", "id", "name", "field", "field_vi", "base", "mine", "theirs")
_ROW_HEAD = ("layer", "row", "id", "what_vi", "what", "values")
_MOST_LETTERS = 32_000


def write_report(path: Path, conflicts: Sequence[Conflict], faults: Sequence[Fault]) -> None:
    """Write every conflict with its three values side by side, and every row that could not be taken.

    Args:
        path: an .xlsx (sheets `conflicts`, `rows`) or a .gpkg (layers of the same names; the shape of a
            conflict is the file's where the shape is the conflict).
        conflicts, faults: what is told.

    Raises:
        UsageError: the file's name is neither.
    """
    told = [_line(one) for one in conflicts]
    rows = [
        (one.layer, one.place, _text(one.object_id), one.what.vi, one.what.en, _text(one.values))
        for one in faults
    ]
    if path.suffix.lower() == ".xlsx":
        with xlsxwriter.Workbook(path, {"strings_to_urls": False, "strings_to_formulas": False}) as book:
            _sheet(book, "conflicts", HEAD, told)
            _sheet(book, "rows", _ROW_HEAD, rows)
    elif path.suffix.lower() == ".gpkg":
        path.unlink(missing_ok=True)
        shapes = [_shape(one) for one in conflicts]
        _table(path, "conflicts", HEAD, told, shapes)
        _table(path, "rows", _ROW_HEAD, rows, [None] * len(rows))
    else:
        raise UsageError(
            both(
                f"{path.name}: báo cáo là tệp .xlsx hoặc .gpkg.",
                f"{path.name}: a report is an .xlsx or .gpkg.",
            ),
            hint=both("Hãy chọn tên tệp như vậy.", "Choose such a name."),
        )


def _line(one: Conflict) -> tuple[Any, ...]:
    field = next((item for item in LAYERS[one.layer].fields if item.name == one.field), None)
    title = field.vi if field else {GEOMETRY: "Hình", "*": "Cả dòng"}.get(one.field, one.field)
    values = (_text(_seen(one.field, value)) for value in (one.base, one.mine, one.theirs))
    return (one.layer, str(one.object_id), one.name or "", one.field, title, *values)


def _seen(field: str, value: Any) -> Any:
    return shapely.to_wkt(shapely.from_wkb(value), 8) if field == GEOMETRY and value else value


def _text(value: Any) -> str:
    return "" if value is None else str(value)[:_MOST_LETTERS]


def _shape(one: Conflict) -> shapely.Geometry | None:
    return shapely.from_wkb(one.mine) if one.field == GEOMETRY and one.mine else None


def _sheet(book: xlsxwriter.Workbook, name: str, head: Sequence[str], lines: Sequence[Sequence[Any]]) -> None:
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, head, book.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    for place, line in enumerate(lines, start=1):
        for column, cell in enumerate(line):
            sheet.write_string(place, column, _text(cell))


def _table(
    path: Path,
    name: str,
    head: Sequence[str],
    lines: Sequence[Sequence[Any]],
    shapes: Sequence[shapely.Geometry | None],
) -> None:
    columns = [np.array([_text(line[place]) for line in lines], dtype=object) for place in range(len(head))]
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.array(shapes, dtype=object)),
        field_data=columns,
        fields=list(head),
        layer=name,
        driver="GPKG",
        geometry_type="Unknown",
        crs="EPSG:4326",
    )
