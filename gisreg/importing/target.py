"""What the registry's tables of a layer look like, read from the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psycopg2.extensions
from psycopg2 import sql

from gisreg.database.queries import load_queries
from gisreg.importing.text import folded
from layers import Layer

KnownCodes = Callable[[Sequence[str]], frozenset[str]]
QUERIES = load_queries(__file__)


@dataclass(frozen=True)
class Target:
    """Where an import goes: the layer's table and its private table.

    `types` and `defaults` are by column, of both tables; `needed` are columns of the main table that
    are NOT NULL without a default.
    """

    layer: Layer
    types: dict[str, str]
    defaults: dict[str, str]
    needed: tuple[str, ...]

    def main_columns(self, names: list[str]) -> list[str]:
        """Return those of the names that are columns of the layer's main table."""
        main = {field.name for field in self.layer.public_fields}
        return [name for name in names if name in main]

    def private_columns(self, names: list[str]) -> list[str]:
        """Return those of the names that are columns of the layer's private table."""
        private = {field.name for field in self.layer.private_fields}
        return [name for name in names if name in private]


def target_of(connection: psycopg2.extensions.connection, layer: Layer) -> Target:
    """Return the tables of a layer as this database has them."""
    rows = list(
        QUERIES.importing_columns(connection, table=layer.table, private_table=layer.private_table or "")
    )
    return Target(
        layer,
        types={name: kind for name, kind, _, _, _ in rows},
        defaults={name: default for name, _, default, _, _ in rows if default is not None},
        needed=tuple(
            name
            for name, _, default, needed, in_main in rows
            if in_main and needed and default is None and name != "geom"
        ),
    )


def known_codes(
    connection: psycopg2.extensions.connection, layer: Layer, limited_to: int | None
) -> KnownCodes:
    """Return what tells which of some codes objects of a layer have.

    Args:
        connection: the import's transaction.
        layer: the layer.
        limited_to: look at this organisation's objects alone; None: at all, whose they are does not matter.
    """
    if "code" not in {field.name for field in layer.public_fields}:
        return lambda _codes: frozenset()
    owned = sql.SQL("TRUE" if limited_to is None else "owner_id = %(owner)s")
    query = sql.SQL("SELECT code FROM {} WHERE code = ANY (%(codes)s) AND {}").format(
        sql.Identifier("registry", layer.table), owned
    )

    def known(codes: Sequence[str]) -> frozenset[str]:
        with connection.cursor() as cursor:
            cursor.execute(query, {"codes": list(codes), "owner": limited_to})
            return frozenset(code for (code,) in cursor.fetchall())

    return known


def owner_codes(connection: psycopg2.extensions.connection) -> dict[str, str]:
    """Return the code of every organisation by its folded code, name and aliases."""
    codes = {owner: spelling for spelling, owner in owners_of(connection)}  # codes come last
    return {folded(spelling): codes[owner] for spelling, owner in owners_of(connection)}


def owners_of(connection: psycopg2.extensions.connection) -> list[tuple[str, int]]:
    """Return (code, name or alias; id) of every organisation; codes last, so that they win."""
    return [(name, owner) for name, owner in QUERIES.importing_owners(connection)]
