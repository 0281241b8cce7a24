"""The page of proposals: both values, boxes to tick, one press for all that are ticked."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, BackgroundTasks, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from api.answers import settle_after
from api.editions import versions_of
from api.pages import page
from api.problems import status_of
from api.routers.sign_in import sign_in_address
from api.visitor import SIGN_IN, Known, Visitor, require_csrf
from gisreg import editions
from gisreg.access.actor import Actor, PersonRole
from gisreg.access.sessions import csrf_token
from gisreg.database.connection import PgConnection, transaction
from gisreg.errors import GisregError, NotSignedInError
from gisreg.proposals.decide import decide, withdraw
from gisreg.proposals.propose import may_propose
from gisreg.proposals.read import Wanted, proposals
from gisreg.proposals.words import lines
from gisreg.said import both
from layers import LAYERS

router = APIRouter(prefix="/proposals", include_in_schema=False)

PAGE = 50

Text = Annotated[str, Form(max_length=2_000, pattern=r"^[^\x00]*$")]
Ids = Annotated[list[int], Form(max_length=PAGE)]
Seen = Annotated[list[Annotated[str, Field(pattern=r"^\d{1,18}:\d{1,9}$")]], Form(max_length=PAGE)]


def show(request: Request, known: Visitor, wanted: Wanted, after: int | None) -> Response:
    """Return the page of proposals, of the waiting ones unless it is said which."""
    if known.actor is None:
        return RedirectResponse(sign_in_address(request), 303)
    token = csrf_token(known.session) if known.session else ""
    answer = _page(known.actor, token, replace(wanted, state=wanted.state or "waiting"), after)
    answer.headers["Vary"] = "Accept"
    return answer


def _page(
    actor: Actor,
    token: str,
    wanted: Wanted,
    after: int | None = None,
    *,
    trouble: GisregError | None = None,
    ticked: frozenset[int] = frozenset(),
    status: int = 200,
) -> Response:
    with transaction(actor=actor) as connection:
        rows, more = proposals(connection, wanted, PAGE, after)
        shown = [_row(connection, actor, row) for row in rows]
    query = {"batch": wanted.batch, "street": wanted.street_id, "overdue": wanted.overdue or None}
    kept = {name: value for name, value in query.items() if value is not None}
    return page(
        "proposals.html",
        status,
        rows=shown,
        csrf_token=token,
        actor=actor,
        trouble=trouble,
        ticked=ticked,
        wanted=wanted,
        decides=any(row["decides"] for row in shown),
        proposes=any(row["own"] for row in shown),
        next=f"/proposals?{urlencode(kept | {'after': more})}" if more is not None else None,
    )


def _row(connection: PgConnection, actor: Actor, row: dict[str, Any]) -> dict[str, Any]:
    layer = LAYERS[row["layer"]]
    return row | {
        "title": {"vi": layer.vi, "en": layer.en},
        "lines": lines(connection, row),
        "map": _map(row),
        "own": may_propose(actor) and row["organisation_id"] == actor.organisation_id,
        "decides": PersonRole.AUTHORITY in actor.roles
        or (PersonRole.ENGINEER in actor.roles and row["decided_by_id"] == actor.organisation_id),
    }


def _map(row: dict[str, Any]) -> str | None:
    """Return the address of the survey map at the object, its panel open."""
    place = (row["geometry"] or {}).get("coordinates")
    while place and isinstance(place[0], list):
        place = place[len(place) // 2]
    if not place:
        return None
    return f"/maps/survey#19/{place[1]:.6f}/{place[0]:.6f}&pick={row['layer']}/{row['object_id']}"


@router.post("/page", response_class=Response)
def act(
    background: BackgroundTasks,
    known: Known,
    csrf_token: Text,
    decision: Text,
    ids: Ids = [],  # noqa: B006 - FastAPI copies the default of a form field
    versions: Seen = [],  # noqa: B006
    note: Text = "",
    although_outdated: bool = Form(False),
    batch: Text = "",
    street: Text = "",
) -> Response:
    """Confirm, dispute or withdraw what is ticked, then show the page again."""
    if known.actor is None or known.session is None:
        raise NotSignedInError(
            both("Quyết định cần đăng nhập.", "Decisions need a signed-in person."),
            hint=SIGN_IN,
        )
    require_csrf(known.session, csrf_token)
    actor = known.actor
    wanted = Wanted("waiting", batch or None, int(street) if street.isdecimal() else None)
    shown = {int(number): int(version) for number, _, version in (one.partition(":") for one in versions)}
    try:
        with transaction(actor=actor) as connection:
            editions.require(connection, editions.PROPOSAL, versions_of(ids, shown))
            if decision == "withdraw":
                withdraw(connection, actor, ids, note or None)
            else:
                decide(connection, actor, ids, decision, note or None, although_outdated=although_outdated)
    except GisregError as error:
        return _page(actor, csrf_token, wanted, trouble=error, ticked=frozenset(ids), status=status_of(error))
    settle_after(background)
    query = {"batch": wanted.batch, "street": wanted.street_id}
    kept = urlencode({name: value for name, value in query.items() if value is not None})
    return RedirectResponse("/proposals" + (f"?{kept}" if kept else ""), 303)
