"""Zones whose edge a segment's position is too uncertain for, stubs and mere crossings."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the column of metres that may lie inside; rules and thresholds come after every migration."""
    run_sql("0016_zone_parts")
