"""From the stage into the registry: find the object of each row, insert what is new, update what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg2.extensions
from psycopg2 import sql

from gisreg.database.queries import load_queries
from gisreg.importing.duplicates import Label, shown_of
from gisreg.importing.problems import Problems
from gisreg.importing.target import Target

_QUERIES = load_queries(__file__, "merge.sql")

BULK_FROM = 50_000
"""From so many rows on, and a fifth of what is there, indexes are built once instead of kept row by row: that
needs the layer's table alone for some seconds."""

Part = sql.Composable


@dataclass(frozen=True)
class Merge:
    """One merge of `import_stage` into a layer.

    `names`: the columns that are staged; `key`: those by which a row is the same object (rows without a
    code: by owner and place); `once`: those that only a new object takes; `label`: what a row is called.
    """

    connection: psycopg2.extensions.connection
    target: Target
    names: list[str]
    key: tuple[str, ...]
    once: frozenset[str]
    label: Label

    def match(self, blank: Mapping[str, bool], problems: Problems) -> tuple[int, int]:
        """Find the object of each row (`import_match`); note rows for which there are several.

        Args:
            blank: column of the key -> whether a row has nothing in it.
            problems: takes rows that are several objects; they are taken off the stage.

        Returns:
            How many rows are an object, and how many were taken off.
        """
        matched, may_be_several = _QUERIES.match(
            self.connection,
            layer=self.target.layer.key,
            key=list(self.key),
            updated=self._updated,
            private=self._private,
            without_owner=blank.get("owner_id", False),
            without_code=blank.get("code", False),
        )
        unclear = dict(self._fetch("ambiguous", shown=self._shown)) if may_be_several else {}
        for number, shown in unclear.items():
            problems.add(
                self.label(number, shown),
                "the registry has several objects with this key.",
                "Give the owner with --owner, or merge the objects in the registry first.",
                number,
            )
        gone = self._leave_out(list(unclear))
        return matched - gone, len(unclear)

    def strangers(self, *, seen_only: bool) -> list[tuple[int, str | None, str]]:
        """Return rows (number, code, owner's code) whose code an object of another owner has already.

        With `seen_only` those that the transaction's actor may see: a warning must not tell of others.
        """
        if not {"code", "owner_id"} <= set(self.key):
            return []
        seen = sql.SQL("t.visibility = ANY (gisreg.actor_sees())" if seen_only else "TRUE")
        return self._fetch("strangers", shown=self._shown, seen=seen)

    def leave_aliases(self) -> int:
        """Leave out rows that are another organisation's pole under a number of their owner; return how many.

        They were merged, or the owner said so: the pole stands already, with its own owner's values.
        """
        if self.target.layer.key != "pole" or not {"code", "owner_id"} <= set(self.key):
            return 0
        numbers = [number for (number,) in self._fetch("aliases")]
        self._leave_out(numbers)
        return len(numbers)

    def differences(self) -> dict[str, int]:
        """Return how many existing objects differ from the file, by field."""
        return dict(
            _QUERIES.differences(
                self.connection, layer=self.target.layer.key, updated=self._updated, private=self._private
            )
        )

    def write(self, fresh: int) -> int:
        """Insert the rows, so many, that are no object yet, and update; return how many objects changed."""
        changed = _QUERIES.write(
            self.connection,
            layer=self.target.layer.key,
            given=self.target.main_columns(self.names),
            private=self._private,
            updated=self._updated,
            fresh=fresh,
            bulk_from=BULK_FROM,
        )
        return int(changed)

    def forget(self) -> None:
        """Drop the temporary tables, so that the transaction can import another file."""
        _QUERIES.forget(self.connection)

    @property
    def _updated(self) -> list[str]:
        main = self.target.main_columns(self.names)
        return [name for name in main if name not in self.key and name not in self.once]

    @property
    def _private(self) -> list[str]:
        return self.target.private_columns(self.names)

    @property
    def _shown(self) -> Part:
        return sql.SQL("s.{}::text").format(sql.Identifier(shown_of(self.key)))

    def _composed(self, name: str, **parts: Part) -> sql.Composed:
        text = getattr(_QUERIES, name).sql.rstrip().rstrip(";")
        return sql.SQL(text).format(table=sql.Identifier(self.target.layer.table), **parts)

    def _leave_out(self, numbers: list[int]) -> int:
        """Take rows off the stage; return how many objects they were."""
        if not numbers:
            return 0
        _QUERIES.leave_out(self.connection, numbers=numbers)
        return int(_QUERIES.leave_matched(self.connection, numbers=numbers))

    def _fetch(self, name: str, **parts: Part) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(self._composed(name, **parts))
            return cursor.fetchall()


def tie_admin_units(connection: psycopg2.extensions.connection) -> None:
    """Fill parent_id and province_code of staged administrative units from the provinces' areas."""
    _QUERIES.admin_provinces(connection)
    _QUERIES.admin_parents(connection)
