"""What the registry's tables of a layer look like, read from the catalogue."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg2.extensions

from gisreg.database.queries import load_queries
from layers import Layer

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


def owners_of(connection: psycopg2.extensions.connection) -> list[tuple[str, int]]:
    """Return (code, name or alias; id) of every organisation; codes last, so that they win."""
    return [(name, owner) for name, owner in QUERIES.importing_owners(connection)]
