"""The superuser's part of the set-up: roles, database, extensions, the leakproof mark.

On the private cluster gisreg does it itself after every start. On a foreign database it looks
whether all is done, and if not says what that database's administrator has to run.
"""

from __future__ import annotations

from contextlib import closing
from importlib.resources import files

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection, encrypt_password, make_dsn, parse_dsn

from gisreg.database.address import Role, private_cluster, url
from gisreg.database.cluster import DATABASE, Cluster
from gisreg.database.cluster_home import ADMIN
from gisreg.errors import ClusterError, DatabaseUnavailableError
from gisreg.said import Said, both, listed
from gisreg.settings import get_settings

_LOCK = 0x67697372  # one provisioning at a time: two would update the same catalogue rows
_ADMINISTRATOR_RUNS = "gisreg db provision --print | psql 'postgresql://ADMINISTRATOR@HOST:PORT/postgres'"


def provision() -> None:
    """Bring the configured database to the state that migrations need.

    Raises ClusterError when a foreign database lacks something (its administrator must act), and
    DatabaseUnavailableError when it cannot be reached.
    """
    if get_settings().database.url is None:
        provision_cluster(private_cluster())
        return
    missing = [what for what, done in state() if not done]
    if missing:
        raise ClusterError(
            Said(
                "Cơ sở dữ liệu chưa sẵn sàng cho gisreg; còn thiếu: {0}.",
                "The database is not ready for gisreg; it lacks: {0}.",
                (listed(missing, "; "),),
            ),
            hint=both(
                f"Quản trị viên của nó (superuser) phải chạy một lần: {_ADMINISTRATOR_RUNS}",
                f"Its administrator (a superuser) must run once: {_ADMINISTRATOR_RUNS}",
            ),
        )


def provision_cluster(cluster: Cluster, database: str = DATABASE) -> None:
    """Make roles (with the generated passwords), database and extensions in a private cluster.

    Idempotent, about 30 ms when all is there. Raises ClusterError when the cluster does not run.
    """
    passwords = cluster.home.secrets()
    with closing(_connect(cluster.dsn(ADMIN, "postgres"))) as server, server.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        cursor.execute(_text("provision_roles.sql"))
        for role in Role:
            digest = encrypt_password(passwords[role], role, server, "scram-sha-256")
            cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD %s").format(sql.Identifier(role)), (digest,))
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", (database,))
        if cursor.fetchone() is None:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} OWNER gisreg_owner TEMPLATE template0 ENCODING 'UTF8'").format(
                    sql.Identifier(database)
                )
            )
        with closing(_connect(cluster.dsn(ADMIN, database))) as inside, inside.cursor() as own:
            own.execute(_text("provision.sql"))


def state() -> list[tuple[Said, bool]]:
    """Return what provisioning must have done and whether it is so, asked as the owner role."""
    with closing(_connect(url(Role.OWNER))) as own, own.cursor() as cursor:
        cursor.execute(_text("provision_state.sql"))
        return [(both(vi, en), bool(done)) for vi, en, done in cursor.fetchall()]


def script() -> str:
    """Return the whole set-up as one psql script for the administrator of a foreign database."""
    address = get_settings().database.url
    database = parse_dsn(address.get_secret_value()).get("dbname", DATABASE) if address else DATABASE
    literal = "'" + database.replace("'", "''") + "'"
    quoted = '"' + database.replace('"', '""') + '"'
    return "\n".join(
        (
            f"-- Prepares the database {database} for gisreg; run it with psql as superuser.",
            "\\set ON_ERROR_STOP on",
            _text("provision_roles.sql"),
            f"SELECT format('CREATE DATABASE %I OWNER gisreg_owner TEMPLATE template0 "
            f"ENCODING ''UTF8''', {literal})",
            f"WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = {literal}) \\gexec",
            f"\\connect {quoted}",
            _text("provision.sql"),
            "\\echo 'Now give each role a password: \\\\password gisreg_owner, \\\\password "
            "gisreg_worker, \\\\password gisreg_app'",
            "",
        )
    )


def _text(name: str) -> str:
    return files("gisreg.database").joinpath("sql", name).read_text(encoding="utf-8")


def _connect(address: str) -> connection:
    """Connect in autocommit; the error of a failure names host and database, never a password."""
    try:
        opened = psycopg2.connect(make_dsn(address, connect_timeout=10))
    except psycopg2.OperationalError as error:
        parts = parse_dsn(address)
        raise DatabaseUnavailableError(
            Said(
                "Không kết nối được tới cơ sở dữ liệu {0} trên {1} bằng vai trò {2}: {3}",
                "Cannot connect to database {0} on {1} as {2}: {3}",
                (
                    str(parts.get("dbname")),
                    f"{parts.get('host')}:{parts.get('port', 5432)}",
                    str(parts.get("user")),
                    str(error).strip(),
                ),
            ),
            hint=both(
                "Hãy kiểm tra địa chỉ và máy chủ có chạy không (gisreg db status). Cơ sở dữ liệu bên ngoài "
                f"phải do quản trị viên của nó chuẩn bị: {_ADMINISTRATOR_RUNS}",
                "Check the address and that the server runs (gisreg db status). A foreign database must be "
                f"prepared by its administrator: {_ADMINISTRATOR_RUNS}",
            ),
        ) from None
    opened.autocommit = True
    return opened
