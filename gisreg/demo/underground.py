"""Manholes, ducts and underground cables along a few main streets."""

from __future__ import annotations

from datetime import date

import numpy as np
import shapely
import shapely.ops

from gisreg.demo.cables import CODE_STYLE, FIBRES
from gisreg.demo.plan import Row, Street, label
from gisreg.demo.poles import some_day

STREETS = 7
LONGEST_M = 1600.0


def underground(
    rng: np.random.Generator,
    streets: list[Street],
    centre: tuple[float, float],
    cable_count: int,
    first_cable: int,
) -> dict[str, list[Row]]:
    """Return rows of manhole, duct, cable and their private tables, geometry in metres.

    Args:
        cable_count: underground cables to make.
        first_cable: position in the table `cable` that the first of them will have.
    """
    tables: dict[str, list[Row]] = {
        key: [] for key in ("manhole", "manhole_private", "duct", "duct_private", "cable", "cable_private")
    }
    chains = [_chain(rng, tables, line, number) for number, line in enumerate(_chosen(streets, centre))]
    for number in range(cable_count if chains else 0):
        owner, points = chains[int(rng.integers(len(chains)))]
        first = int(rng.integers(0, max(len(points) - 3, 1)))
        part = points[first : first + int(rng.integers(3, 12))]
        fibres = int(rng.choice(FIBRES["trunk"]))
        tables["cable"].append({
            "code": CODE_STYLE[owner].format(role="N", n=first_cable + number + 1), "owner_id": owner,
            "role": "trunk", "medium": "fibre", "state": "in_service", "deployment": "underground",
            "diameter_mm": 16.5, "has_messenger": None, "is_bundled": None,
            "installed_on": some_day(rng, date(2012, 1, 1)), "position_accuracy_m": 3.0,
            "survey_date": None, "visibility": "partner",
            "geom": shapely.LineString(np.round(part, 3)), **label("cable"),
        })  # fmt: skip
        tables["cable_private"].append({
            "cable_id": first_cable + number, "fibre_count": fibres,
            "fibres_used": int(rng.integers(0, fibres + 1)), "contract_ref": None, "note": None,
        })  # fmt: skip
    return tables


def _chosen(streets: list[Street], centre: tuple[float, float]) -> list[shapely.LineString]:
    """Return the main streets nearest to the centre, of each the part that comes nearest."""
    here = shapely.Point(*centre)
    wide = [street for street in streets if street.width_m >= 11 and street.line.length > 250]
    wide = wide or [street for street in streets if street.line.length > 250]
    wide.sort(key=lambda street: float(shapely.distance(street.line, here)))
    lines = [max(shapely.get_parts(street.line), key=shapely.length) for street in wide[:STREETS]]
    return [_around(line, here) for line in lines]


def _around(line: shapely.LineString, here: shapely.Point) -> shapely.LineString:
    """Return the stretch of a line, no longer than LONGEST_M, about its nearest point to `here`."""
    middle = float(shapely.line_locate_point(line, here))
    start = max(0.0, min(middle - LONGEST_M / 2, line.length - LONGEST_M))
    return shapely.ops.substring(line, start, start + LONGEST_M)


def _chain(
    rng: np.random.Generator, tables: dict[str, list[Row]], line: shapely.LineString, number: int
) -> tuple[int, np.ndarray]:
    """Add the manholes along a street and the ducts between them; return owner and points."""
    owner = int(rng.choice([0, 1], p=[0.7, 0.3]))
    side = shapely.offset_curve(line, 4.0)
    side = max(shapely.get_parts(side), key=shapely.length)
    at = np.cumsum(rng.uniform(60, 100, int(side.length // 80) + 2))
    at = np.concatenate([[5.0], at[at < side.length - 5]])
    points = shapely.get_coordinates(shapely.line_interpolate_point(side, at))
    before = len(tables["manhole"])
    for i, point in enumerate(points):
        tables["manhole"].append({
            "code": f"BC-{number + 1:02d}-{i + 1:03d}", "owner_id": owner,
            "kind": "cabinet" if rng.random() < 0.06 else "handhole" if rng.random() < 0.4 else "manhole",
            "depth_m": round(float(rng.uniform(0.8, 2.2)), 1), "visibility": "partner",
            "geom": shapely.Point(np.round(point, 3)), **label("manhole"),
        })  # fmt: skip
        tables["manhole_private"].append({"manhole_id": before + i, "note": None})
    for i in range(len(points) - 1):
        ways = int(rng.choice([2, 4, 6, 9]))
        tables["duct"].append({
            "code": f"CB-{number + 1:02d}-{i + 1:03d}", "owner_id": owner,
            "kind": "trench" if number == 0 else "duct", "from_manhole_id": before + i,
            "to_manhole_id": before + i + 1, "diameter_mm": 110.0, "depth_m": 0.9, "visibility": "partner",
            "geom": shapely.LineString(np.round(points[i : i + 2], 3)), **label("duct"),
        })  # fmt: skip
        tables["duct_private"].append({
            "duct_id": len(tables["duct"]) - 1, "ways": ways, "ways_free": int(rng.integers(0, ways + 1)),
            "rent_vnd_per_m_month": float(rng.choice([1035, 1941, 3881, 5175])),
        })  # fmt: skip
    return owner, points
