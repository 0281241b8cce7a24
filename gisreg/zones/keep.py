"""Recipes as the registry keeps them: written with their zone, read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg2.extras import Json

from gisreg.clock import now, today
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.errors import NotFoundError
from gisreg.said import both
from gisreg.zones.build import Draft
from gisreg.zones.matched import Matched
from gisreg.zones.recipe import Recipe

queries = load_queries(__file__, "make.sql")

_IDS = ("street_ids", "from_ids", "to_ids", "unit_ids", "object_id")


@dataclass(frozen=True)
class Facts:
    """What a zone says of itself; `area_m2` on the ellipsoid, `version` that of the object."""

    id: int
    code: str
    name: str
    kind: str
    decision_no: str | None
    valid_from: date
    valid_to: date | None
    deadline: date | None
    weight: float
    visibility: str
    area_m2: float
    version: int


@dataclass(frozen=True)
class Kept:
    """A recipe on record: who made it when, whether it has to be built anew, why it could not be.

    `matched` are its parts with what they meant when the zone was built last.
    """

    pasted: str | None
    made_by: str
    made_at: datetime
    built_at: datetime
    geometry_md5: str
    stale_since: datetime | None
    failed_at: datetime | None
    failure_vi: str | None
    failure_en: str | None
    matched: tuple[Matched, ...]

    @property
    def recipe(self) -> Recipe:
        """Return the recipe itself, to be built or changed."""
        return Recipe(parts=tuple(one.part for one in self.matched), pasted=self.pasted)


def write(connection: PgConnection, zone_id: int, made: Draft, pasted: str | None, person: str) -> None:
    """Keep what a zone is made from, in the place of what it was made from before.

    Args:
        connection: the transaction that writes the zone, the recipe before the zone's new area.
        zone_id: the zone.
        made: a draft without troubles.
        pasted: the list as somebody pasted it.
        person: who made it.
    """
    queries.forget_parts(connection, zone_id=zone_id)
    queries.keep_recipe(
        connection, zone_id=zone_id, pasted=pasted, made_by=person, moment=now(), md5=made.md5
    )
    for ordinal, one in enumerate(made.drawn, 1):
        queries.keep_part(connection, zone_id=zone_id, ordinal=ordinal, part=Json(columns(one.matched)))


def columns(matched: Matched) -> dict[str, Any]:
    """Return a part as the columns of its table."""
    ids = {name: getattr(matched, name) for name in _IDS}
    return matched.part.model_dump(mode="json") | ids


def read(connection: PgConnection, zone_id: int) -> Kept | None:
    """Return the recipe of a zone, None where it is drawn by hand or the actor may not see it."""
    row = queries.recipe(connection, zone_id=zone_id)
    if row is None:
        return None
    parts = []
    for ordinal, (row_of_part,) in enumerate(queries.parts(connection, zone_id=zone_id), 1):
        ids = {name: row_of_part.pop(name) for name in _IDS}
        given = {name: value for name, value in row_of_part.items() if value is not None}
        parts.append(Matched(ordinal, Recipe.model_validate({"parts": [given]}).parts[0], **ids))
    return Kept(*(*row, tuple(parts)))


def names_of(connection: PgConnection, parts: Sequence[Matched]) -> dict[int, str]:
    """Return what the streets, units and objects are called that parts rest on, by id, as they are now."""
    ids = sorted({number for one in parts for number in one.uses})
    return dict(queries.named(connection, ids=ids))


def facts(connection: PgConnection, zone_id: int) -> Facts:
    """Return a zone's facts.

    Raises:
        NotFoundError: there is no such zone, for this actor.
    """
    row = queries.zone(connection, zone_id=zone_id)
    if row is None:
        raise NotFoundError(
            both(f"Không có khu vực {zone_id}.", f"There is no zone {zone_id}."),
            hint=both("Xem /zones hoặc gisreg zone list.", "See /zones or gisreg zone list."),
        )
    return Facts(*row)


def zone_called(connection: PgConnection, code: str) -> int:
    """Return the id of the zone of a code: the one that holds today, else the next, else the last.

    Raises:
        NotFoundError: there is none.
    """
    number = queries.called(connection, code=code, day=today())
    if number is None:
        raise NotFoundError(
            both(f"Không có khu vực '{code[:40]}'.", f"There is no zone '{code[:40]}'."),
            hint=both("Hãy ghi mã khu vực; xem: gisreg zone list", "Give its code; see: gisreg zone list"),
        )
    return int(number)


def require(connection: PgConnection, zone_id: int) -> Kept:
    """Return the recipe of a zone.

    Raises:
        NotFoundError: there is no such zone, or it is drawn by hand.
    """
    zone = facts(connection, zone_id)
    kept = read(connection, zone_id)
    if kept is None:
        raise NotFoundError(
            both(
                f"Khu vực {zone.code} không có công thức: ranh giới được vẽ hoặc nhập vào.",
                f"The zone {zone.code} has no recipe: it was drawn or imported.",
            ),
            hint=both(
                "Lập công thức: gisreg zone make --replace", "Give it one with: gisreg zone make --replace"
            ),
        )
    return kept
