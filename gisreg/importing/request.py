"""What is asked of an import, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from gisreg.importing.problems import Problems
from gisreg.importing.table import DecodedText

Place = tuple[str, tuple[float, float], tuple[float, float]]

Progress = Callable[[str, int, int], None]
"""Called with the step's name, what is done and what there is to do (0: not known)."""


@dataclass(frozen=True)
class TableOptions:
    """How to read a spreadsheet, where the file leaves it open.

    Args:
        sheet: the sheet to read, where there are several.
        all_sheets: read all sheets, one below the other.
        sheet_column: name of a column that takes the sheet's name (a field of the layer, or any name).
        header_row: number of the row with the columns' names; None to find it.
        hidden: `keep` or `skip` hidden rows and columns; None refuses a sheet that has some.
        dates: `dmy` or `mdy`.
        decimal: `comma` or `point`, for numbers of which either could be true.
        axes: `xy` (X is the easting) or `yx` (X is the northing); None to find out.
    """

    sheet: str | None = None
    all_sheets: bool = False
    sheet_column: str | None = None
    header_row: int | None = None
    hidden: str | None = None
    dates: str = "dmy"
    decimal: str | None = None
    axes: str | None = None


@dataclass(frozen=True)
class ColumnOptions:
    """What the columns of a file mean, where their names do not say it.

    Args:
        fields: column -> field, `own` to keep it as the owner's own, `drop` to leave it out.
        values: field -> text in the file -> code of the codelist (or code of an organisation).
        units: column -> unit of its numbers.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


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
        accept_valid: take the good rows although others are rejected.
        rejects: files that take the rejected rows with the reasons, .xlsx or .gpkg.
        repair: mend geometries that can be, and say which.
        keep_z: keep the heights of points as the owner's own field `z`.
        replace_scope: `ward=NAME` or `street=NAME`: delete what lies there and is not in the file.
        key: fields by which a row is an object of the registry; none: the layer's own key.
        match_within_m: how far from its object a row without a code may be, in metres; None: as usual.
        limited_to: organisation whose rows alone may be written (gisreg.importing.rights); None: all.
        table: how to read a spreadsheet.
        columns: what columns mean.
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
    accept_valid: bool = False
    rejects: tuple[Path, ...] = ()
    repair: bool = False
    keep_z: bool = False
    replace_scope: str | None = None
    key: tuple[str, ...] = ()
    match_within_m: float | None = None
    limited_to: int | None = None
    table: TableOptions = field(default_factory=TableOptions)
    columns: ColumnOptions = field(default_factory=ColumnOptions)


@dataclass
class ImportReport:
    """What an import did, or would do: rows read, objects inserted, changed, unchanged, rows rejected.

    `columns` are field -> column; `own_columns` are kept as the owner's own fields, `dropped` are not;
    `proposals` are columns that may be a field (column, field, likeness from 0 to 1); `changed_fields`
    counts objects by field that differs (dry run only); `problems` say why rows are rejected,
    `warnings` what looks wrong and was taken. `deletions` are names of objects that
    go because the scope is replaced. `places` are the first rows' places: label, as in the file, lon/lat.
    `matched` are rows without a code that were found by distance: label, object, metres.
    `texts` are texts that were decoded. `batch` is the import's number, by which it can be undone.
    """

    layer: str
    file: str
    read: int = 0
    inserted: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    deleted: int = 0
    dry_run: bool = False
    columns: dict[str, str] = field(default_factory=dict)
    own_columns: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    proposals: list[tuple[str, str, float]] = field(default_factory=list)
    crs: str | None = None
    crs_operation: str | None = None
    batch: int | None = None
    places: list[Place] = field(default_factory=list)
    changed_fields: dict[str, int] = field(default_factory=dict)
    matched: list[tuple[str, str, float]] = field(default_factory=list)
    problems: Problems = field(init=False)
    warnings: Problems = field(init=False)
    deletions: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    texts: list[DecodedText] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin without problems."""
        self.problems, self.warnings = Problems(self.file), Problems(self.file)
