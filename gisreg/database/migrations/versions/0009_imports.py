"""Imports on record: batches that can be undone, mapping profiles of organisations."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0009"
down_revision = "0007"


def upgrade() -> None:
    """Create the tables; their policies come after every migration."""
    run_sql("0009_imports")
