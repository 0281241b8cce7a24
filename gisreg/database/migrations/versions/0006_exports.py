"""The register of exports, alerts, and the log of who looked as which organisation."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the tables; policies are functions and come after every migration."""
    run_sql("0006_exports")
