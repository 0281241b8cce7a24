"""Whether the database is in the state that this program needs."""

from __future__ import annotations

from gisreg.database.connection import transaction
from gisreg.database.migrate import head
from gisreg.errors import DatabaseUnavailableError
from gisreg.said import both


def require_ready() -> str:
    """Return the migration the database is at, asked as the application's role.

    Raises:
        DatabaseUnavailableError: it cannot be reached, or was not migrated to the newest revision.
    """
    with transaction() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('gisreg.alembic_version') IS NOT NULL")
        (exists,) = cursor.fetchone() or (False,)
        found = None
        if exists:
            cursor.execute("SELECT version_num FROM gisreg.alembic_version")
            found = cursor.fetchone()
    revision = str(found[0]) if found else None
    if revision is None or revision != head():
        raise DatabaseUnavailableError(
            both(
                f"Cơ sở dữ liệu đang ở migration {revision or '(chưa có)'}; chương trình này cần {head()}.",
                f"The database is at migration {revision or 'none'}; this program needs {head()}.",
            ),
            hint=both("Hãy chạy `gisreg db migrate`.", "Run `gisreg db migrate`."),
        )
    return revision
