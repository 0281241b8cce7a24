"""A zone out of a recipe: tried, then made, or given in the place of an older recipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from psycopg2 import sql

from gisreg.access.actor import Actor
from gisreg.database.connection import PgConnection
from gisreg.errors import ConflictError, InvalidInputError
from gisreg.features import consequences, validate
from gisreg.features.edit import write as write_object
from gisreg.zones import keep
from gisreg.zones.build import Draft, draft
from gisreg.zones.recipe import Recipe
from gisreg.zones.source import Source
from gisreg.zones.trouble import refuse
from layers import LAYERS

ZONE = LAYERS["zone"]

ATTRIBUTES = (
    "code", "name", "name_en", "kind", "decision_no", "valid_from", "valid_to", "deadline", "weight",
    "visibility",
)  # fmt: skip
"""What people say of a zone; the rest comes from its recipe."""

_DEFAULTED = frozenset({"geom", "weight", "visibility", "position_method", "source", "province_code"})


def checked(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a zone's attributes as values of its columns; None and absent are the same.

    Raises:
        InvalidInputError: names every field that cannot be taken.
    """
    unknown = set(attributes) - set(ATTRIBUTES)
    if unknown:
        errors = [{"field": name, "message": "is not said of a zone here"} for name in sorted(unknown)]
        raise InvalidInputError(
            f"A zone takes no {', '.join(sorted(unknown))}.",
            hint=f"It takes: {', '.join(ATTRIBUTES)}.",
            errors=errors,
        )
    given = {name: value for name, value in attributes.items() if value is not None}
    return validate.check(ZONE, {"properties": given}, new=True, defaulted=_DEFAULTED).values


def attempt(
    connection: PgConnection,
    actor: Actor,
    attributes: Mapping[str, Any],
    source: Source,
    *,
    replace: bool = False,
) -> Draft:
    """Try a zone: all that would refuse it refuses it now; nothing is written.

    What of the source is not clear is in the draft, beside what is. Raises as `make` does otherwise.
    """
    values = checked(attributes)
    made = _drawn(connection, values, source)
    if not made.troubles:
        with _undone(connection):
            _write(connection, actor, values, source.recipe, made, replace=replace, follow=False)
    return made


def make(
    connection: PgConnection,
    actor: Actor,
    attributes: Mapping[str, Any],
    source: Source,
    *,
    replace: bool = False,
) -> tuple[int, Draft]:
    """Make a zone out of a recipe and flag what lies in it; return its id and what the recipe gave.

    Args:
        connection: a transaction of the application or the worker.
        actor: who makes it, of the authority.
        attributes: what is said of the zone (`ATTRIBUTES`), as JSON has it.
        source: what it is made from.
        replace: a zone of this code and first day gets this recipe and these attributes.

    Raises:
        InvalidInputError: parts that are not clear, all in `detail["unmatched"]`; attributes that cannot be
            taken; an area that no zone may have.
        ConflictError: there is a zone of this code on some of these days.
        ForbiddenError: the actor may not write zones.
    """
    values = checked(attributes)
    made = _drawn(connection, values, source)
    if made.troubles:
        raise refuse(made.troubles)
    return _write(connection, actor, values, source.recipe, made, replace=replace, follow=True), made


def _drawn(connection: PgConnection, values: Mapping[str, Any], source: Source) -> Draft:
    visibility = str(values.get("visibility") or "public")
    made = Draft()
    if source.recipe is not None:
        made = draft(connection, source.recipe, visibility, lines=source.lines or None)
    made.troubles = sorted([*source.troubles, *made.troubles], key=lambda trouble: trouble.line)
    return made


def detach(connection: PgConnection, zone_id: int) -> None:
    """Let a zone keep its area and forget what it was made from; from then on it is drawn by hand.

    Raises:
        NotFoundError: there is no such zone, or it has no recipe.
    """
    keep.require(connection, zone_id)
    keep.queries.forget_parts(connection, zone_id=zone_id)
    keep.queries.forget_recipe(connection, zone_id=zone_id)


def _write(
    connection: PgConnection,
    actor: Actor,
    values: dict[str, Any],
    recipe: Recipe | None,
    made: Draft,
    *,
    replace: bool,
    follow: bool,
) -> int:
    there = keep.queries.same(connection, code=values["code"], valid_from=values["valid_from"])
    if there is not None and not replace:
        raise ConflictError(
            f"Đã có khu vực {values['code']} từ {values['valid_from']} / there is a zone {values['code']} "
            f"from {values['valid_from']} on already.",
            hint="Dùng --replace để thay công thức, hoặc đổi mã. / "
            "Say --replace for a new recipe, or use another code.",
        )
    columns: dict[str, sql.Composable] = {name: sql.Literal(value) for name, value in values.items()}
    columns |= _area(made.geometry)
    columns |= {"position_method": sql.Literal("derived"), "source": sql.Literal("recipe")}
    pasted = recipe.pasted if recipe is not None else None
    if there is None:
        zone_id = _insert(connection, columns)
        keep.write(connection, zone_id, made, pasted, actor.really.person)
    else:
        zone_id = int(there)
        if follow:
            consequences.remember(connection, ZONE, [zone_id])
        keep.write(connection, zone_id, made, pasted, actor.really.person)
        _update(connection, zone_id, columns)
    if follow:
        consequences.follow(connection, ZONE, [zone_id])
    return zone_id


def write_area(connection: PgConnection, zone_id: int, geometry: str) -> None:
    """Give a zone the area of its recipe (hexadecimal EWKB); what refuses it raises as in `make`."""
    _update(connection, zone_id, _area(geometry))


def _area(geometry: str | None) -> dict[str, sql.Composable]:
    return {"geom": sql.SQL("{}::geometry").format(sql.Literal(geometry))}


def _insert(connection: PgConnection, columns: dict[str, sql.Composable]) -> int:
    statement = sql.SQL("INSERT INTO registry.zone ({}) VALUES ({}) RETURNING id").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(", ").join(columns.values())
    )
    return int(write_object(connection, ZONE, statement)[0])


def _update(connection: PgConnection, zone_id: int, columns: dict[str, sql.Composable]) -> None:
    statement = sql.SQL("UPDATE registry.zone SET {} WHERE id = {}").format(
        sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), value) for name, value in columns.items()
        ),
        sql.Literal(zone_id),
    )
    write_object(connection, ZONE, statement)


@contextmanager
def _undone(connection: PgConnection) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT zone_trial")
        yield
        cursor.execute("ROLLBACK TO SAVEPOINT zone_trial")
        cursor.execute("RELEASE SAVEPOINT zone_trial")
