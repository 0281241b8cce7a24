"""The pages of dead cable: all cases with their clocks, one case with its steps, a new one. For phone and
PC."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import ObjectId, settle_after
from api.authority import Said
from api.editions import plainly
from api.forms import Person, answer, day, number, to_sign_in
from api.problems import status_of
from api.visitor import Known, Visitor
from gisreg import editions
from gisreg.access.actor import Actor, PersonRole
from gisreg.clock import today
from gisreg.database.connection import PgConnection, transaction
from gisreg.dead_cables import register
from gisreg.dead_cables.case import About, Recovered, next_steps, open_case, take_step
from gisreg.dead_cables.clock import STATES
from gisreg.errors import ForbiddenError, GisregError, InvalidInputError, NotFoundError
from gisreg.flagging.finding_filter import queries as names
from gisreg.flagging.subject import place
from gisreg.organisations.directory import id_of
from gisreg.said import both

router = APIRouter(prefix="/dead-cables", include_in_schema=False)

OPENERS = {PersonRole.ENGINEER, PersonRole.INSPECTOR, PersonRole.WARD_SUPERVISOR, PersonRole.AUTHORITY}

Id = Annotated[int | None, Field(ge=0, lt=2**53)]


class NewCase(BaseModel):
    """The form of a new case."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    csrf_token: Said = ""
    layer: Said = ""
    object_id: Id = None
    count: Said = "1"
    reason: Said = ""
    on: Said = ""


class NextStep(BaseModel):
    """The form of a step; `version` is the case's as the page showed it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    csrf_token: Said
    version: Annotated[int, Field(ge=0, lt=2**31)] = 0
    state: Said
    reason: Said = ""
    on: Said = ""
    metres: Said = ""
    kg: Said = ""
    organisation: Said = ""


def one_case(connection: PgConnection, actor: Actor | None, number_: int) -> dict[str, Any]:
    """Return a case with `steps`, `rules` (D01 to D04 where it is about) and `next`, as far as the actor may
    know.

    Raises:
        NotFoundError: there is no such case, or the actor does not see it.
    """
    found = register.cases(connection, ids=[number_])
    if not found:
        raise NotFoundError(
            both(f"Không có hồ sơ {number_}.", f"There is no case {number_} of dead cable."),
            hint=both("Xem /dead-cables.", "See /dead-cables."),
        )
    steps = [] if actor is None or actor.true is not None else next_steps(connection, number_, actor)
    return {
        **found[0],
        "steps": register.trail(connection, number_),
        "rules": register.rules(connection, number_),
        "next": [{"state": state, "from": first} for state, first in steps],
    }


def overview(request: Request, known: Visitor, state: str | None, *, overdue: bool, own: bool) -> Response:
    """Return the page of cases, the overdue ones first."""
    if known.actor is None:
        return to_sign_in(request)
    owner = known.actor.organisation_id if own else None
    with transaction(actor=known.actor) as connection:
        every = register.cases(connection)
        rows = register.cases(connection, state, owner, overdue=overdue)
    rows.sort(
        key=lambda row: (not row["overdue"], row["state"] in ("disposed", "dismissed"), row["state_since"])
    )
    return answer(
        known,
        "dead_cables.html",
        rows=rows,
        totals=register.totals(every),
        states=STATES,
        state=state,
        overdue=overdue,
        own=own,
        has_own=known.actor.organisation_id is not None,
        may_open=may_open(known.actor),
    )


def shown(
    request: Request,
    known: Visitor,
    number_: int,
    trouble: GisregError | None = None,
    said: NextStep | None = None,
    status: int = 200,
) -> Response:
    """Return the page of one case."""
    if known.actor is None:
        return to_sign_in(request)
    with transaction(actor=known.actor) as connection:
        case = one_case(connection, known.actor, number_)
        where = place(connection, case["about"]["id"])
        carriers = list(names.carrier_names(connection))
    return answer(
        known,
        "dead_cable.html",
        status,
        case=case,
        states=STATES,
        order=[state for state in STATES if state != "dismissed"],
        today=today(),
        carriers=carriers,
        claims_for_any=PersonRole.AUTHORITY in known.actor.roles,
        map=where
        and f"/maps/tidying#19/{where[2]:.6f}/{where[1]:.6f}"
        f"&pick={case['about']['layer']}/{case['about']['id']}",
        trouble=trouble,
        said=said,
    )


@router.get("/new/form", response_class=Response)
def new(request: Request, known: Known, layer: str = "", id: int | None = None) -> Response:
    """Return the form of a new case, for what the map named."""
    if known.actor is None:
        return to_sign_in(request)
    return _form(
        known, NewCase(layer=layer[:40], object_id=id if id is not None and 0 <= id < 2**53 else None)
    )


def _form(known: Visitor, form: NewCase, trouble: GisregError | None = None, status: int = 200) -> Response:
    return answer(
        known,
        "dead_cable_new.html",
        status,
        form=form,
        today=today(),
        trouble=trouble,
        layers={"cable": "Cáp / cable", "segment": "Đoạn cáp / segment", "span": "Khoảng cột / span"},
    )


@router.post("/new/page", response_class=Response)
def open_one(
    background: BackgroundTasks, person: Annotated[Person, Depends(Person)], form: Annotated[NewCase, Form()]
) -> Response:
    """Open a case, then show it."""
    actor = person.sent(form.csrf_token)
    try:
        if not may_open(actor):
            raise ForbiddenError(
                both("Tài khoản này không được mở hồ sơ.", "You may not open cases."),
                hint=both("Hãy hỏi cơ quan quản lý.", "Ask the authority."),
            )
        count = number(form.count, "Số cáp / count") or 1
        if form.layer not in ("cable", "segment", "span") or form.object_id is None:
            raise InvalidInputError(
                both("Chưa chọn cáp, đoạn cáp hoặc khoảng cột.", "No cable, segment or span is named."),
                hint=both("Mở biểu mẫu từ bản đồ.", "Open the form from the map."),
            )
        about = About(
            **{f"{form.layer}_id": form.object_id}, cable_count=int(count) if form.layer == "span" else 1
        )
        with transaction(actor=actor.because(form.reason)) as connection:
            made = open_case(connection, about, actor, form.reason, day(form.on))
    except GisregError as error:
        return _form(person.known, form, error, status_of(error))
    settle_after(background)
    return RedirectResponse(f"/dead-cables/{made}", 303)


@router.post("/{id}/page", response_class=Response)
def step(
    request: Request,
    background: BackgroundTasks,
    id: ObjectId,
    person: Annotated[Person, Depends(Person)],
    form: Annotated[NextStep, Form()],
) -> Response:
    """Bring a case one step further from where the page showed it, then show it again."""
    actor = person.sent(form.csrf_token)
    try:
        metres, kg = number(form.metres, "Mét / metres"), number(form.kg, "kg")
        for told in (metres, kg):
            if told is not None and not 0 <= told <= 1e9:
                raise InvalidInputError(
                    both(f"{told:g} không phải là số lượng.", f"{told:g} is no quantity."),
                    hint=both("Ghi một số từ 0 trở lên.", "Write a number from 0 on."),
                )
        recovered = None if metres is None or kg is None else Recovered(metres, kg)
        with transaction(actor=actor.because(form.reason)) as connection:
            editions.require(connection, editions.DEAD_CABLE, {id: form.version})
            claimant = id_of(connection, form.organisation) if form.organisation else None
            take_step(connection, id, form.state, actor, form.reason, day(form.on), recovered, claimant)
    except GisregError as error:
        return shown(request, person.known, id, plainly(error), form, status_of(error))
    settle_after(background)
    return RedirectResponse(f"/dead-cables/{id}", 303)


def may_open(actor: Actor) -> bool:
    """Tell whether somebody may open cases."""
    return bool(actor.roles & OPENERS) and actor.true is None
