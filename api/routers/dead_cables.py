"""Dead cable: the list of cases, one case with its steps, and the steps themselves."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import ObjectId, settle_after
from api.editions import Version
from api.pages import wants_page
from api.routers import dead_cable_pages
from api.routers.dead_cable_pages import one_case
from api.visitor import Known, Reader, Writer
from gisreg import editions
from gisreg.database.connection import transaction
from gisreg.dead_cables import register
from gisreg.dead_cables.case import About, Recovered, open_case, take_step

router = APIRouter(tags=["dead cable"])

Id = Annotated[int, Field(ge=0, lt=2**53)]
Reason = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"^[^\x00]*$")]
Quantity = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]


class Suspicion(BaseModel):
    """What seems to be dead: a cable, a segment, or so many counted cables of a span."""

    model_config = ConfigDict(extra="forbid")

    cable_id: Id | None = None
    segment_id: Id | None = None
    span_id: Id | None = None
    cable_count: Annotated[int, Field(ge=1, le=1_000)] = 1
    reason: Reason
    on: date | None = None


class CaseStep(BaseModel):
    """A step of a case; metres and kilograms with `recovered`."""

    model_config = ConfigDict(extra="forbid")

    state: Annotated[str, Field(max_length=40)]
    reason: Reason
    on: date | None = None
    metres: Quantity | None = None
    kg: Quantity | None = None
    claimant_id: Id | None = None


@router.get("/dead-cables", response_model=None)
def cases(
    request: Request,
    known: Known,
    actor: Reader,
    state: str | None = None,
    overdue: bool = False,
    own: bool = False,
) -> dict[str, Any] | Response:
    """Return the cases of dead cable that the caller sees, with their clocks, and what they come to in all.

    `state` gives those in one state, `overdue` those whose clock has run out, `own` those of one's own
    organisation. Browsers get the page.
    """
    if wants_page(request):
        return dead_cable_pages.overview(request, known, state or None, overdue=overdue, own=own)
    owner = actor.organisation_id if own and actor is not None else None
    with transaction(actor=actor) as connection:
        rows = register.cases(connection, state or None, owner, overdue=overdue)
    return {"rows": rows, "totals": register.totals(rows)}


@router.get("/dead-cables/{id}", response_model=None)
def case(request: Request, id: ObjectId, known: Known, actor: Reader) -> dict[str, Any] | Response:
    """Return a case with its clock; its steps and what the rules find there for whoever may see them.

    `next` are the steps that the caller may take now, each with the first day on which it may be taken.
    Browsers get the page.
    """
    if wants_page(request):
        return dead_cable_pages.shown(request, known, id)
    with transaction(actor=actor) as connection:
        return one_case(connection, actor, id)


@router.post("/dead-cables", status_code=201, dependencies=[Depends(settle_after)])
def open_one(suspicion: Suspicion, actor: Writer) -> dict[str, Any]:
    """Open a case of dead cable; tell its id."""
    about = About(suspicion.cable_id, suspicion.segment_id, suspicion.span_id, suspicion.cable_count)
    who = actor.because(suspicion.reason)
    with transaction(actor=who) as connection:
        return {"id": open_case(connection, about, who, suspicion.reason, suspicion.on), "state": "suspected"}


@router.post("/dead-cables/{id}/steps", dependencies=[Depends(settle_after)])
def step(id: ObjectId, step: CaseStep, actor: Writer, version: Version) -> dict[str, Any]:
    """Bring a case one step further; a step that skips another, or comes before its time, is refused.

    `If-Match` names the case's `version`: 412 where somebody took a step meanwhile.
    """
    recovered = None if step.metres is None or step.kg is None else Recovered(step.metres, step.kg)
    who = actor.because(step.reason)
    with transaction(actor=who) as connection:
        editions.require(connection, editions.DEAD_CABLE, {id: version})
        state = take_step(connection, id, step.state, who, step.reason, step.on, recovered, step.claimant_id)
        return {"id": id, "state": state}
