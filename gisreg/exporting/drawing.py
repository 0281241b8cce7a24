"""Objects as a DXF drawing (release 12, which every CAD program reads): shapes, and their codes as text.

GDAL's driver takes no columns by Arrow; the part of the format that is needed is small.
Source: Autodesk, DXF Reference, sections TABLES and ENTITIES.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import shapely
from shapely.geometry.base import BaseGeometry

from gisreg.exporting.placing import GEOMETRY
from gisreg.exporting.selection import Selection
from gisreg.exporting.spool import Spool

_LONGEST_TEXT = 240
_FORMATS = "%^\\{}"

_TEXT_M = 1.0
_TEXT_DEGREES = 0.00001


def write_dxf(spooled: Spool, selection: Selection, path: Path) -> None:
    """Write the rows as a drawing: for each owner one layer for the shapes and one for the codes.

    A code stands right behind what it is of, by which an import knows them together.

    Args:
        spooled: rows with the columns Layer, Text and the geometry.
        selection: layer and reference system.
        path: the file.
    """
    color = _nearest(selection.layer.style.color) if selection.layer.style else 7
    height = _TEXT_DEGREES if selection.srid == 4326 else _TEXT_M
    with path.open("w", encoding="ascii", newline="\r\n") as file:
        _pairs(file, 0, "SECTION", 2, "HEADER", 9, "$ACADVER", 1, "AC1009", 0, "ENDSEC")
        names = sorted({_layer_name(layer) for layer, _, _ in _rows(spooled)})
        _pairs(file, 0, "SECTION", 2, "TABLES", 0, "TABLE", 2, "LAYER", 70, 2 * len(names))
        for name in (one for layer in names for one in (layer, f"{layer}_code")):
            _pairs(file, 0, "LAYER", 2, name, 70, 0, 62, color, 6, "CONTINUOUS")
        _pairs(file, 0, "ENDTAB", 0, "ENDSEC", 0, "SECTION", 2, "ENTITIES")
        for given, text, shape in _rows(spooled):
            if shape is None or shape.is_empty:
                continue
            layer = _layer_name(given)
            for part in shapely.get_parts(shape):
                _part(file, layer, part)
            if text:
                at = shapely.point_on_surface(shape)
                _pairs(file, 0, "TEXT", 8, f"{layer}_code", 10, at.x, 20, at.y, 40, height, 1, _ascii(text))
        _pairs(file, 0, "ENDSEC", 0, "EOF")


def _rows(spooled: Spool) -> Iterator[tuple[str, str | None, BaseGeometry | None]]:
    for batch in spooled.batches():
        layers, texts, shapes = (batch.column(name).to_pylist() for name in ("Layer", "Text", GEOMETRY))
        yield from zip(layers, texts, shapely.from_wkb(shapes), strict=True)


def _layer_name(given: str) -> str:
    """Return a name as release 12 allows it: letters, digits, $, - and _, at most 31 with `_code`."""
    plain = unicodedata.normalize("NFD", given.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(one for one in plain if not unicodedata.combining(one))
    return re.sub(r"[^A-Za-z0-9$_-]+", "_", bare)[:26]


def _part(file: TextIO, layer: str, part: BaseGeometry) -> None:
    if part.geom_type == "Point":
        _pairs(file, 0, "POINT", 8, layer, 10, part.x, 20, part.y)
    elif part.geom_type == "Polygon":
        for ring in (part.exterior, *part.interiors):
            _line(file, layer, list(ring.coords)[:-1], is_closed=True)
    else:
        _line(file, layer, list(part.coords), is_closed=False)


def _line(file: TextIO, layer: str, positions: list[tuple[float, ...]], *, is_closed: bool) -> None:
    _pairs(file, 0, "POLYLINE", 8, layer, 66, 1, 10, 0.0, 20, 0.0, 70, int(is_closed))
    for position in positions:
        _pairs(file, 0, "VERTEX", 8, layer, 10, position[0], 20, position[1])
    _pairs(file, 0, "SEQEND", 8, layer)


def _pairs(file: TextIO, *pairs: object) -> None:
    for code, value in zip(pairs[::2], pairs[1::2], strict=True):
        file.write(f"{code:>3}\n{value!r}\n" if isinstance(value, float) else f"{code:>3}\n{value}\n")


def _ascii(text: str) -> str:
    """Return text on one line with all but plain ASCII as U+XXXX behind a backslash, as CAD programs read it.

    So are the letters with which they write formats (%%d, ^J), and no more than release 12 has room for.
    """
    plain = " ".join(text.split()).encode("utf-16-be")
    found = ""
    for place in range(0, len(plain), 2):
        unit = int.from_bytes(plain[place : place + 2])
        letter = chr(unit)
        found += letter if 32 <= unit < 127 and letter not in _FORMATS else f"\\U+{unit:04X}"
        if len(found) > _LONGEST_TEXT:
            break
    return found


_PALETTE = {1: (255, 0, 0), 2: (255, 255, 0), 3: (0, 255, 0), 4: (0, 255, 255), 5: (0, 0, 255)} | {
    6: (255, 0, 255), 7: (255, 255, 255), 8: (128, 128, 128), 30: (255, 127, 0)
}  # fmt: skip


def _nearest(color: str) -> int:
    """Return the number of the drawing colour that is nearest to `#rrggbb`."""
    wanted = [int(color[place : place + 2], 16) for place in (1, 3, 5)]
    return min(_PALETTE, key=lambda n: sum((a - b) ** 2 for a, b in zip(_PALETTE[n], wanted, strict=True)))
