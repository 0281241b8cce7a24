"""Tamper evidence: the chain of change sets; indexes with which the past is looked up."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the chain; its functions come after every migration."""
    run_sql("0003_history")
