"""Zones: a code may be laid down anew from a later day, and what a zone was made from is kept."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Widen the key of zones, create the tables of recipes; policies come after every migration."""
    run_sql("0017_zones")
