"""How often one address may try to sign in, whatever the names: kept in memory, one count a process."""

from __future__ import annotations

import time
from collections import deque
from threading import Lock

from gisreg.errors import TooManyAttemptsError


class Attempts:
    """A sliding window of attempts by address."""

    def __init__(self, limit: int = 30, window_s: float = 60.0, addresses: int = 10_000) -> None:
        """Allow `limit` attempts within `window_s` seconds; remember so many addresses, the latest."""
        self.limit = limit
        self.window_s = window_s
        self.addresses = addresses
        self._seen: dict[str, deque[float]] = {}
        self._lock = Lock()

    def count(self, address: str) -> None:
        """Count an attempt. Raises TooManyAttemptsError when there were too many."""
        moment = time.monotonic()
        with self._lock:
            times = self._seen.pop(address, None) or deque()
            while times and times[0] <= moment - self.window_s:
                times.popleft()
            self._seen[address] = times
            if len(self._seen) > self.addresses:
                del self._seen[next(iter(self._seen))]
            if len(times) >= self.limit:
                raise TooManyAttemptsError(
                    "Somebody at this address tried to sign in too often.",
                    hint=f"Wait {self.window_s:.0f} seconds.",
                )
            times.append(moment)
