"""What a file is by its content, where its name says something else."""

from __future__ import annotations

from pathlib import Path

from gisreg.errors import InvalidInputError
from gisreg.said import Said, both

_BEGINNINGS = (
    (
        b"PK\x03\x04",
        Said("tệp nén ZIP (ZIP, KMZ hoặc XLSX)", "a ZIP archive (ZIP, KMZ or XLSX)"),
        (".zip", ".kmz", ".xlsx", ".xlsm"),
    ),
    (
        b"SQLite format 3\x00",
        Said("cơ sở dữ liệu SQLite (GeoPackage)", "an SQLite database (GeoPackage)"),
        (".gpkg", ".sqlite", ".db", ".mbtiles"),
    ),
    (b"\x00\x00\x27\x0a", Said("tệp Shapefile", "a Shapefile"), (".shp", ".shx")),
    (b"\x1f\x8b", Said("tệp nén gzip", "packed with gzip"), (".gz", ".tgz", ".svgz")),
    (b"%PDF", Said("tài liệu PDF", "a PDF document"), (".pdf",)),
    (b"\xd0\xcf\x11\xe0", Said("tài liệu Office đời cũ", "an old Office document"), (".xls", ".doc")),
    (b"AC10", Said("bản vẽ DWG", "a DWG drawing"), (".dwg",)),
    (b"fgb\x03", Said("tệp FlatGeobuf", "a FlatGeobuf"), (".fgb",)),
)
_AS_XLSX = Said(
    "Hãy mở bằng chương trình bảng tính và lưu thành XLSX.", "Save it as XLSX in a spreadsheet program."
)
_SHP = Said("Hãy nhập tệp .shp đi cùng.", "Import the .shp beside it.")
_TOLD = {
    ".xls": _AS_XLSX,
    ".ods": _AS_XLSX,
    ".doc": Said("Hãy lưu bảng trong đó thành XLSX.", "Save its table as XLSX."),
    ".pdf": Said("Hãy xin bảng dưới dạng XLSX hoặc CSV.", "Ask for the table as XLSX or CSV."),
    ".dwg": Said("Hãy lưu thành DXF trong chương trình vẽ.", "Save it as DXF in the drawing program."),
    ".parquet": Said(
        "Hãy lưu thành GeoPackage, chẳng hạn bằng QGIS.", "Save it as GeoPackage, for example in QGIS."
    ),
    ".prj": _SHP,
    ".cpg": _SHP,
    ".xsd": Said("Hãy nhập tệp .gml đi cùng.", "Import the .gml beside it."),
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
        raise InvalidInputError(
            both(
                f"{path.name}: không đọc loại tệp {suffix}.",
                f"{path.name}: files of the kind {suffix} are not read.",
            ),
            hint=_TOLD[suffix],
        )
    if any(pointer in beginning.lower() for pointer in _POINTERS):
        raise InvalidInputError(
            both(
                f"{path.name}: không chứa dữ liệu, chỉ ghi nơi đọc dữ liệu.",
                f"{path.name}: holds no data, but where to read some.",
            ),
            hint=both("Hãy nhập chính tệp mà nó trỏ tới.", "Import the file that it points to."),
        )
    for mark, what, names in _BEGINNINGS:
        is_that = beginning.startswith(mark)
        if is_that and suffix not in names:
            raise InvalidInputError(
                both(
                    f"{path.name}: theo nội dung là {what.vi}.", f"{path.name}: is {what.en} by its content."
                ),
                hint=both(
                    f"Hãy đổi đuôi tên tệp thành {' hoặc '.join(names)}.",
                    f"Rename it to end in {' or '.join(names)}.",
                ),
            )
        if not is_that and suffix == names[0]:
            raise InvalidInputError(
                both(
                    f"{path.name}: không phải {what.vi} như tên tệp cho thấy.",
                    f"{path.name}: is not {what.en}, although its name says so.",
                ),
                hint=both(
                    "Hãy sửa đuôi tên tệp, hoặc xuất lại tệp.",
                    "Correct the name's ending, or export the file again.",
                ),
            )
    if suffix in _TEXT:
        _refuse_nul(path)
    if suffix == ".xlsx" and not beginning.startswith(b"PK"):
        raise InvalidInputError(
            both(
                f"{path.name}: không phải sổ tính XLSX như tên tệp cho thấy.",
                f"{path.name}: is no XLSX workbook, although its name says so.",
            ),
            hint=both(
                "Hãy sửa đuôi tên tệp (.csv?), hoặc lưu thành XLSX.",
                "Correct the name's ending (.csv?), or save it as XLSX.",
            ),
        )
    if suffix in (".csv", ".tsv", ".txt") and beginning.lstrip(b"\xef\xbb\xbf \r\n\t\x1e")[:1] in (
        b"{",
        b"[",
    ):
        raise InvalidInputError(
            both(f"{path.name}: theo nội dung là JSON.", f"{path.name}: is JSON by its content."),
            hint=both(
                "Hãy đổi đuôi tên tệp thành .geojson, hoặc .geojsonl nếu mỗi dòng là một đối tượng.",
                "Rename it to end in .geojson, or in .geojsonl where there is an object a line.",
            ),
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
                    both(
                        f"{path.name}: chữ trong tệp có ký tự NUL, tên sẽ bị cắt ngang tại đó.",
                        f"{path.name}: its text holds NUL characters, at which names would be cut off.",
                    ),
                    hint=both(
                        "Hãy xóa các ký tự này trong chương trình đã ghi tệp, rồi xuất lại.",
                        "Remove them in the program that wrote the file, then export it again.",
                    ),
                )
            last = chunk[-8:]
