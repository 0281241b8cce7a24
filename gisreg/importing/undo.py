"""Undo one import: what it added goes, what it changed or deleted comes back out of the history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg2.extensions
from psycopg2 import sql

from gisreg.database.queries import load_queries
from gisreg.errors import ConflictError
from gisreg.importing.batches import QUERIES, find
from gisreg.importing.dependants import dependants, in_use
from gisreg.importing.target import QUERIES as TARGETS
from gisreg.importing.target import Target, target_of
from gisreg.said import Said, both, listed
from layers import LAYERS

PgConnection = psycopg2.extensions.connection
_TEMPLATES = load_queries(__file__, "undo.sql")
_NAMED = 20
_OWN = ("id", "version", "updated_at")

Part = sql.Composable


@dataclass(frozen=True)
class UndoReport:
    """What undoing an import did: objects removed, restored to what they were, brought back."""

    layer: str
    removed: int
    restored: int
    brought_back: int


@dataclass
class _Table:
    """A table of the layer: name, column of the object's id, temporary table, columns to restore."""

    name: str
    key: str
    undone: str
    columns: list[str] = field(default_factory=list)


def undo(connection: PgConnection, number: int) -> UndoReport:
    """Undo an import as one; the undoing is a change of its own in the history.

    Args:
        connection: inside a transaction of the worker's role, under whoever asks for it; the caller has
            made sure that he may know of the import (`batches.find` as the application's role).
        number: the import's number.

    Raises:
        NotFoundError: there is no such import.
        ConflictError: it was undone before, was one of several in a transaction, or somebody touched its
            objects later; the message names these, `detail["touched"]` holds all.
    """
    batch = find(connection, number)
    if batch["undone_at"] is not None:
        raise ConflictError(
            both(
                f"Lần nhập {number} đã được {batch['undone_by']} hoàn tác.",
                f"The import {number} was undone already, by {batch['undone_by']}.",
            ),
            hint=both("Không cần làm gì.", "Nothing is to do."),
        )
    beside = [other for (other,) in QUERIES.same_change_set(connection, id=number)]
    if beside:
        raise ConflictError(
            both(
                f"Lần nhập {number} được ghi cùng với {', '.join(map(str, beside))}.",
                f"The import {number} was written together with {', '.join(map(str, beside))}.",
            ),
            hint=both(
                "Hãy sửa các đối tượng bằng một lần nhập khác.",
                "Correct the objects by another import instead.",
            ),
        )
    layer = LAYERS[batch["layer"]]
    TARGETS.importing_lock(connection, layer=layer.key)
    TARGETS.importing_name_reason(connection, reason=f"undo import {number} of {batch['file_name']}")
    report = UndoReport(layer.key, 0, 0, 0)
    if batch["change_set_id"] is not None:
        report = _Undoing(connection, target_of(connection, layer), int(batch["change_set_id"])).run(number)
    QUERIES.mark_undone(connection, id=number)
    return report


class _Undoing:
    """One undoing, inside the caller's transaction."""

    def __init__(self, connection: PgConnection, target: Target, change_set: int):
        """Name the tables of the layer and the columns to be restored."""
        self.connection = connection
        self.layer = target.layer
        self.change_set = sql.Literal(change_set)
        names = [name for name in target.types if name not in _OWN]
        main = [*target.main_columns(names), "geom"]
        self.tables = [_Table(self.layer.table, "id", "undo_main", main)]
        if self.layer.private_table:
            key = f"{self.layer.key}_id"
            private = _Table(self.layer.private_table, key, "undo_private", target.private_columns(names))
            self.tables.append(private)

    def run(self, number: int) -> UndoReport:
        """Check that nothing was touched, then write."""
        for table in self.tables:
            self._execute("written", table)
        self._refuse_touched(number)
        main = self.tables[0]
        back = self._execute("bring_back", main)
        for table in self.tables[1:]:
            self._execute("bring_back", table)
            self._restore(table)
            self._execute("remove", table)
        # A zone that the import began anew must be gone before the one that it had ended holds again.
        removed = self._execute("remove", main)
        restored = self._restore(main)
        for table in self.tables:
            with self.connection.cursor() as cursor:
                cursor.execute(sql.SQL("DROP TABLE pg_temp.{}").format(sql.Identifier(table.undone)))
        return UndoReport(self.layer.key, removed, restored, back)

    def _restore(self, table: _Table) -> int:
        return self._execute("restore", table) if table.columns else 0

    def _refuse_touched(self, number: int) -> None:
        told: dict[int, Said] = {}
        for table in self.tables:
            for object_id, person, moment, reason in self._fetch("later", table):
                told.setdefault(object_id, _changed(person, moment, reason))
        main = self.tables[0]
        for object_id, what in dependants(self.layer, self._holding, lambda: self._fetch("at_work", main)):
            told.setdefault(object_id, what)
        if not told:
            return
        names = self._names(list(told))
        lines = [in_use(str(names.get(one) or one), what) for one, what in list(told.items())[:_NAMED]]
        if len(told) > _NAMED:
            lines.append(Said("  ... và {0} nữa", "  ... and {0} more", (len(told) - _NAMED,)))
        first = Said(
            "Không hoàn tác được lần nhập {0}: {1} đối tượng đã bị sửa hoặc dùng sau đó.",
            "The import {0} cannot be undone: {1} objects were touched later.",
            (number, len(told)),
        )
        raise ConflictError(
            listed([first, *lines], "\n"),
            hint=both(
                "Hãy hoàn tác hoặc chuyển những gì có sau trước, hoặc sửa các đối tượng bằng lần nhập khác.",
                "Undo or move what came later first, or correct the objects by another import.",
            ),
            touched=[
                {"id": one, "name": names.get(one), "what": what.en, "what_vi": what.vi}
                for one, what in told.items()
            ],
        )

    def _holding(self, table: str, column: str) -> list[tuple[int, int]]:
        query = self._template("holding").format(table=sql.Identifier(table), column=sql.Identifier(column))
        return [(number, count) for number, count in self._rows(query)]

    def _names(self, ids: list[int]) -> dict[int, str]:
        known = {item.name for item in self.layer.public_fields}
        called = [sql.Identifier(name) for name in ("code", "name") if name in known]
        query = self._template("named").format(
            called=sql.SQL("coalesce({})").format(sql.SQL(", ").join(called)) if called else sql.SQL("NULL"),
            table=sql.Identifier(self.layer.table),
            ids=sql.Literal(ids),
        )
        return {number: name for number, name in self._rows(query) if name}

    def _template(self, name: str) -> sql.SQL:
        return sql.SQL(getattr(_TEMPLATES, name).sql.rstrip().rstrip(";"))

    def _composed(self, name: str, table: _Table) -> sql.Composed:
        return self._template(name).format(
            table=sql.Identifier(table.name),
            key=sql.Identifier(table.key),
            undone=sql.Identifier(table.undone),
            change_set=self.change_set,
            columns=sql.SQL(", ").join(map(sql.Identifier, table.columns)),
            values=sql.SQL(", ").join(sql.Identifier("p", name) for name in table.columns),
        )

    def _execute(self, name: str, table: _Table) -> int:
        with self.connection.cursor() as cursor:
            cursor.execute(self._composed(name, table))
            return cursor.rowcount

    def _fetch(self, name: str, table: _Table) -> list[tuple[Any, ...]]:
        return self._rows(self._composed(name, table))

    def _rows(self, query: Part) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()


def _changed(person: str, moment: datetime, reason: str | None) -> Said:
    """Return who changed an object later, when and why; the reason is his own text."""
    day = f"{moment:%Y-%m-%d %H:%M}"
    said = Said("{0} sửa lúc {1}", "changed by {0} on {1}", (person, day))
    return Said("{0} {1}", "{0} {1}", (said, reason)) if reason else said
