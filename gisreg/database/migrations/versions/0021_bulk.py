"""Bulks: ids by the million, and whose objects are, looked at once a statement."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Make the permutation of ids an expression; look the owners of poles and cables up once a statement."""
    run_sql("0021_bulk")
