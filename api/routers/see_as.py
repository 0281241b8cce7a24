"""The authority looks with the eyes of an organisation: reads only, written down, until stopped."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.pages import local_path, page
from api.visitor import SIGN_IN, Known, Reader, Visitor, require_csrf
from gisreg.access import seeing, sessions
from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from gisreg.errors import ForbiddenError, NotSignedInError
from gisreg.said import both

router = APIRouter(prefix="/see-as", tags=["access"])

Text = Annotated[str, Form(max_length=500, pattern=r"^[^\x00]*$")]
Target = Annotated[str, Form(max_length=2_000)]


def _session(known: Visitor) -> tuple[str, Actor]:
    if known.actor is None:
        raise NotSignedInError(
            both("Việc này cần đăng nhập.", "This needs a signed-in person."),
            hint=SIGN_IN,
        )
    if known.session is None:
        raise ForbiddenError(
            both(
                "Không dùng khóa để xem với tư cách một đơn vị được.",
                "A key cannot look with the eyes of an organisation.",
            ),
            hint=both("Hãy đăng nhập bằng trình duyệt.", "Sign in with the browser."),
        )
    return known.session, known.actor


@router.get("/form", include_in_schema=False, response_class=Response)
def form(known: Known) -> Response:
    """Return the page on which an organisation is chosen."""
    session, actor = _session(known)
    if PersonRole.AUTHORITY not in actor.really.roles:
        raise ForbiddenError(
            both(
                "Chỉ cơ quan quản lý được xem với tư cách một đơn vị.",
                "Only the authority looks with the eyes of an organisation.",
            )
        )
    with transaction(Role.WORKER) as connection:
        found = seeing.organisations(connection)
    return page("see_as.html", actor=actor, organisations=found, csrf_token=sessions.csrf_token(session))


@router.post("", response_class=Response, status_code=303)
def start(known: Known, organisation: Text, reason: Text, csrf_token: Text, next: Target = "/") -> Response:
    """Look as an organisation (by its code) from now on; the reason is written down."""
    session, actor = _session(known)
    require_csrf(session, csrf_token)
    with transaction(Role.WORKER, actor.really.because(reason)) as connection:
        seeing.start(connection, session, actor, organisation.strip(), reason)
    return RedirectResponse(local_path(next), 303)


@router.post("/stop", response_class=Response, status_code=303)
def stop(known: Known, csrf_token: Text, next: Target = "/") -> Response:
    """Look with one's own eyes again."""
    session, actor = _session(known)
    require_csrf(session, csrf_token)
    with transaction(Role.WORKER, actor.really) as connection:
        seeing.stop(connection, session, actor)
    return RedirectResponse(local_path(next), 303)


@router.get("")
def log(request: Request, actor: Reader) -> dict[str, Any]:
    """Return who looked as which organisation, when and why; for the authority."""
    with transaction(actor=actor) as connection:
        found = [asdict(look) for look in seeing.looks(connection)]
    return {"looks": found}
