"""Zones built anew after what they are made from was corrected, imported again, or removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg2.extras import Json

from gisreg.access.actor import Actor
from gisreg.alerts.record import Kind, raise_alert
from gisreg.clock import now
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.errors import ConflictError, InvalidInputError
from gisreg.features import consequences
from gisreg.said import Said, both, listed
from gisreg.zones import keep
from gisreg.zones.build import Draft, draft
from gisreg.zones.make import ZONE, write_area
from gisreg.zones.trouble import SHOWN, Trouble

queries = load_queries(__file__, "rebuild.sql")

TASK = "zones.rebuild"
"""The job that a change of streets, units or objects defers (`gisreg.zones_stale`)."""


@dataclass(frozen=True)
class Rebuilt:
    """What became of a zone: whether its area is another now, or why it could not be built."""

    code: str
    changed: bool
    area_m2: float
    troubles: tuple[Trouble, ...] = ()
    refused: Said | None = None

    def told(self) -> str:
        """Return what became of the zone as a line in both languages."""
        if self.troubles or self.refused:
            why = self.refused or _together(self.troubles)
            return str(
                Said(
                    "{0}: không lập lại được, giữ ranh giới cũ: {1}",
                    "{0}: not built anew, it stays: {1}",
                    (self.code, why),
                )
            )
        if self.changed:
            return f"{self.code}: đã lập lại / built anew, {self.area_m2 / 10_000:.2f} ha"
        return f"{self.code}: không đổi / unchanged"


def rebuild(connection: PgConnection, zone_id: int, caused_by: Actor | None = None) -> Rebuilt:
    """Build a zone anew from its recipe and flag what lies in it, before and after.

    Where the recipe cannot be built (a street has gone) the old area stays, the recipe says why, and an alert
    is raised, once. Again changes nothing.

    Args:
        connection: a transaction of the worker or of the authority.
        zone_id: the zone.
        caused_by: who acts in this transaction; None for the registry itself.

    Raises:
        NotFoundError: there is no such zone, or it has no recipe.
    """
    kept = keep.require(connection, zone_id)
    queries.lock(connection, zone_id=zone_id)
    zone = keep.facts(connection, zone_id)
    made = draft(connection, kept.recipe, zone.visibility, earlier=kept.matched)
    if made.troubles or made.geometry is None or made.md5 is None:
        _fail(connection, zone, _together(made.troubles), caused_by)
        return Rebuilt(zone.code, False, zone.area_m2, tuple(made.troubles))
    if made.md5 == kept.geometry_md5:
        _keep_parts(connection, zone_id, made)
        queries.checked(connection, zone_id=zone_id)
        return Rebuilt(zone.code, False, zone.area_m2)
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT zone_rebuild")
        try:
            consequences.remember(connection, ZONE, [zone_id])
            _keep_parts(connection, zone_id, made)
            queries.built(connection, zone_id=zone_id, md5=made.md5, moment=now())
            write_area(connection, zone_id, made.geometry)
        except (InvalidInputError, ConflictError) as error:
            cursor.execute("ROLLBACK TO SAVEPOINT zone_rebuild")
            _fail(connection, zone, error.said, caused_by)
            return Rebuilt(zone.code, False, zone.area_m2, refused=error.said)
        cursor.execute("RELEASE SAVEPOINT zone_rebuild")
    consequences.follow(connection, ZONE, [zone_id])
    return Rebuilt(zone.code, True, made.area_m2)


def rebuild_stale(connection: PgConnection) -> list[Rebuilt]:
    """Build every zone anew of which something has changed since it was built."""
    return [rebuild(connection, zone_id) for (zone_id,) in list(queries.stale(connection))]


def rebuild_all(connection: PgConnection) -> list[Rebuilt]:
    """Build every zone anew that has a recipe."""
    return [rebuild(connection, zone_id) for (zone_id,) in list(queries.all_recipes(connection))]


def rebuild_later(connection: PgConnection, payload: dict[str, Any]) -> None:
    """Build stale zones anew, as the job TASK. `payload` is empty: what is stale stands in the registry."""
    rebuild_stale(connection)


def _keep_parts(connection: PgConnection, zone_id: int, made: Draft) -> None:
    for ordinal, one in enumerate(made.drawn, 1):
        part = Json(keep.columns(one.matched))
        queries.set_part(connection, zone_id=zone_id, ordinal=ordinal, part=part)


def _together(troubles: Sequence[Trouble]) -> Said:
    return listed([trouble.said for trouble in troubles[:SHOWN]], "; ") if troubles else both("-", "-")


def _fail(connection: PgConnection, zone: keep.Facts, why: Said, caused_by: Actor | None) -> None:
    is_news = queries.failed(connection, zone_id=zone.id, moment=now(), vi=why.vi, en=why.en)
    if is_news:
        raise_alert(
            connection,
            Kind.ZONE_NOT_REBUILT,
            zone.code,
            f"Khu vực {zone.code} không lập lại được, giữ ranh giới cũ: {why.vi}",
            f"The zone {zone.code} could not be built anew and keeps its old area: {why.en}",
            caused_by,
        )
