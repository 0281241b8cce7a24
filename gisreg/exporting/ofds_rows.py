"""What an export in the Open Fibre Data Standard asks for: objects, their nodes, what hangs where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg2 import sql

from gisreg.access.actor import Actor
from gisreg.exporting.placing import GEOMETRY
from gisreg.exporting.selection import Column, Selection, origin, private, sees_private
from gisreg.features.catalogue import MAIN
from layers import LAYERS, FieldType, Layer

OBJECTS, NODES, ATTACHMENTS = "objects", "poles", "attachments"

_WANTED = {
    "pole": ("code", "status", "kind", "material", "height_m"),
    "tower": ("code", "name", "status", "mast_class", "height_m"),
    "manhole": ("code", "status", "kind"),
    "cable": ("code", "state", "medium", "deployment", "diameter_mm"),
}
"""Fields of each layer that leave; the standard has no place for others."""

LAYERS_OF_OFDS = tuple(_WANTED)


@dataclass(frozen=True)
class Query:
    """One query of an export: what it is for, its columns, and `COPY (...) TO STDOUT`."""

    name: str
    columns: tuple[Column, ...]
    copy: sql.Composable


def queries(selection: Selection, actor: Actor) -> list[Query]:
    """Return the queries: the objects first, then the poles that cables hang on, then what hangs where.

    Args:
        selection: poles, towers, manholes or cables.
        actor: who asks; private columns leave for those who may have some.
    """
    layer = selection.layer
    chosen = sql.SQL("SELECT t.id FROM {} WHERE {}").format(origin(layer), selection.conditions.where())
    found = [_query(OBJECTS, _columns(layer, actor), origin(layer), selection.conditions.where())]
    if layer.key == "cable":
        pole = LAYERS["pole"]
        on_them = sql.SQL("t.id IN (SELECT s.pole_id FROM registry.support AS s WHERE s.cable_id IN ({}))")
        found.append(_query(NODES, _columns(pole, actor), origin(pole), on_them.format(chosen)))
    if layer.key in ("cable", "pole"):
        theirs = sql.SQL("t.{} IN ({})").format(sql.Identifier(f"{layer.key}_id"), chosen)
        found.append(_query(ATTACHMENTS, _attachments(), sql.SQL("registry.support AS t"), theirs))
    return found


def _query(name: str, columns: Sequence[Column], source: sql.Composable, condition: sql.Composable) -> Query:
    copy = sql.SQL(
        "COPY (SELECT {} FROM {} WHERE {} ORDER BY t.id) TO STDOUT (FORMAT csv, ENCODING 'UTF8')"
    ).format(sql.SQL(", ").join(one.expression for one in columns), source, condition)
    return Query(name, tuple(columns), copy)


def _columns(layer: Layer, actor: Actor) -> list[Column]:
    found = [Column("id", FieldType.ID, sql.Identifier(MAIN, "id"), "Mã hệ thống / Id")]
    for name in _WANTED[layer.key]:
        item = layer.field(name)
        title = f"{item.vi} / {item.en}" + (f" [{item.unit}]" if item.unit else "")
        found.append(Column(name, item.type, sql.Identifier(MAIN, name), title))
    if layer.key == "cable" and sees_private(actor):
        found.append(Column("fibre_count", FieldType.INTEGER, private("fibre_count"), "Số sợi / Fibres"))
    for name, title in (("code", "mã / code"), ("name", "tên / name")):
        whose = sql.SQL("(SELECT r.{} FROM registry.organisation AS r WHERE r.id = t.owner_id)").format(
            sql.Identifier(name)
        )
        found.append(Column(f"owner_{name}", FieldType.TEXT, whose, f"Đơn vị chủ quản ({title})"))
    binary = sql.SQL("encode(ST_AsBinary(t.geom, 'NDR'), 'hex')")
    return [*found, Column(GEOMETRY, FieldType.TEXT, binary, "Hình / Geometry")]


def _attachments() -> list[Column]:
    def code(key: str) -> sql.Composable:
        return sql.SQL("(SELECT r.code FROM {} AS r WHERE r.id = t.{})").format(
            sql.Identifier("registry", key), sql.Identifier(f"{key}_id")
        )

    found = [
        Column("cable_id", FieldType.ID, sql.Identifier(MAIN, "cable_id"), "Cáp / Cable"),
        Column("cable_code", FieldType.TEXT, code("cable"), "Mã cáp / Cable code"),
        Column("pole_id", FieldType.ID, sql.Identifier(MAIN, "pole_id"), "Cột / Pole"),
        Column("pole_code", FieldType.TEXT, code("pole"), "Mã cột / Pole code"),
    ]
    for name in ("sequence", "ordinal", "measure_m", "attachment_height_m", "height_method", "is_wound"):
        item = LAYERS["support"].field(name)
        found.append(Column(name, item.type, sql.Identifier(MAIN, name), f"{item.vi} / {item.en}"))
    return found
