"""What a run would change if a limit or a zone were another; nothing is written."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.authority import Authority, Said
from gisreg.access.actor import Actor
from gisreg.database.connection import Role, transaction
from gisreg.errors import UsageError
from gisreg.flagging import partial
from gisreg.flagging.what_if import told
from gisreg.flagging.what_if import what_if as attempt
from gisreg.said import both
from gisreg.settings import get_settings

router = APIRouter(tags=["flagging"])

Number = Annotated[float, Field(allow_inf_nan=False)]


class Attempt(BaseModel):
    """What to try: thresholds by key (null switches rules off), metres by which zones grow, and where.

    Without `zone` and `street` all objects are looked at, or those that the zones in `grow` concern.
    """

    model_config = ConfigDict(extra="forbid")

    set: Annotated[dict[Said, Number | None], Field(max_length=20)] = {}
    grow: Annotated[dict[Said, Number], Field(max_length=20)] = {}
    zone: Said | None = None
    street: Said | None = None


@router.post("/what-if")
def what_if(asked: Attempt, actor: Authority) -> dict[str, Any]:
    """Tell which findings would be new, gone or changed, by rule, street and carrier. Nothing is written."""
    return difference(actor, asked)


def difference(actor: Actor, asked: Attempt) -> dict[str, Any]:
    """Return what would change. For the authority, who sees every finding.

    Raises:
        UsageError: nothing is tried.
        NotFoundError, InvalidInputError: as `gisreg.flagging.what_if` does.
    """
    if not asked.set and not asked.grow:
        raise UsageError(
            both("Chưa nêu thử điều gì.", "Nothing is tried."),
            hint=both(
                "Nêu một ngưỡng trong `set` hoặc một khu vực trong `grow`.",
                "Name a threshold in `set` or a zone in `grow`.",
            ),
        )
    timeout = get_settings().timeouts.export_ms
    with transaction(Role.WORKER, actor=actor, timeout_ms=timeout) as connection:
        parts = []
        if asked.zone:
            parts.append(partial.of_zone(connection, asked.zone))
        if asked.street:
            parts.append(partial.of_street(connection, asked.street))
        objects = partial.together(parts) if parts else None
        return told(attempt(connection, objects, dict(asked.set), dict(asked.grow)))
