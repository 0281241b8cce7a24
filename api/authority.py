"""The authority as a dependency of routes that steer the rules."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import Field

from api.visitor import Writer
from gisreg.access.actor import Actor, PersonRole
from gisreg.errors import ForbiddenError
from gisreg.said import both

Said = Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")]


def require_authority(actor: Actor) -> None:
    """Refuse whoever is not the authority. Raises ForbiddenError."""
    if PersonRole.AUTHORITY not in actor.roles:
        raise ForbiddenError(
            both("Quy tắc do cơ quan quản lý điều chỉnh.", "Rules are steered by the authority."),
            hint=both("Hãy hỏi sở.", "Ask the department."),
        )


def authority(actor: Writer) -> Actor:
    """Return who writes, where he is the authority. Raises ForbiddenError."""
    require_authority(actor)
    return actor


Authority = Annotated[Actor, Depends(authority)]
