"""Asking the worker of jobs to look for same poles."""

from __future__ import annotations

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import PgConnection
from gisreg.errors import ForbiddenError
from gisreg.jobs.outbox import defer
from gisreg.matching.groups import Box

TASK = "matches.propose"


def ask(connection: PgConnection, actor: Actor, box: Box | None) -> None:
    """Defer looking for same poles in a box (west, south, east, north in degrees), or everywhere.

    Raises:
        ForbiddenError: the actor is not of the authority.
    """
    if PersonRole.AUTHORITY not in actor.roles:
        raise ForbiddenError(
            "Same poles are looked for by the authority.",
            hint="After every import of poles they are looked for anyway.",
        )
    defer(connection, TASK, {"box": None if box is None else list(box)})
