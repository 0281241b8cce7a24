"""What is asked of an import, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

Progress = Callable[[str, int, int], None]
"""Called with the step's name, what is done and what there is to do (0: not known)."""


@dataclass(frozen=True)
class ImportRequest:
    """One file to be taken into one layer.

    Args:
        layer: key of the layer (`pole`, `cable`, `street`, `zone`, `admin_unit`, `tower`, ...).
        path: the file; its format is recognised from its content.
        source_layer: layer inside the file, where it has several.
        crs: reference system of the coordinates, such as `EPSG:9209`; goes before what the file says.
            `declared` takes what the file says although it looks wrong.
        coordinates: how they are written where not plainly, such as `swapped,km` or `east+500000`.
        accept_guess: take the reference system that clearly fits best, where the file says none.
        encoding: encoding of the file's text, where it is not recognised: a code page, tcvn3, vni, viscii.
        accept_damaged: take text of which letters have been lost.
        owner: code of the organisation that owns every row whose own owner column is empty.
        constants: field -> text, for rows where the file says nothing.
        dry_run: check and count everything, write nothing.
    """

    layer: str
    path: Path
    source_layer: str | None = None
    crs: str | None = None
    coordinates: str | None = None
    accept_guess: bool = False
    encoding: str | None = None
    accept_damaged: bool = False
    owner: str | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    valid_from: date | None = None
    dry_run: bool = False


@dataclass
class ImportReport:
    """What an import did: rows read, objects inserted, changed, unchanged; what was left aside."""

    layer: str
    file: str
    read: int = 0
    inserted: int = 0
    changed: int = 0
    unchanged: int = 0
    dry_run: bool = False
    columns: dict[str, str] = field(default_factory=dict)
    own_columns: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
