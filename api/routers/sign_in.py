"""Signing in and out with the browser, and who is signed in."""

from __future__ import annotations

import hmac
import secrets
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.cookies import drop, form_cookie, keep, keep_session, session_cookie
from api.kinds import Kind
from api.limits import count
from api.pages import local_path, page
from api.visitor import Known, require_csrf
from gisreg.access import seeing, sessions
from gisreg.database.connection import Role, transaction
from gisreg.errors import ForbiddenError
from gisreg.said import both

router = APIRouter(tags=["access"])

Text = Annotated[str, Form(max_length=200, pattern=r"^[^\x00]*$")]
Target = Annotated[str, Form(max_length=2_000)]


def sign_in_address(request: Request) -> str:
    """Return where to send somebody who must sign in before he comes back to this address."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return "/sign-in?" + urlencode({"next": here})


def _form(request: Request, target: str, *, failed: bool = False) -> Response:
    # Nobody has a session yet: the form's token is also in a cookie that other sites cannot send.
    token = secrets.token_hex(32)
    provider = request.app.state.provider
    answer = page(
        "sign_in.html",
        401 if failed else 200,
        failed=failed,
        next=target,
        csrf_token=token,
        provider=provider.settings.name if provider else None,
    )
    if failed:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="gisreg"'
    keep(request, answer, form_cookie(request), token, samesite="strict")
    return answer


@router.get("/sign-in", include_in_schema=False, response_class=Response)
def form(request: Request, next: str | None = None) -> Response:
    """Return the form."""
    return _form(request, local_path(next))


@router.post("/sign-in", include_in_schema=False, response_class=Response)
def sign_in(request: Request, login: Text, password: Text, csrf_token: Text, next: Target = "/") -> Response:
    """Sign in and go on to a page of this service; the session that there was ends."""
    expected = request.cookies.get(form_cookie(request), "")
    if not expected or not hmac.compare_digest(expected.encode(), csrf_token.encode()):
        raise ForbiddenError(
            both("Biểu mẫu không phải của dịch vụ này.", "The form is not this service's own."),
            hint=both("Hãy mở lại /sign-in.", "Open /sign-in again."),
        )
    count(request, kind=Kind.SIGN_IN)
    with transaction(Role.WORKER) as connection:
        token = sessions.sign_in(
            connection,
            login.strip().lower(),
            password,
            request.cookies.get(session_cookie(request)),
            request.headers.get("user-agent"),
        )
    if token is None:
        return _form(request, local_path(next), failed=True)
    answer = RedirectResponse(local_path(next), 303)
    drop(request, answer, form_cookie(request), samesite="strict")
    keep_session(request, answer, token)
    return answer


@router.post("/sign-out", include_in_schema=False, response_class=Response)
def sign_out(request: Request, known: Known, csrf_token: Text) -> Response:
    """End the session, and go on to end the provider's where it began there."""
    issuer = None
    if known.session is not None:
        require_csrf(known.session, csrf_token)
        with transaction(Role.WORKER, None if known.actor is None else known.actor.really) as connection:
            if known.actor is not None:
                seeing.stop(connection, known.session, known.actor)
            issuer = sessions.sign_out(connection, known.session)
    provider = request.app.state.provider
    # A form may lead to this service only: the way to the provider is a page of its own.
    there_too = provider is not None and issuer == provider.issuer
    answer = RedirectResponse("/signed-out" if there_too else "/sign-in", 303)
    drop(request, answer, session_cookie(request))
    return answer


@router.get("/session")
def session(known: Known) -> dict[str, Any]:
    """Return who is signed in, and the token that writing requests of his pages must bear."""
    actor = known.actor
    return {
        "person": actor.person if actor else None,
        "organisation": actor.organisation if actor else None,
        "roles": sorted(actor.roles) if actor else [],
        "seen_as": actor.organisation if actor and actor.true else None,
        "csrf_token": sessions.csrf_token(known.session) if known.session else None,
    }
