"""What inspectors note by hand, and an index to look findings up by rule."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0013"
down_revision = "0011"


def upgrade() -> None:
    """Create the table of notes with its history."""
    run_sql("0013_asking")
