"""Bring a database to the newest state: Alembic migrations, functions, comments.

The bodies of migrations are `.sql` files; functions are applied again after every migration, so that
changing a function never needs one; every table and column is described from the layer descriptions.
"""

from __future__ import annotations

from pathlib import Path

import psycopg2.extensions
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from gisreg.database.comments import apply_comments
from gisreg.database.connection import Role, engine, transaction
from gisreg.flagging.all_rules import store as store_rules
from gisreg.flagging.install import install as install_rules
from gisreg.settings import get_settings
from gisreg.topology.build import LINEAGE_REACH_FACTOR

HERE = Path(__file__).parent
FUNCTIONS = HERE / "sql" / "functions"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE / "migrations"))
    return config


def head() -> str | None:
    """Return the newest revision that this program knows."""
    newest: str | None = ScriptDirectory.from_config(_config()).get_current_head()
    return newest


def current() -> str | None:
    """Return the revision of the database, None where it was never migrated."""
    with engine(Role.OWNER).connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table_schema": "gisreg"})
        revision: str | None = context.get_current_revision()
    return revision


def apply_functions(connection: psycopg2.extensions.connection) -> None:
    """Create or replace every SQL function and trigger, in the order of the files' names."""
    with connection.cursor() as cursor:
        for path in sorted(FUNCTIONS.glob("*.sql")):
            cursor.execute(path.read_text(encoding="utf-8"))


def write_settings(connection: psycopg2.extensions.connection) -> None:
    """Tell the database the registry's area, for the SQL that needs it."""
    region = get_settings().region
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO gisreg.setting (key, value) VALUES (%s, %s)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [("province_code", region.province_code), ("metric_srid", str(region.metric_srid))],
        )
        # With these edits are tied.
        snap_m, near_m = get_settings().topology.snap_tolerance_m, get_settings().topology.near_miss_m
        cursor.execute(
            "SELECT gisreg.keep_tolerances(%s, %s, %s)", (snap_m, near_m, snap_m * LINEAGE_REACH_FACTOR)
        )


def upgrade() -> None:
    """Run pending migrations as the owner, then re-apply functions, settings and comments.

    Can be repeated at any time; two at once wait for each other.

    Raises:
        DatabaseUnavailableError: the database cannot be reached.
    """
    with transaction(Role.OWNER) as lock:
        with lock.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('gisreg.migrate'))")
        if current() != head():
            command.upgrade(_config(), "head")
        with transaction(Role.OWNER) as connection:
            apply_functions(connection)
            write_settings(connection)
            install_rules(connection)
            store_rules(connection)
            apply_comments(connection)
