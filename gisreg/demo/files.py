"""A town plan from files: streets of OpenStreetMap or any vector file, units, zones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyproj
import shapely

from gisreg.demo.plan import FROM_FILE, Plan, Row, Street, label
from gisreg.errors import InvalidInputError
from gisreg.importing import geometry, osm, osm_streets, prepare, read, reproject
from gisreg.importing.problems import Problems
from gisreg.importing.request import ImportReport
from gisreg.said import both
from gisreg.settings import get_settings
from layers import LAYERS

WIDTH_M = {
    "trunk": 21.0,
    "primary": 15.0,
    "secondary": 12.0,
    "tertiary": 9.0,
    "residential": 6.5,
    "alley": 3.5,
}
"""Carriageway width of streets whose file does not say it. Other classes carry no poles."""

REACH_M = 500.0
UNIT_CONSTANTS = {"valid_from": date(2025, 7, 1), "level": "commune", "kind": "xa"}
ZONE_CONSTANTS = {
    "valid_from": date(2024, 1, 1),
    "deadline": date(2027, 12, 31),
    "kind": "aesthetic_priority",
    "decision_no": "Minh hoạ",
    "weight": 3.0,
}


def plan(streets: Path, admin: Path | None, zones: Path | None) -> Plan:
    """Return a plan from files, in the region's metric reference system.

    The centre is the middle of the zones where there are some, else of the streets. Units and zones
    farther than 500 m from every street are left out.

    Raises:
        InvalidInputError: a file is missing, cannot be read, has rows that cannot be taken, or holds
            nothing of use; the message names file, rows and remedy.
    """
    srid = get_settings().region.metric_srid
    found = _streets(streets, srid)
    reach = shapely.box(*shapely.total_bounds([street.line for street in found])).buffer(REACH_M)
    units = _areas("admin_unit", admin, UNIT_CONSTANTS, srid, reach) if admin else []
    areas = _areas("zone", zones, ZONE_CONSTANTS, srid, reach) if zones else []
    middle_of = [row["geom"] for row in areas] or [street.line for street in found]
    middle = shapely.centroid(shapely.geometrycollections(middle_of))
    return Plan(srid, (float(middle.x), float(middle.y)), found, {"admin_unit": units, "zone": areas})


def _rows(layer_key: str, path: Path, constants: Mapping[str, Any], srid: int) -> prepare.Rows:
    """Return a file's rows for a layer as the import reads and checks them, geometry in metres."""
    layer = LAYERS[layer_key]
    problems = Problems(path.name)
    is_osm = osm.is_osm(path)
    table = osm.read_osm(path, layer_key) if is_osm else read.read_layer(path)
    table.geometry = reproject.to_wgs84(table.geometry, reproject.source_crs(table, None, path.name))
    rows = prepare.prepare(table, layer, constants, {}, problems, ImportReport(layer_key, path.name))
    geometry.check(rows.labels, rows.geometry, layer, get_settings().region.bounds, problems)
    problems.raise_if_any()
    if is_osm and layer_key == "street":
        rows = osm_streets.group_ways(rows, srid)
    rows.geometry = reproject.transformed(
        rows.geometry, pyproj.Transformer.from_crs(4326, srid, always_xy=True)
    )
    return rows


def _streets(path: Path, srid: int) -> list[Street]:
    rows = _rows("street", path, {"street_class": "residential"}, srid)
    names = rows.column("name")
    widths = rows.column("carriageway_width_m")
    source = f"{FROM_FILE}{path.name}" + (f", {osm.SOURCE}" if osm.is_osm(path) else "")
    streets = [
        Street(
            name,
            street_class,
            width or WIDTH_M[street_class],
            shapely.line_merge(line),
            has_trucks=street_class != "alley",
            source=source,
        )
        for name, street_class, width, line in zip(
            names, rows.column("street_class"), widths, rows.geometry, strict=True
        )
        if street_class in WIDTH_M
    ]
    if not streets:
        raise InvalidInputError(
            both(
                f"{path.name}: không có tuyến đường nào cho ô tô.",
                f"{path.name}: holds no streets for cars.",
            ),
            hint=both(
                "Hãy dùng bản trích OSM có đường, hoặc tệp dạng đường có cấp đường.",
                "Give an OSM extract with roads, or a file of lines with a class of street.",
            ),
        )
    return streets


def _areas(
    layer_key: str, path: Path, constants: Mapping[str, Any], srid: int, reach: shapely.Polygon
) -> list[Row]:
    """Return rows of units or zones near the streets."""
    rows = _rows(layer_key, path, constants, srid)
    if layer_key == "zone":
        rows.values.setdefault("code", [f"KV-TEP-{number:02d}" for number in range(1, len(rows) + 1)])
    problems = Problems(path.name)
    needed = {"admin_unit": ["gso_code", "name"], "zone": ["code", "name"]}[layer_key]
    prepare.require(rows, needed, path.name, problems)
    problems.raise_if_any()
    near = shapely.intersects(rows.geometry, reach)
    if not near.any():
        raise InvalidInputError(
            both(
                f"{path.name}: không vùng nào trong {len(rows)} vùng nằm gần các tuyến đường.",
                f"{path.name}: none of its {len(rows)} areas lies near the streets.",
            ),
            hint=both(
                "Hãy dùng đường và vùng của cùng một nơi.", "Give streets and areas of the same place."
            ),
        )
    own = {"visibility": "public", **label(layer_key, f"{FROM_FILE}{path.name}")}
    return [
        {name: rows.column(name)[i] for name in (*rows.values, *rows.same)} | own | {"geom": rows.geometry[i]}
        for i in range(len(rows))
        if near[i]
    ]
