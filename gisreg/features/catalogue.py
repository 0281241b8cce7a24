"""Which layers there are for readers, and how SQL names their tables and columns."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from psycopg2 import sql

from gisreg.errors import NotFoundError
from gisreg.said import both
from layers import LAYERS, Field, FieldType, Layer

MAIN = "t"
STATE = "s"


def layer_of(key: str) -> Layer:
    """Return the layer of that key.

    Raises:
        NotFoundError: there is none; the error's detail lists those there are.
    """
    layer = LAYERS.get(key)
    if layer is None:
        raise NotFoundError(
            both(f"Không có lớp {key[:60]!r}.", f"There is no layer {key[:60]!r}."),
            hint=both(f"Các lớp hiện có: {', '.join(LAYERS)}.", f"The layers are: {', '.join(LAYERS)}."),
            layers=list(LAYERS),
        )
    return layer


@lru_cache(maxsize=32)
def template(package: str, name: str) -> sql.SQL:
    """Return a `.sql` template of a capability (its folder `sql`), for `format` with identifiers."""
    return sql.SQL(files(package).joinpath("sql", name).read_text(encoding="utf-8"))


def readable_fields(layer: Layer) -> tuple[Field, ...]:
    """Return the columns that travel as properties: no private ones, and not the id (it is the feature's)."""
    return tuple(item for item in layer.fields if not item.private and item.name != "id")


def has_own_fields(layer: Layer) -> bool:
    """Tell whether objects of a layer carry their owner's own fields."""
    return any(item.name == "extra" and item.private for item in layer.fields)


def column(field: Field) -> sql.Composable:
    """Return a field's column with the alias of the table in which it lives.

    A required state column reads as nothing found (0, the first code) where an object has no state yet.
    """
    if not field.state:
        return sql.Identifier(MAIN, field.name)
    name = sql.Identifier(STATE, field.name)
    if not field.required or field.type is FieldType.TIMESTAMP:
        return name
    nothing = field.codelist.values[0] if field.codelist else 0
    return sql.SQL("coalesce({}, {})").format(name, sql.Literal(nothing))


def source(layer: Layer, *, with_state: bool = True, percent: float | None = None) -> sql.Composed:
    """Return the FROM item of a layer: its table as `t`, its state table (if any) as `s`.

    With `percent`, only so many of the table's pages, the same ones each time.
    """
    table = sql.SQL("{} AS t").format(sql.Identifier("registry", layer.table))
    if percent is not None:
        table += sql.SQL(" TABLESAMPLE SYSTEM ({}) REPEATABLE (1)").format(sql.Literal(percent))
    if not with_state or layer.state_table is None:
        return table
    return sql.SQL("{} LEFT JOIN {} AS s ON s.{} = t.id").format(
        table, sql.Identifier("registry", layer.state_table), sql.Identifier(f"{layer.key}_id")
    )


def seen(layer: Layer) -> sql.Composed:
    """Return the FROM item of a layer with its state: `t` and `s` as `source` has them.

    A layer with a state is read through its view, which judges every object once (policies.sql). The view
    is planned without knowing of a LIMIT outside: name the box or the places of the rows that are wanted.
    """
    if layer.state_table is None:
        return source(layer)
    columns = sql.SQL(", ").join(
        sql.SQL("t.{} AS {}").format(sql.Identifier(f"state_{item.name}"), sql.Identifier(item.name))
        for item in layer.state_fields
    )
    return sql.SQL("{} AS t CROSS JOIN LATERAL (SELECT {}) AS s").format(
        sql.Identifier("gisreg", f"seen_{layer.table}"), columns
    )
