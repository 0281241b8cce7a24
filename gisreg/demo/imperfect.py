"""What is wrong with the data of the demo town: of every rule on quality something fails or is unknown."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import psycopg2.extensions
import pyproj
import shapely

from gisreg.database.queries import load_queries
from gisreg.demo.plan import Row

PgConnection = psycopg2.extensions.connection
Tables = dict[str, list[Row]]
queries = load_queries(__file__, "imperfect.sql")

WRONG_ZONE_DEG = 0.5
"""How far west things lie that were read in the reference system of another province (EPSG:9211 for 9209)."""

BESIDE_CABLE_DEG = 8e-5
SURVEYED = date(2025, 4, 14)
GEOD = pyproj.Geod(ellps="WGS84")

OWN_FIELDS: dict[str, tuple[dict[str, object], ...]] = {
    "pole": (
        {"Hiện trạng": "tốt", "Độ nghiêng": 3},
        {"Hiện trạng": "rất xấu", "Độ nghiêng": 120},
        {"Hiện trạng": "không rõ", "Độ nghiêng": "hơi nghiêng"},
    ),
    "tower": (
        {"Kết cấu": "Cột tự đứng", "Chiều cao công trình": 12},
        {"Kết cấu": "ống nhòm", "Chiều cao công trình": 900},
        {"Kết cấu": "không rõ", "Chiều cao công trình": "5 tầng"},
    ),
    "manhole": (
        {"Loại": "hố ga", "Độ sâu (cm)": 120},
        {"Loại": "bể lạ", "Độ sâu (m)": 120},
        {"Cách xác định vị trí": "không rõ", "Độ sâu": "sâu"},
    ),
    "duct": (
        {"Loại": "cống cáp", "Đường kính": 110},
        {"Loại": "ống gì đó", "Đường kính": 99_000},
        {"Cách xác định vị trí": "không rõ", "Đường kính": "to"},
    ),
    "cable": (
        {"Loại cáp": "quang", "Đường kính (mm)": 12},
        {"Loại cáp": "dây thép", "Đường kính (mm)": 900},
        {"Trạng thái": "không rõ", "Đường kính": "nhỏ"},
    ),
    "fitting": (
        {"Trạng thái": "hỏng", "Độ cao": 4.5},
        {"Trạng thái": "lung lay", "Độ cao": 450},
        {"Trạng thái": "không rõ", "Độ cao": "ngang tầm tay"},
    ),
}  # fmt: skip
"""Columns that organisations kept as their own: one can be read, one is wrong, one says nothing."""


def spoil(tables: Tables) -> None:
    """Make the mistakes of people who enter data, in place; geometry in EPSG:4326. No row comes or goes.

    What is given a second time, moved far away or bent hangs on nothing, so that the network stays as it is.
    """
    poles, cables, towers = tables["pole"], tables["cable"], tables["tower"]
    free = _without_cable(poles, cables)
    for row in (poles[free[0]], towers[9 % len(towers)]):
        _move(row, -WRONG_ZONE_DEG)
    _number_twice(tables)
    poles[free[1]]["lowest_power_height_m"] = (poles[free[1]]["height_m"] or 0) + 3
    buried = [row for row in cables if row["deployment"] == "underground"]
    if len(buried) >= 3:
        _move(buried[0], -WRONG_ZONE_DEG)
        buried[1]["geom"] = _repeated(buried[1]["geom"])
        buried[2]["geom"] = _lengthened(buried[2]["geom"])
    drops = [row for row in cables if row["role"] == "drop"]
    _draw_twice([row for row in drops if row["owner_id"] == drops[0]["owner_id"]][:2])
    _draw_twice([row for row in drops if row["state"] == "ownerless"][:2])
    tables["cable_private"][0] |= {"fibre_count": 24, "fibres_used": 30}
    tables["cable_private"][1] |= {"fibre_count": None, "fibres_used": 4}
    _spoil_towers(tables)
    _spoil_underground(tables)
    next(row for row in tables["fitting"] if row["height_m"] is not None)["height_m"] = 25.0
    _keep_own_fields(tables)


def _without_cable(poles: list[Row], cables: list[Row]) -> list[int]:
    """Return the poles with an owner that no cable passes, nor anything else makes useful."""
    tree = shapely.STRtree([row["geom"] for row in cables])
    near = set(tree.query([row["geom"] for row in poles], "dwithin", BESIDE_CABLE_DEG)[0].tolist())
    return [i for i, row in enumerate(poles) if i not in near and row["owner_id"] is not None]


def _move(row: Row, degrees: float) -> None:
    row["geom"] = shapely.transform(row["geom"], lambda xy: xy + np.array([degrees, 0]))


def _repeated(line: shapely.LineString) -> shapely.LineString:
    points = list(line.coords)
    return shapely.LineString([*points[:1], *points])


def _lengthened(line: shapely.LineString) -> shapely.LineString:
    """Return a line that goes on by some 30 m to nowhere."""
    points = list(line.coords)
    return shapely.LineString([*points, (points[-1][0] + 0.0002, points[-1][1] + 0.0002)])


def _draw_twice(pair: list[Row]) -> None:
    if len(pair) == 2:
        pair[1]["geom"] = pair[0]["geom"]


def _number_twice(tables: Tables) -> None:
    """Give an owner's number to two poles, and two poles of unknown owners the same number."""
    first = next(i for i, row in enumerate(tables["pole"]) if row["code"] and row["owner_id"] is not None)
    other = next(row for row in tables["pole_code"] if row["pole_id"] != first)
    other |= {
        "organisation_id": tables["pole"][first]["owner_id"], "code": tables["pole"][first]["code"],
    }  # fmt: skip
    for row in [row for row in tables["pole"] if row["owner_id"] is None][:2]:
        row["code"] = "CỘT-1"


def _spoil_towers(tables: Tables) -> None:
    towers, tenancies = tables["tower"], tables["tower_tenancy"]
    if len(towers) < 9:
        return
    towers[7]["geom"] = shapely.transform(towers[5]["geom"], lambda xy: xy + np.array([2e-6, 0]))
    towers[8] |= {"height_m": None, "survey_date": None}
    for row in tenancies:
        if row["tower_id"] == 4:
            row |= {"antenna_height_m": 90.0, "valid_to": date(2025, 1, 1), "status": "in_service"}


def _spoil_underground(tables: Tables) -> None:
    manholes, ducts = tables.get("manhole", []), tables.get("duct", [])
    if len(manholes) < 12 or len(ducts) < 12:
        return
    for number, row in enumerate((*manholes, *ducts)):
        row["survey_date"] = SURVEYED + timedelta(days=number) if number % 2 else None
    manholes[3]["geom"] = manholes[2]["geom"]
    _move(manholes[4], -WRONG_ZONE_DEG)
    _move(ducts[0], -WRONG_ZONE_DEG)
    ducts[3]["geom"] = shapely.reverse(ducts[2]["geom"])
    ducts[5]["geom"] = ducts[4]["geom"]
    for row in ducts[4:6]:
        row["owner_id"] = None
    ducts[6]["geom"] = _repeated(ducts[6]["geom"])
    tables["duct_private"][7] |= {"ways": 4, "ways_free": 6}
    tables["duct_private"][8] |= {"ways": None, "ways_free": 2}


def _keep_own_fields(tables: Tables) -> None:
    """Write what organisations kept in fields of their own: words, numbers, lengths of cables and ducts."""
    tables.setdefault("fitting_private", [{"fitting_id": n} for n in range(len(OWN_FIELDS["fitting"]))])
    for layer, kept in OWN_FIELDS.items():
        rows = tables.get(f"{layer}_private", [])
        for row in rows:
            row["extra"] = {}
        for row, fields in zip(rows[-len(kept) :], kept, strict=False):
            row["extra"] = dict(fields)
        if layer in ("cable", "duct"):
            for row, stated in zip(rows[20:23], (1.02, 1.7, None), strict=False):
                line = tables[layer][row[f"{layer}_id"]]["geom"]
                metres = round(GEOD.geometry_length(line) * stated, 1) if stated else "khoảng một cây số"
                row["extra"] = {"Chiều dài (m)": metres}


def leave_behind(connection: PgConnection) -> None:
    """Write what a clumsy repair of the database leaves behind, and impossible heights; after topology."""
    queries.dangling_crossing(connection)
    queries.dangling_support(connection)
    queries.dangling_span(connection)
    queries.attach_too_high(connection)
