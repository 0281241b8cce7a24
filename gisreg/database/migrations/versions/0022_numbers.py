"""Numbers of objects by the hundred, and an index on accuracies."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Let a connection draw a hundred numbers at a time; find the widest accuracy by an index."""
    run_sql("0022_numbers")
