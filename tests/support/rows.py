"""What the registry holds, table by table and plainly, for oracles to judge: rows and shapes, no rule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from types import SimpleNamespace

import shapely
from psycopg2.extensions import connection as PgConnection  # noqa: N812 - psycopg2 calls the class so

Row = SimpleNamespace
"""A row with its columns as attributes; `geom` is a shape in degrees."""


class Rows:
    """Reads tables when they are asked for, and keeps them."""

    def __init__(self, connection: PgConnection, day: date):
        self.connection, self.day = connection, day
        self._read: dict[str, list[Row]] = {}

    def all(self, table: str) -> list[Row]:
        """Return the rows of a table of schema `registry`."""
        if table not in self._read:
            with self.connection.cursor() as cursor:
                cursor.execute(f"SELECT * FROM registry.{table}")
                names = [column[0] for column in cursor.description or ()]
                rows = [Row(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
            for row in rows:
                if getattr(row, "geom", None):
                    row.geom = shapely.from_wkb(row.geom)
            self._read[table] = rows
        return self._read[table]

    def by_id(self, table: str) -> Mapping[int, Row]:
        """Return the rows of a layer by their ids."""
        return {row.id: row for row in self.all(table)}

    def private(self, layer: str) -> Mapping[int, Row]:
        """Return a layer's private rows by the ids of its objects."""
        return {getattr(row, f"{layer}_id"): row for row in self.all(f"{layer}_private")}

    def holding(self, table: str) -> list[Row]:
        """Return the rows of a table that hold on the day."""
        return [
            row
            for row in self.all(table)
            if row.valid_from <= self.day and (row.valid_to is None or row.valid_to > self.day)
        ]

    @cached_property
    def limits(self) -> Mapping[str, float | None]:
        """Return the national thresholds."""
        return {row.key: row.value for row in self.all("threshold")}
