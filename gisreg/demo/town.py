"""Make a whole town in memory: the same seed gives the same rows."""

from __future__ import annotations

import numpy as np
import pyproj
import shapely

from gisreg.demo import alleys, blocks, cables, names, places, pole_lines, poles, roads
from gisreg.demo.load import to_degrees
from gisreg.demo.plan import Plan, Row, Street, label, stream

CENTRE = (106.3366, 20.4463)
"""Longitude and latitude of the middle of the made-up town: Thái Bình."""

SRID = 9209


def made_up(seed: int) -> Plan:
    """Return the made-up plan of Thái Bình in VN-2000 / TM-3 105-30 (EPSG:9209)."""
    mains = roads.main_roads(stream(seed, "roads"))
    streets = [*mains, *blocks.ordinary_streets(stream(seed, "blocks"), mains)]
    streets += alleys.alleys(stream(seed, "alleys"), streets, roads.river().buffer(20))
    units, succession = places.units()
    zones = places.zones(streets)
    east, north = pyproj.Transformer.from_crs(4326, SRID, always_xy=True).transform(*CENTRE)
    shift = np.round([east, north], 0)
    for row in (*units, *zones):
        if row["geom"] is not None:
            row["geom"] = shapely.transform(row["geom"], lambda xy: xy + shift)
    moved = [
        Street(s.name, s.street_class, s.width_m, shapely.transform(s.line, lambda xy: xy + shift),
               s.area_class, s.has_trucks, s.source)
        for s in streets
    ]  # fmt: skip
    tables = {"admin_unit": units, "admin_succession": succession, "zone": zones}
    return Plan(SRID, (float(shift[0]), float(shift[1])), moved, tables)


def populate(plan: Plan, seed: int, pole_count: int, cable_count: int, tower_count: int) -> dict[str, list[Row]]:
    """Return the rows of every table of the town, geometry in EPSG:4326.

    References are positions in the table that they point to; ids are given by the database.
    """
    tables = dict(plan.tables)
    tables["organisation"] = [
        {**row, "visibility": "public", **label("organisation")} for row in names.ORGANISATIONS
    ]
    tables["street"] = [_street_row(number, street) for number, street in enumerate(plan.streets)]
    lines = pole_lines.lay(stream(seed, "pole lines"), plan.streets, plan.centre, pole_count)
    rows, _ = poles.describe(stream(seed, "poles"), lines, plan.streets)
    tables |= rows
    width = np.array([plan.streets[street].width_m for street in lines.street])
    ways = cables.runs(stream(seed, "ways"), lines, width, cable_count)
    tables |= cables.describe(stream(seed, "cables"), lines, ways)
    to_degrees(tables, plan.srid)
    return tables


def _street_row(number: int, street: Street) -> Row:
    return {
        "code": f"MH-{number + 1:05d}",
        "name": street.name,
        "street_class": street.street_class,
        "area_class": street.area_class,
        "carriageway_width_m": street.width_m,
        "has_trucks": street.has_trucks,
        "visibility": "public",
        "geom": street.line,
        **label("street", street.source),
    }
