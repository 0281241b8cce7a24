"""Signing in and out with the browser, and who is signed in."""

from __future__ import annotations

import hmac
import secrets
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.pages import local_path, page
from api.visitor import Known, cookie_name, is_secure, require_csrf
from gisreg.access import seeing, sessions
from gisreg.database.connection import Role, transaction
from gisreg.errors import ForbiddenError

router = APIRouter(tags=["access"])

Text = Annotated[str, Form(max_length=200, pattern=r"^[^\x00]*$")]
Target = Annotated[str, Form(max_length=2_000)]


def sign_in_address(request: Request) -> str:
    """Return where to send somebody who must sign in before he comes back to this address."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return "/sign-in?" + urlencode({"next": here})


def _form_cookie(request: Request) -> str:
    return f"{cookie_name(request)}-form"


def _form(request: Request, target: str, *, failed: bool = False) -> Response:
    # Nobody has a session yet: the form's token is also in a cookie that other sites cannot send.
    token = secrets.token_hex(32)
    answer = page("sign_in.html", 401 if failed else 200, failed=failed, next=target, csrf_token=token)
    if failed:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="gisreg"'
    answer.set_cookie(
        _form_cookie(request), token, httponly=True, samesite="strict", secure=is_secure(request)
    )
    return answer


@router.get("/sign-in", include_in_schema=False, response_class=Response)
def form(request: Request, next: str | None = None) -> Response:
    """Return the form."""
    return _form(request, local_path(next))


@router.post("/sign-in", include_in_schema=False, response_class=Response)
def sign_in(request: Request, login: Text, password: Text, csrf_token: Text, next: Target = "/") -> Response:
    """Sign in and go on to a page of this service; the session that there was ends."""
    expected = request.cookies.get(_form_cookie(request), "")
    if not expected or not hmac.compare_digest(expected.encode(), csrf_token.encode()):
        raise ForbiddenError("The form is not this service's own.", hint="Open /sign-in again.")
    request.app.state.attempts.count(request.client.host if request.client else "")
    name = cookie_name(request)
    with transaction(Role.WORKER) as connection:
        token = sessions.sign_in(connection, login.strip().lower(), password, request.cookies.get(name))
    if token is None:
        return _form(request, local_path(next), failed=True)
    answer = RedirectResponse(local_path(next), 303)
    answer.delete_cookie(_form_cookie(request), secure=is_secure(request), httponly=True, samesite="strict")
    answer.set_cookie(
        name,
        token,
        max_age=int(sessions.ABSOLUTE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
    )
    return answer


@router.post("/sign-out", include_in_schema=False, response_class=Response)
def sign_out(request: Request, known: Known, csrf_token: Text) -> Response:
    """End the session."""
    if known.session is not None:
        require_csrf(known.session, csrf_token)
        with transaction(Role.WORKER, None if known.actor is None else known.actor.really) as connection:
            if known.actor is not None:
                seeing.stop(connection, known.session, known.actor)
            sessions.sign_out(connection, known.session)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(cookie_name(request), secure=is_secure(request), httponly=True, samesite="lax")
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
