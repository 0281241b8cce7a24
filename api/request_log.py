"""One line a request, without anything that the caller sent; and an answer to errors nobody expected."""

from __future__ import annotations

import logging
import time

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import unexpected
from api.request_id import request_id

log = logging.getLogger("gisreg.request")


class RequestLogMiddleware:
    """Write who asked for which route and how that ended, when the answer has gone out."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an ASGI application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status: int | None = None
        scope.setdefault("state", {})

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except Exception as error:
            answer = unexpected(Request(scope), error)
            if status is not None:
                raise
            # Here, not further out: only here the answer still gets the request's id and headers.
            await answer(scope, receive, send_and_note)
        finally:
            _write(scope, status, time.perf_counter() - began)


def _write(scope: Scope, status: int | None, seconds: float) -> None:
    visitor = scope["state"].get("visitor")
    actor = visitor.actor if visitor else None
    log.info(
        "request",
        extra={
            "request_id": request_id(),
            "method": scope["method"],
            "route": route_of(scope),
            "status": status,
            "ms": round(seconds * 1000, 1),
            "person_id": actor.person_id if actor else None,
            "organisation_id": actor.organisation_id if actor else None,
            "key_prefix": visitor.key_prefix if visitor else None,
        },
    )


def route_of(scope: Scope) -> str | None:
    """Return the template of the route that answers, such as `/tiles/{layer}.json`; None for none."""
    if scope["path"].startswith("/static/"):
        return "/static/{path}"
    found = getattr(scope.get("route"), "path", None)
    return found if isinstance(found, str) else None
