"""What the authority should look at: the list, and closing one with what was found."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import ObjectId
from api.editions import Version
from api.pages import page, wants_page
from api.problems import status_of
from api.routers.sign_in import sign_in_address
from api.visitor import SIGN_IN, Known, Reader, Visitor, Writer, require_csrf, writer_of
from gisreg import editions
from gisreg.access.sessions import csrf_token as token_of
from gisreg.alerts.register import alerts as read_alerts
from gisreg.alerts.register import close as close_alert
from gisreg.database.connection import transaction
from gisreg.errors import GisregError, NotSignedInError
from gisreg.said import both

router = APIRouter(prefix="/alerts", tags=["alerts"])


class Finding(BaseModel):
    """What whoever looked into an alert found."""

    model_config = ConfigDict(extra="forbid")

    note: Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")]


@router.get("", response_model=None)
def alerts(
    request: Request,
    known: Known,
    actor: Reader,
    closed: bool = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any] | Response:
    """Return what is to be looked at, the newest first; `closed` those closed already too.

    For the authority; others get none. Browsers get the page.
    """
    if wants_page(request):
        return RedirectResponse(sign_in_address(request), 303) if actor is None else _page(known, closed)
    with transaction(actor=actor) as connection:
        return {"alerts": [asdict(one) for one in read_alerts(connection, closed=closed, limit=limit)]}


@router.post("/page", include_in_schema=False, response_class=Response)
def close_on_page(
    request: Request,
    known: Known,
    csrf_token: Annotated[str, Form(max_length=200)],
    id: Annotated[int, Form(ge=0, lt=2**53)],
    version: Annotated[int, Form(ge=1, lt=2**31)],
    note: Annotated[str, Form(max_length=2_000, pattern=r"^[^\x00]*$")] = "",
) -> Response:
    """Close an alert from its page, then show the page again."""
    if known.session is None:
        raise NotSignedInError(
            both("Việc này cần đăng nhập.", "This needs a signed-in person."),
            hint=SIGN_IN,
        )
    actor = writer_of(request, known, check_csrf=False)
    require_csrf(known.session, csrf_token)
    try:
        with transaction(actor=actor) as connection:
            editions.require(connection, editions.ALERT, {id: version})
            close_alert(connection, actor, id, note)
    except GisregError as error:
        return _page(known, False, error, status_of(error))
    return RedirectResponse("/alerts", 303)


@router.post("/{id}/close")
def close(id: ObjectId, finding: Finding, actor: Writer, version: Version) -> dict[str, int]:
    """Close an alert, as it stands at the version of `If-Match`, with what was found."""
    with transaction(actor=actor.because(finding.note)) as connection:
        editions.require(connection, editions.ALERT, {id: version})
        close_alert(connection, actor, id, finding.note)
    return {"closed": id}


def _page(known: Visitor, closed: bool, trouble: GisregError | None = None, status: int = 200) -> Response:
    with transaction(actor=known.actor) as connection:
        found = read_alerts(connection, closed=closed)
    answer = page(
        "alerts.html",
        status,
        alerts=found,
        closed=closed,
        trouble=trouble,
        actor=known.actor,
        csrf_token=token_of(known.session) if known.session else "",
    )
    answer.headers["Vary"] = "Accept"
    return answer
