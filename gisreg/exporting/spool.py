"""Rows on their way out: COPY into a file, then Arrow batches of some megabytes, whatever the layer's size.

COPY is the fastest way out of PostgreSQL that Python can read as columns, and it frees the connection
before the slower writing of the file begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import psycopg2.extensions
import pyarrow as pa
from psycopg2 import sql
from pyarrow import csv

from gisreg.exporting.placing import GEOMETRY, STORED, placed
from gisreg.exporting.selection import Column
from layers import FieldType

PgConnection = psycopg2.extensions.connection

BLOCK = 4 * 1024 * 1024
"""Bytes of text that become one batch, unless a single row is longer."""

_TYPES = {
    FieldType.ID: pa.int64(),
    FieldType.TEXT: pa.string(),
    FieldType.INTEGER: pa.int32(),
    FieldType.NUMBER: pa.float64(),
    FieldType.BOOLEAN: pa.bool_(),
    FieldType.DATE: pa.date32(),
    FieldType.TIMESTAMP: pa.timestamp("ms", "UTC"),
}


@dataclass(frozen=True)
class Spool:
    """Rows in a file: how many, their columns, the longest row in bytes; `srid`: the system they leave in."""

    path: Path
    columns: tuple[Column, ...]
    row_count: int
    longest: int
    left_out: frozenset[str] = frozenset()
    srid: int = STORED

    @property
    def schema(self) -> pa.Schema:
        """Return the types of the columns; a geometry is WKB."""
        return pa.schema(
            [
                pa.field(one.name, pa.binary() if one.name == GEOMETRY else _TYPES[one.type])
                for one in self.columns
                if one.name not in self.left_out
            ]
        )

    def without(self, name: str) -> Spool:
        """Return the same rows without a column."""
        return replace(self, left_out=self.left_out | {name})

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, some thousands at a time."""
        if not self.row_count:
            return
        with csv.open_csv(
            self.path,
            csv.ReadOptions(
                use_threads=False,
                block_size=max(BLOCK, 2 * self.longest),
                column_names=[one.name for one in self.columns],
            ),
            csv.ParseOptions(newlines_in_values=True),
            csv.ConvertOptions(
                column_types={one.name: _TYPES[one.type] for one in self.columns},
                include_columns=self.schema.names,
                null_values=[""],
                true_values=["t"],
                false_values=["f"],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        ) as reader:
            for batch in reader:
                yield placed(self._with_geometry(batch), self.srid)

    def _with_geometry(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        place = batch.schema.get_field_index(GEOMETRY)
        if place < 0:
            return batch
        shapes = pa.array(
            [None if one is None else bytes.fromhex(one) for one in batch.column(place).to_pylist()],
            pa.binary(),
        )
        return batch.set_column(place, self.schema.field(place), shapes)


class _Counted:
    """A file that counts rows: psycopg2 hands over each row of COPY in a call of its own."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.longest = 0

    def write(self, row: bytes) -> int:
        """Write one row."""
        self.longest = max(self.longest, len(row))
        return self.file.write(row)


def spool(
    connection: PgConnection,
    statement: sql.Composable,
    columns: Sequence[Column],
    path: Path,
    srid: int = STORED,
) -> Spool:
    """Run a COPY statement into a file.

    Args:
        connection: a transaction of the application's role with the actor.
        statement: `COPY (...) TO STDOUT` as CSV.
        columns: what it gives.
        path: the file to write.
        srid: the reference system in which the rows' places are read back.
    """
    with path.open("wb") as file, connection.cursor() as cursor:
        counted = _Counted(file)
        cursor.copy_expert(statement, counted)
        return Spool(path, tuple(columns), cursor.rowcount, counted.longest, srid=srid)
