"""Merge a working copy back: as edits of the person, field by field, all in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely

from gisreg.access.actor import Actor
from gisreg.database.connection import PgConnection
from gisreg.errors import ConflictError, ForbiddenError, GisregError, InvalidInputError, NotYoursError
from gisreg.exporting.formats import format_of
from gisreg.features import edit, private
from gisreg.proposals.propose import may_propose, propose
from gisreg.said import Said, both, listed
from gisreg.working_copy.file_read import read_copy
from gisreg.working_copy.plan import Accepted, Conflict, Fault, Plan, plan
from gisreg.working_copy.rows import Row, editable_fields, now
from gisreg.working_copy.three_way import GEOMETRY
from layers import FieldType, Layer

_REFUSED = (InvalidInputError, ForbiddenError, ConflictError)


@dataclass
class CheckedIn:
    """What checking in did, in objects; `missing` ones lack in the file and stay. `fresh` are new ids.

    `ignored` are columns, by layer, that somebody added to the file and that no object has.
    """

    changed: int = 0
    proposed: int = 0
    inserted: int = 0
    deleted: int = 0
    untouched: int = 0
    missing: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    fresh: dict[tuple[str, int], int] = field(default_factory=dict)
    ignored: dict[str, tuple[str, ...]] = field(default_factory=dict)


def checkin(
    connection: PgConnection,
    actor: Actor,
    file: Path,
    accepted: Accepted | None = None,
    *,
    delete: bool = False,
) -> CheckedIn:
    """Merge a working copy into the registry.

    A field that only the file changed is written, one that only the registry changed keeps its newer
    value, one that both changed keeps the registry's value and is a conflict, unless `accepted` says
    whose side wins. What is others' becomes a proposal. A row that cannot be taken is a fault; the others
    are taken nevertheless. The same file again changes nothing more.

    Args:
        connection: a transaction of the actor's.
        actor: who checks in; he needs the rights for every edit.
        file: the copy.
        accepted: whose side wins where both changed.
        delete: delete what the file does not have any more and nobody changed since.

    Raises:
        InvalidInputError: the file is no working copy.
        StaleVersionError: somebody changes the same objects this very moment; try again.
    """
    done = CheckedIn()
    _name_reason(connection, file)
    for copied in read_copy(file):
        there = now(connection, actor, copied.layer, format_of("gpkg"), list(copied.base))
        made = plan(copied, there, accepted or Accepted(), delete=delete)
        if copied.ignored:
            done.ignored[copied.layer.key] = copied.ignored
        done.conflicts += made.conflicts
        done.faults += made.faults
        done.untouched += made.untouched
        done.missing += made.missing - len(made.deletions)
        _change(connection, actor, made, there, done, file.name)
        for row in made.fresh:
            _insert(connection, made, row, done)
        for number in made.deletions:
            _try(
                connection, done, made.layer, {"id": number}, _deletion(connection, made, there, number, done)
            )
    return done


def _change(
    connection: PgConnection, actor: Actor, made: Plan, there: dict[int, Row], done: CheckedIn, batch: str
) -> None:
    ready: list[edit.Edit] = []
    kept: dict[int, Row] = {}
    changed: set[int] = set()
    for number, values in made.changes.items():
        row = {"id": number} | values
        open_to_all, kept[number] = private.split(made.layer, values)
        if not open_to_all:
            continue
        try:
            body = body_of(made.layer, open_to_all)
        except _REFUSED as error:
            done.faults.append(Fault(made.layer.key, None, number, _said(error), row))
            continue
        ready.append((number, there[number]["version"], body))
    for number, version, body, refused in edit.update_many(connection, made.layer, ready):
        if refused is None:
            changed.add(number)
        elif isinstance(refused, NotYoursError) and may_propose(actor):
            _propose(connection, actor, made.layer, (number, version, body), done, batch)
        else:
            done.faults.append(Fault(made.layer.key, None, number, _said(refused), body))
    for number, values in kept.items():
        if values and _try(
            connection, done, made.layer, {"id": number} | values, _keeping(connection, made, number, values)
        ):
            changed.add(number)
    done.changed += len(changed)


def _keeping(connection: PgConnection, made: Plan, number: int, values: Row) -> Callable[[], None]:
    return lambda: private.write(connection, made.layer, number, values)


def _propose(
    connection: PgConnection, actor: Actor, layer: Layer, one: edit.Edit, done: CheckedIn, batch: str
) -> None:
    number, version, body = one

    def say() -> None:
        propose(connection, actor, layer, number, version, body, batch=batch[:200])
        done.proposed += 1

    _try(connection, done, layer, {"id": number} | body, say)


def _insert(connection: PgConnection, made: Plan, row: Row, done: CheckedIn) -> None:
    place = row.get("place")

    def add() -> None:
        values, kept = private.split(made.layer, {name: one for name, one in row.items() if name != "place"})
        number, _ = edit.insert(connection, made.layer, body_of(made.layer, values))
        if kept:
            private.write(connection, made.layer, number, kept)
        done.inserted += 1
        if place is not None:
            done.fresh[made.layer.key, place] = number

    _try(connection, done, made.layer, row, add)


def _deletion(
    connection: PgConnection, made: Plan, there: dict[int, Row], number: int, done: CheckedIn
) -> Callable[[], None]:
    def remove() -> None:
        edit.delete(connection, made.layer, number, there[number]["version"])
        done.deleted += 1

    return remove


def _try(connection: PgConnection, done: CheckedIn, layer: Layer, row: Row, deed: Callable[[], None]) -> bool:
    """Do one thing and tell whether it was done; else note why not and leave the rest as it is."""
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT one_row")
        try:
            deed()
        except _REFUSED as error:
            cursor.execute("ROLLBACK TO SAVEPOINT one_row")
            done.faults.append(Fault(layer.key, row.get("place"), row.get("id"), _said(error), row))
            cursor.execute("RELEASE SAVEPOINT one_row")
            return False
        cursor.execute("RELEASE SAVEPOINT one_row")
    return True


def body_of(layer: Layer, values: Row) -> dict[str, Any]:
    """Return values as a merge patch (`properties`, `geometry`).

    Raises:
        InvalidInputError: a field that the layer does not have, or a shape that cannot be read.
    """
    known = {item.name: item for item in editable_fields(layer)}
    properties: dict[str, Any] = {}
    for name, one in values.items():
        if name == GEOMETRY:
            continue
        item = known.get(name)
        as_list = item is not None and item.type is FieldType.TEXT_LIST and isinstance(one, str)
        properties[name] = [part.strip() for part in one.split(";")] if as_list else one
    body: dict[str, Any] = {"properties": properties}
    if GEOMETRY in values:
        try:
            shape = shapely.from_wkb(values[GEOMETRY]) if values[GEOMETRY] else None
        except shapely.errors.GEOSException as error:
            raise InvalidInputError(
                both("Không đọc được hình.", "The shape cannot be read."),
                hint=both("Hãy vẽ lại.", "Draw it anew."),
            ) from error
        body["geometry"] = None if shape is None else json.loads(shapely.to_geojson(shapely.force_2d(shape)))
    return body


def _name_reason(connection: PgConnection, file: Path) -> None:
    with file.open("rb") as stream, connection.cursor() as cursor:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        reason = f"working copy {file.name} (sha256 {digest[:16]})"
        cursor.execute("SELECT set_config('gisreg.reason', %s, true)", (reason,))


def _said(error: GisregError) -> Said:
    return listed([error.said, error.advice], " ") if error.advice else error.said
