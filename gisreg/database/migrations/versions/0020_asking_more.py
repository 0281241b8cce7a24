"""What rules ask for on the street is told apart from what is found in papers."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add what the questions after findings need; rules and thresholds come after every migration."""
    run_sql("0020_asking_more")
