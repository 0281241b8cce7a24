"""Checks of the machine: programs, disk, port, fonts, browser assets."""

from __future__ import annotations

import shutil
import socket
import stat
import sys
from importlib.util import find_spec
from pathlib import Path

from gisreg.database import packages
from gisreg.doctor.check import Answer, fail, ok, warn
from gisreg.secrets_check import require_real_secrets
from gisreg.settings import get_settings
from gisreg.system import run

_FREE_WARN = 5 * 1024**3
_FREE_FAIL = 500 * 1024**2


def python() -> Answer:
    """The Python interpreter can be run by every account."""
    program = Path(sys.executable).resolve()
    found = f"Python {sys.version_info.major}.{sys.version_info.minor} in {program}"
    closed = [folder for folder in program.parents if not folder.stat().st_mode & stat.S_IXOTH]
    if closed:
        return warn(
            f"{found}; others cannot enter {closed[-1]}",
            "Fine for one account. Else remove .venv and run scripts/bootstrap with /usr/bin/python3.11.",
        )
    return ok(found)


def postgresql() -> Answer:
    """PostgreSQL 15 or newer with PostGIS is installed."""
    if get_settings().database.url is not None:
        return ok("not needed here, a foreign database is configured")
    installed = packages.find()
    return ok(f"PostgreSQL {installed.major} in {installed.bindir}")


def disk_space() -> Answer:
    """There is room on the disk."""
    home = get_settings().home
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    found = f"{free / 1024**3:.1f} GB free for {home}"
    if free < _FREE_FAIL:
        return fail(found, "Free some space; PostgreSQL stops when the disk is full.")
    if free < _FREE_WARN:
        return warn(found, "A province needs about 5 GB with its history.")
    return ok(found)


def service_port() -> Answer:
    """The port of the service is free."""
    server = get_settings().server
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((server.host, server.port))
        except OSError as error:
            return warn(
                f"{server.host}:{server.port}: {error.strerror}",
                "Either gisreg already runs there, or choose another: GISREG_SERVER_PORT=8001",
            )
    return ok(f"{server.host}:{server.port}")


def secrets() -> Answer:
    """No secret of the settings is one that everybody knows."""
    require_real_secrets(get_settings())
    return ok("none")


def fonts() -> Answer:
    """There is a font with Vietnamese letters, for reports and PDF."""
    program = shutil.which("fc-list")
    hint = "Install one: sudo apt-get install --no-install-recommends fontconfig fonts-noto-core"
    if program is None:
        return warn("fontconfig is not installed", hint)
    families = sorted(set(run([program, ":lang=vi", "family"], timeout_s=30).stdout.splitlines()))
    if not families:
        return warn("none", hint)
    return ok(f"{len(families)} families, e.g. {families[0]}")


def browser_assets() -> Answer:
    """The browser libraries that map pages load are installed."""
    spec = find_spec("maps")
    hint = "Run in the project's folder: scripts/bootstrap (or npm ci && npm run vendor)"
    if spec is None or not spec.submodule_search_locations:
        return fail("the package maps is not installed", hint)
    folder = Path(spec.submodule_search_locations[0]) / "static" / "vendor"
    scripts = sorted(folder.rglob("*.js")) if folder.is_dir() else []
    if not scripts:
        return fail(f"nothing in {folder}", hint)
    return ok(f"{len(scripts)} scripts in {folder}")


CHECKS = (python, postgresql, disk_space, service_port, secrets, fonts, browser_assets)
