"""File locks: one start at a time, and one server on a data directory."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gisreg.errors import ClusterError
from gisreg.said import both

_POLL_S = 0.05


@contextmanager
def exclusive(path: Path, *, timeout_s: float = 180) -> Iterator[int]:
    """Hold the lock file `path` inside the block and yield its file descriptor.

    A process started with that descriptor goes on holding the lock after the block.
    Raises ClusterError when somebody else holds it for longer than `timeout_s`.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(descriptor, path, time.monotonic() + timeout_s)
        yield descriptor
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Tell whether any process holds the lock file `path`."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not _try(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path, deadline: float) -> None:
    while not _try(descriptor, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            raise ClusterError(
                both(
                    f"Tiến trình khác giữ {path} quá lâu.",
                    f"Another process has been holding {path} for too long.",
                ),
                hint=both(
                    "Một gisreg khác đang khởi động hoặc dừng cụm này; hãy chờ nó, hoặc kết thúc nó.",
                    "Another gisreg starts or stops this cluster; wait for it, or end it.",
                ),
            )
        time.sleep(_POLL_S)


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
