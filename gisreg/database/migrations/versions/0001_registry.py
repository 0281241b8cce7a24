"""The registry's tables, their private and state companions, history, jobs, VN-2000 zones."""

from __future__ import annotations

from alembic import op
from procrastinate.schema import SchemaManager

from gisreg.database.migrations import run_sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything that the first release needs."""
    run_sql("0001_registry")
    cursor = op.get_bind().connection.cursor()
    cursor.execute("CREATE SCHEMA jobs")
    cursor.execute("SET LOCAL search_path = jobs, public")
    cursor.execute(SchemaManager.get_schema())
    cursor.execute("SET LOCAL search_path = DEFAULT")
    cursor.execute("GRANT USAGE ON SCHEMA jobs TO gisreg_app, gisreg_worker")
    cursor.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA jobs TO gisreg_worker")
    cursor.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA jobs TO gisreg_worker")
    cursor.close()
