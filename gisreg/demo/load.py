"""Put the rows of a town into the registry: ids first, then COPY, table by table."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import psycopg2.extensions
import pyproj
import shapely
from psycopg2 import sql

from gisreg.demo.plan import Row
from gisreg.settings import get_settings

REFERENCES = {
    "owner_id": "organisation", "organisation_id": "organisation", "parent_id": "admin_unit",
    "from_id": "admin_unit", "to_id": "admin_unit", "pole_id": "pole", "tower_id": "tower",
    "tower_tenancy_id": "tower_tenancy", "cable_id": "cable", "manhole_id": "manhole",
    "from_manhole_id": "manhole", "to_manhole_id": "manhole", "duct_id": "duct", "fitting_id": "fitting",
    "span_id": "span",
}  # fmt: skip
"""What each reference column of a row counts in."""

ORDER = (
    "organisation", "admin_unit", "admin_succession", "street", "railway", "waterway", "zone",
    "pole", "pole_private", "pole_code",
    "tower", "tower_private", "tower_tenancy", "tower_tenancy_private", "manhole", "manhole_private", "duct",
    "duct_private", "cable", "cable_private", "fitting", "fitting_private",
)  # fmt: skip
"""Tables in the order in which their references allow them to be filled."""

NO_ID = ("admin_succession", "pole_code")
MULTI = {
    "street": shapely.GeometryType.MULTILINESTRING,
    "railway": shapely.GeometryType.MULTILINESTRING,
    "waterway": shapely.GeometryType.MULTILINESTRING,
    "admin_unit": shapely.GeometryType.MULTIPOLYGON,
    "zone": shapely.GeometryType.MULTIPOLYGON,
}


def to_degrees(tables: dict[str, list[Row]], srid: int) -> None:
    """Turn the metric geometry of all rows into EPSG:4326 with seven decimals (1 cm), in place."""
    transformer = pyproj.Transformer.from_crs(srid, 4326, always_xy=True)
    for table, rows in tables.items():
        placed = [row for row in rows if row.get("geom") is not None]
        if not placed:
            continue
        geoms = shapely.transform([row["geom"] for row in placed], transformer.transform, interleaved=False)
        geoms = shapely.set_precision(geoms, 1e-7)
        for row, geom in zip(placed, geoms, strict=True):
            row["geom"] = _multi(geom) if table in MULTI else geom


def _multi(geom: shapely.Geometry) -> shapely.Geometry:
    parts = [part for part in shapely.get_parts(geom) if shapely.get_dimensions(part) > 0]
    return (
        shapely.multipolygons(parts) if shapely.get_dimensions(geom) == 2 else shapely.multilinestrings(parts)
    )


def load(
    connection: psycopg2.extensions.connection,
    tables: dict[str, list[Row]],
    step: Callable[[str], None] = lambda table: None,
) -> dict[str, list[int]]:
    """Copy all rows (geometry in EPSG:4326) into the registry.

    Returns:
        The ids given to the rows of each table, in the order of the rows.
    """
    ids: dict[str, list[int]] = {}
    for table in ORDER:
        rows = tables.get(table, [])
        step(table)
        if not rows:
            continue
        if table not in NO_ID and not table.endswith("_private"):
            ids[table] = new_ids(connection, len(rows))
        copy_rows(connection, table, rows, ids)
    return ids


def new_ids(connection: psycopg2.extensions.connection, count: int) -> list[int]:
    """Draw object ids."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gisreg.new_id() FROM generate_series(1, %s)", (count,))
        return [int(row[0]) for row in cursor]


def copy_rows(
    connection: psycopg2.extensions.connection,
    table: str,
    rows: list[Row],
    ids: dict[str, list[int]],
) -> None:
    """Copy rows into one table, with references resolved and ids where `ids` has them for the table."""
    columns = list(rows[0])
    own = ids.get(table)
    names = [*(["id"] if own is not None else []), *columns]
    buffer = io.StringIO()
    for number, row in enumerate(rows):
        values = [*([own[number]] if own is not None else []), *_values(row, columns, ids)]
        buffer.write("\t".join(map(_text, values)) + "\n")
    buffer.seek(0)
    with connection.cursor() as cursor:
        statement = sql.SQL("COPY registry.{} ({}) FROM STDIN").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
        )
        cursor.copy_expert(statement.as_string(cursor), buffer)


def _values(row: Row, columns: list[str], ids: dict[str, list[int]]) -> Iterator[Any]:
    for column in columns:
        value = row[column]
        if value is not None and column in REFERENCES:
            value = ids[REFERENCES[column]][value]
        yield value


def _text(value: Any) -> str:
    """Return a value as COPY's text format wants it."""
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, shapely.Geometry):
        return str(shapely.to_wkb(shapely.set_srid(value, 4326), hex=True, include_srid=True))
    if isinstance(value, list):
        value = "{" + ",".join(json.dumps(item, ensure_ascii=False) for item in value) + "}"
    elif isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n").replace("\r", r"\r")


def metric_srid() -> int:
    """Return the region's metric reference system."""
    return get_settings().region.metric_srid
