"""Migrations: one folder of `.sql` bodies a revision."""

from __future__ import annotations

from pathlib import Path

from alembic import op

VERSIONS = Path(__file__).parent / "versions"


def run_sql(folder: str) -> None:
    """Execute the `.sql` files of a revision's folder in the order of their names."""
    cursor = op.get_bind().connection.cursor()
    for path in sorted((VERSIONS / folder).glob("*.sql")):
        cursor.execute(path.read_text(encoding="utf-8"))
    cursor.close()
