"""Asking the worker of jobs to look for same poles."""

from __future__ import annotations

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import PgConnection
from gisreg.errors import ForbiddenError
from gisreg.jobs.outbox import defer
from gisreg.matching.groups import Box
from gisreg.said import both

TASK = "matches.propose"


def ask(connection: PgConnection, actor: Actor, box: Box | None) -> None:
    """Defer looking for same poles in a box (west, south, east, north in degrees), or everywhere.

    Raises:
        ForbiddenError: the actor is not of the authority.
    """
    if PersonRole.AUTHORITY not in actor.roles:
        raise ForbiddenError(
            both(
                "Việc tìm cột trùng do cơ quan quản lý thực hiện.",
                "Same poles are looked for by the authority.",
            ),
            hint=both(
                "Sau mỗi lần nhập cột, hệ thống vẫn tự tìm cột trùng.",
                "After every import of poles they are looked for anyway.",
            ),
        )
    defer(connection, TASK, {"box": None if box is None else list(box)})
