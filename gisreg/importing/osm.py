"""OpenStreetMap extracts (.osm, .osm.gz, .osm.pbf) as features of the registry's layers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio

from gisreg.errors import InvalidInputError
from gisreg.importing.osm_power import Voltages, cable_fields, pole_fields, tower_fields
from gisreg.importing.osm_streets import street_fields
from gisreg.importing.read import read_layer
from gisreg.importing.table import FeatureTable
from gisreg.said import both

SOURCE = "© OpenStreetMap contributors, ODbL"

Tags = Mapping[str, str]
_SUFFIXES = (".osm", ".osm.gz", ".osm.bz2", ".osm.pbf", ".pbf")
_PAIR = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
_GDAL_COLUMNS = ("osm_id", "other_tags", "z_order")

# Layer -> GDAL's layer, kind of OSM element, and which rows GDAL may leave out before we look at them.
_PARTS = {
    "pole": (
        "points",
        "node",
        "man_made IS NOT NULL OR highway = 'street_lamp' OR other_tags LIKE '%power%'",
    ),
    "tower": ("points", "node", "man_made IS NOT NULL"),
    "cable": ("lines", "way", "other_tags LIKE '%power%' OR other_tags LIKE '%communication%'"),
    "street": ("lines", "way", "highway IS NOT NULL"),
}


def is_osm(path: Path) -> bool:
    """Tell by its name whether a file is an OpenStreetMap extract."""
    return path.name.lower().endswith(_SUFFIXES)


def parse_tags(text: str | None) -> dict[str, str]:
    """Return GDAL's `other_tags` text ("key"=>"value", ...) as a dictionary."""
    return {
        key.replace('\\"', '"').replace("\\\\", "\\"): value.replace('\\"', '"').replace("\\\\", "\\")
        for key, value in _PAIR.findall(text or "")
    }


def read_osm(path: Path, layer: str) -> FeatureTable:
    """Read the features of one registry layer out of an extract.

    The columns are fields of the registry already; the tags go to `extra`. Codes are
    `osm-node-<id>` and `osm-way-<id>`, so that two extracts with the same object store it once.

    Raises:
        InvalidInputError: the file cannot be read, or this layer is not taken from OpenStreetMap.
    """
    if layer not in _PARTS:
        raise InvalidInputError(
            both(
                f"{path.name}: không nhập được {layer} từ OpenStreetMap.",
                f"{path.name}: {layer} cannot be imported from OpenStreetMap.",
            ),
            hint=both(
                f"Từ loại tệp này nhập được: {', '.join(sorted(_PARTS))}.",
                f"From such files: {', '.join(sorted(_PARTS))}.",
            ),
        )
    part, element, where = _PARTS[layer]
    raw = _read_part(path, part, where)
    tags = _tags(raw)
    voltages = Voltages.of(*_power_lines(path)) if layer == "pole" else Voltages.of((), ())
    fields: Callable[[int], dict[str, Any] | None] = {
        "pole": lambda i: pole_fields(tags[i], voltages.at(raw.geometry[i])),
        "tower": lambda i: tower_fields(tags[i]),
        "cable": lambda i: cable_fields(tags[i]),
        "street": lambda i: street_fields(tags[i]),
    }[layer]
    chosen = [(i, found) for i in range(len(raw)) if (found := fields(i)) is not None]
    ids = raw.columns["osm_id"]
    names = sorted({name for _, found in chosen for name in found})
    columns: dict[str, list[Any]] = {name: [found.get(name) for _, found in chosen] for name in names}
    columns["code"] = [f"osm-{element}-{ids[i]}" for i, _ in chosen]
    if layer != "street":
        columns["extra"] = [{"osm": dict(sorted(tags[i].items()))} for i, _ in chosen]
    return FeatureTable(
        rows=[f"{element}/{ids[i]}" for i, _ in chosen],
        columns=columns,
        geometry=raw.geometry[np.array([i for i, _ in chosen], dtype=int)],
        crs=raw.crs,
        ready=frozenset(columns),
        notes=raw.notes,
        texts=raw.texts,
    )


def _read_part(path: Path, part: str, where: str) -> FeatureTable:
    """Read one of GDAL's layers; files whose elements are not sorted by id take a slower way."""
    try:
        return read_layer(path, part, where=where)
    except InvalidInputError as error:
        if "Non increasing" not in error.message:
            raise
    pyogrio.set_gdal_config_options({"OSM_USE_CUSTOM_INDEXING": False})
    try:
        return read_layer(path, part, where=where)
    finally:
        pyogrio.set_gdal_config_options({"OSM_USE_CUSTOM_INDEXING": None})


def _tags(raw: FeatureTable) -> list[dict[str, str]]:
    named = [name for name in raw.columns if name not in _GDAL_COLUMNS]
    return [
        {name: str(raw.columns[name][i]) for name in named if raw.columns[name][i]} | parse_tags(other)
        for i, other in enumerate(raw.columns["other_tags"])
    ]


def _power_lines(path: Path) -> tuple[Any, list[dict[str, str]]]:
    lines = _read_part(path, "lines", "other_tags LIKE '%power%'")
    return lines.geometry, _tags(lines)
