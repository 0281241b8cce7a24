"""Look at running servers from outside: their processes, and whether they answer."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

from gisreg.database.cluster import Cluster


def ask(cluster: Cluster, query: str) -> Any:
    """Return the one value that a query as administrator gives."""
    with closing(psycopg2.connect(cluster.dsn(database="postgres"))) as own, own.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
        return row[0] if row else None


def postmasters(data: Path) -> list[int]:
    """Return the process ids of all servers that were started on a data directory."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"/postgres") and str(data).encode() in words:
            found.append(int(entry.parent.name))
    return found


def wait_until_gone(pid: int, timeout_s: float = 10) -> None:
    """Wait until a process has ended; fail when it does not."""
    deadline = time.monotonic() + timeout_s
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline, f"process {pid} does not end"
        time.sleep(0.02)
