"""What kind of request this is: the one place from which rate limits and statement timeouts follow."""

from __future__ import annotations

from enum import StrEnum

from starlette.types import ASGIApp, Receive, Scope, Send

from gisreg.database.connection import request_timeout_ms
from gisreg.settings import get_settings


class Kind(StrEnum):
    """A kind of request; its name stands in the RateLimit headers."""

    TILE = "tile"
    PAGE = "page"
    LIST = "list"
    WRITE = "write"
    EXPORT = "export"
    IMPORT = "import"
    SIGN_IN = "sign-in"


_PATHS = (
    ("/tiles/", Kind.TILE),
    ("/exports", Kind.EXPORT),
    ("/reports", Kind.EXPORT),
    ("/maps/", Kind.PAGE),
    ("/imports", Kind.PAGE),
    ("/zones", Kind.PAGE),
    ("/account", Kind.PAGE),
    ("/what-if", Kind.PAGE),
)
"""Beginnings of paths; the first that fits decides about requests that change nothing."""

_SAFE = ("GET", "HEAD", "OPTIONS")


def kind_of(method: str, path: str) -> Kind:
    """Return the kind of a request. Exports are exports however they are asked for."""
    found = next((kind for beginning, kind in _PATHS if path.startswith(beginning)), None)
    if found is Kind.EXPORT:
        return found
    if method not in _SAFE:
        return Kind.IMPORT if path.startswith("/imports") else Kind.WRITE
    return found or (Kind.PAGE if path == "/" else Kind.LIST)


def per_minute(kind: Kind) -> int:
    """Return how many requests of a kind one caller may make in a minute; 0 is no limit."""
    limits = get_settings().limits
    return {
        Kind.TILE: limits.tiles,
        Kind.PAGE: limits.reads,
        Kind.LIST: limits.reads,
        Kind.WRITE: limits.writes,
        Kind.EXPORT: limits.exports,
        Kind.IMPORT: limits.imports,
        Kind.SIGN_IN: limits.sign_ins,
    }[kind]


def timeout_ms(kind: Kind) -> int:
    """Return the longest query for a kind of request, in milliseconds; 0 is no limit."""
    timeouts = get_settings().timeouts
    return {
        Kind.TILE: timeouts.tile_ms,
        Kind.PAGE: timeouts.page_ms,
        Kind.LIST: timeouts.list_ms,
        Kind.WRITE: timeouts.write_ms,
        Kind.EXPORT: timeouts.export_ms,
        Kind.IMPORT: timeouts.import_ms,
        Kind.SIGN_IN: timeouts.write_ms,
    }[kind]


class KindMiddleware:
    """Note the kind of a request in `request.state.kind`, and its timeout for `transaction(...)`."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an ASGI application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        kind = kind_of(scope["method"], scope["path"])
        scope.setdefault("state", {})["kind"] = kind
        token = request_timeout_ms.set(timeout_ms(kind))
        try:
            await self.app(scope, receive, send)
        finally:
            request_timeout_ms.reset(token)
