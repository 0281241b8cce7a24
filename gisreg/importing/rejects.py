"""Rejected rows as a file to be mended and sent again: XLSX, or GeoPackage with their places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

from gisreg.errors import UsageError
from gisreg.importing.own_fields import kept_as, own_fields
from gisreg.importing.problems import Problem, Problems, all_reasons, all_remedies
from gisreg.importing.table import FeatureTable
from gisreg.said import both

REASON, REMEDY, ROW = "import_reason", "import_remedy", "import_row"
FORMATS = (".xlsx", ".gpkg")


def check_name(path: Path) -> None:
    """Refuse a name of a file that cannot be written.

    Raises:
        UsageError: it ends in neither .xlsx nor .gpkg, or its folder does not exist.
    """
    if path.suffix.lower() not in FORMATS:
        raise UsageError(
            both(
                f"--rejects {path.name}: không ghi được loại tệp này.",
                f"--rejects {path.name}: not a kind that is written.",
            ),
            hint=both("Đặt tên có đuôi .xlsx hoặc .gpkg.", "End it in .xlsx or .gpkg."),
        )
    if not path.parent.is_dir():
        raise UsageError(
            both(f"--rejects {path}: không có thư mục này.", f"--rejects {path}: there is no such folder."),
            hint=both("Hãy tạo thư mục trước.", "Make the folder first."),
        )


def write(path: Path, table: FeatureTable, problems: Problems) -> None:
    """Write rows with problems, their own columns as they were, and every reason.

    Args:
        path: .xlsx, or .gpkg with the geometries (EPSG:4326) beside the columns.
        table: the features with problems, as read and in their order.
        problems: what is wrong with which row; each text is Vietnamese, then English.
    """
    by_row: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems.found:
        if problem.index is not None:
            by_row[problem.index].append(problem)
    rows = sorted(by_row)
    said = {
        ROW: list(table.rows),
        REASON: [all_reasons(by_row[row]) for row in rows],
        REMEDY: [str(all_remedies(by_row[row])) for row in rows],
    }
    columns = {
        name: cells if isinstance(cells, list) else cells.to_pylist() for name, cells in table.columns.items()
    }
    path.unlink(missing_ok=True)
    if path.suffix.lower() == ".xlsx":
        if not table.place_columns:
            columns["wkt"] = [None if one is None else shapely.to_wkt(one, -1) for one in table.shapes]
        from gisreg.importing.rejects_sheet import write_sheet  # takes its time to load

        write_sheet(path, columns | said, sentences=(REASON, REMEDY))
    else:
        _write_gpkg(path, columns | said, table.shapes)


def _write_gpkg(path: Path, columns: dict[str, list[Any]], geometry: Any) -> None:
    names = _free_names(columns)
    # By number: own fields would trim the names.
    numbered = {str(i): cells for i, cells in enumerate(columns.values())}
    plain = own_fields(numbered, kept_as(numbered), len(geometry))
    data = [_array([row.get(str(i)) for row in plain]) for i in range(len(names))]
    finite = np.array(
        [one is not None and bool(np.isfinite(shapely.get_coordinates(one)).all()) for one in geometry],
        dtype=bool,
    )
    shapes = np.where(finite, geometry, None)
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapes),
        data,
        list(names.values()),
        geometry_type="Unknown",
        crs="EPSG:4326",
        layer="rejected",
    )


def _array(values: list[Any]) -> Any:
    """Return a column: numbers where all are, else text."""
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in known):
        return np.array([np.nan if value is None else float(value) for value in values])
    return np.array([None if value is None else str(value) for value in values], dtype=object)


def _free_names(columns: Iterable[str]) -> dict[str, str]:
    """Return column -> name in a GeoPackage, which has names of its own and takes `Ma` and `ma` for one."""
    taken = {"fid", "geom"}
    names: dict[str, str] = {}
    for column in columns:
        name = column
        while name.lower() in taken:
            name += "_"
        taken.add(name.lower())
        names[column] = name
    return names
