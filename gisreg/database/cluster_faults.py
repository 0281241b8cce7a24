"""Tell from the log of PostgreSQL why it did not start, and what to do about it."""

from __future__ import annotations

import re
from pathlib import Path

from gisreg.database.packages import apt_command
from gisreg.errors import ClusterError

_TELLING = re.compile(r"FATAL|PANIC|ERROR|error:|LOG:  (syntax|unrec|invalid|could not)")
PORT_TAKEN = re.compile(r"Address already in use|could not create any TCP/IP sockets")

_FAULTS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"No space left on device|Disk quota exceeded"),
        "The disk is full.",
        "Free some space on the disk that holds {home}, then run: gisreg db start",
    ),
    (
        PORT_TAKEN,
        "The port is taken by another program.",
        "Run `gisreg db start` again, it looks for another port.",
    ),
    (
        re.compile(r"database files are incompatible with server"),
        "The data directory was made by another version of PostgreSQL.",
        "Install the version that is written in {home}/cluster/data/PG_VERSION.",
    ),
    (
        re.compile(r"contains errors|syntax error in file|unrecognized configuration parameter"),
        "The configuration of the cluster is damaged.",
        "Correct the line that the log names in {home}/cluster/data (postgresql.conf, "
        "postgresql.auto.conf or pg_hba.conf), then run: gisreg db start",
    ),
    (
        re.compile(r"could not load .*pg_hba\.conf"),
        "The access rules of the cluster (pg_hba.conf) are damaged.",
        "Correct the line that the log names in {home}/cluster/data/pg_hba.conf.",
    ),
    (
        re.compile(r"has wrong ownership|has invalid permissions|Permission denied"),
        "The data directory has an owner or permissions that PostgreSQL does not accept.",
        "Run gisreg as the user who made {home}, or choose another folder with GISREG_DATA_DIR.",
    ),
    (
        re.compile(r"Cannot allocate memory|could not map anonymous shared memory"),
        "There is not enough free memory.",
        "Stop other programs; or set shared_buffers lower at the end of {home}/cluster/data/postgresql.conf.",
    ),
    (
        re.compile(r"could not access file .*(postgis|\$libdir)"),
        "PostGIS does not fit the PostgreSQL that is installed.",
        f"Reinstall it: {apt_command()}",
    ),
    (
        re.compile(r"could not locate a valid checkpoint|invalid checkpoint|is corrupted|PANIC"),
        "The data directory is damaged.",
        "Keep a copy of {home}, then restore the last backup.",
    ),
)


def explain(text: str, *, home: Path, log: Path) -> ClusterError:
    """Return the error that fits what the server logged since its start was tried (`text`)."""
    last = _telling_lines(text)
    for pattern, message, hint in _FAULTS:
        if pattern.search(text):
            return ClusterError(
                f"PostgreSQL did not start: {message} {last}".strip(),
                hint=hint.format(home=home),
                log=str(log),
            )
    return ClusterError(
        f"PostgreSQL did not start. {last}".strip(), hint=f"The whole log is in {log}", log=str(log)
    )


def _telling_lines(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    telling = [line for line in lines if _TELLING.search(line)]
    chosen = telling[-2:] or lines[-1:]
    return "(" + " / ".join(chosen) + ")" if chosen else ""
