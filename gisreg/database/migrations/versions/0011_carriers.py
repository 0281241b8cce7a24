"""What the rules on carriers need: approvals, licences, streets of plans, cases of dead cable."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the tables with their histories; their policies are functions and come after every migration."""
    run_sql("0011_carriers")
