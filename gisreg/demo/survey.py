"""What surveyors brought home: some heights, surfaces and counts; most were never measured."""

from __future__ import annotations

from datetime import date

import numpy as np
import psycopg2.extensions
from psycopg2.extras import execute_values

from gisreg.database.queries import load_queries
from gisreg.demo.load import copy_rows, new_ids
from gisreg.demo.plan import Row, label
from gisreg.demo.poles import CARRIERS, some_day

PgConnection = psycopg2.extensions.connection
queries = load_queries(__file__)

MEASURED_SHARE = 0.2
COUNTED_SHARE = 0.09


def survey(connection: PgConnection, rng: np.random.Generator, organisations: list[int]) -> None:
    """Write measured heights of supports and spans and counted cables, after topology.

    Args:
        organisations: ids of the organisations, in the order of `names.ORGANISATIONS`.
    """
    measure_supports(connection, rng)
    spans = list(queries.spans(connection))
    measure_spans(connection, rng, spans)
    count_cables(connection, rng, [row[0] for row in spans], organisations)


def measure_supports(connection: PgConnection, rng: np.random.Generator) -> None:
    """Write attachment heights of a fifth of the supports; some low, some cable wound round the pole."""
    values = []
    for number, height_m in queries.supports(connection):
        if rng.random() > MEASURED_SHARE:
            continue
        low = rng.random() < 0.06
        height = float(rng.uniform(2.9, 4.4) if low else rng.uniform(4.8, 6.6))
        height = round(min(height, (height_m or 7.5) - 0.5), 2)
        method = str(rng.choice(["laser", "pole_stick", "photo"], p=[0.3, 0.4, 0.3]))
        values.append((number, height, method, bool(rng.random() < 0.05)))
    with connection.cursor() as cursor:
        execute_values(
            cursor,
            "UPDATE registry.support AS s SET attachment_height_m = v.height, height_method = v.method,"
            " is_wound = v.wound FROM (VALUES %s) AS v (id, height, method, wound) WHERE s.id = v.id",
            values,
            page_size=10_000,
        )


def measure_spans(
    connection: PgConnection, rng: np.random.Generator, spans: list[tuple[int, bool, bool]]
) -> None:
    """Write what is below many spans and how low some hang; too low over the road here and there."""
    values = []
    for number, over_street, over_alley in spans:
        if rng.random() > 0.55:
            continue
        surface = "carriageway" if over_street else "alley" if over_alley else "pavement"
        measured = rng.random() < (0.5 if over_street else 0.25)
        low = rng.random() < 0.15
        limits = ((3.9, 5.4) if low else (5.6, 6.9)) if over_street else ((2.4, 3.4) if low else (3.7, 6.0))
        height = round(float(rng.uniform(*limits)), 2) if measured else None
        method = str(rng.choice(["laser", "pole_stick", "estimate"])) if measured else None
        sign = bool(rng.random() < 0.2) if over_street else None
        bundle = float(rng.integers(15, 90)) if measured else None
        values.append((number, surface, height, method, bundle, sign))
    with connection.cursor() as cursor:
        execute_values(
            cursor,
            "UPDATE registry.span AS s SET surface_below = v.surface, lowest_height_m = v.height,"
            " height_method = v.method, bundle_diameter_mm = v.bundle, has_height_sign = v.sign"
            " FROM (VALUES %s) AS v (id, surface, height, method, bundle, sign) WHERE s.id = v.id",
            values,
            template="(%s, %s, %s::float8, %s::text, %s::float8, %s::boolean)",
            page_size=10_000,
        )


def count_cables(
    connection: PgConnection, rng: np.random.Generator, spans: list[int], organisations: list[int]
) -> None:
    """Write what a street survey counted on some spans, carrier by carrier; often one is not known."""
    rows: list[Row] = []
    for position in range(len(spans)):
        if rng.random() > COUNTED_SHARE:
            continue
        day = some_day(rng, date(2025, 1, 1))
        here = rng.choice(CARRIERS, int(rng.integers(1, 4)), replace=False).tolist()
        owners: list[int | None] = [*sorted(here), *([None] if rng.random() < 0.45 else [])]
        for owner in owners:
            rows.append({
                "span_id": position, "owner_id": owner,
                "role": "unknown" if owner is None else str(rng.choice(["distribution", "drop"])),
                "medium": "unknown" if owner is None else "fibre",
                "state": str(rng.choice(["unknown", "dead", "ownerless"])) if owner is None else "in_service",
                "cable_count": int(rng.integers(1, 9)), "counted_on": day, "count_method": "photo",
                "survey_date": day, **label("span_count"),
            })  # fmt: skip
    if rows:
        own = new_ids(connection, len(rows))
        copy_rows(
            connection, "span_count", rows, {"span_count": own, "span": spans, "organisation": organisations}
        )
