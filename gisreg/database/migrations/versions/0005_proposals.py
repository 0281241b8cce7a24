"""Proposals about other organisations' objects; contacts of organisations, and notices to them."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0005"
down_revision = "0007"


def upgrade() -> None:
    """Create the tables; their policies come after every migration."""
    run_sql("0005_proposals")
