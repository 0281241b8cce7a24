"""What surveyors found at rare places, so that every rule has something that passes, fails and is unknown."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import cycle
from typing import Any

import numpy as np
import psycopg2.extensions
from psycopg2.extras import execute_values

from gisreg.clock import today
from gisreg.database.queries import load_queries
from gisreg.demo.plan import Row
from gisreg.demo.poles import POWER

PgConnection = psycopg2.extensions.connection
queries = load_queries(__file__)

FIRST_OF_NEW_LINE = date(2024, 3, 4)
ROOF_EVERY = 90
CROSSED_HEIGHTS_M = {"railway": (4.3, 6.1, 7.9), "water": (3.1, 4.2, 8.6)}
ROOF_HEIGHTS_M = {"roof": (0.6, 1.6), "structure": (0.3, 1.2)}
MV_DISTANCES_M = (2.2, 5.4, 3.5)


def date_a_new_line(tables: dict[str, list[Row]], street_of_pole: np.ndarray) -> None:
    """Let all telecom poles of one street be new, one after another: the only line that the rule lets be."""
    lines: dict[int, list[Row]] = {}
    for street, row in zip(street_of_pole, tables["pole"], strict=False):
        if row["kind"] == "telecom" and row["owner_id"] != POWER:
            lines.setdefault(int(street), []).append(row)
    small = [line for _, line in sorted(lines.items()) if 2 <= len(line) <= 12]
    for line in small[:2]:
        for number, row in enumerate(line):
            row["status"] = "in_service"
            row["installed_on"] = FIRST_OF_NEW_LINE + timedelta(days=3 * number)


def survey_rare(connection: PgConnection) -> None:
    """Measure over railways, water and roofs and below power, and date the newest poles; after `survey`."""
    spans = list(queries.crossed_spans(connection))
    measured = []
    for surface, heights in CROSSED_HEIGHTS_M.items():
        turn = cycle((None, *heights))
        measured += [
            (number, surface, height := next(turn), height and "laser")
            for number, over_railway, over_water, _ in spans
            if (over_railway if surface == "railway" else over_water and not over_railway)
        ]
    plain = [number for number, *over in spans if not any(over)]
    turns = cycle(
        (surface, height) for surface, heights in ROOF_HEIGHTS_M.items() for height in (None, *heights)
    )
    for number, (surface, height) in zip(plain[::ROOF_EVERY], turns, strict=False):
        measured.append((number, surface, height, height and "pole_stick"))
    _write(
        connection,
        "UPDATE registry.span AS s SET surface_below = v.surface, lowest_height_m = v.height,"
        " height_method = v.method FROM (VALUES %s) AS v (id, surface, height, method) WHERE s.id = v.id",
        "(%s, %s, %s::float8, %s::text)",
        measured,
    )
    below = zip(queries.supports_below_mv(connection), cycle((None, *MV_DISTANCES_M)), strict=False)
    _write(
        connection,
        "UPDATE registry.support AS s SET attachment_height_m = v.height, height_method = 'laser'"
        " FROM (VALUES %s) AS v (id, height) WHERE s.id = v.id",
        "(%s, %s::float8)",
        [(number, round(power - distance, 2)) for (number, power), distance in below if distance],
    )
    # Most new poles have stood for long; of some nobody wrote since when, and some came last month.
    newest = [today() - timedelta(days=30), None, ...]
    dates = zip(queries.replacing_poles(connection), cycle(newest), strict=False)
    _write(
        connection,
        "UPDATE registry.pole AS p SET installed_on = v.day"
        " FROM (VALUES %s) AS v (id, day) WHERE p.id = v.id",
        "(%s, %s::date)",
        [(number, day) for (number,), day in dates if day is not ...],
    )


def _write(connection: PgConnection, statement: str, template: str, rows: list[Any]) -> None:
    if rows:
        with connection.cursor() as cursor:
            execute_values(cursor, statement, rows, template=template, page_size=10_000)
