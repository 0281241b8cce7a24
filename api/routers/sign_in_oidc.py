"""Signing in at an OpenID provider: to it, back from it, and out there too."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.answers import address
from api.cookies import drop, keep, keep_session, provider_cookie, session_cookie
from api.kinds import Kind
from api.limits import count
from api.pages import local_path, page
from api.problems import status_of
from api.request_id import request_id
from gisreg.access import oidc, oidc_people
from gisreg.access.actor import Actor
from gisreg.access.oidc_provider import Provider
from gisreg.database.connection import Role, transaction
from gisreg.errors import NotFoundError, ProviderUnavailableError, SignInRefusedError
from gisreg.said import both

CALLBACK = "/sign-in/oidc/callback"

router = APIRouter(tags=["access"])

Given = Annotated[str | None, Query(max_length=4_000, pattern=r"^[^\x00]*$")]


def provider_of(request: Request) -> Provider:
    """Return the provider of this service. Raises NotFoundError where none is set up."""
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFoundError(
            both(
                "Ở đây chưa cài đặt đăng nhập qua bên cung cấp.", "Sign-in at a provider is not set up here."
            ),
            hint=both("Đăng nhập bằng mật khẩu ở /sign-in.", "Sign in with a password at /sign-in."),
        )
    return provider


@router.get("/sign-in/oidc", include_in_schema=False, response_class=Response)
def to_provider(request: Request, next: str | None = None) -> Response:
    """Send the browser to the provider."""
    count(request, kind=Kind.SIGN_IN)
    provider = provider_of(request)
    try:
        provider.description()
        with transaction(Role.WORKER) as connection:
            begun = oidc.begin(connection, provider, address(request, CALLBACK), local_path(next))
    except ProviderUnavailableError as error:
        return failed(request, error)
    answer = RedirectResponse(begun.address, 303, headers={"Cache-Control": "no-store"})
    longest = int(oidc.LASTS.total_seconds())
    keep(request, answer, provider_cookie(request), begun.browser, max_age_s=longest)
    return answer


@router.get(CALLBACK, include_in_schema=False, response_class=Response)
def from_provider(
    request: Request, state: Given = None, code: Given = None, error: Given = None, iss: Given = None
) -> Response:
    """Take the provider's answer: a new session, or a page that says why not."""
    count(request)
    provider = provider_of(request)
    try:
        browser = request.cookies.get(provider_cookie(request), "")
        with transaction(Role.WORKER) as connection:
            attempt = oidc.take(connection, state or "", browser)
        if error is not None or not code:
            raise SignInRefusedError(
                both("Việc đăng nhập bị dừng ở bên cung cấp.", "The sign-in was broken off at the provider."),
                reason="cancelled",
            )
        identity = oidc.redeem(provider, attempt, code, iss)
        # Who is linked or made here is so by the provider's word: the history says that.
        with transaction(Role.WORKER, Actor(oidc_people.GRANTED_BY, request_id=request_id())) as connection:
            token = oidc_people.sign_in(
                connection,
                identity,
                provider.settings,
                old=request.cookies.get(session_cookie(request)),
                user_agent=request.headers.get("user-agent"),
            )
    except (SignInRefusedError, ProviderUnavailableError) as refused:
        return failed(request, refused)
    answer = RedirectResponse(local_path(attempt.target), 303, headers={"Cache-Control": "no-store"})
    drop(request, answer, provider_cookie(request))
    keep_session(request, answer, token)
    return answer


def failed(request: Request, error: SignInRefusedError | ProviderUnavailableError) -> Response:
    """Return the page that says why a sign-in at the provider failed; the browser's attempt is over."""
    answer = page(
        "sign_in_failed.html",
        status_of(error),
        reason=error.detail.get("reason", "unavailable"),
        subject=error.detail.get("subject"),
        provider=provider_of(request).settings.name,
    )
    if answer.status_code == 503:
        answer.headers["Retry-After"] = "30"
    drop(request, answer, provider_cookie(request))
    return answer


@router.get("/signed-out", include_in_schema=False, response_class=Response)
def signed_out(request: Request) -> Response:
    """Return a page that goes on to the provider, to sign out there too."""
    provider = provider_of(request)
    try:
        onward = oidc.end_address(provider, address(request, "/sign-in"))
    except ProviderUnavailableError:
        onward = None
    return page("signed_out.html", onward=onward, provider=provider.settings.name)
