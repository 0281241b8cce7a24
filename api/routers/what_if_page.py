"""The page on which a zone is tried larger or smaller."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.authority import require_authority
from api.forms import Person, Text, answer, number, to_sign_in
from api.problems import status_of
from api.routers.what_if import Attempt, difference
from api.visitor import Known, Visitor
from gisreg.clock import today
from gisreg.database.connection import transaction
from gisreg.errors import GisregError
from gisreg.flagging.partial import queries

router = APIRouter(prefix="/what-if", include_in_schema=False)


@router.get("", response_class=Response)
def form(request: Request, known: Known) -> Response:
    """Return the page with the form."""
    return shown(request, known, {"zone": request.query_params.get("zone", ""), "metres": "50"})


def shown(
    request: Request,
    known: Visitor,
    form: dict[str, str],
    tried: dict[str, Any] | None = None,
    trouble: GisregError | None = None,
    status: int = 200,
) -> Response:
    """Return the page, with what a trial gave."""
    if known.actor is None:
        return to_sign_in(request)
    require_authority(known.actor)
    with transaction(actor=known.actor) as connection:
        zones = [
            {"code": code, "name": name} for code, name in queries.zones_in_force(connection, day=today())
        ]
    return answer(known, "what_if.html", status, zones=zones, form=form, tried=tried, trouble=trouble)


@router.post("/page", response_class=Response)
def attempt(
    request: Request,
    person: Annotated[Person, Depends(Person)],
    csrf_token: Text,
    zone: Text,
    metres: Text,
) -> Response:
    """Try a zone that grows or shrinks; show what would change."""
    actor = person.sent(csrf_token)
    require_authority(actor)
    said = {"zone": zone, "metres": metres}
    try:
        tried = difference(actor, Attempt(grow={zone: number(metres, "Mét / metres") or 0.0}))
    except GisregError as error:
        return shown(request, person.known, said, None, error, status_of(error))
    return shown(request, person.known, said, tried)
