"""One export from beginning to end: rows out, entered in the register, written, marked, noted."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gisreg.access.actor import Actor
from gisreg.clock import now
from gisreg.database.connection import transaction
from gisreg.errors import ConflictError, ForbiddenError, UsageError
from gisreg.exporting import geopackage, ofds_rows, register
from gisreg.exporting.drawing import write_dxf
from gisreg.exporting.formats import Mark, Writer, format_of
from gisreg.exporting.ofds import FILE, write_ofds
from gisreg.exporting.ofds_rows import OBJECTS
from gisreg.exporting.own_columns import own_columns
from gisreg.exporting.pack import mark_kml, pack
from gisreg.exporting.placing import SHAPES
from gisreg.exporting.register import Asked, Line
from gisreg.exporting.selection import Column, Selection, columns, query, select
from gisreg.exporting.spool import Spool, spool
from gisreg.exporting.tables import write_csv, write_xlsx
from gisreg.exporting.trace import Trace
from gisreg.exporting.vector import write
from gisreg.history.export import printed
from gisreg.said import Said, both
from gisreg.settings import get_settings


@dataclass(frozen=True)
class Exported:
    """A line of the register with the file that was made; no file where the export is held."""

    line: Line
    file: Path | None = None


@contextmanager
def export(actor: Actor, selection: Selection, purpose: str | None = None) -> Iterator[Exported]:
    """Yield the file of a selection, in a folder that is gone after the block, or the held export.

    Args:
        actor: who asks; he gets what he may see, and his name is in the file and in the register.
        selection: what he asks for.
        purpose: what for, as he says.

    Raises:
        UsageError: the format cannot hold so many rows.
    """
    told = Asked(selection.layer.key, selection.form.key, selection.srid, selection.told, purpose)
    with _folder() as folder:
        rows = _rows(actor, selection, folder)
        with transaction(actor=actor.really) as connection:
            line = register.enter(connection, actor, told, _count(rows))
        if line.state == "held":
            yield Exported(line)
            return
        yield _made(actor, selection, line, rows, folder)


@contextmanager
def fetch(actor: Actor, number: str) -> Iterator[Exported]:
    """Yield the file of a released export, computed anew under what the actor may see now; once.

    Raises:
        NotFoundError: there is no such export.
        ForbiddenError: somebody else asked for it.
        ConflictError: it was not released, its time is over, or it was fetched.
    """
    with transaction(actor=actor.really) as connection:
        line = register.line(connection, number)
        asked_by = register.queries.asked_by(connection, id=line.id)
    if asked_by != actor.person_id or actor.true is not None:
        raise ForbiddenError(
            both(
                f"Lượt xuất {number} chỉ dành cho người đã yêu cầu.",
                f"The export {number} is for whoever asked for it.",
            ),
            hint=both("Hãy tự yêu cầu một lượt xuất.", "Ask for one yourself."),
        )
    if "seen_as" in line.conditions:
        raise ForbiddenError(
            both(
                f"Lượt xuất {number} được yêu cầu khi đang xem như một tổ chức.",
                f"The export {number} was asked for with the eyes of an organisation.",
            ),
            hint=both("Hãy yêu cầu lại với quyền xem của chính mình.", "Ask for it again with your own."),
        )
    if line.state != "released":
        raise ConflictError(
            Said(
                "Không lấy được lượt xuất {0}: {1}.",
                "The export {0} cannot be fetched: it is {1}.",
                (number, register.STATES[line.state]),
            ),
            hint=both(
                "Lượt xuất bị giữ phải chờ cơ quan quản lý; lượt đã duyệt lấy được một lần, trong thời hạn.",
                "A held export waits for the authority; a released one can be fetched once, in its time.",
            ),
        )
    filters = [
        (name, value) for name, values in line.conditions.items() for value in values if name != "bbox"
    ]
    box = line.conditions.get("bbox", [None])[0]
    selection = select(
        line.subject, format_of(line.format), crs=f"EPSG:{line.srid}", bbox=box, filters=filters
    )
    with _folder() as folder:
        yield _made(actor, selection, line, _rows(actor, selection, folder), folder)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="gisreg-export-") as made:
        yield Path(made)


def _rows(actor: Actor, selection: Selection, folder: Path) -> dict[str, Spool]:
    """Return the rows by what they are for: the objects, and what a format has beside them."""
    with transaction(actor=actor, timeout_ms=get_settings().export.timeout_ms) as connection:
        if selection.form.writer is Writer.OFDS:
            return {
                one.name: spool(connection, one.copy, one.columns, folder / f"{one.name}.csv")
                for one in ofds_rows.queries(selection, actor)
            }
        chosen = columns(selection, actor)
        if not selection.form.only:
            chosen = _with_own(chosen, own_columns(connection, selection, [one.name for one in chosen]))
        rows = spool(connection, query(selection, chosen), chosen, folder / "rows.csv", selection.srid)
    most = selection.form.most_rows
    if most is not None and rows.row_count > most:
        raise UsageError(
            both(
                f"{selection.form.title} chứa được {most} dòng; ở đây có {rows.row_count} dòng.",
                f"{selection.form.title} holds {most} rows; these are {rows.row_count}.",
            ),
            hint=both(
                "Hãy lọc bớt hoặc chọn khung nhỏ hơn, hoặc dùng csv hay gpkg.",
                "Choose fewer with a filter or a box, or take csv or gpkg.",
            ),
        )
    return {OBJECTS: rows}


def _count(rows: dict[str, Spool]) -> int:
    return sum(one.row_count for one in rows.values())


def _with_own(chosen: tuple[Column, ...], own: tuple[Column, ...]) -> tuple[Column, ...]:
    """Put the owners' own columns before the geometry."""
    shapes = tuple(one for one in chosen if one.name in SHAPES)
    return (*(one for one in chosen if one.name not in SHAPES), *own, *shapes)


def _made(
    actor: Actor, selection: Selection, line: Line, spooled: dict[str, Spool], folder: Path
) -> Exported:
    rows = spooled[OBJECTS]
    form, key = selection.form, selection.layer.key
    trace = Trace(line.number, line.person, line.organisation, now(), key, line.purpose, printed())
    inside = folder / "file"
    inside.mkdir()
    path = inside / f"{key}.{form.key}"
    if form.writer is Writer.OFDS:
        path = inside / FILE
        write_ofds(spooled, selection, inside, trace)
    elif form.writer is Writer.CSV:
        write_csv(rows, path)
    elif form.writer is Writer.XLSX:
        write_xlsx(rows, selection, path, trace)
    elif form.writer is Writer.DXF:
        write_dxf(rows, selection, path)
    else:
        write(rows, selection, path, trace)
    if form.mark is Mark.GEOPACKAGE:
        geopackage.finish(path, selection, trace)
    elif form.mark is Mark.KML:
        mark_kml(path, trace)
    elif form.is_packed:
        data, path = path.name, folder / f"{key}.{form.extension}"
        pack(inside, path, rows, selection, trace, data)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with transaction(actor=actor.really) as connection:
        register.note_made(connection, actor, line, _count(spooled), path.stat().st_size, digest)
        return Exported(register.line(connection, line.number), path)
