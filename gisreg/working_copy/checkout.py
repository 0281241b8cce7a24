"""Take a part of the registry out as a file that can be edited and merged back."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gisreg.access.actor import Actor
from gisreg.clock import now
from gisreg.database.connection import transaction
from gisreg.database.queries import load_queries
from gisreg.errors import ConflictError, UsageError
from gisreg.exporting import register
from gisreg.exporting.formats import format_of
from gisreg.exporting.register import Asked, Line
from gisreg.exporting.selection import Selection
from gisreg.exporting.trace import Trace
from gisreg.features.catalogue import layer_of
from gisreg.features.validate import require_editable
from gisreg.history.export import printed
from gisreg.said import both
from gisreg.settings import get_settings
from gisreg.working_copy.area import conditions
from gisreg.working_copy.file_write import Part, write_geopackage, write_workbook
from gisreg.working_copy.rows import take

_QUERIES = load_queries(__file__)
FORMS = {".gpkg": "gpkg", ".xlsx": "xlsx"}


@dataclass(frozen=True)
class CheckedOut:
    """What was taken: the line of the register of exports, and how many objects of each layer."""

    line: Line
    counts: dict[str, int]


def checkout(
    actor: Actor, area: str, layers: Sequence[str], file: Path, purpose: str | None = None
) -> CheckedOut:
    """Write a working copy; it is entered in the register of exports like any other.

    Args:
        actor: who takes it: he gets what he may see.
        area: as for `area.conditions`.
        layers: keys of layers that can be edited.
        file: a .gpkg (a .qgs comes beside it) or .xlsx; written over.
        purpose: what for.

    Raises:
        UsageError: the area, a layer or the file's name cannot be understood.
        ConflictError: so many rows are held until the authority agrees; take a smaller area.
    """
    form = format_of(_form(file))
    chosen = [layer_of(key) for key in dict.fromkeys(layers)]
    for layer in chosen:
        require_editable(layer)
    told = {"area": [area], "working_copy": ["true"]}
    with tempfile.TemporaryDirectory(prefix="gisreg-checkout-") as name:
        folder = Path(name)
        with transaction(actor=actor, timeout_ms=get_settings().export.timeout_ms) as connection:
            selections = [
                # Shapes as WKB, whatever the file: a sheet makes its x and y of it.
                Selection(layer, format_of("gpkg"), 4326, conditions(connection, layer, area), told)
                for layer in chosen
            ]
            parts = [
                Part(selection, take(connection, actor, selection, folder / f"{selection.layer.key}.csv"))
                for selection in selections
            ]
            owners = list(_QUERIES.owners(connection))
        rows = sum(part.spooled.row_count for part in parts)
        keys = ",".join(layer.key for layer in chosen)
        with transaction(actor=actor.really) as connection:
            line = register.enter(connection, actor, Asked(keys, form.key, 4326, told, purpose), rows)
        if line.state == "held":
            raise ConflictError(
                both(
                    f"{rows} dòng vượt mức một người được lấy trong một ngày; {line.number} bị giữ lại.",
                    f"{rows} rows are more than one person takes in a day; {line.number} is held.",
                ),
                hint=both(
                    "Hãy lấy bản làm việc của vùng nhỏ hơn hoặc ít lớp hơn.",
                    "Take a smaller area or fewer layers as a working copy.",
                ),
            )
        trace = Trace(line.number, line.person, line.organisation, now(), keys, purpose, printed())
        made = folder / file.name
        if form.key == "gpkg":
            write_geopackage(parts, made, trace, owners)
        else:
            write_workbook(parts, made, trace)
        with made.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        with transaction(actor=actor.really) as connection:
            register.note_made(connection, actor, line, rows, made.stat().st_size, digest)
            line = register.line(connection, line.number)
        for one in (made, made.with_suffix(".qgs")):
            if one.exists():
                shutil.copyfile(one, file.with_name(one.name))
    return CheckedOut(line, {part.selection.layer.key: part.spooled.row_count for part in parts})


def _form(file: Path) -> str:
    if file.suffix.lower() not in FORMS:
        raise UsageError(
            both(
                f"{file.name}: bản làm việc là tệp .gpkg hoặc .xlsx.",
                f"{file.name}: a working copy is a .gpkg or .xlsx.",
            ),
            hint=both("Hãy chọn tên tệp như vậy.", "Choose such a name."),
        )
    return FORMS[file.suffix.lower()]
