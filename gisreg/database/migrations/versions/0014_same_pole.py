"""Rows of several organisations that are one pole: proposed, agreed on, merged, split again."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Create the tables; their functions and policies come after every migration."""
    run_sql("0014_same_pole")
