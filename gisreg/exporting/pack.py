"""One file out of several: ZIP with a README, and the mark inside a KML document."""

from __future__ import annotations

import csv
import shutil
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from gisreg.errors import GisregError
from gisreg.exporting import sidecar
from gisreg.exporting.selection import Selection
from gisreg.exporting.sidecar import Sidecar
from gisreg.exporting.spool import Spool
from gisreg.exporting.trace import Trace
from gisreg.exporting.vector import names_in_file
from gisreg.said import both

_HEAD = 64 * 1024


def pack(folder: Path, target: Path, spooled: Spool, selection: Selection, trace: Trace, data: str) -> None:
    """Write every file of a folder into a ZIP, with README.txt, columns.csv, and the same for programs.

    Args:
        folder: with the files.
        target: the ZIP.
        spooled: the rows, for what each column is.
        selection: layer, format, reference system.
        trace: who took it.
        data: name of the file in which the objects are.
    """
    readme = "\n".join(f"{name}: {text}" for name, text in trace.facts(selection.form, selection.srid))
    (folder / "README.txt").write_text(readme + "\n", encoding="utf-8-sig")
    names = [one.name for one in spooled.columns]
    short = names_in_file(names, selection.form)
    told = {short[name]: name for name in names if short[name] != name}
    sidecar.write(folder, Sidecar(trace.number, selection.layer.key, f"EPSG:{selection.srid}", data, told))
    with (folder / sidecar.COLUMNS).open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("in file", "name", "title"))
        rows.writerows((short[one.name], one.name, one.title) for one in spooled.columns)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for part in sorted(folder.iterdir()):
            archive.write(part, part.name)


def mark_kml(path: Path, trace: Trace) -> None:
    """Put the mark into the description of a KML document, as text.

    Raises:
        GisregError: the file does not begin like a KML document.
    """
    marked = path.with_suffix(".marked")
    with path.open("rb") as source, marked.open("wb") as target:
        head = source.read(_HEAD)
        begin = head.find(b"<Document")
        end = head.find(b">", begin) + 1
        if begin < 0 or not end:
            raise GisregError(
                both("Tệp KML không có phần Document.", "The KML file has no document."),
                hint=both("Hãy dùng định dạng khác, ví dụ gpkg.", "Take another format, such as gpkg."),
            )
        line = f"<description>{escape(trace.line)}</description>"
        target.write(head[:end] + line.encode() + head[end:])
        shutil.copyfileobj(source, target)
    marked.replace(path)
