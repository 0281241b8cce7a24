"""From the staging table into the registry: check keys, match, insert what is new, update what differs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import psycopg2.extensions
from psycopg2 import sql

from gisreg.database.queries import load_queries
from gisreg.importing.prepare import Rows
from gisreg.importing.problems import Problems
from gisreg.importing.target import Target

_TEMPLATES = load_queries(__file__, "merge.sql")

Part = sql.Composable


@dataclass(frozen=True)
class Merge:
    """One merge of `import_stage` into a layer.

    `key`: the columns by which a row is the same object (all staged); `by_place`: rows without a code
    are the same object where owner and geometry are equal.
    """

    connection: psycopg2.extensions.connection
    target: Target
    rows: Rows
    key: tuple[str, ...]
    by_place: bool

    def match(self, problems: Problems) -> frozenset[int]:
        """Find the object of each row (`import_match`); note rows for which there are several.

        Returns:
            The rows that were left out of the stage for that, by their numbers.
        """
        self._run(
            "match",
            table=self._table,
            found=_list(["k.id", "p.id"] if self.by_place else ["k.id"]),
            same_key=self._same_key(),
            by_place=self._template("match_by_place", table=self._table) if self.by_place else sql.SQL(""),
        )
        unclear = frozenset(number for (number,) in self._fetch(self._template("ambiguous")))
        for place, number in enumerate(self.rows.numbers):
            if number in unclear:
                problems.add(
                    self.rows.labels[place],
                    "the registry has several objects with this key.",
                    "Give the owner with --owner, or merge the objects in the registry first.",
                    number,
                )
        self.leave_out(unclear)
        self._run("match_index")
        return unclear

    def leave_out(self, numbers: Collection[int]) -> None:
        """Take rows off the stage: they are neither inserted nor updated."""
        if numbers:
            self._run("leave_out", numbers=sql.Literal(sorted(numbers)))

    def new(self) -> frozenset[int]:
        """Return the rows (numbers) that are no object of the registry yet."""
        return frozenset(number for (number,) in self._fetch(self._template("new")))

    def keys_taken(self, problems: Problems) -> frozenset[int]:
        """Note rows that would give an object another one's code; leave them out and return their numbers.

        That happens where rows are found by another key than the layer's own.
        """
        natural = self.target.layer.natural_key
        if set(natural) <= set(self.key) or not set(natural) <= self.rows.values.keys():
            return frozenset()
        found = self._fetch(
            self._template(
                "keys_taken",
                table=self._table,
                same_key=self._same_key(natural),
                key=_join(_column("s", name) for name in natural),
            )
        )
        labels = dict(zip(self.rows.numbers, self.rows.labels, strict=True))
        for (number,) in found:
            what = f"another object of the registry, or row of the file, has its {' and '.join(natural)}."
            problems.add(labels[number], what, "Correct the code, or take another --key.", number)
        taken = frozenset(number for (number,) in found)
        self.leave_out(taken)
        return taken

    def strangers(self, *, seen_only: bool) -> list[tuple[int, str]]:
        """Return rows (number, owner's code) whose code an object of another owner has already.

        With `seen_only` those that the transaction's actor may see: a warning must not tell of others.
        """
        if "code" not in self.key or "owner_id" not in self.key:
            return []
        seen = sql.SQL("t.visibility = ANY (gisreg.actor_sees())" if seen_only else "TRUE")
        return [
            (number, owner)
            for number, owner in self._fetch(self._template("strangers", table=self._table, seen=seen))
        ]

    def leave_aliases(self) -> int:
        """Leave out rows that are another organisation's pole under a number of their owner; return how many.

        They were merged, or the owner said so: the pole stands already, with its own owner's values.
        """
        if self.target.layer.key != "pole" or not {"code", "owner_id"} <= set(self.key):
            return 0
        numbers = [number for (number,) in self._fetch(self._template("aliases"))]
        self.leave_out(numbers)
        return len(numbers)

    def differences(self) -> dict[str, int]:
        """Return how many existing objects differ from the file, by field."""
        names = list(self.rows.values)
        main = [*self._compared(self.target.main_columns(names)), "geom"]
        found = self._differences(self._table, sql.Identifier("id"), main)
        private = self.target.private_columns(names)
        if private:
            table = sql.Identifier(str(self.target.layer.private_table))
            found |= self._differences(table, sql.Identifier(f"{self.target.layer.key}_id"), private)
        return {name: number for name, number in found.items() if number}

    def write(self) -> tuple[int, int]:
        """Insert and update; return how many objects are new and how many changed."""
        names = list(self.rows.values)
        main = self.target.main_columns(names)
        private = self.target.private_columns(names)
        update = self._update(self._table, sql.Identifier("id"), self._compared(main))
        if not private:
            # Changes first: a zone must have ended before the same code begins anew.
            changed = self._count("count_changed", update=update)
            return self._insert(main), changed
        inserted = self._insert(main)
        table = sql.Identifier(str(self.target.layer.private_table))
        owner = sql.Identifier(f"{self.target.layer.key}_id")
        changed = self._count(
            "count_changed_private",
            update=update,
            update_private=self._update(table, owner, private, with_geometry=False),
            insert_private=self._template(
                "insert_private",
                table=table,
                object=owner,
                columns=_names(private),
                values=_join(self._new_value(name) for name in private),
                given=_join(_column("s", name) for name in private),
            ),
        )
        return inserted, changed

    def _insert(self, main: list[str]) -> int:
        return self._run(
            "insert", table=self._table, columns=_names(main), values=_join(self._new_value(n) for n in main)
        )

    @property
    def _table(self) -> Part:
        return sql.Identifier(self.target.layer.table)

    def _compared(self, main: list[str]) -> list[str]:
        return [name for name in main if name not in self.key and name not in self.rows.once]

    def _differences(self, table: Part, owner: Part, names: list[str]) -> dict[str, int]:
        counts = _join(
            sql.SQL("count(*) FILTER (WHERE {} IS DISTINCT FROM {})").format(_kept(name), _column("t", name))
            for name in names
        )
        (numbers,) = self._fetch(self._template("differences", table=table, object=owner, counts=counts))
        return dict(zip(names, map(int, numbers), strict=True))

    def _same_key(self, key: tuple[str, ...] | None = None) -> Part:
        return sql.SQL(" AND ").join(
            sql.SQL("{} IS NOT DISTINCT FROM {}" if name == "owner_id" else "{} = {}").format(
                _column("k", name), _column("s", name)
            )
            for name in key or self.key
        )

    def _new_value(self, name: str) -> Part:
        default = self.target.defaults.get(name)
        value = _column("s", name)
        return value if default is None else sql.SQL("coalesce({}, {})").format(value, sql.SQL(default))

    def _update(self, table: Part, owner: Part, names: list[str], *, with_geometry: bool = True) -> Part:
        columns = [*names, "geom"] if with_geometry else names
        return self._template(
            "update",
            table=table,
            object=owner,
            columns=_names(columns),
            values=_join(_kept(name) for name in columns),
            current=_join(_column("t", name) for name in columns),
        )

    def _template(self, name: str, **parts: Part) -> sql.Composed:
        text = getattr(_TEMPLATES, name).sql.rstrip().rstrip(";")
        return sql.SQL(text).format(**parts)

    def _run(self, name: str, **parts: Part) -> int:
        with self.connection.cursor() as cursor:
            cursor.execute(self._template(name, **parts))
            return cursor.rowcount

    def _fetch(self, query: Part) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def _count(self, name: str, **parts: Part) -> int:
        return int(str(self._fetch(self._template(name, **parts))[0][0]))


def tie_admin_units(connection: psycopg2.extensions.connection) -> None:
    """Fill parent_id and province_code of staged administrative units from the provinces' areas."""
    with connection.cursor() as cursor:
        cursor.execute(_TEMPLATES.admin_provinces.sql)
        cursor.execute(_TEMPLATES.admin_parents.sql)


def _kept(name: str) -> Part:
    """Return what a column becomes: the file's value, else what it is; own fields are added up."""
    pattern = "t.{0} || coalesce(s.{0}, '{{}}')" if name == "extra" else "coalesce(s.{0}, t.{0})"
    return sql.SQL(pattern).format(sql.Identifier(name))


def _column(alias: str, name: str) -> Part:
    return sql.SQL("{}.{}").format(sql.SQL(alias), sql.Identifier(name))


def _names(names: list[str]) -> Part:
    return _join(sql.Identifier(name) for name in names)


def _list(texts: list[str]) -> Part:
    return _join(sql.SQL(text) for text in texts)


def _join(parts: Iterable[Part]) -> Part:
    return sql.SQL(", ").join(parts)
