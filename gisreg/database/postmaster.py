"""Find the running server of a data directory from PostgreSQL's own postmaster.pid."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The main process of a running server, where it listens, and whether it takes connections yet."""

    pid: int
    port: int
    socket_dir: Path
    ready: bool


def read_postmaster(data: Path) -> Postmaster | None:
    """Return the server that runs on the data directory, or None.

    A pid that now belongs to another program (after a crash or a reboot) is not taken for it.
    Raises PermissionError when the folder is another user's.
    """
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        found = Postmaster(
            pid=int(lines[0]),
            port=int(lines[3]),
            socket_dir=Path(lines[4]),
            ready=lines[7].strip() == "ready",
        )
    except (ValueError, IndexError):  # half written, or empty after a power failure
        return None
    return found if _serves(found.pid, data) else None


def names_a_living_process(pid_file: Path) -> bool:
    """Tell whether the process id in the first line of a pid file is in use, by whatever program."""
    try:
        return Path(f"/proc/{int(pid_file.read_text().splitlines()[0])}").exists()
    except (OSError, ValueError, IndexError):
        return True


def _serves(pid: int, data: Path) -> bool:
    """Tell whether the process is a PostgreSQL server that was started on this data directory."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state != "Z" and os.fsencode(data) in words and words[0].endswith((b"postgres", b"postmaster"))
