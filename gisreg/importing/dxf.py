"""Drawings (DXF): points and blocks as poles, polylines as cables, the nearest text as the code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

from gisreg.errors import InvalidInputError
from gisreg.importing.question import asks
from gisreg.importing.read import read_layer
from gisreg.importing.table import FeatureTable, Geometries, Mask
from gisreg.importing.text import clean
from gisreg.said import both
from layers import Geometry, Layer

TEXT_REACH = 5.0
"""A text farther from a pole than this, in the drawing's units (metres), is not its code."""

_TEXTS = ("Text", "Layer", "BlockName")
DRAWN_ON, BLOCK = "dxf_layer", "dxf_block"
_NUMBERED = re.compile(r"\\U\+([0-9A-Fa-f]{4})")
_MTEXT = re.compile(r"\\[ACcFfHQTWp][^;]*;|\\[LlOoKk]|[{}]")


Decoder = Callable[[FeatureTable], Mapping[str, str]]
"""Decodes the text of a table of bytes in place, and returns the encoding of each column."""


def read_dxf(
    path: Path, layer: Layer, drawn_on: str | None, decode: Decoder, *, exported: bool = False
) -> tuple[FeatureTable, dict[str, str]]:
    """Read the objects of a registry layer out of a drawing.

    Args:
        path: the drawing.
        layer: layers of points take points, blocks and circles; of lines polylines; of areas closed
            polylines and hatches.
        drawn_on: names of the drawing's layers, separated by commas; None: those that have such objects.
        decode: decodes texts and names: the code page that a drawing names is not that of its fonts.
        exported: it is an export of ours: one layer of the registry, each code behind what it is of.

    Returns:
        Columns: `code` (the nearest text; of lines and areas: on a drawing layer whose name begins with
        theirs), `dxf_layer`, `dxf_block`; and in which encoding each was.

    Raises:
        InvalidInputError: it cannot be read, or lines lie on several of the drawing's layers and none is
            named.
    """
    raw = _read(path)
    used = _decode(raw, decode)
    count = len(raw)
    kinds = [str(value or "") for value in raw.columns.get("SubClasses", [""] * count)]
    names = [str(value or "") for value in raw.columns.get("Layer", [""] * count)]
    texts_of = raw.columns.get("Text", [None] * count)
    is_text = np.array(
        ["Text" in kind or text is not None for kind, text in zip(kinds, texts_of, strict=True)], dtype=bool
    )
    shapes, wanted = _shapes(raw.geometry, layer)
    wanted &= ~is_text
    written_as = clean if exported else _plain
    texts = [written_as(value) for value in _picked(raw, "Text", range(count))]
    if exported:
        return _exported(raw, layer, shapes, wanted, names, texts), {}
    chosen = wanted & _on_layers(path, names, wanted, drawn_on, layer)
    index = np.flatnonzero(chosen)
    columns: dict[str, list[Any]] = {
        DRAWN_ON: [names[i] for i in index],
        BLOCK: [clean(value) for value in _picked(raw, "BlockName", index)],
    }
    written = np.flatnonzero(is_text)
    words, on = [texts[i] for i in written], [names[i] for i in written]
    if layer.geometry is Geometry.POINT:
        codes = nearest_texts(shapes[index], raw.geometry[is_text], words)
    else:
        codes = _texts_of_own_layer(shapes[index], columns[DRAWN_ON], raw.geometry[is_text], words, on)
    columns = {"code": codes} | columns
    handles = _picked(raw, "EntityHandle", index)
    table = FeatureTable(
        rows=[f"entity {handle or i + 1}" for handle, i in zip(handles, index, strict=True)],
        columns={name: cells for name, cells in columns.items() if any(cells)},
        geometry=shapes[index],
        crs=raw.crs,
        notes=raw.notes,
        texts=raw.texts,
    )

    encodings = {"code": "Text", DRAWN_ON: "Layer", BLOCK: "BlockName"}
    return table, {name: used.get(source, "unicode") for name, source in encodings.items()}


def _read(path: Path) -> FeatureTable:
    """Return every entity, its texts with a character a byte."""
    options = {"DXF_INLINE_BLOCKS": False, "DXF_ENCODING": "ISO-8859-1"}
    pyogrio.set_gdal_config_options(options)
    try:
        return read_layer(path, "entities")
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(options))


def _decode(raw: FeatureTable, decode: Decoder) -> Mapping[str, str]:
    """Decode the columns of text in place."""
    texts = {name: raw.columns[name] for name in _TEXTS if name in raw.columns}
    part = FeatureTable(raw.rows, texts, raw.geometry)
    used = decode(part)
    raw.columns |= {name: [_unescaped(cell) for cell in cells] for name, cells in part.columns.items()}
    raw.notes += part.notes
    raw.texts += part.texts
    return used


def _unescaped(text: Any) -> Any:
    """Return text with letters that were written as their numbers, of which some are two halves."""
    if not isinstance(text, str) or "\\U+" not in text:
        return text
    found = _NUMBERED.sub(lambda one: chr(int(one[1], 16)), text)
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def nearest_texts(points: Geometries, places: Geometries, texts: Sequence[str | None]) -> list[str | None]:
    """Return each point's text: the nearest within reach; a text belongs to its nearest point alone.

    Pairs are served from the nearest on, ties in the order of the drawing.
    """
    found: list[str | None] = [None] * len(points)
    if not len(points) or not len(places):
        return found
    tree = shapely.STRtree(points)
    text_index, point_index = tree.query(places, predicate="dwithin", distance=TEXT_REACH)
    distance = shapely.distance(places[text_index], points[point_index])
    taken: set[int] = set()
    for pair in np.lexsort((point_index, text_index, distance)):
        text, point = int(text_index[pair]), int(point_index[pair])
        if found[point] is None and text not in taken and texts[text]:
            found[point] = texts[text]
            taken.add(text)
    return found


def _exported(
    raw: FeatureTable,
    layer: Layer,
    shapes: Geometries,
    wanted: Mask,
    names: Sequence[str],
    texts: Sequence[str | None],
) -> FeatureTable:
    """Read an export of ours: a code is of the part right before it, or of all parts since the last code."""
    has_parts = layer.geometry in (Geometry.MULTILINE, Geometry.MULTIPOLYGON)
    found: list[tuple[int, list[int], str | None]] = []
    for index in range(len(raw)):
        if wanted[index]:
            if has_parts and found and found[-1][2] is None:
                found[-1][1].append(index)
            else:
                found.append((index, [index], None))
        elif texts[index] is not None and found and found[-1][2] is None:
            found[-1] = (*found[-1][:2], texts[index])
    geometry = np.full(len(found), None, dtype=object)
    geometry[:] = [_whole(shapes[parts], layer) for _, parts, _ in found]
    columns: dict[str, list[Any]] = {
        "code": [code for _, _, code in found],
        DRAWN_ON: [names[index] for index, _, _ in found],
    }
    labels = [f"entity {index + 1}" for index, _, _ in found]
    return FeatureTable(labels, columns, geometry, crs=raw.crs, notes=raw.notes, texts=raw.texts)


def _whole(parts: Geometries, layer: Layer) -> shapely.Geometry:
    """Return one object of its parts; rings of an area that lie in each other are edges and holes."""
    if layer.geometry is Geometry.MULTIPOLYGON:
        return shapely.build_area(shapely.GeometryCollection([shapely.boundary(one) for one in parts]))
    return parts[0] if len(parts) == 1 else shapely.MultiLineString(list(parts))


def _texts_of_own_layer(
    shapes: Geometries,
    drawn: Sequence[str],
    places: Geometries,
    texts: Sequence[str | None],
    on: Sequence[str],
) -> list[str | None]:
    """Return each line's or area's text; those of other things stand along it, too: its own layer's count."""
    found: list[str | None] = [None] * len(shapes)
    for name in sorted(set(drawn)):
        mine = np.array([one == name for one in drawn], dtype=bool)
        theirs = np.array([one.startswith(name) for one in on], dtype=bool)
        own = [text for text, is_own in zip(texts, theirs, strict=True) if is_own]
        nearest = nearest_texts(shapes[mine], places[theirs], own)
        for index, text in zip(np.flatnonzero(mine), nearest, strict=True):
            found[index] = text
    return found


def _shapes(geometry: Geometries, layer: Layer) -> tuple[Geometries, Mask]:
    """Return the geometries as the layer wants them, and which of them it can take."""
    kinds = shapely.get_type_id(geometry)
    lines = kinds == shapely.GeometryType.LINESTRING
    closed = lines & shapely.is_closed(geometry) & (shapely.get_num_points(geometry) > 3)
    result = geometry.copy()
    if layer.geometry is Geometry.POINT:
        # Circles come as closed lines of many points: drawn symbols of a pole.
        round_ones = closed & _is_small_circle(geometry)
        result[round_ones] = shapely.centroid(geometry[round_ones])
        return result, (kinds == shapely.GeometryType.POINT) | round_ones
    if layer.geometry is Geometry.MULTIPOLYGON:
        for index in np.flatnonzero(closed):
            result[index] = shapely.Polygon(geometry[index])
        return result, closed | np.isin(
            kinds, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
        )
    return result, (lines & ~closed) | (kinds == shapely.GeometryType.MULTILINESTRING)


def _is_small_circle(geometry: Geometries) -> Mask:
    """Tell which closed lines are circles of a symbol's size; a square has a roundness of 0.79."""
    area = shapely.area(shapely.convex_hull(geometry))
    length = shapely.length(geometry)
    roundness = 4 * np.pi * area / np.maximum(length, 1e-9) ** 2
    return np.asarray((roundness > 0.95) & (length < np.pi * TEXT_REACH))


def _on_layers(path: Path, names: list[str], wanted: Mask, drawn_on: str | None, layer: Layer) -> Mask:
    """Return which entities lie on the drawing's layers that are meant."""
    counts = Counter(name for name, is_wanted in zip(names, wanted, strict=True) if is_wanted)
    if drawn_on is None:
        if len(counts) > 1 and layer.geometry is not Geometry.POINT:
            told = ", ".join(f"{name} ({number})" for name, number in counts.most_common(12))
            raise InvalidInputError(
                both(
                    f"{path.name}: đối tượng cho {layer.key} nằm trên {len(counts)} lớp bản vẽ: {told}.",
                    f"{path.name}: objects for {layer.key} lie on {len(counts)} drawing layers: {told}.",
                ),
                hint=both(
                    "Nêu các lớp cần lấy bằng --layer-name A,B.",
                    "Name those that are meant with --layer-name A,B.",
                ),
                asks=asks("source_layer", [name for name, _ in counts.most_common()], several=True),
            )
        return np.ones(len(names), dtype=bool)
    asked = [name.strip() for name in drawn_on.split(",")]
    unknown = [name for name in asked if name not in names]
    if unknown:
        raise InvalidInputError(
            both(
                f"{path.name}: không có lớp bản vẽ {unknown[0]}.",
                f"{path.name}: has no drawing layer {unknown[0]}.",
            ),
            hint=both(
                f"Bản vẽ có: {', '.join(sorted(set(names)))}.",
                f"It has: {', '.join(sorted(set(names)))}.",
            ),
            asks=asks("source_layer", sorted(set(names)), several=True),
        )
    return np.array([name in asked for name in names], dtype=bool)


def _picked(raw: FeatureTable, name: str, index: Any) -> list[Any]:
    cells = raw.columns.get(name)
    return [None if cells is None else cells[i] for i in index]


def _plain(text: Any) -> str | None:
    """Return a text without the formatting codes of MTEXT."""
    return None if text is None else clean(_MTEXT.sub("", str(text).replace("\\P", " ")))
