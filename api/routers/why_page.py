"""The page of one object: what every rule says of it and said before, waivers, notes by hand."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import ObjectId, settle_after
from api.authority import Said, require_authority
from api.editions import plainly
from api.forms import Person, answer, day, to_sign_in
from api.problems import status_of
from api.visitor import Visitor
from gisreg import editions
from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import PgConnection, transaction
from gisreg.errors import ForbiddenError, GisregError
from gisreg.flagging import decisions
from gisreg.flagging.finding_history import history
from gisreg.flagging.subject import numbered, place
from gisreg.flagging.told import everything
from gisreg.said import both

router = APIRouter(prefix="/why", include_in_schema=False)

INSPECTION = {PersonRole.INSPECTOR, PersonRole.WARD_SUPERVISOR, PersonRole.AUTHORITY}

MAPS = {"segment": "tidying", "pole": "tidying", "span": "survey", "tower": "sharing"}
"""On which map an object of a layer is shown; elsewhere the survey map."""


class Decision(BaseModel):
    """The form of a waiver, of its end, of a note or of its closing.

    `number` and `version` are those of the waiver or note that ends, as the page showed it.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    csrf_token: Said
    decision: Said
    rule: Said = ""
    object_id: Annotated[int, Field(ge=0, lt=2**53)] = 0
    zone_id: Said = ""
    until: Said = ""
    legal: Said = ""
    text: Said = ""
    number: Annotated[int, Field(ge=0, lt=2**53)] = 0
    version: Annotated[int, Field(ge=0, lt=2**31)] = 0


def shown(
    request: Request, known: Visitor, number: int, trouble: GisregError | None = None, status: int = 200
) -> Response:
    """Return the page of an object, for whoever may see its findings."""
    if known.actor is None:
        return to_sign_in(request)
    actor = known.actor
    with transaction(actor=actor) as connection:
        subject = numbered(connection, number)
        told = everything(connection, subject)
        ids = [number, *(part["id"] for part in told["parts"])]
        former = history(connection, ids)
        waived = [one for one in decisions.waivers(connection) if one.object_id in ids]
        where = place(connection, number)
    return answer(
        known,
        "why.html",
        status,
        told=told,
        former=former,
        waivers=waived,
        map=where
        and f"/maps/{MAPS.get(where[0], 'survey')}#18/{where[2]:.6f}/{where[1]:.6f}&pick={where[0]}/{number}",
        trouble=trouble,
        may_waive=PersonRole.AUTHORITY in actor.roles and actor.true is None,
        may_note=bool(actor.roles & INSPECTION) and actor.true is None and told["layer"] in decisions.NOTED,
    )


@router.post("/{id}/page", response_class=Response)
def decide(
    request: Request,
    background: BackgroundTasks,
    id: ObjectId,
    person: Annotated[Person, Depends(Person)],
    form: Annotated[Decision, Form()],
) -> Response:
    """Waive a finding, end a waiver, note what is wrong or close a note; then show the page again."""
    actor = person.sent(form.csrf_token)
    try:
        with transaction(actor=actor.because(form.text) if form.text else actor) as connection:
            _act(connection, actor, id, form)
    except GisregError as error:
        return shown(request, person.known, id, plainly(error), status_of(error))
    settle_after(background)
    return RedirectResponse(f"/why/{id}", 303)


def _act(connection: PgConnection, actor: Actor, number: int, form: Decision) -> None:
    if form.decision == "waive":
        require_authority(actor)
        decisions.grant(
            connection,
            actor,
            form.rule,
            numbered(connection, form.object_id or number),
            form.text,
            day(form.until),
            zone_id=int(form.zone_id) if form.zone_id.isdecimal() else None,
            legal_ref=form.legal or None,
        )
    elif form.decision == "end_waiver":
        require_authority(actor)
        editions.require(connection, editions.WAIVER, {form.number: form.version})
        decisions.end(connection, form.number)
    elif form.decision == "note":
        subject = numbered(connection, number)
        if not actor.roles & INSPECTION:
            raise ForbiddenError(
                both("Ghi nhận bằng tay là việc của thanh tra.", "Notes by hand are inspection's."),
                hint=both("Hãy báo cho thanh tra.", "Tell an inspector."),
            )
        decisions.note(connection, actor, subject, form.text)
    else:
        editions.require(connection, editions.NOTE, {form.number: form.version})
        decisions.close(connection, actor, form.number, form.text)
