"""Run programs of the operating system, as another user where that is asked for."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from pathlib import Path

_PASSED_ON = ("PATH", "TZ", "TMPDIR")


def clean_environment() -> dict[str, str]:
    """Return an environment without the caller's PG* variables, in which programs speak English."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {"PATH": os.defpath, **kept, "LC_ALL": "C.UTF-8"}


def run(
    argv: Sequence[str | Path],
    *,
    user: pwd.struct_passwd | None = None,
    stdin: str = "",
    keep_open: tuple[int, ...] = (),
    timeout_s: float = 300,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; return its exit code, stdout and stderr. No code is an exception.

    `user` is the account to run as (only root may change it); the working directory is `/`, which
    every account can reach. `keep_open` are file descriptors that the program inherits.
    """
    change = user is not None and user.pw_uid != os.geteuid()
    return subprocess.run(  # noqa: S603 - the program is always one of ours, never text from a user
        [str(part) for part in argv],
        input=stdin,
        text=True,
        capture_output=True,
        check=False,
        cwd="/",
        env=clean_environment(),
        pass_fds=keep_open,
        timeout=timeout_s,
        user=user.pw_uid if user and change else None,
        group=user.pw_gid if user and change else None,
        extra_groups=_groups(user) if user and change else None,
    )


def _groups(user: pwd.struct_passwd) -> list[int]:
    return os.getgrouplist(user.pw_name, user.pw_gid)
