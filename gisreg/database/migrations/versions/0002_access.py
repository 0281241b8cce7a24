"""People, roles, sessions and keys; the signing key of who acts."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the access tables; policies are functions and come after every migration."""
    run_sql("0002_access")
