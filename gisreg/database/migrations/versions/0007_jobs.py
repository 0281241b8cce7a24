"""Background work: why jobs failed, and which heads of the chain were written down where."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0007"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables beside the job queue, which the first migration laid."""
    run_sql("0007_jobs")
