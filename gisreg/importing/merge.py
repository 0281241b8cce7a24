"""From the stage into the registry: find the object of each row, insert what is new, update what differs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import psycopg2.extensions
from psycopg2 import sql

from gisreg.database.queries import load_queries
from gisreg.importing.duplicates import Label, named, shown_of
from gisreg.importing.problems import Problems
from gisreg.importing.target import Target
from gisreg.said import Said

_QUERIES = load_queries(__file__, "merge.sql")

BULK_FROM = 50_000
"""From so many rows on, and a fifth of what is there, indexes are built once instead of kept row by row: that
needs the layer's table alone for some seconds."""

SAME_DEG = 1e-8
"""Coordinates that differ by less, in degrees (a millimetre), are the same."""

Part = sql.Composable

_SEVERAL = Said("sổ có nhiều đối tượng cùng khoá này.", "the registry has several objects with this key.")
_WHICH = Said(
    "Nêu đơn vị chủ quản bằng --owner, hoặc gộp các đối tượng ấy trong sổ trước.",
    "Give the owner with --owner, or merge the objects in the registry first.",
)
_OTHER_CODE = Said("Sửa mã, hoặc chọn --key khác.", "Correct the code, or take another --key.")


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

    @property
    def by_place(self) -> bool:
        """Tell whether rows without a code are found by owner and place."""
        return self.key == ("owner_id", "code")

    def match(self, blank: Collection[str], problems: Problems) -> tuple[int, int]:
        """Find the object of each row (`import_match`); note rows for which there are several.

        Args:
            blank: columns in which a row has nothing.
            problems: takes rows that are several objects; they are taken off the stage.

        Returns:
            How many rows are an object, and how many were taken off.
        """
        matched, may_be_several = _QUERIES.match(
            self.connection,
            layer=self.target.layer.key,
            key=list(self.key),
            updated=self.updated,
            private=self.private,
            without_owner="owner_id" in blank,
            without_code="code" in blank,
        )
        unclear = dict(self._fetch("ambiguous", shown=self._shown)) if may_be_several else {}
        for number, shown in unclear.items():
            problems.add(self.label(number, shown), _SEVERAL, _WHICH, number)
        gone = self.leave_out(list(unclear))
        return matched - gone, len(unclear)

    def settle(self) -> None:
        """Give rows the very places of their objects where these differ by less than a millimetre, and find
        out of them, and of rows whose objects were found by now, whether they differ."""
        _QUERIES.settle(
            self.connection,
            layer=self.target.layer.key,
            updated=self.updated,
            private=self.private,
            same_deg=SAME_DEG,
        )

    def leave_out(self, numbers: Collection[int]) -> int:
        """Take rows off the stage, to be neither inserted nor updated; return how many objects they were."""
        if not numbers:
            return 0
        _QUERIES.leave_out(self.connection, numbers=sorted(numbers))
        return int(_QUERIES.leave_matched(self.connection, numbers=sorted(numbers)))

    def keys_taken(self, problems: Problems) -> frozenset[int]:
        """Note rows that would give an object another one's code; return their numbers.

        That happens where rows are found by another key than the layer's own.
        """
        natural = self.target.layer.natural_key
        if set(natural) <= set(self.key) or not set(natural) <= set(self.names):
            return frozenset()
        same_key = sql.SQL(" AND ").join(
            sql.SQL("k.{0} IS NOT DISTINCT FROM s.{0}" if name == "owner_id" else "k.{0} = s.{0}").format(
                sql.Identifier(name)
            )
            for name in natural
        )
        key = sql.SQL(", ").join(sql.Identifier("s", name) for name in natural)
        found = self._fetch("keys_taken", shown=self._shown, same_key=same_key, key=key)
        what = Said(
            "đối tượng khác trong sổ, hoặc dòng khác của tệp, đã có {0} này.",
            "another object of the registry, or row of the file, has its {0}.",
            (named(natural),),
        )
        for number, shown in found:
            problems.add(self.label(number, shown), what, _OTHER_CODE, number)
        return frozenset(number for number, _ in found)

    def lacking(self, name: str) -> list[tuple[int, str | None]]:
        """Return the rows (number, what they are called) that would be new objects and lack a field."""
        empty = (
            sql.SQL("s.{} IS NULL").format(sql.Identifier(name)) if name in self.names else sql.SQL("TRUE")
        )
        return self._fetch("lacking", shown=self._shown, empty=empty)

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
        self.leave_out(numbers)
        return len(numbers)

    def differences(self) -> dict[str, int]:
        """Return how many existing objects differ from the file, by field."""
        return dict(
            _QUERIES.differences(
                self.connection, layer=self.target.layer.key, updated=self.updated, private=self.private
            )
        )

    def write(self, fresh: int) -> int:
        """Update, and insert the rows, so many, that are no object yet; return how many objects changed."""
        changed = _QUERIES.write(
            self.connection,
            layer=self.target.layer.key,
            given=self.target.main_columns(self.names),
            private=self.private,
            updated=self.updated,
            fresh=fresh,
            bulk_from=BULK_FROM,
        )
        return int(changed)

    def claim(self) -> None:
        """Count the objects that were written among those that rows of the file are."""
        _QUERIES.claim(self.connection)

    def forget(self) -> None:
        """Drop the temporary tables, so that the transaction can import another file."""
        _QUERIES.forget(self.connection)

    @property
    def updated(self) -> list[str]:
        """Return the columns of the layer's table that existing objects take over."""
        main = self.target.main_columns(self.names)
        return [name for name in main if name not in self.key and name not in self.once]

    @property
    def private(self) -> list[str]:
        """Return the columns of the layer's private table that the file fills."""
        return self.target.private_columns(self.names)

    @property
    def _shown(self) -> Part:
        name = next((one for one in ("gso_code", "code", "name") if one in self.names), shown_of(self.key))
        return sql.SQL("s.{}::text").format(sql.Identifier(name))

    def _composed(self, name: str, **parts: Part) -> sql.Composed:
        text = getattr(_QUERIES, name).sql.rstrip().rstrip(";")
        return sql.SQL(text).format(table=sql.Identifier(self.target.layer.table), **parts)

    def _fetch(self, name: str, **parts: Part) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(self._composed(name, **parts))
            return cursor.fetchall()


def tie_admin_units(connection: psycopg2.extensions.connection) -> None:
    """Fill parent_id and province_code of staged administrative units from the provinces' areas."""
    _QUERIES.admin_provinces(connection)
    _QUERIES.admin_parents(connection)
