"""What an export says about itself for programs, in a file beside the data; an import reads it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

NAME = "gisreg_export.json"
"""The file in a ZIP; a workbook has a sheet `gisreg_export` instead."""

COLUMNS = "columns.csv"
"""The same names for people, beside it."""

_LARGEST = 1 << 20


@dataclass(frozen=True)
class Sidecar:
    """An export's number, layer, reference system, data file, and the names of its columns.

    `columns` is name in the file -> name, only where they differ.
    """

    number: str
    layer: str
    crs: str
    file: str
    columns: Mapping[str, str]


def write(folder: Path, told: Sidecar) -> None:
    """Write the file into a folder."""
    content = {"what": "gisreg export", **told.__dict__, "columns": dict(told.columns)}
    (folder / NAME).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def read(folder: Path) -> Sidecar | None:
    """Return what the file in a folder says; None where there is none, or it is not one of ours."""
    path = folder / NAME
    if not path.is_file() or path.stat().st_size > _LARGEST:
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        told = Sidecar(
            str(found["number"]),
            str(found["layer"]),
            str(found["crs"]),
            str(found["file"]),
            {str(short): str(name) for short, name in found["columns"].items()},
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return told if Path(told.file).name == told.file else None
