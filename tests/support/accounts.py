"""An ordinary account of the operating system, for tests that must not run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import gisreg
from gisreg.system import run

CLONE = Path(gisreg.__file__).parents[1]


@dataclass(frozen=True)
class OrdinaryUser:
    """An account with a home (0700) that holds a clone of gisreg."""

    account: pwd.struct_passwd
    home: Path
    python_path: str

    def gisreg(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `gisreg ...` as this user in the clone, with an interpreter that everybody can run."""
        settings = {"HOME": str(self.home), "PYTHONPATH": self.python_path, **environment}
        return run(
            [
                *("env", *(f"{name}={value}" for name, value in settings.items())),
                *(os.path.realpath(sys.executable), "-m", "gisreg.cli.main", *words),
            ],
            user=self.account,
        )


@contextmanager
def ordinary_user() -> Iterator[OrdinaryUser]:
    """Yield an ordinary user: a throw-away one where root runs the tests, else the one who does."""
    home = Path(tempfile.mkdtemp(prefix="gisreg-user-"))
    for room in ("gisreg", "layers"):
        shutil.copytree(CLONE / room, home / "clone" / room, ignore=shutil.ignore_patterns("__pycache__"))
    if os.geteuid() != 0:
        yield _user(pwd.getpwuid(os.geteuid()), home)
        shutil.rmtree(home)
        return
    name = f"gisreg-t{os.getpid()}"
    subprocess.run(
        ["useradd", "--system", "--no-create-home", "--home-dir", str(home), name],
        check=True,
        capture_output=True,
    )
    try:
        account = pwd.getpwnam(name)
        subprocess.run(["chown", "-R", f"{account.pw_uid}:{account.pw_gid}", str(home)], check=True)
        yield _user(account, home)
    finally:
        subprocess.run(["userdel", name], check=True, capture_output=True)
        shutil.rmtree(home)


def _user(account: pwd.struct_passwd, home: Path) -> OrdinaryUser:
    return OrdinaryUser(account, home, f"{home}/clone:{_libraries(account, home)}")


def _libraries(account: pwd.struct_passwd, home: Path) -> Path:
    """Return the installed libraries, in place where the user can read them, else a copy."""
    installed = Path(psycopg2_folder()).parent
    if run(["test", "-r", installed / "psycopg2" / "__init__.py"], user=account).returncode == 0:
        return installed
    return Path(shutil.copytree(installed, home / "libraries", symlinks=True))


def psycopg2_folder() -> str:
    """Return the folder of an installed library."""
    import psycopg2

    return str(Path(psycopg2.__file__).parent)
