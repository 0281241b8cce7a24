"""Columns that are the owner's alone, written beside the object they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg2 import errors as pg
from psycopg2 import sql

from gisreg.database.connection import PgConnection
from gisreg.errors import InvalidInputError, NotYoursError
from gisreg.features import refusal
from gisreg.features.faults import Fault, told
from gisreg.features.validate import clean
from gisreg.said import MeaninglessError, Said, both
from layers import Layer

_CORRECT = both("Hãy sửa lại.", "Correct it.")


def split(layer: Layer, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return values by column as those that everybody may see, and the private ones."""
    names = {item.name for item in layer.private_fields}
    return (
        {name: one for name, one in values.items() if name not in names},
        {name: one for name, one in values.items() if name in names},
    )


def write(connection: PgConnection, layer: Layer, object_id: int, values: Mapping[str, Any]) -> None:
    """Write private columns of an object; columns that are not named keep what they have.

    Args:
        connection: a transaction of the actor's.
        layer: its description.
        object_id: the object.
        values: private column -> value.

    Raises:
        InvalidInputError: values that the columns cannot have, all of them in `detail["errors"]`.
        NotYoursError: the object is somebody else's.
    """
    known = {item.name: item for item in layer.private_fields}
    checked: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, given in values.items():
        try:
            checked[name] = clean(known[name], given)
        except MeaninglessError as error:
            faults.append(Fault(name, error.said))
    if faults:
        raise InvalidInputError(
            Said("Không nhận được: {0}.", "It cannot be taken: {0}.", (told(faults),)),
            hint=_CORRECT,
            errors=[one.json() for one in faults],
        )
    key = sql.Identifier(f"{layer.key}_id")
    statement = sql.SQL(
        "INSERT INTO {table} ({key}, {columns}) VALUES ({id}, {values})"
        " ON CONFLICT ({key}) DO UPDATE SET ({columns}) = ROW({given})"
    ).format(
        table=sql.Identifier("registry", str(layer.private_table)),
        key=key,
        columns=sql.SQL(", ").join(map(sql.Identifier, checked)),
        id=sql.Literal(object_id),
        values=sql.SQL(", ").join(map(sql.Literal, checked.values())),
        given=sql.SQL(", ").join(sql.Identifier("excluded", name) for name in checked),
    )
    with connection.cursor() as cursor:
        try:
            cursor.execute(statement)
        except pg.InsufficientPrivilege as error:
            raise NotYoursError(
                both(
                    f"{', '.join(checked)} của đối tượng này (lớp “{layer.vi}”) chỉ dành cho chủ sở hữu.",
                    f"{', '.join(checked)} of this {layer.key} is for its owner alone.",
                ),
                hint=both("Hãy hỏi đơn vị chủ sở hữu.", "Ask the people of its owner."),
            ) from error
        except (pg.CheckViolation, pg.DataError) as error:
            raise refusal.impossible(error, _CORRECT) from error
