"""From the staging table into the registry: check keys, match, insert what is new, update what differs."""

from __future__ import annotations

from collections.abc import Iterable
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

    def check(self, problems: Problems) -> None:
        """Note rows that are twice in the file, or twice in the registry. Makes `import_match`."""
        for numbers in self._duplicates():
            names = ", ".join(self.rows.labels[number] for number in numbers[1:4])
            more = f" and {len(numbers) - 4} more" if len(numbers) > 4 else ""
            problems.add(
                self.rows.labels[numbers[0]],
                f"has the same {' and '.join(self.key)} as {names}{more}.",
                "Remove one of the rows, or give them different codes.",
            )
        problems.raise_if_any()
        self._run(
            "match",
            table=self._table,
            found=_list(["k.id", "p.id"] if self.by_place else ["k.id"]),
            same_key=self._same_key(),
            by_place=self._template("match_by_place", table=self._table) if self.by_place else sql.SQL(""),
        )
        for (number,) in self._fetch(self._template("ambiguous")):
            problems.add(
                self.rows.labels[number],
                "the registry has several objects with this key.",
                "Give the owner with --owner, or merge the objects in the registry first.",
            )
        problems.raise_if_any()
        self._run("match_index")

    def write(self) -> tuple[int, int]:
        """Insert and update; return how many objects are new and how many changed."""
        names = list(self.rows.values)
        main = self.target.main_columns(names)
        inserted = self._run(
            "insert", table=self._table, columns=_names(main), values=_join(self._new_value(n) for n in main)
        )
        private = self.target.private_columns(names)
        update = self._update(self._table, sql.Identifier("id"), self._compared(main))
        if not private:
            return inserted, self._count("count_changed", update=update)
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

    @property
    def _table(self) -> Part:
        return sql.Identifier(self.target.layer.table)

    def _compared(self, main: list[str]) -> list[str]:
        return [name for name in main if name not in self.key and name not in self.rows.once]

    def _duplicates(self) -> list[list[int]]:
        present = [sql.SQL("s.code IS NOT NULL")] if "code" in self.key else [sql.SQL("true")]
        found = [
            numbers
            for (numbers,) in self._fetch(
                self._template(
                    "duplicates", present=_join(present), key=_join(_column("s", name) for name in self.key)
                )
            )
        ]
        if self.by_place:
            query = self._template(
                "duplicates", present=sql.SQL("s.code IS NULL"), key=sql.SQL("s.owner_id, s.geom")
            )
            found += [numbers for (numbers,) in self._fetch(query)]
        return found

    def _same_key(self) -> Part:
        return sql.SQL(" AND ").join(
            sql.SQL("{} IS NOT DISTINCT FROM {}" if name == "owner_id" else "{} = {}").format(
                _column("k", name), _column("s", name)
            )
            for name in self.key
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
