"""Edits of single objects: change, add, remove; each on a stated version, with its consequences."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from psycopg2 import errors as pg
from psycopg2 import sql

from gisreg.database.connection import PgConnection
from gisreg.errors import (
    ConflictError,
    ForbiddenError,
    GisregError,
    InvalidInputError,
    NotYoursError,
    StaleVersionError,
)
from gisreg.features import conflict, consequences, refusal, validate
from gisreg.features.faults import Fault
from gisreg.features.items import Item, one_row, read_item
from gisreg.said import Said, both
from layers import LAYERS, Layer


def update(
    connection: PgConnection, layer: Layer, object_id: int, version: int, body: dict[str, Any]
) -> Item:
    """Apply a merge patch (`properties`, `geometry`) to an object; return it as it became.

    Raises:
        NotFoundError: no such object.
        StaleVersionError: the object is not at `version` any more; the detail shows it as it is beside
            what was sent, field by field.
        InvalidInputError: fields that cannot be taken, all of them in `detail["errors"]`.
        ForbiddenError: the layer is derived, or the actor may not write it so.
        NotYoursError: the object is somebody else's.
    """
    draft = _draft(connection, layer, body, new=False)
    lock(connection, layer, object_id, version, body)
    _check_references(connection, layer, draft.values)
    columns = _columns(draft)
    if columns:
        consequences.remember(connection, layer, [object_id])
        _set(connection, layer, object_id, columns)
        consequences.follow(connection, layer, [object_id])
    return read_item(connection, layer, object_id)


Edit = tuple[int, int, dict[str, Any]]
"""An object's id, its version, and a merge patch."""


def update_many(
    connection: PgConnection, layer: Layer, edits: Sequence[Edit]
) -> list[tuple[int, int, dict[str, Any], GisregError | None]]:
    """Apply merge patches to many objects; what follows from them is done once, for all together.

    Returns:
        Every edit with None, or the error for which this one was not made: NotYoursError, ConflictError,
        InvalidInputError or ForbiddenError, as for `update`.

    Raises:
        NotFoundError, StaleVersionError: as for `update`; the caller rolls back and reads anew.
    """
    done: list[tuple[int, int, dict[str, Any], GisregError | None]] = []
    ids = [object_id for object_id, _, _ in edits]
    if ids:
        consequences.remember(connection, layer, ids)
    for object_id, version, body in edits:
        _run(connection, "SAVEPOINT one_edit")
        error: GisregError | None = None
        try:
            draft = _draft(connection, layer, body, new=False)
            lock(connection, layer, object_id, version, body)
            _check_references(connection, layer, draft.values)
            _set(connection, layer, object_id, _columns(draft))
        except StaleVersionError:
            raise
        except (ConflictError, InvalidInputError, ForbiddenError) as refused:
            _run(connection, "ROLLBACK TO SAVEPOINT one_edit")
            error = refused
        _run(connection, "RELEASE SAVEPOINT one_edit")
        done.append((object_id, version, body, error))
    changed = [object_id for object_id, _, _, error in done if error is None]
    if changed:
        consequences.follow(connection, layer, changed)
    return done


def _run(connection: PgConnection, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _set(connection: PgConnection, layer: Layer, object_id: int, columns: dict[str, sql.Composable]) -> None:
    statement = sql.SQL("UPDATE {} SET {} WHERE id = {}").format(
        sql.Identifier("registry", layer.table),
        sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), value) for name, value in columns.items()
        ),
        sql.Literal(object_id),
    )
    write(connection, layer, statement)


def insert(connection: PgConnection, layer: Layer, body: dict[str, Any]) -> tuple[int, Item]:
    """Add an object given as a GeoJSON feature; return its id and how it became.

    Raises:
        InvalidInputError, ConflictError, ForbiddenError: as for `update`; its natural key is taken.
    """
    draft = _draft(connection, layer, body, new=True)
    _check_references(connection, layer, draft.values)
    columns = _columns(draft)
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
        sql.Identifier("registry", layer.table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(columns.values()),
    )
    object_id = int(write(connection, layer, statement)[0])
    consequences.follow(connection, layer, [object_id])
    return object_id, read_item(connection, layer, object_id)


def require_possible(connection: PgConnection, layer: Layer, body: dict[str, Any]) -> None:
    """Refuse a merge patch that `update` would refuse whoever sends it; nothing is written.

    Raises:
        InvalidInputError, ForbiddenError: as for `update`.
    """
    _check_references(connection, layer, _draft(connection, layer, body, new=False).values)


def delete(connection: PgConnection, layer: Layer, object_id: int, version: int) -> None:
    """Remove an object; its history stays.

    Raises:
        InUseError: something depends on it; the message says what.
        NotFoundError, StaleVersionError, ForbiddenError: as for `update`.
    """
    validate.require_editable(layer)
    lock(connection, layer, object_id, version)
    consequences.require_free(connection, layer, object_id)
    consequences.remember(connection, layer, [object_id])
    consequences.withdraw(connection, layer, object_id)
    statement = sql.SQL("DELETE FROM {} WHERE id = {}").format(
        sql.Identifier("registry", layer.table), sql.Literal(object_id)
    )
    write(connection, layer, statement)
    consequences.follow(connection, layer, [object_id])


def lock(
    connection: PgConnection, layer: Layer, object_id: int, version: int, body: dict[str, Any] | None = None
) -> None:
    """Hold an object until the end of the transaction, where it stands at the version that somebody saw.

    Raises:
        NotFoundError: no such object.
        StaleVersionError: it is at another version; the detail shows it as it is beside `body`, or beside
            what was seen where nothing was sent.
        NotYoursError: the actor sees it and may not change it.
    """
    row = one_row(
        connection,
        sql.SQL("SELECT version FROM {} WHERE id = {} FOR UPDATE").format(
            sql.Identifier("registry", layer.table), sql.Literal(object_id)
        ),
    )
    if not row:
        # Rows that the actor may see but not change cannot be locked either.
        read_item(connection, layer, object_id)
        raise NotYoursError(
            both(
                f"Đối tượng này của lớp “{layer.vi}” chỉ được xem, không được sửa.",
                f"You may see this {layer.key} but not change it.",
            ),
            hint=refusal.ASK_OWNER,
        )
    if row[0] != version:
        current = json.loads(read_item(connection, layer, object_id).body)
        raise conflict.stale(layer, object_id, version, current, body)


def _draft(connection: PgConnection, layer: Layer, body: dict[str, Any], *, new: bool) -> validate.Draft:
    validate.require_editable(layer)
    return validate.check(layer, body, new=new, defaulted=_defaulted(connection, layer))


def _columns(draft: validate.Draft) -> dict[str, sql.Composable]:
    columns: dict[str, sql.Composable] = {name: sql.Literal(value) for name, value in draft.values.items()}
    if draft.sets_geometry:
        columns["geom"] = sql.SQL("ST_SetSRID(ST_GeomFromGeoJSON({}), 4326)").format(
            sql.Literal(draft.geometry)
        )
    return columns


def _defaulted(connection: PgConnection, layer: Layer) -> frozenset[str]:
    """Return the columns that need not be given: with a default, or that may be empty."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_catalog.pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND (atthasdef OR NOT attnotnull)",
            (f"registry.{layer.table}",),
        )
        return frozenset(name for (name,) in cursor.fetchall())


def _check_references(connection: PgConnection, layer: Layer, values: dict[str, Any]) -> None:
    errors = []
    for item in layer.public_fields:
        target = values.get(item.name)
        if item.references is None or target is None:
            continue
        query = sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE id = {})").format(
            sql.Identifier("registry", item.references), sql.Literal(target)
        )
        if not one_row(connection, query)[0]:
            other = LAYERS[item.references]
            nothing = Said(
                "lớp “{0}” không có đối tượng {2}", "there is no {1} {2}", (other.vi, other.key, target)
            )
            errors.append(Fault(item.name, nothing).json())
    if errors:
        raise InvalidInputError(
            both(
                "Đối tượng tham chiếu đến những đối tượng không có trong sổ đăng ký.",
                "The object refers to others that do not exist.",
            ),
            hint=both("Xem `errors`.", "See `errors`."),
            errors=errors,
        )


def write(connection: PgConnection, layer: Layer, statement: sql.Composable) -> tuple[Any, ...]:
    """Run a statement that writes objects of a layer; return its first row, nothing where it returns none.

    Raises:
        ForbiddenError, ConflictError, InUseError, InvalidInputError: what the database refuses, in words.
    """
    with connection.cursor() as cursor:
        try:
            cursor.execute(statement)
        except pg.InsufficientPrivilege as error:
            raise refusal.forbidden(layer) from error
        except (pg.UniqueViolation, pg.ExclusionViolation) as error:
            raise refusal.taken(layer, error) from error
        except pg.ForeignKeyViolation as error:
            raise refusal.in_use(layer) from error
        except (pg.CheckViolation, pg.NotNullViolation, pg.DataError, pg.InternalError) as error:
            hint = both("Hãy sửa lại; chưa có gì thay đổi.", "Correct it; nothing changed.")
            raise refusal.impossible(error, hint) from error
        return tuple(cursor.fetchone() or ()) if cursor.description else ()
