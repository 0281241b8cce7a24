"""No request is larger than the setting allows, whether or not it says beforehand how large it is."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem
from api.too_large import TooLargeError
from gisreg.settings import get_settings


class BodyLimitMiddleware:
    """Answer 413 where `Content-Length` is too large, or as soon as more than allowed has come."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an ASGI application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit_kb, setting = _limit_of(scope["method"], scope["path"])
        limit = limit_kb * 1024
        told = Headers(scope=scope).get("content-length", "")
        if told.isascii() and told.isdigit() and (len(told) > 18 or int(told) > limit):
            error = TooLargeError(limit_kb, setting)
            await problem(413, "too-large", error.said, error.advice)(scope, receive, send)
            return
        come = 0

        async def receive_so_much() -> Message:
            nonlocal come
            message = await receive()
            come += len(message.get("body", b""))
            if come > limit:
                raise TooLargeError(limit_kb, setting)
            return message

        await self.app(scope, receive_so_much, send)


def _limit_of(method: str, path: str) -> tuple[int, str]:
    """Return the largest body of a request in kB, and the setting that says so: files may be larger."""
    settings = get_settings()
    if method == "POST" and path == "/imports":
        return settings.upload.limit_kb, "GISREG_UPLOAD_LIMIT_KB"
    return settings.server.body_limit_kb, "GISREG_SERVER_BODY_LIMIT_KB"
