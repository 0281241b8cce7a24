"""How often somebody may ask: counted by key or person, else by address, with the library `limits`."""

from __future__ import annotations

import ipaddress
import math
import time
from dataclasses import dataclass

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.kinds import Kind, per_minute
from gisreg.errors import TooManyAttemptsError, TooManyRequestsError
from gisreg.said import both

WINDOW_S = 60


@dataclass(frozen=True)
class Standing:
    """What somebody has left of his requests of a kind."""

    kind: Kind
    limit: int
    remaining: int
    reset_s: int

    def headers(self) -> dict[str, str]:
        """Return the headers of draft-ietf-httpapi-ratelimit-headers."""
        return {
            "RateLimit-Policy": f'"{self.kind}";q={self.limit};w={WINDOW_S}',
            "RateLimit": f'"{self.kind}";r={self.remaining};t={self.reset_s}',
        }


class RateLimits:
    """Counts of the last minute, in the memory of this process."""

    def __init__(self) -> None:
        """Begin to count."""
        self._counts = MovingWindowRateLimiter(MemoryStorage())

    def count(self, kind: Kind, who: str) -> Standing | None:
        """Count a request and return what is left; None where the kind has no limit.

        Raises:
            TooManyAttemptsError: these were sign-ins, too many.
            TooManyRequestsError: there were too many of this kind.
        """
        limit = per_minute(kind)
        if limit == 0:
            return None
        item = RateLimitItemPerMinute(limit)
        good = self._counts.hit(item, kind, who)
        stats = self._counts.get_window_stats(item, kind, who)
        wait = max(1, math.ceil(stats.reset_time - time.time()))
        if good:
            return Standing(kind, limit, stats.remaining, wait)
        if kind is Kind.SIGN_IN:
            raise TooManyAttemptsError(
                both(
                    "Có người ở địa chỉ này thử đăng nhập quá nhiều lần.",
                    "Somebody at this address tried to sign in too often.",
                ),
                hint=both(f"Hãy đợi {wait} giây.", f"Wait {wait} seconds."),
                retry_after_s=wait,
            )
        raise TooManyRequestsError(
            both(
                f"Quá {limit} yêu cầu loại '{kind}' trong một phút.",
                f"More than {limit} requests of the kind '{kind}' within a minute.",
            ),
            hint=both(f"Hãy đợi {wait} giây và hỏi thưa hơn.", f"Wait {wait} seconds, and ask less often."),
            retry_after_s=wait,
            kind=kind.value,
            limit=limit,
        )


def count(request: Request, who: str | None = None, kind: Kind | None = None) -> None:
    """Count this request for somebody (None: its address); the answer's headers tell what is left.

    Raises:
        TooManyRequestsError: it is one too many.
    """
    kind = kind or request.state.kind
    limits: RateLimits = request.app.state.limits
    try:
        request.state.standing = limits.count(kind, who or f"address {address_of(request)}")
    except TooManyRequestsError:
        request.state.standing = Standing(kind, per_minute(kind), 0, WINDOW_S)
        raise


def address_of(request: Request) -> str:
    """Return the caller's address; of IPv6 the network, in which one caller has billions of them."""
    host = request.client.host if request.client else ""
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if found.version == 6:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
