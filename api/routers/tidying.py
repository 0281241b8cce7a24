"""Tidying: steps of segments, and progress."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from api.answers import settle_after
from api.editions import Versions, versions_of
from api.visitor import Reader, Writer
from gisreg.database.connection import transaction
from gisreg.tidying.progress import progress as read_progress
from gisreg.tidying.state import set_state

router = APIRouter(tags=["tidying"])


class Step(BaseModel):
    """A step of tidying for some segments, all or none."""

    model_config = ConfigDict(extra="forbid")

    segments: Annotated[list[Annotated[int, Field(ge=0, lt=2**53)]], Field(min_length=1, max_length=10_000)]
    versions: Annotated[
        Versions, Field(description="By id the `tidying_version` of each as it was read")
    ] = {}
    state: Annotated[str, Field(max_length=40)]
    note: Annotated[str | None, Field(max_length=2_000, pattern=r"^[^\x00]*$")] = None


@router.post("/segments/tidying", dependencies=[Depends(settle_after)])
def step(step: Step, actor: Writer) -> dict[str, int]:
    """Move segments to a tidying state; tell how many were moved. 412 where somebody moved one meanwhile."""
    versions = versions_of(step.segments, step.versions)
    who = actor.because(step.note) if step.note else actor
    with transaction(actor=who) as connection:
        return {
            "changed": set_state(connection, step.segments, step.state, who, step.note, versions=versions)
        }


@router.get("/progress")
def progress(actor: Reader, by: str = "ward") -> dict[str, Any]:
    """Return how far tidying has come, by ward, carrier or week (metres, shares 0 to 1)."""
    with transaction(actor=actor) as connection:
        return {"by": by, "rows": read_progress(connection, by)}
