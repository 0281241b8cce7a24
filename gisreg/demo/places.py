"""The made-up town's administrative units, before and after 1 July 2025, and its zones."""

from __future__ import annotations

from datetime import date

import numpy as np
import shapely

from gisreg.demo import names, roads
from gisreg.demo.plan import Row, Street, label
from layers.codelists import ADMIN_KIND

REFORM = date(2025, 7, 1)
REFORM_REF = "Nghị quyết 1666/NQ-UBTVQH15 (ranh giới minh hoạ)"
KIND_NAMES = {code.value: code.vi.split(",")[0] for code in ADMIN_KIND.codes}
EXTENT = (-6000.0, -4000.0, 4200.0, 4000.0)


def units() -> tuple[list[Row], list[Row]]:
    """Return rows of admin_unit and admin_succession.

    The communes tile the town's extent, before the reform and after it; one former ward was shared out
    between two. Codes and names are those of the statistics office, the boundaries are made up.
    """
    old = _old_cells()
    split_code, split_to, _ = names.SPLIT_UNIT
    rows: list[Row] = [
        _unit("34", "province", "tinh", "Thái Bình", None, date(1990, 1, 1), REFORM, None),
        _unit("33", "province", "tinh", "Hưng Yên", None, REFORM, None, None),
        _unit("336", "district", "thanh_pho", "Thái Bình", 0, date(2004, 4, 29), REFORM,
              shapely.union_all([old[row[0]] for row in names.OLD_UNITS if row[0] != "13192"])),
        _unit("344", "district", "huyen", "Vũ Thư", 0, date(1969, 1, 1), REFORM, old["13192"]),
    ]  # fmt: skip
    old_at = {}
    for code, kind, name, _, _, _ in names.OLD_UNITS:
        old_at[code] = len(rows)
        parent = 3 if code == "13192" else 2
        rows.append(_unit(code, "commune", kind, name, parent, date(2004, 4, 29), REFORM, old[code]))
    split_part = _part_of(old[split_code], names.SPLIT_UNIT[2])
    pieces: dict[str, list[tuple[str, shapely.Geometry]]] = {code: [] for code, _, _ in names.NEW_UNITS}
    for code, _, _, into, _, _ in names.OLD_UNITS:
        if code == split_code:
            pieces[split_to].append((code, split_part))
            pieces[into].append((code, old[code].difference(split_part)))
        else:
            pieces[into].append((code, old[code]))
    succession: list[Row] = []
    for code, kind, name in names.NEW_UNITS:
        whole = shapely.union_all([piece for _, piece in pieces[code]], grid_size=0.001)
        number = len(rows)
        rows.append(_unit(code, "commune", kind, name, 1, REFORM, None, whole))
        succession += [
            {
                "from_id": old_at[old_code],
                "to_id": number,
                "share_area": min(1.0, round(piece.area / old[old_code].area, 4)),
                "legal_ref": REFORM_REF,
                "source": "generated",
            }
            for old_code, piece in pieces[code]
        ]
    succession.append(
        {"from_id": 0, "to_id": 1, "share_area": 1.0, "legal_ref": "Nghị quyết 202/2025/QH15",
         "source": "generated"}
    )  # fmt: skip
    return rows, succession


def _unit(
    code: str,
    level: str,
    kind: str,
    name: str,
    parent: int | None,
    valid_from: date,
    valid_to: date | None,
    geom: shapely.Geometry | None,
) -> Row:
    return {
        "gso_code": code, "level": level, "kind": kind, "name": f"{KIND_NAMES[kind]} {name}",
        "parent_id": parent,
        "valid_from": valid_from, "valid_to": valid_to,
        "legal_ref": REFORM_REF if valid_from == REFORM else "Ranh giới minh hoạ",
        "visibility": "public", "geom": geom, **label("admin_unit"),
    }  # fmt: skip


def _old_cells() -> dict[str, shapely.Geometry]:
    """Return the former communes: cells around their middles, with bent borders that still meet."""
    extent = shapely.box(*EXTENT)
    seeds = shapely.MultiPoint([row[4:6] for row in names.OLD_UNITS])
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=extent.buffer(3000)))
    result = {}
    for code, _, _, _, east, north in names.OLD_UNITS:
        cell = next(cell for cell in cells if shapely.intersects_xy(cell, east, north))
        dense = shapely.segmentize(cell, 60.0)
        bent = shapely.transform(dense, _bend)
        result[code] = shapely.intersection(bent, extent, grid_size=0.001)
    return result


def _bend(xy: np.ndarray) -> np.ndarray:
    x, y = xy[:, 0], xy[:, 1]
    wave = np.stack(
        [70 * np.sin(y / 310) + 40 * np.sin(x / 170), 70 * np.sin(x / 290) + 40 * np.cos(y / 150)]
    )
    return np.asarray(np.round(xy + wave.T, 2))


def _part_of(polygon: shapely.Geometry, share: float) -> shapely.Geometry:
    """Return the northern part of a polygon with about the given share of its area."""
    west, south, east, north = shapely.bounds(polygon)
    low, high = south, north
    for _ in range(30):
        cut = (low + high) / 2
        area = polygon.intersection(shapely.box(west, cut, east, north)).area
        low, high = (cut, high) if area > share * polygon.area else (low, cut)
    return shapely.intersection(polygon, shapely.box(west, round(high, 2), east, north), grid_size=0.001)


def zones(streets: list[Street]) -> list[Row]:
    """Return rows of zone: urban, district centre and three of aesthetic priority.

    The second aesthetic zone overlaps the first; the first has a hole (a park), the third holds only
    from 2028. The second gets its final area from a list of streets (`gisreg.demo.recipes`).
    """
    by_name = {street.name: street.line for street in streets}
    square = shapely.Polygon(
        [(-780, -560), (-820, 260), (-240, 420), (420, 470), (760, 120), (640, -480), (40, -640)]
    ).buffer(60)
    park = shapely.Point(-140, 120).buffer(130)
    corridor = shapely.union_all([by_name["Lý Bôn"], by_name["Lê Lợi"]]).intersection(
        shapely.box(-2300, -900, 2400, 900)
    )
    banks = [by_name[name].intersection(shapely.box(-1900, 0, 1900, 3000)) for name in names.RIVERSIDE]
    township = shapely.union_all([by_name[name] for name in names.TOWNSHIP_STREETS])
    return [
        _zone("KV-DT-01", "Khu vực thành phố (minh hoạ)", "City area (illustration)", "urban",
              roads.ring().simplify(15).buffer(90), date(2024, 1, 1), date(2027, 12, 31), 1.0),
        _zone("KV-TT-01", "Trung tâm Vũ Thư (minh hoạ)", "Vu Thu centre (illustration)", "district_centre",
              township.buffer(120).simplify(10), date(2024, 1, 1), date(2027, 6, 30), 1.5),
        _zone("KV-MQ-01", "Quảng trường trung tâm (minh hoạ)", "Central square (illustration)",
              "aesthetic_priority", square.difference(park), date(2024, 6, 1), date(2026, 12, 31), 3.0),
        _zone("KV-MQ-02", "Trục Lý Bôn - Lê Lợi (minh hoạ)", "Ly Bon - Le Loi axis (illustration)",
              "aesthetic_priority", corridor.buffer(45).simplify(3), date(2025, 1, 1),
              date(2027, 6, 30), 2.5),
        _zone("KV-MQ-03", "Hai bờ sông Trà Lý (minh hoạ)", "Tra Ly riverside (illustration)",
              "aesthetic_priority", shapely.union_all(banks).buffer(60).simplify(5), date(2028, 1, 1),
              date(2029, 12, 31), 2.0),
    ]  # fmt: skip


def _zone(
    code: str,
    name: str,
    name_en: str,
    kind: str,
    geom: shapely.Geometry,
    valid_from: date,
    deadline: date,
    weight: float,
) -> Row:
    return {
        "code": code, "name": name, "name_en": name_en, "kind": kind,
        "decision_no": f"Số minh hoạ {code}/QĐ-MH", "valid_from": valid_from, "deadline": deadline,
        "weight": weight, "visibility": "public", "geom": geom, **label("zone"),
    }  # fmt: skip
