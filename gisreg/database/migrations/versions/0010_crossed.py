"""Railways and waterways that cables cross; structures as a surface of their own."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create both layers; their policies come with the functions after every migration."""
    run_sql("0010_crossed")
