"""The object that somebody means: by its id, its code, or a segment's or span's place; and what it is
called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.errors import NotFoundError, UsageError
from gisreg.said import both
from layers import LAYERS

queries = load_queries(__file__, "why.sql")


@dataclass(frozen=True)
class Subject:
    """An object that rules look at: key of its layer, and its id."""

    layer: str
    id: int


def shown(connection: PgConnection, object_id: int) -> bool:
    """Tell whether the actor may see the findings of an object that exists."""
    return bool(queries.shown(connection, object=object_id))


def numbered(connection: PgConnection, object_id: int) -> Subject:
    """Return the object of an id, whose findings the actor may see.

    Raises:
        NotFoundError: there is none, or none whose findings he may see.
    """
    found = next(iter(queries.numbered(connection, id=object_id)), None)
    if found is None or not shown(connection, object_id):
        raise NotFoundError(
            both(
                f"Không có đối tượng {object_id} mà tài khoản này được xem phát hiện.",
                f"There is no object {object_id} whose findings you may see.",
            ),
            hint=both(
                "Chủ sở hữu, thanh tra và cơ quan quản lý được xem phát hiện của đối tượng.",
                "Findings are seen by the object's owner, inspection and the authority.",
            ),
        )
    return Subject(*found)


def called(connection: PgConnection, name: str) -> Subject:
    """Return the object of a code (or id): of a pole, tower, cable, manhole, duct, street.

    `<cable>/<number>` is a segment, `<pole>..<pole>` a span.

    Raises:
        NotFoundError: nothing is called so, or nothing whose findings the actor may see.
        UsageError: several objects are.
    """
    found = [Subject(*row) for row in queries.called(connection, name=name)]
    found = [one for one in found if shown(connection, one.id)]
    if not found and name.isascii() and name.isdigit() and int(name) < 2**53:
        return numbered(connection, int(name))
    if not found:
        raise NotFoundError(
            both(
                f"Không có đối tượng '{name}' mà tài khoản này được xem phát hiện.",
                f"Nothing is called '{name}' whose findings you may see.",
            ),
            hint=both(
                "Hãy ghi id, mã cột, cột ăng ten, cáp, bể cáp, cống bể hoặc tuyến đường; CABLE/3 là đoạn thứ "
                "ba của cáp, POLE..POLE là khoảng cột.",
                "Give an id, the code of a pole, tower, cable, manhole, duct or street, CABLE/3 for "
                "a cable's third segment, or POLE..POLE for a span.",
            ),
        )
    if len(found) > 1:
        words_vi = ", ".join(f"{LAYERS[one.layer].vi.lower()} {one.id}" for one in found)
        words = ", ".join(f"{one.layer} {one.id}" for one in found)
        raise UsageError(
            both(
                f"'{name}' có thể là nhiều đối tượng: {words_vi}.",
                f"'{name}' may mean several objects: {words}.",
            ),
            hint=both("Hãy ghi id của một đối tượng.", "Give the id of one of them."),
        )
    return found[0]


@dataclass(frozen=True)
class Named:
    """An object as people call it: key of its layer, id, name (None: it has none), id of its owner."""

    layer: str
    id: int
    name: str | None
    owner_id: int | None


def parts(connection: PgConnection, subject: Subject) -> list[Subject]:
    """Return what hangs on a pole and is looked at by rules of its own; nothing of other objects."""
    if subject.layer != "pole":
        return []
    return [Subject(*row) for row in queries.parts(connection, pole=subject.id)]


def named(connection: PgConnection, ids: Iterable[int]) -> dict[int, Named]:
    """Return what objects are called, by id, as far as the actor sees them."""
    rows = queries.names(connection, ids=sorted(set(ids)))
    return {number: Named(layer, number, name, owner) for number, layer, name, owner in rows}


def place(connection: PgConnection, object_id: int) -> tuple[str, float, float] | None:
    """Return layer, longitude and latitude of an object for a map, None where it has no place of its own."""
    found: tuple[str, float, float] | None = queries.place(connection, id=object_id)
    return found
