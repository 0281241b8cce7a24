"""How many requests may wait at once, and how many threads answer them.

A request runs in a thread (the driver is synchronous). Beside the ten connections of each pool there are
always threads that can wait for one, and they wait no longer than the pool's timeout. No thread ever holds a
connection of one pool while it waits for the other: the session is looked up and its connection given back
before the answer begins. So the pools cannot starve each other. What could grow without bound is the
queue for threads; this is its bound.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem
from gisreg.errors import BusyError
from gisreg.said import both
from gisreg.settings import get_settings

LEAST_THREADS = 40
SPARE_THREADS = 20


def threads(pool_size: int) -> int:
    """Return how many threads answer: one for each connection of both pools, and some that wait."""
    return max(LEAST_THREADS, 2 * pool_size + SPARE_THREADS)


@asynccontextmanager
async def with_threads(app: FastAPI) -> AsyncIterator[None]:
    """Set the number of threads for as long as the application runs."""
    limiter = anyio.to_thread.current_default_thread_limiter()
    limiter.total_tokens = threads(get_settings().database.pool_size)
    yield


class AdmissionMiddleware:
    """Refuse with 503 what would wait too long; a request counts until its answer begins."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        """Wrap an ASGI application; at most so many requests wait or are worked on."""
        self.app = app
        self.most = most
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self._under_way >= self.most:
            busy = BusyError(
                both("Đang có quá nhiều yêu cầu chờ.", "Too many requests wait already."),
                hint=both("Hãy thử lại sau vài giây.", "Try again in a few seconds."),
            )
            await problem(503, busy.code, busy.said, busy.advice)(scope, receive, send)
            return
        self._under_way += 1
        counted = True

        def leave() -> None:
            nonlocal counted
            self._under_way -= counted
            counted = False

        async def send_and_leave(message: Message) -> None:
            if message["type"] == "http.response.start":
                leave()
            await send(message)

        try:
            await self.app(scope, receive, send_and_leave)
        finally:
            leave()
