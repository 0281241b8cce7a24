"""Packed files, opened with limits: size, count, ratio, no path outside, no links, nothing nested."""

from __future__ import annotations

import gzip
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from gisreg.errors import InvalidInputError
from gisreg.exporting import sidecar
from gisreg.said import Said, both

MAX_FILES = 2_000
MAX_BYTES = 1 << 30
"""A gigabyte unpacked; a province's poles are a tenth of it."""

MAX_RATIO = 200
_RATIO_FROM = 20 << 20
"""Small files may be packed as tightly as they like."""

_CHUNK = 1 << 20
_NESTED = (".zip", ".kmz", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".tgz", ".zst")
_DATA = (
    ".gpkg", ".shp", ".geojson", ".json", ".geojsonl", ".ndjson", ".kml", ".gpx", ".dxf", ".tab", ".mif",
    ".fgb", ".csv", ".tsv", ".xlsx", ".osm", ".pbf", ".gml",
)  # fmt: skip


def check_zip(path: Path) -> list[zipfile.ZipInfo]:
    """Return what a ZIP (or KMZ, XLSX) holds, if that is harmless.

    Raises:
        InvalidInputError: it is torn, encrypted, too big, packed suspiciously tightly, or a member lies
            outside of it or is a link; names the member.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise _torn(path, error) from error
    if len(members) > MAX_FILES:
        raise _refuse(
            path,
            Said(
                "chứa {0:,} tệp; chỉ giải nén tối đa {1:,} tệp",
                "holds {0:,} files; up to {1:,} are unpacked",
                (len(members), MAX_FILES),
            ),
        )
    total = sum(member.file_size for member in members)
    if total > MAX_BYTES:
        raise _refuse(
            path,
            Said(
                "giải nén ra {0:,.0f} MB; chỉ giải nén tối đa {1:,} MB",
                "would become {0:,.0f} MB; up to {1:,} MB are unpacked",
                (total / 2**20, MAX_BYTES >> 20),
            ),
        )
    for member in members:
        name = member.filename
        place = PurePosixPath(name.replace("\\", "/"))
        if place.is_absolute() or ".." in place.parts or ":" in name:
            raise _refuse(
                path, Said("chứa {0!r} nằm ngoài tệp nén", "holds {0!r}, which lies outside of it", (name,))
            )
        if stat.S_ISLNK(member.external_attr >> 16):
            raise _refuse(path, Said("chứa {0!r} là liên kết", "holds {0!r}, which is a link", (name,)))
        if member.flag_bits & 1:
            raise _refuse(path, Said("chứa {0!r} bị mã hóa", "holds {0!r}, which is encrypted", (name,)))
    packed = max(1, sum(member.compress_size for member in members))
    if total > _RATIO_FROM and total / packed > MAX_RATIO:
        raise _refuse(
            path,
            Said(
                "giải nén ra gấp {0:,.0f} lần dung lượng",
                "unpacks to {0:,.0f} times its size",
                (total / packed,),
            ),
        )
    return members


def check_gzip(path: Path) -> None:
    """Refuse a `.gz` that is torn or unpacks to more than the limit."""
    total = 0
    try:
        with gzip.open(path) as stream:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                if total > MAX_BYTES:
                    raise _too_large(path)
    except (OSError, EOFError, zlib.error) as error:
        raise _torn(path, error) from error


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Unpack a ZIP into a folder of its own for the block; yield the one data file in it.

    An export of ours says itself which of its files that is.

    Raises:
        InvalidInputError: it is not harmless (`check_zip`), holds another archive, or not exactly one
            data file; names what it holds.
    """
    members = check_zip(path)
    nested = [member.filename for member in members if member.filename.lower().endswith(_NESTED)]
    if nested:
        raise _refuse(
            path, Said("chứa một tệp nén khác, {0!r}", "holds another archive, {0!r}", (nested[0],))
        )
    with TemporaryDirectory(prefix="gisreg-import-") as name:
        folder = Path(name)
        _extract(path, members, folder)
        told = sidecar.read(folder)
        if told is not None and (folder / told.file).is_file():
            yield folder / told.file
            return
        found = sorted(
            item
            for item in folder.rglob("*")
            if item.suffix.lower() in _DATA or (item.is_dir() and item.suffix.lower() == ".gdb")
        )
        # A file geodatabase is one thing; so are KML documents that belong to the first, and a MIF's sheet.
        chosen = [item for item in found if not any(parent.suffix == ".gdb" for parent in item.parents)]
        if path.suffix.lower() == ".kmz":
            chosen = [item for item in chosen if item.name == "doc.kml"] or chosen[:1]
        if len(chosen) != 1:
            listed = ", ".join(str(item.relative_to(folder)) for item in chosen[:10])
            raise InvalidInputError(
                both(
                    f"{path.name}: chứa {len(chosen)} tệp dữ liệu: {listed or 'không tệp nào đọc được'}.",
                    f"{path.name}: holds {len(chosen)} files with data: {listed or 'none that can be read'}.",
                ),
                hint=both(
                    "Nén riêng từng bộ dữ liệu, hoặc giải nén rồi nhập từng tệp.",
                    "Pack one data set alone, or unpack it and import the files one by one.",
                ),
            )
        yield chosen[0]


def _extract(path: Path, members: list[zipfile.ZipInfo], folder: Path) -> None:
    """Write the members; what a header says of its size is not believed."""
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for member in members:
                target = folder / PurePosixPath(member.filename.replace("\\", "/"))
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as source, target.open("wb") as sink:
                    while chunk := source.read(_CHUNK):
                        total += len(chunk)
                        if total > MAX_BYTES:
                            raise _too_large(path)
                        sink.write(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise _torn(path, error) from error


def _torn(path: Path, error: Exception) -> InvalidInputError:
    return InvalidInputError(
        both(
            f"{path.name}: tệp nén không nguyên vẹn: {error}.",
            f"{path.name}: is no whole archive: {error}.",
        ),
        hint=both("Hãy nén lại hoặc tải lại tệp.", "Pack or download it again."),
    )


def _too_large(path: Path) -> InvalidInputError:
    return _refuse(
        path,
        Said("giải nén ra hơn {0:,} MB", "would become more than {0:,} MB", (MAX_BYTES >> 20,)),
    )


def _refuse(path: Path, what: Said) -> InvalidInputError:
    return InvalidInputError(
        both(
            f"{path.name}: {what.vi}; tệp chưa được mở.",
            f"{path.name}: {what.en}; it was not opened.",
        ),
        hint=both(
            "Hãy tự giải nén, xem lại rồi nhập tệp bên trong.",
            "Unpack it yourself, look at it, and import the file.",
        ),
    )
