"""What the rules on sharing need: requests with their clock."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Create the table with its history; its policies are functions and come after every migration."""
    run_sql("0018_sharing_quality")
