"""The cookies of a browser: its session, and what binds a sign-in to it until there is one."""

from __future__ import annotations

from typing import Literal

from fastapi import Request
from fastapi.responses import Response

from gisreg.access import sessions


def is_secure(request: Request) -> bool:
    """Tell whether the browser speaks TLS (to us, or to the proxy before us)."""
    return request.url.scheme == "https"


def session_cookie(request: Request) -> str:
    """Return the name of the session's cookie; behind TLS one that other hosts cannot set."""
    return "__Host-gisreg" if is_secure(request) else "gisreg"


def form_cookie(request: Request) -> str:
    """Return the name of the cookie that bears the sign-in form's token."""
    return f"{session_cookie(request)}-form"


def provider_cookie(request: Request) -> str:
    """Return the name of the cookie that binds a sign-in at the provider to this browser."""
    return f"{session_cookie(request)}-oidc"


def keep(
    request: Request,
    answer: Response,
    name: str,
    value: str,
    *,
    max_age_s: int | None = None,
    samesite: Literal["lax", "strict"] = "lax",
) -> None:
    """Let the browser keep a cookie that no script reads; without `max_age_s` until it is closed."""
    answer.set_cookie(
        name, value, max_age=max_age_s, httponly=True, samesite=samesite, secure=is_secure(request)
    )


def drop(
    request: Request, answer: Response, name: str, *, samesite: Literal["lax", "strict"] = "lax"
) -> None:
    """Let the browser forget a cookie."""
    answer.delete_cookie(name, secure=is_secure(request), httponly=True, samesite=samesite)


def keep_session(request: Request, answer: Response, token: str) -> None:
    """Let the browser keep the token of a session that began now."""
    longest = int(sessions.ABSOLUTE.total_seconds())
    keep(request, answer, session_cookie(request), token, max_age_s=longest)
