"""Files as carriers send them, drawn from a seed: nothing says how they were written but they themselves."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl
import pyogrio
import shapely
from pyproj.transformer import AreaOfInterest, TransformerGroup

from gisreg.importing.ground import Ground
from tests.importing.blind.ground import poles_along
from tests.importing.encoders import ENCODERS

_STREETS = [
    "Trần Hưng Đạo",
    "Lý Bôn",
    "Lê Lợi",
    "Hai Bà Trưng",
    "Quang Trung",
    "Nguyễn Thái Học",
    "Võ Nguyên Giáp",
    "Phan Bội Châu",
    "Đinh Tiên Hoàng",
    "Trưng Nữ Vương",
    "Hoàng Công Chất",
    "Kỳ Đồng",
    "Lê Quý Đôn",
    "Nguyễn Du",
    "Ngô Thì Nhậm",
    "Bùi Sĩ Tiêm",
    "Doãn Khuê",
    "Chu Văn An",
    "Phạm Huy Quang",
    "Trần Thái Tông",
    "Long Hưng",
    "Hùng Vương",
    "Ỷ Lan",
    "Lý Thường Kiệt",
]
_WARDS = [
    "Phường Trần Lãm",
    "Phường Vũ Phúc",
    "Xã Kiến Xương",
    "Xã Đông Hưng",
    "Xã Tiền Hải",
    "Xã Quỳnh Phụ",
    "Xã Ái Quốc",
]
_NOTES = ("cột bê tông ly tâm", "cột gỗ mục, cần thay", "đã gắn biển", "nghiêng về phía nhà dân", "")
_HEADERS = {
    "code": ("MA_COT", "Mã cột", "pole_code", "Số hiệu"),
    "street": ("TEN_DUONG", "Tên đường", "street", "Tuyến đường"),
    "ward": ("XA_PHUONG", "Xã/phường", "ward", "Phường xã"),
    "note": ("GHI_CHU", "Ghi chú", "note", "Tình trạng"),
}
_METRES = (("X", "Y"), ("TOA_DO_X", "TOA_DO_Y"), ("X (m)", "Y (m)"))
_DEGREES = (("KINH_DO", "VI_DO"), ("Kinh độ", "Vĩ độ"), ("lon", "lat"), ("X", "Y"))
_SYSTEMS = (9209,) * 5 + (5897, 5897, 9210, 9210, 3405, 3405, 9211, 32648, 3148, 3857) + (4326,) * 4
_FILE_ENCODINGS = (*ENCODERS, "tcvn3", "vni", "utf-8-sig", "utf-16", "nfd")
_CELL_ENCODINGS = ("unicode", "tcvn3", "vni", "nfd", "unicode")


@dataclass(frozen=True)
class BlindFile:
    """One file and the truth about it: places (n, 2) as lon, lat, and texts by kind of column."""

    path: Path
    lonlat: np.ndarray
    texts: dict[str, list[str]]
    secret: str


def make(number: int, seed: int, ground: Ground, folder: Path) -> BlindFile:
    """Write the file of a number; the same seed gives the same files."""
    random = np.random.default_rng([seed, number])
    count = int(random.integers(30, 160))
    lonlat = poles_along(ground, random, count)
    texts = {
        "code": [f"{_pick(random, ('VNPT', 'VTL', 'Cột'))}-{one:04d}" for one in range(1, count + 1)],
        "street": [f"Đường {_pick(random, _STREETS)}" for _ in range(count)],
        "ward": [_pick(random, _WARDS) for _ in range(count)],
        "note": [_pick(random, _NOTES) for _ in range(count)],
    }
    epsg = int(_pick(random, _SYSTEMS))
    kind = _pick(random, ("csv", "csv", "shp", "xlsx"))
    first, second, way = _coordinates(epsg, lonlat, random, plain=kind == "shp")
    names = _headers(random, epsg, way)
    secret = f"{number}: {kind} EPSG:{epsg} {way}"
    if kind == "shp":
        return _shapefile(folder / f"blind{number}.shp", random, texts, lonlat, first, second, secret)
    columns = [texts[name] for name in _HEADERS]
    rows = [list(row) for row in zip(*columns, first, second, strict=True)]
    style = str(_pick(random, ("plain", "plain", "titled", "merged")))
    secret = f"{secret} {style}"
    if kind == "xlsx":
        return _sheet(folder / f"blind{number}.xlsx", random, names, rows, style, texts, lonlat, secret)
    return _csv(folder / f"blind{number}.csv", random, names, rows, style, texts, lonlat, secret)


def _framed(names: list[str], rows: list[list[object]], style: str) -> list[list[object]]:
    """Put a header of a style over the rows: titles above and a total below, or two lines with merged cells."""
    if style == "titled":
        title = ["DANH SÁCH CỘT TREO CÁP NĂM 2025", *[None] * (len(names) - 1)]
        total: list[object] = ["Tổng cộng", len(rows), *[None] * (len(names) - 2)]
        return [title, [None] * len(names), names, *rows, total]
    if style == "merged":
        return [[*names[:-2], "Tọa độ", None], [*[None] * (len(names) - 2), *names[-2:]], *rows]
    return [names, *rows]


def _coordinates(epsg, lonlat, random, *, plain):
    """Return first and second column as written, and how."""
    xy = np.column_stack(_operation(epsg).transform(*lonlat.T))
    ways = []
    if epsg != 4326 and random.random() < 0.1:
        ways.append("km")
        xy = xy / 1000
    elif epsg not in (4326, 3857) and random.random() < 0.1:
        ways.append("no false easting")
        xy = xy - (500_000, 0)
    if random.random() < 0.5:
        ways.append("swapped")
        xy = xy[:, ::-1]
    if plain:
        return xy[:, 0], xy[:, 1], " ".join(ways)
    style = _pick(random, ("numbers", "comma", "dms" if epsg == 4326 else "thousands", "mixed"))
    digits = 7 if epsg == 4326 else 5 if "km" in ways else 3
    written = [[_written(value, style, digits, random) for value in column] for column in xy.T]
    return *written, " ".join([*ways, style])


def _operation(epsg):
    """Return the first operation of EPSG's own: for Indian 1960 PROJ would rather take none at all."""
    vietnam = AreaOfInterest(102, 7, 118, 24)
    known = TransformerGroup(4326, epsg, always_xy=True, area_of_interest=vietnam, allow_ballpark=False)
    return known.transformers[0]


def _written(value, style, digits, random):
    if style == "mixed":
        style = _pick(random, ("numbers", "numbers", "comma"))
    if style == "numbers":
        return round(float(value), digits)
    if style == "comma":
        return f"{value:.{digits}f}".replace(".", ",")
    if style == "thousands":
        return f"{value:,.{digits}f}"
    degrees, rest = divmod(abs(float(value)) * 3600, 3600)
    minutes, seconds = divmod(rest, 60)
    letter = "E" if value > 90 else "N"
    return f"{degrees:.0f}°{minutes:02.0f}'{min(seconds, 59.999):06.3f}\"{letter}"


def _headers(random, epsg, way):
    named = [_pick(random, _HEADERS[name]) for name in _HEADERS]
    pair = _pick(random, _DEGREES if epsg == 4326 else _METRES)
    if pair[0] in ("X", "X (m)", "TOA_DO_X") or "swapped" not in way:
        return [*named, *pair]
    return [*named, *reversed(pair)]


def _csv(path, random, names, rows, style, texts, lonlat, secret):
    encoding = _pick(random, _FILE_ENCODINGS)
    delimiter = _pick(random, ("\t", ";", ","))
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\r\n").writerows(_framed(names, rows, style))
    text = stream.getvalue()
    if encoding == "viscii":  # it has no degree sign: B0 is a letter
        text = text.replace("°", " ")
    path.write_bytes(_encoded(text, encoding))
    return BlindFile(path, lonlat, texts, f"{secret} {encoding} {delimiter!r}")


def _encoded(text, encoding):
    if encoding == "nfd":
        return unicodedata.normalize("NFD", text).encode()
    return ENCODERS[encoding](text) if encoding in ENCODERS else text.encode(encoding)


def _sheet(path, random, names, rows, style, texts, lonlat, secret):
    encoding = _pick(random, _CELL_ENCODINGS)

    def typed(cell):
        if not isinstance(cell, str) or encoding == "unicode":
            return cell
        return (
            unicodedata.normalize("NFD", cell)
            if encoding == "nfd"
            else ENCODERS[encoding](cell).decode("latin-1")
        )

    book = openpyxl.Workbook()
    sheet = book.active
    for row in _framed(names, rows, style):
        sheet.append([typed(cell) if at < len(_HEADERS) else cell for at, cell in enumerate(row)])
    if style == "merged":
        last = len(names)
        sheet.merge_cells(start_row=1, end_row=1, start_column=last - 1, end_column=last)
        for column in range(1, last - 1):
            sheet.merge_cells(start_row=1, end_row=2, start_column=column, end_column=column)
    if style == "titled":
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(names))
    book.save(path)
    return BlindFile(path, lonlat, texts, f"{secret} {encoding}")


def _shapefile(path, random, texts, lonlat, first, second, secret):
    """Write a Shapefile without .prj and .cpg, its code page mark 0; now and then with two encodings."""
    encoding = _pick(random, tuple(ENCODERS))
    other = (
        _pick(random, ("tcvn3", "vni"))
        if encoding in ("tcvn3", "vni") and random.random() < 0.5
        else encoding
    )
    names = [_HEADERS[name][0] for name in _HEADERS]
    data = [
        np.array(
            [ENCODERS[other if name == "note" else encoding](text).decode("latin-1") for text in texts[name]],
            dtype=object,
        )
        for name in _HEADERS
    ]
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapely.points(first, second)),
        data,
        names,
        geometry_type="Point",
        crs="EPSG:4326",
        driver="ESRI Shapefile",
        encoding="ISO-8859-1",
    )
    path.with_suffix(".prj").unlink()
    path.with_suffix(".cpg").unlink()
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[29] = 0
    path.with_suffix(".dbf").write_bytes(table)
    return BlindFile(path, lonlat, texts, f"{secret} {encoding}/{other}")


def _pick(random, choices):
    return choices[int(random.integers(len(choices)))]
