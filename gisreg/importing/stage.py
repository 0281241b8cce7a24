"""Rows into a temporary table by COPY."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import psycopg2.extensions
import shapely
from psycopg2 import sql

from gisreg.importing.prepare import Rows
from gisreg.importing.request import Progress
from gisreg.importing.target import Target

CHUNK = 20_000
"""Rows sent at once: a few megabytes, so that memory stays flat and progress moves."""


def stage(connection: psycopg2.extensions.connection, target: Target, rows: Rows, progress: Progress) -> None:
    """Make the temporary table `import_stage` of the rows: row_number, the values, geom.

    Values are checked before; the table has the types of the registry's columns and goes with the
    transaction.
    """
    names = list(rows.values)
    columns = [sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(target.types[name])) for name in names]
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "CREATE TEMP TABLE import_stage (row_number integer NOT NULL, {}, geom public.geometry)"
                " ON COMMIT DROP"
            ).format(sql.SQL(", ").join(columns))
        )
        copy = sql.SQL("COPY pg_temp.import_stage FROM STDIN (FORMAT csv)").as_string(connection)
        for start in range(0, len(rows), CHUNK):
            stop = min(start + CHUNK, len(rows))
            cursor.copy_expert(copy, _csv(rows, names, start, stop))
            progress("stage", stop, len(rows))
        cursor.execute("ANALYZE pg_temp.import_stage")


def _csv(rows: Rows, names: list[str], start: int, stop: int) -> io.StringIO:
    hexes = shapely.to_wkb(shapely.set_srid(rows.geometry[start:stop], 4326), hex=True, include_srid=True)
    text = io.StringIO()
    writer = csv.writer(text)
    for index in range(start, stop):
        writer.writerow(
            [rows.numbers[index], *(_cell(rows.values[name][index]) for name in names), hexes[index - start]]
        )
    text.seek(0)
    return text


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else value
