"""Files sent to the service that wait for a decision, and photos."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Create the tables; their policies come after every migration."""
    run_sql("0015_uploads")
