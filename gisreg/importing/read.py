"""Read any vector file that GDAL knows into a FeatureTable."""

from __future__ import annotations

import glob
import json
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from gisreg.errors import InvalidInputError
from gisreg.exporting.formats import KML_NAMES
from gisreg.importing.question import asks
from gisreg.importing.repair import flat, repaired
from gisreg.importing.table import Fault, FeatureTable, Geometries
from gisreg.said import LOOK, Said, both

_SEQUENCES = (".seq", ".geojsonl", ".geojsons", ".geojsonseq", ".ndjson", ".jsonl")
_LONGEST_LINE = 1 << 24

_CLOSED = repaired(Said("khép vòng hở", "an open ring was closed"))
HEIGHTS = "{} geometries have heights or measures (Z, M), which are left out."
UNREADABLE_HINT = Said(
    "Hãy xem tệp có đủ và đúng định dạng vectơ (GeoJSON, GPKG, Shapefile, OSM) không.",
    "Check that the file is complete and of a vector format (GeoJSON, GPKG, Shapefile, OSM).",
)


def require_file(path: Path) -> None:
    """Raise InvalidInputError when there is no such file, or it is empty."""
    if not path.exists():
        raise InvalidInputError(
            both(f"{path}: không có tệp này.", f"{path}: there is no such file."),
            hint=both("Hãy xem lại tên và thư mục.", "Check the name and the folder."),
        )
    if path.is_file() and path.stat().st_size == 0:
        raise InvalidInputError(
            both(f"{path.name}: tệp rỗng.", f"{path.name}: the file is empty."),
            hint=both("Hãy xuất hoặc tải lại tệp.", "Export or download it again."),
        )


def gdal_path(path: Path) -> str:
    """Return the path by which GDAL opens a file that is there; a lone `.gz` is unpacked on the way."""
    require_file(path)
    if path.suffix == ".gz":
        return f"/vsigzip/{path}"
    return f"GeoJSONSeq:{path}" if _is_sequence(path) else str(path)


def _is_sequence(path: Path) -> bool:
    """Tell whether a file holds one GeoJSON object after the other; GDAL by itself takes the first alone."""
    suffix = path.suffix.lower()
    if suffix in _SEQUENCES:
        return True
    if suffix not in (".json", ".geojson") or path.is_dir():
        return False
    with path.open("rb") as stream:
        first, second = stream.readline(_LONGEST_LINE), stream.readline(_LONGEST_LINE).strip()
    if first.startswith(b"\x1e"):
        return True
    try:
        return bool(second) and json.loads(first)["type"] == "Feature"
    except (ValueError, TypeError, KeyError):
        return False


@contextmanager
def with_plain_name(path: Path) -> Iterator[Path]:
    """Yield a path under which GDAL finds a file: a copy where an exclamation mark is in the way.

    pyogrio takes it for the border between an archive and a file in it.
    """
    if "!" not in str(path) or not path.is_file():
        yield path
        return
    with TemporaryDirectory(prefix="gisreg-import-") as folder:
        for item in path.parent.glob(f"{glob.escape(path.stem)}.*"):
            if item.is_file():
                shutil.copyfile(item, Path(folder) / item.name.replace("!", "_"))
        yield Path(folder) / path.name.replace("!", "_")


def read_layer(
    path: Path,
    layer: str | None = None,
    encoding: str | None = None,
    *,
    repair: bool = False,
    **options: Any,
) -> FeatureTable:
    """Read one layer of a file.

    Args:
        path: the file.
        layer: layer inside the file; needed where it has several with geometry.
        encoding: code page of its text; None takes what the file says.
        repair: close rings that are open.
        options: passed to pyogrio (`where`, `columns`).

    Raises:
        InvalidInputError: the file cannot be read, or it is not clear which layer is meant.
    """
    source = gdal_path(path)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            chosen = layer or only_layer(path, source)
            meta, _, wkb, fields = pyogrio.raw.read(
                source, layer=chosen, encoding=encoding, datetime_as_string=True, **options
            )
        except UnicodeDecodeError as error:
            raise InvalidInputError(
                both(
                    f"{path.name}: chữ trong tệp không theo bảng mã {error.encoding}.",
                    f"{path.name}: its text is not {error.encoding}.",
                ),
                hint=both(
                    "Nêu bảng mã bằng --encoding, ví dụ --encoding CP1258.",
                    "Say the code page with --encoding, for example --encoding CP1258.",
                ),
            ) from error
        except (DataSourceError, DataLayerError, ValueError, RuntimeError) as error:
            raise InvalidInputError(
                both(
                    f"{path.name}: không đọc được: {told(error, path)}",
                    f"{path.name}: cannot be read: {told(error, path)}",
                ),
                hint=UNREADABLE_HINT,
            ) from error
    count = len(fields[0]) if len(fields) else (0 if wkb is None else len(wkb))
    if wkb is None and count:
        raise InvalidInputError(
            both(
                f"{path.name}: lớp {chosen} không có hình học.",
                f"{path.name}: layer {chosen} has no geometry.",
            ),
            hint=both(
                "Hãy xuất kèm điểm, đường hoặc vùng, hoặc nêu lớp khác bằng --layer-name.",
                "Export it with points, lines or areas, or name another layer with --layer-name.",
            ),
        )
    wkb = np.empty(0, dtype=object) if wkb is None else wkb
    geometry, mended = geometries(wkb, repair=repair)
    geometry, heights, with_heights = flat(geometry)
    table = FeatureTable(
        rows=[f"row {number}" for number in range(1, count + 1)],
        columns={
            name: [plain(value, as_truth=subtype == "OFSTBoolean") for value in values]
            for name, values, kind, subtype in zip(
                meta["fields"], fields, meta["ogr_types"], meta["ogr_subtypes"], strict=True
            )
            if kind != "OFTBinary"  # pictures and the like are neither text nor number
        },
        geometry=geometry,
        crs=meta["crs"],
        notes=sorted({str(item.message) for item in caught}),
        warnings=mended,
        heights=heights,
    )
    if path.suffix.lower() == ".kml":
        table.columns = _of_objects(table.columns)
    if with_heights:
        table.notes.append(HEIGHTS.format(with_heights))
    return table


def geometries(wkb: Any, *, repair: bool) -> tuple[Geometries, list[Fault]]:
    """Return n geometries of n pieces of WKB, None where it is none; with `repair`, open rings are closed
    and told."""
    found = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    return found, _close_rings(found, wkb) if repair else []


def _of_objects(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return the columns of a KML document without those that say how a placemark is shown.

    An export of ours has columns of such names with a _ behind them.
    """
    shown = KML_NAMES - {"name", "description"}
    kept = {name: cells for name, cells in columns.items() if name.casefold() not in shown}
    return {
        name.removesuffix("_") if name.removesuffix("_").casefold() in KML_NAMES else name: cells
        for name, cells in kept.items()
    }


def told(error: Exception, path: Path) -> str:
    """Return what GDAL says, without the folder and its advice for programmers."""
    return str(error).replace(str(path), path.name).partition("; It might help")[0].strip()


def _close_rings(geometry: Geometries, wkb: Any) -> list[Fault]:
    """Close open rings in place; return a warning for each row."""
    found: list[Fault] = []
    for index in np.flatnonzero(shapely.is_missing(geometry)):
        if wkb[index] is not None:
            geometry[index] = shapely.from_wkb(wkb[index], on_invalid="fix")
            if geometry[index] is not None:
                found.append((int(index), _CLOSED, LOOK))
    return found


def only_layer(path: Path, source: str) -> str:
    """Return the name of the layer that a source has; raises InvalidInputError where it has several."""
    layers = pyogrio.list_layers(source)
    with_geometry = [str(name) for name, kind in layers if kind is not None]
    names = with_geometry or [str(name) for name, _ in layers]
    if len(names) != 1:
        raise InvalidInputError(
            both(
                f"{path.name}: có {len(names)} lớp: {', '.join(names) or 'không lớp nào'}.",
                f"{path.name}: holds {len(names)} layers: {', '.join(names) or 'none'}.",
            ),
            hint=both("Nêu một lớp bằng --layer-name.", "Name one with --layer-name."),
            asks=asks("source_layer", names),
        )
    return names[0]


def plain(value: Any, *, as_truth: bool = False) -> Any:
    """Return a Python value; NaN and NaT, which stand for an empty cell, become None.

    With `as_truth`, numbers stand for yes and no (GDAL has them as such where cells are empty).
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (np.ndarray, list)):
        return ";".join(str(item) for item in value)
    if value is None or value != value:
        return None
    return bool(value) if as_truth else value
