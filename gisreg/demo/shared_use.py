"""Shared use in the demo town: a zone for small masts only, masts too near to each other, requests."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import psycopg2.extensions
import shapely
from psycopg2.extras import execute_values

from gisreg.clock import now
from gisreg.demo.plan import GENERATED, Row, label
from gisreg.demo.poles import POWER, VNPT

PgConnection = psycopg2.extensions.connection
Tables = dict[str, list[Row]]

ZONE_DEG = 0.0012
NEXT_DEG = 0.0003
PARTNERS = (1, 2, 3, 4)
"""Who asks: other carriers, by their place among the organisations."""


def arrange(tables: Tables) -> None:
    """Say which masts are bulky and whose, and lay the zone about two of them; in place, EPSG:4326.

    The first mast is bulky and has a bulky neighbour of another owner 60 m away, the second is not bulky, the
    fourth is of unknown class and owner.
    """
    towers = tables["tower"]
    if len(towers) < 16:
        return
    towers[0] |= {"mast_class": "A2a", "structure": "rooftop", "height_m": 12.0, "status": "in_service"}
    towers[-5] |= {"mast_class": "A2a", "structure": "rooftop", "height_m": 18.0, "status": "in_service"}
    towers[1] |= {"mast_class": "A1b", "structure": "disguised", "status": "in_service"}
    towers[3] |= {
        "mast_class": "unknown", "owner_id": None, "code": None, "status": "in_service",
        "geom": shapely.transform(towers[1]["geom"], lambda xy: xy + np.array([NEXT_DEG, 0])),
    }  # fmt: skip
    areas = [towers[n]["geom"].buffer(ZONE_DEG, cap_style="square") for n in (0, 1)]
    tables["zone"].append({
        "code": "KV-A1-01", "name": "Khu vực chỉ cột ăng ten A1 (minh hoạ)",
        "name_en": "A1 masts only (illustration)", "kind": "a1_only",
        "decision_no": "Số minh hoạ KV-A1-01/QĐ-MH", "valid_from": date(2024, 1, 1), "deadline": None,
        "weight": 1.0, "visibility": "public", "geom": shapely.MultiPolygon(_apart(areas)), **label("zone"),
    })  # fmt: skip


def _apart(areas: list[shapely.Polygon]) -> list[shapely.Polygon]:
    """Return the areas without overlap: one polygon where they touch."""
    return list(shapely.get_parts(shapely.union_all(areas)))


def ask(connection: PgConnection, tables: Tables, ids: dict[str, list[int]]) -> None:
    """Write requests to share poles, masts and ducts: waiting too long, in time, undated, answered.

    Args:
        ids: ids of the rows of each table.
    """
    rows = []
    for thing, owner in (("pole", POWER), ("tower", VNPT), ("duct", VNPT)):
        of_owner = [n for n, row in enumerate(tables.get(thing, [])) if row["owner_id"] == owner]
        for n, position in enumerate(of_owner[:12]):
            rows.append((thing, ids[thing][position], owner, *_clock(n)))
    organisations = ids["organisation"]
    with connection.cursor() as cursor:
        execute_values(
            cursor,
            "INSERT INTO registry.share_request (pole_id, tower_id, duct_id, owner_id, asker_id, wish, state,"
            " asked_at, due_on, answered_at, source) VALUES %s",
            [
                (
                    *(number if thing == kind else None for kind in ("pole", "tower", "duct")),
                    organisations[owner], organisations[PARTNERS[n % len(PARTNERS)]],
                    "Dùng chung (minh hoạ)", state, asked, due, answered, GENERATED,
                )
                for n, (thing, number, owner, state, asked, due, answered) in enumerate(rows)
            ],
        )  # fmt: skip


def _clock(n: int) -> tuple[str, datetime | None, date | None, datetime | None]:
    """Return state, when it was received, by when it must be answered, when it was."""
    moment = now()
    if n % 4 == 0:
        return "submitted", moment - timedelta(days=80 + n), None, None
    if n % 4 == 1:
        return "submitted", moment - timedelta(days=12), (moment + timedelta(days=9)).date(), None
    if n % 4 == 2:
        return "submitted", None, None, None
    return (
        "refused" if n % 8 == 3 else "accepted",
        moment - timedelta(days=90),
        None,
        moment - timedelta(days=60),
    )
