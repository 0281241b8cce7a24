"""Checks of background work: a worker lives, and nothing was given up."""

from __future__ import annotations

from gisreg.clock import now
from gisreg.database.connection import Role, transaction
from gisreg.doctor.check import Answer, ok, warn
from gisreg.jobs.state import failed, last_sign

_SILENT_MINUTES = 10


def worker() -> Answer:
    """A worker of background jobs has run in the last ten minutes."""
    hint = "Start one beside the service: gisreg jobs run (docs/operations.md has a unit for systemd)."
    with transaction(Role.WORKER) as database:
        seen = last_sign(database)
    if seen is None:
        return warn("none has ever run", hint)
    minutes = (now() - seen).total_seconds() / 60
    if minutes > _SILENT_MINUTES:
        return warn(f"the last one {minutes:.0f} minutes ago", hint)
    return ok(f"{minutes:.0f} minutes ago")


def failed_jobs() -> Answer:
    """No background job was given up."""
    with transaction(Role.WORKER) as database:
        number = failed(database)
    if number:
        return warn(f"{number} failed", "See why: gisreg jobs list. Try again: gisreg jobs retry ID")
    return ok("none")


CHECKS = (worker, failed_jobs)
