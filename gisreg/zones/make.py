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
from gisreg.features.edit import lock
from gisreg.features.edit import write as write_object
from gisreg.said import both
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

_NOT_OF_A_ZONE = both("khu vực không có trường này", "is not said of a zone here")

_DEFAULTED = frozenset({"geom", "weight", "visibility", "position_method", "source", "province_code"})


def checked(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a zone's attributes as values of its columns; None and absent are the same.

    Raises:
        InvalidInputError: names every field that cannot be taken.
    """
    unknown = set(attributes) - set(ATTRIBUTES)
    if unknown:
        raise InvalidInputError(
            both(
                f"Khu vực không có trường {', '.join(sorted(unknown))}.",
                f"A zone takes no {', '.join(sorted(unknown))}.",
            ),
            hint=both(
                f"Các trường dùng được: {', '.join(ATTRIBUTES)}.", f"It takes: {', '.join(ATTRIBUTES)}."
            ),
            errors=[
                {"field": name, "message": _NOT_OF_A_ZONE.en, "message_vi": _NOT_OF_A_ZONE.vi}
                for name in sorted(unknown)
            ],
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
    version: int | None = None,
) -> tuple[int, Draft]:
    """Make a zone out of a recipe and flag what lies in it; return its id and what the recipe gave.

    Args:
        connection: a transaction of the application or the worker.
        actor: who makes it, of the authority.
        attributes: what is said of the zone (`ATTRIBUTES`), as JSON has it.
        source: what it is made from.
        replace: a zone of this code and first day gets this recipe and these attributes.
        version: at which somebody saw that zone; None where nobody can have changed it meanwhile.

    Raises:
        StaleVersionError: the zone that is to be replaced is at another version.
        InvalidInputError: parts that are not clear, all in `detail["unmatched"]`; attributes that cannot be
            taken; an area that no zone may have.
        ConflictError: there is a zone of this code on some of these days.
        ForbiddenError: the actor may not write zones.
    """
    values = checked(attributes)
    made = _drawn(connection, values, source)
    if made.troubles:
        raise refuse(made.troubles)
    if replace and version is not None:
        there = keep.queries.same(connection, code=values["code"], valid_from=values["valid_from"])
        if there is not None:
            lock(connection, ZONE, int(there), version)
    return _write(connection, actor, values, source.recipe, made, replace=replace, follow=True), made


def _drawn(connection: PgConnection, values: Mapping[str, Any], source: Source) -> Draft:
    visibility = str(values.get("visibility") or "public")
    made = Draft()
    if source.recipe is not None:
        made = draft(connection, source.recipe, visibility, lines=source.lines or None)
    made.troubles = sorted([*source.troubles, *made.troubles], key=lambda trouble: trouble.line)
    return made


def version_there(connection: PgConnection, attributes: Mapping[str, Any]) -> int | None:
    """Return the version of the zone that would be replaced, None where there is none.

    Raises:
        InvalidInputError: attributes that cannot be taken.
    """
    values = checked(attributes)
    version = keep.queries.version_of(connection, code=values["code"], valid_from=values["valid_from"])
    return None if version is None else int(version)


def detach(connection: PgConnection, zone_id: int, version: int | None = None) -> None:
    """Let a zone keep its area and forget what it was made from; from then on it is drawn by hand.

    Args:
        connection: a transaction of the application or the worker.
        zone_id: the zone.
        version: at which somebody saw it; None where nobody can have changed it meanwhile.

    Raises:
        NotFoundError: there is no such zone, or it has no recipe.
        StaleVersionError: the zone is at another version.
    """
    keep.require(connection, zone_id)
    if version is not None:
        lock(connection, ZONE, zone_id, version)
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
            both(
                f"Đã có khu vực {values['code']} từ {values['valid_from']}.",
                f"There is a zone {values['code']} from {values['valid_from']} on already.",
            ),
            hint=both(
                "Hãy dùng --replace để thay công thức, hoặc đổi mã.",
                "Say --replace for a new recipe, or use another code.",
            ),
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
