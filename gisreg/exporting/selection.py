"""What is exported: a layer's rows that meet the conditions, as one query for COPY."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from psycopg2 import sql

from gisreg.access.actor import Actor, PersonRole
from gisreg.errors import UsageError
from gisreg.exporting.formats import Format, Writer, formats_for
from gisreg.exporting.placing import GEOMETRY, WKT
from gisreg.exporting.reference_systems import srid_of
from gisreg.features.catalogue import MAIN, column, layer_of, readable_fields, source
from gisreg.features.filters import Conditions, add_bbox, add_fields
from gisreg.said import both
from layers import LAYERS, Field, FieldType, Geometry, Layer

PRIVATE = "p"


@dataclass(frozen=True)
class Column:
    """One column of an export: its name, type, and the expression that gives it as COPY writes it."""

    name: str
    type: FieldType
    expression: sql.Composable
    title: str


@dataclass(frozen=True)
class Selection:
    """A layer, a format, a reference system and conditions, checked.

    `told` is what was asked for, in words for the register.
    """

    layer: Layer
    form: Format
    srid: int
    conditions: Conditions
    told: dict[str, list[str]]


def select(
    layer: str, form: Format, *, crs: str | None, bbox: str | None, filters: Iterable[tuple[str, str]]
) -> Selection:
    """Return a checked selection.

    Args:
        layer: key of the layer.
        form: the format.
        crs: reference system as `EPSG:9209`; None for EPSG:4326.
        bbox: west,south,east,north in degrees, whatever the reference system of the file.
        filters: field and value, as items take them.

    Raises:
        NotFoundError: there is no such layer.
        UsageError: a filter, the box or the reference system cannot be understood, or the format
            cannot hold the layer.
    """
    described = layer_of(layer)
    if not form.holds(described):
        known = ", ".join(one.key for one in formats_for(described))
        raise UsageError(
            both(
                f"{form.title} không chứa được lớp {described.vi.lower()} ({layer}).",
                f"{form.title} has no place for {layer}.",
            ),
            hint=both(f"Hãy chọn một trong: {known}.", f"Take one of: {known}."),
        )
    given = list(filters)
    conditions = Conditions()
    add_fields(conditions, described, given)
    told: dict[str, list[str]] = {}
    for name, value in given:
        told.setdefault(name, []).append(value)
    if bbox is not None:
        add_bbox(conditions, described, bbox)
        told["bbox"] = [bbox]
    return Selection(described, form, srid_of(crs, form), conditions, told)


def columns(selection: Selection, actor: Actor) -> tuple[Column, ...]:
    """Return the columns that leave: those of items, the owner's code, and private ones for those who may.

    Of other owners' rows the private columns are empty: their policy says so, not this function.
    """
    layer = selection.layer
    found = [Column("id", FieldType.ID, sql.Identifier(MAIN, "id"), "Mã hệ thống / Id")]
    for field in readable_fields(layer):
        found.append(_column(field, column(field)))
        if (
            field.references
            and LAYERS[field.references].natural_key == ("code",)
            and field.name[-3:] == "_id"
        ):
            found.append(_code(field))
    if sees_private(actor):
        # Own fields are columns of their own names: own_columns.py.
        found += [
            _column(field, private(field.name))
            for field in layer.private_fields
            if field.type is not FieldType.JSON
        ]
    if selection.form.only:
        found = [one for one in _drawing(layer) if one.name in selection.form.only]
    return (*found, *_geometry(selection))


def sees_private(actor: Actor) -> bool:
    """Tell whether there can be private columns that the actor sees (docs/rights.md, row "capacity")."""
    inside = {PersonRole.ENGINEER, PersonRole.COORDINATOR} & actor.roles
    return PersonRole.AUTHORITY in actor.roles or (bool(inside) and actor.organisation_id is not None)


def query(selection: Selection, chosen: Iterable[Column]) -> sql.Composed:
    """Return `COPY (...) TO STDOUT` of the selection as CSV, in the order of ids."""
    return sql.SQL(
        "COPY (SELECT {} FROM {} WHERE {} ORDER BY t.id) TO STDOUT (FORMAT csv, ENCODING 'UTF8')"
    ).format(
        sql.SQL(", ").join(one.expression for one in chosen),
        origin(selection.layer),
        selection.conditions.where(),
    )


def origin(layer: Layer) -> sql.Composable:
    """Return the FROM item of a layer with its state and, where it has one, its private table."""
    if not layer.private_table:
        return source(layer)
    return sql.SQL("{} LEFT JOIN {} AS {} ON {} = t.id").format(
        source(layer),
        sql.Identifier("registry", layer.private_table),
        sql.Identifier(PRIVATE),
        private(f"{layer.key}_id"),
    )


def private(name: str) -> sql.Composable:
    """Return a column of the private table as `origin` has it."""
    return sql.Identifier(PRIVATE, name)


def _column(field: Field, name: sql.Composable) -> Column:
    title = f"{field.vi} / {field.en}" + (f" [{field.unit}]" if field.unit else "")
    if field.type is FieldType.TEXT_LIST:
        return Column(field.name, FieldType.TEXT, sql.SQL("array_to_string({}, ';')").format(name), title)
    if field.type is FieldType.TIMESTAMP:
        name = sql.SQL("to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')").format(name)
    return Column(field.name, field.type, name, title)


def _code(field: Field) -> Column:
    return Column(
        field.name.removesuffix("_id"),
        FieldType.TEXT,
        sql.SQL("(SELECT r.code FROM {} AS r WHERE r.id = {})").format(
            sql.Identifier("registry", str(field.references)), column(field)
        ),
        f"{field.vi} (mã) / {field.en} (code)",
    )


def _drawing(layer: Layer) -> tuple[Column, ...]:
    names = {item.name for item in layer.public_fields}
    label = next(
        (sql.Identifier(MAIN, name) for name in ("code", "name") if name in names), sql.SQL("t.id::text")
    )
    drawn_on: sql.Composable = sql.Literal(layer.key)
    if "owner_id" in names:
        # The layer's name says whose it is, as drawings of carriers have it, and as it is read again.
        whose = sql.SQL("(SELECT r.code FROM registry.organisation AS r WHERE r.id = t.owner_id)")
        drawn_on = sql.SQL("concat_ws('_', {}, {})").format(whose, sql.Literal(layer.key))
    return (
        Column("Layer", FieldType.TEXT, drawn_on, "Lớp / Layer"),
        Column("Text", FieldType.TEXT, label, "Mã / Code"),
    )


def _geometry(selection: Selection) -> tuple[Column, ...]:
    if selection.layer.geometry is None:
        return ()
    # In EPSG:4326; batches are brought into the system that was asked for (placing.py).
    place = sql.Identifier(MAIN, GEOMETRY)
    if selection.form.writer in (Writer.GDAL, Writer.DXF):
        binary = sql.SQL("encode(ST_AsBinary({}, 'NDR'), 'hex')").format(place)
        return (Column(GEOMETRY, FieldType.TEXT, binary, "Hình / Geometry"),)
    if selection.layer.geometry is Geometry.POINT:
        return tuple(
            Column(axis, FieldType.NUMBER, sql.SQL("ST_{}({})").format(sql.SQL(axis.upper()), place), title)
            for axis, title in (("x", "X (đông) / X (east)"), ("y", "Y (bắc) / Y (north)"))
        )
    text = sql.SQL("ST_AsText({})").format(place)
    return (Column(WKT, FieldType.TEXT, text, "Hình (WKT) / Geometry (WKT)"),)
