"""Bulks: ids by the million, and whose objects are, looked at once a statement."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0019"
down_revision = "0015"


def upgrade() -> None:
    """Add the permutation of ids as an expression; poles and cables no longer look up their owner row by row."""
    run_sql("0019_bulk")
