"""One id per request, in the answer, the log and the change set; and headers that every answer bears."""

from __future__ import annotations

import re
from contextvars import ContextVar
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")

_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_TLS = {"Strict-Transport-Security": "max-age=31536000"}


def request_id() -> str:
    """Return the id of the request being answered ('' outside of one)."""
    return _current.get()


class RequestIdMiddleware:
    """Give each request an id (the caller's `X-Request-ID` where it is a plain one) and safe headers."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an ASGI application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})
        given = Headers(scope=scope).get("x-request-id", "")
        token = _current.set(given if _GIVEN.fullmatch(given) else uuid4().hex)
        here = _current.get()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = here
                for name, value in (_SECURITY | _TLS if scope["scheme"] == "https" else _SECURITY).items():
                    headers.setdefault(name, value)
                if standing := scope["state"].get("standing"):
                    headers.update(standing.headers())
                if not scope["path"].startswith("/static/"):
                    # What one may see depends on who asks: nothing is for caches that people share.
                    headers.setdefault("Cache-Control", "private, no-cache")
                    headers.add_vary_header("Cookie, Authorization, X-Api-Key")
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        finally:
            _current.reset(token)
