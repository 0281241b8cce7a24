"""What a file is by its content, where its name says something else."""

from __future__ import annotations

from pathlib import Path

from gisreg.errors import InvalidInputError

_BEGINNINGS = (
    (b"PK\x03\x04", "a ZIP archive (ZIP, KMZ or XLSX)", (".zip", ".kmz", ".xlsx", ".xlsm")),
    (b"SQLite format 3\x00", "an SQLite database (GeoPackage)", (".gpkg", ".sqlite", ".db", ".mbtiles")),
    (b"\x00\x00\x27\x0a", "a Shapefile", (".shp", ".shx")),
    (b"\x1f\x8b", "packed with gzip", (".gz", ".tgz", ".svgz")),
    (b"%PDF", "a PDF document", (".pdf",)),
    (b"\xd0\xcf\x11\xe0", "an old Office document", (".xls", ".doc")),
    (b"AC10", "a DWG drawing", (".dwg",)),
    (b"fgb\x03", "a FlatGeobuf", (".fgb",)),
)
_TOLD = {
    ".xls": "Save it as XLSX in a spreadsheet program.",
    ".ods": "Save it as XLSX in a spreadsheet program.",
    ".doc": "Save its table as XLSX.",
    ".pdf": "Ask for the table as XLSX or CSV.",
    ".dwg": "Save it as DXF in the drawing program.",
    ".parquet": "Save it as GeoPackage, for example in QGIS.",
    ".prj": "Import the .shp beside it.",
    ".cpg": "Import the .shp beside it.",
    ".xsd": "Import the .gml beside it.",
}
_TEXT = (
    ".json", ".geojson", ".geojsonl", ".geojsons", ".ndjson", ".jsonl", ".seq", ".topojson", ".kml", ".gpx",
    ".gml",
)  # fmt: skip
_NUL = (b"\x00", b"\\u0000")

_POINTERS = (b"<ogrvrt", b"<vrtdataset", b"gdal_streamed_alg", b"<wfs", b"<owsl", b"<wms")
"""Files that tell GDAL to read something else, on this machine or elsewhere."""


def check(path: Path) -> None:
    """Refuse files whose content is not what their name says, that are not read, or that point elsewhere.

    Raises:
        InvalidInputError: says what it is, and what to do.
    """
    if path.is_dir():
        return
    suffix = path.suffix.lower()
    with path.open("rb") as stream:
        beginning = stream.read(4096)
    if suffix in _TOLD:
        raise InvalidInputError(f"{path.name}: files of the kind {suffix} are not read.", hint=_TOLD[suffix])
    if any(pointer in beginning.lower() for pointer in _POINTERS):
        raise InvalidInputError(
            f"{path.name}: holds no data, but where to read some.", hint="Import the file that it points to."
        )
    for mark, what, names in _BEGINNINGS:
        is_that = beginning.startswith(mark)
        if is_that and suffix not in names:
            raise InvalidInputError(
                f"{path.name}: is {what} by its content.", hint=f"Rename it to end in {' or '.join(names)}."
            )
        if not is_that and suffix == names[0]:
            raise InvalidInputError(
                f"{path.name}: is not {what}, although its name says so.",
                hint="Correct the name's ending, or export the file again.",
            )
    if suffix in _TEXT:
        _refuse_nul(path)
    if suffix == ".xlsx" and not beginning.startswith(b"PK"):
        raise InvalidInputError(
            f"{path.name}: is no XLSX workbook, although its name says so.",
            hint="Correct the name's ending (.csv?), or save it as XLSX.",
        )
    if suffix in (".csv", ".tsv", ".txt") and beginning.lstrip(b"\xef\xbb\xbf \r\n\t\x1e")[:1] in (
        b"{",
        b"[",
    ):
        raise InvalidInputError(
            f"{path.name}: is JSON by its content.",
            hint="Rename it to end in .geojson, or in .geojsonl where there is an object a line.",
        )


def _refuse_nul(path: Path) -> None:
    """Refuse text with NUL characters: GDAL would cut a name off there without a word."""
    last = b""
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            if any(mark in last + chunk for mark in _NUL) and not chunk.startswith(
                (b"\xff\xfe", b"\xfe\xff")
            ):
                raise InvalidInputError(
                    f"{path.name}: its text holds NUL characters, at which names would be cut off.",
                    hint="Remove them in the program that wrote the file, then export it again.",
                )
            last = chunk[-8:]
