"""Make a whole town in memory: the same seed gives the same rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import shapely

from gisreg.demo import (
    alleys,
    blocks,
    cables,
    crossed,
    files,
    fittings,
    names,
    places,
    pole_lines,
    poles,
    rare,
    roads,
    towers,
    underground,
)
from gisreg.demo.load import to_degrees
from gisreg.demo.plan import Plan, Row, Street, label, stream
from gisreg.errors import UsageError
from gisreg.said import both

CENTRE = (106.3366, 20.4463)
"""Longitude and latitude of the middle of the made-up town: Thái Bình."""

SRID = 9209
DOUBLE_SHARE = 0.007
"""Share of the poles that are new ones beside an old pole."""

UNDERGROUND_SHARE = 0.025


def made_up(seed: int) -> Plan:
    """Return the made-up plan of Thái Bình in VN-2000 / TM-3 105-30 (EPSG:9209)."""
    mains = roads.main_roads(stream(seed, "roads"))
    streets = [*mains, *blocks.ordinary_streets(stream(seed, "blocks"), mains)]
    streets += alleys.alleys(stream(seed, "alleys"), streets, roads.river().buffer(20))
    units, succession = places.units()
    zones = places.zones(streets)
    east, north = pyproj.Transformer.from_crs(4326, SRID, always_xy=True).transform(*CENTRE)
    shift = np.round([east, north], 0)
    rails, waters = crossed.railways(), crossed.waterways()
    for row in (*units, *zones, *rails, *waters):
        if row["geom"] is not None:
            row["geom"] = shapely.transform(row["geom"], lambda xy: xy + shift)
    moved = [
        Street(s.name, s.street_class, s.width_m, shapely.transform(s.line, lambda xy: xy + shift),
               s.area_class, s.has_trucks, s.source)
        for s in streets
    ]  # fmt: skip
    tables = {"admin_unit": units, "admin_succession": succession, "zone": zones}
    tables |= {"railway": rails, "waterway": waters}
    return Plan(SRID, (float(shift[0]), float(shift[1])), moved, tables)


def planned(seed: int, streets: Path | None, admin: Path | None, zones: Path | None) -> Plan:
    """Return the made-up plan, or one from files where `streets` is given.

    Raises:
        UsageError: `admin` or `zones` without `streets`.
        InvalidInputError: a file cannot be read, or holds nothing of use in the region.
    """
    if streets is None:
        if admin is not None or zones is not None:
            raise UsageError(
                both(
                    "Đơn vị hành chính và khu vực lấy từ tệp thì đường cũng phải lấy từ tệp.",
                    "Units and zones from files need streets from a file.",
                ),
                hint=both("Hãy cho thêm --streets FILE.", "Give --streets FILE too."),
            )
        return made_up(seed)
    return files.plan(streets, admin, zones)


def populate(
    plan: Plan, seed: int, pole_count: int, cable_count: int, tower_count: int
) -> tuple[dict[str, list[Row]], list[int]]:
    """Return the rows of every table of the town, geometry in EPSG:4326, and the street of each pole.

    References are positions in the table that they point to; ids are given by the database.
    """
    tables = dict(plan.tables)
    tables["organisation"] = [
        {**row, "visibility": "public", **label("organisation")} for row in names.ORGANISATIONS
    ]
    tables["street"] = [_street_row(number, street) for number, street in enumerate(plan.streets)]
    doubles = round(pole_count * DOUBLE_SHARE)
    below = round(cable_count * UNDERGROUND_SHARE)
    lines = pole_lines.lay(stream(seed, "pole lines"), plan.streets, plan.centre, pole_count - doubles)
    tables |= poles.describe(stream(seed, "poles"), lines, plan.streets)
    rare.date_a_new_line(tables, lines.street)
    width = np.array([plan.streets[street].width_m for street in lines.street])
    ways = cables.runs(stream(seed, "ways"), lines, width, cable_count - below)
    tables |= cables.describe(stream(seed, "cables"), lines, ways)
    cables.forget_roles(stream(seed, "roles"), tables["cable"])
    carriers = fittings.carriers_by_pole(ways, len(lines.xy))
    tables["pole_code"] = fittings.codes(stream(seed, "codes"), carriers, tables["pole"])
    tables["fitting"] = fittings.fittings(stream(seed, "fittings"), carriers, tables["pole"])
    fittings.mistake_tags(stream(seed, "tags"), tables["fitting"])
    fittings.double_poles(stream(seed, "double poles"), lines, carriers, tables, doubles)
    tables |= towers.towers(stream(seed, "towers"), lines, tower_count)
    buried = underground.underground(
        stream(seed, "underground"), plan.streets, plan.centre, below, len(tables["cable"])
    )
    for table, rows in buried.items():
        tables[table] = [*tables.get(table, []), *rows]
    to_degrees(tables, plan.srid)
    return tables, [int(street) for street in lines.street]


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
