"""Versions of every row that people edit, accounts in the history, alerts that are closed."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add columns and history tables; triggers and policies come after every migration."""
    run_sql("0019_accountable")
