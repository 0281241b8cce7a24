"""Rows into a temporary table by COPY, while the next ones are made ready."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg2.extensions
import pyarrow as pa
from psycopg2 import sql

from gisreg.database.address import Role
from gisreg.importing import copy_text
from gisreg.importing.distinct import has_none
from gisreg.importing.key_marks import KeyMarks
from gisreg.importing.prepare import Rows
from gisreg.importing.table import Column
from gisreg.importing.target import Target

PgConnection = psycopg2.extensions.connection

_READ = 1 << 20
_LINES = 20_000
"""Rows that are text at a time: a few megabytes."""

_AHEAD = 2
"""So many times these rows wait to be sent."""

_BAD = "import_refused"
_GOOD = "import_stage"


class Stage:
    """The temporary tables of one import; they go with the transaction.

    `import_stage` takes the good rows: row_number, the values, geom. Values are checked before; it has the
    types of the registry's columns, and what all rows have in common as defaults. `import_refused` takes the
    keys of rejected rows, since a good row can be the same object as a rejected one.

    Rows become text in one thread and are sent in another, so that the server reads while the next ones are
    made: until `settled`, nobody else uses the connection.
    """

    def __init__(
        self,
        connection: PgConnection,
        target: Target,
        key: Sequence[str],
        threads: tuple[ThreadPoolExecutor, ThreadPoolExecutor],
    ) -> None:
        """Take no rows yet."""
        self._connection = connection
        self._target = target
        self._key = tuple(key)
        self._writer, self._sender = threads
        self._sending: deque[Future[None]] = deque()
        self.names: list[str] = []
        self.count = 0
        self.marks = KeyMarks(key)
        self.lacking: set[str] = set()
        """Columns that every object has, and some good row has not."""

    def find_by(self, key: Sequence[str]) -> None:
        """Take other columns than at first for those by which a row is the same object; before any row."""
        self._key, self.marks = tuple(key), KeyMarks(key)

    def add(self, rows: Rows) -> None:
        """Send good rows; the first ones say which columns there are."""
        if not self.names:
            self._make(rows)
        given = [name for name in self.names if name not in rows.same]
        columns = [rows.column(name) for name in given]
        self._send(_GOOD, given, rows, columns)
        self.lacking.update(
            name
            for name, column in zip(given, columns, strict=True)
            if name in self._target.needed and has_none(column)
        )
        self.marks.add(rows)
        self.count += len(rows)

    def refuse(self, rows: Rows) -> None:
        """Send the keys of rejected rows."""
        if len(rows):
            self._send(_BAD, self._key, rows, [rows.column(name) for name in self._key])
            self.marks.add(rows)

    def settled(self) -> None:
        """Wait until everything is sent."""
        while self._sending:
            self._sending.popleft().result()

    def finish(self) -> None:
        """Wait, and tell the planner what there is."""
        self.settled()
        with self._connection.cursor() as cursor:
            keys = sql.SQL(", ").join(map(sql.Identifier, ("row_number", *self._key)))
            # Of keys, which hardly repeat, a few thousand rows tell as much as thirty thousand.
            cursor.execute("SET LOCAL default_statistics_target = 10")
            cursor.execute(sql.SQL("ANALYZE pg_temp.import_stage ({})").format(keys))
            cursor.execute("SET LOCAL default_statistics_target TO DEFAULT")

    def again(self) -> None:
        """Forget all rows."""
        self.settled()
        self.names, self.count, self.marks, self.lacking = [], 0, KeyMarks(self._key), set()
        with self._connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.import_stage, pg_temp.import_refused")

    def _make(self, rows: Rows) -> None:
        self.settled()
        self.names = [*rows.values, *(name for name in rows.same if name not in rows.values)]
        with self._connection.cursor() as cursor:
            cursor.execute(
                sql.SQL(
                    "CREATE TEMP TABLE import_stage (row_number integer NOT NULL,"
                    " object_number bigint NOT NULL DEFAULT nextval('gisreg.object_number'),"
                    " {}, geom public.geometry) ON COMMIT DROP"
                ).format(sql.SQL(", ").join(self._column(name, rows.same) for name in self.names))
            )
            cursor.execute(
                sql.SQL(
                    "CREATE TEMP TABLE import_refused (row_number integer NOT NULL, {}, geom public.geometry)"
                    " ON COMMIT DROP"
                ).format(sql.SQL(", ").join(self._column(name, {}) for name in self._key))
            )
            cursor.execute(
                sql.SQL("GRANT SELECT ON pg_temp.import_stage TO {}").format(sql.Identifier(Role.OWNER))
            )

    def _column(self, name: str, same: dict[str, Any]) -> sql.Composed:
        column = sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(self._target.types[name]))
        if same.get(name) is None:
            return column
        return sql.SQL("{} DEFAULT {}").format(column, sql.Literal(same[name]))

    def _send(self, table: str, names: Sequence[str], rows: Rows, columns: Sequence[Column]) -> None:
        statement = sql.SQL("COPY pg_temp.{} ({}) FROM STDIN {}").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, ("row_number", *names, "geom"))),
            sql.SQL(copy_text.OPTIONS),
        )
        for start in range(0, len(rows), _LINES):
            some = slice(start, start + _LINES)
            text = self._writer.submit(
                copy_text.lines, rows.numbers[some], [column[some] for column in columns], rows.geometry[some]
            )
            while len(self._sending) >= _AHEAD:
                self._sending.popleft().result()
            self._sending.append(self._sender.submit(self._copy, statement, text))

    def _copy(self, statement: sql.Composed, text: Future[pa.Buffer]) -> None:
        with self._connection.cursor() as cursor:
            cursor.copy_expert(statement, pa.BufferReader(text.result()), _READ)


@contextmanager
def staging(connection: PgConnection, target: Target, key: Sequence[str]) -> Iterator[Stage]:
    """Yield a stage; after the block nothing is being sent any more.

    Args:
        connection: the import's transaction.
        target: where the rows will go.
        key: columns by which a row is the same object.
    """
    with ThreadPoolExecutor(1, "gisreg-copy") as sender, ThreadPoolExecutor(1, "gisreg-lines") as writer:
        yield Stage(connection, target, key, (writer, sender))
