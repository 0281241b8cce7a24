"""Sign-in at an OpenID provider; sessions that their person can tell apart."""

from __future__ import annotations

from gisreg.database.migrations import run_sql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table of sign-ins under way and the columns that name a session."""
    run_sql("0004_sign_in")
