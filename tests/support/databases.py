"""One throw-away cluster a test run, one migrated template, and clones of it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql

from gisreg.database import locks
from gisreg.database.address import Role
from gisreg.database.cluster import Cluster
from gisreg.database.cluster_home import ADMIN
from gisreg.database.connection import dispose_engines
from gisreg.database.migrate import upgrade
from gisreg.database.provision import provision_cluster
from gisreg.settings import get_settings

TEMPLATE = "gisreg_template"
VARIABLES = {
    Role.APP: "GISREG_DATABASE_URL",
    Role.OWNER: "GISREG_DATABASE_OWNER_URL",
    Role.WORKER: "GISREG_DATABASE_WORKER_URL",
}


def reachable_folder(prefix: str) -> Path:
    """Make a temporary folder that the account PostgreSQL runs as can pass through (pytest's cannot)."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o755)
    return folder


@dataclass(frozen=True)
class Database:
    """A database of the test cluster; `admin` is the superuser's address."""

    name: str
    urls: dict[Role, str]
    admin: str

    @contextmanager
    def as_configured(self) -> Iterator[None]:
        """Make this the database that gisreg's settings name, inside the block."""
        before = {name: os.environ.get(name) for name in VARIABLES.values()}
        os.environ.update({VARIABLES[role]: url for role, url in self.urls.items()})
        forget_connections()
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value
            forget_connections()


def forget_connections() -> None:
    """Clear the cached settings and connection pools."""
    get_settings.cache_clear()
    dispose_engines()


def new_run() -> DatabaseServer:
    """Return the server of a new run, after removing those of runs that were killed."""
    for marker in Path(tempfile.gettempdir()).glob("gisreg-test-*/run.pid"):
        try:
            ended = not Path(f"/proc/{marker.read_text()}").exists()
            if ended and marker.stat().st_uid == os.geteuid():
                DatabaseServer(marker.parent).remove()
        except FileNotFoundError:  # another run was quicker
            continue
    root = reachable_folder("gisreg-test-")
    (root / "run.pid").write_text(str(os.getpid()))
    return DatabaseServer(root)


class DatabaseServer:
    """The run's cluster below `root`, shared by all workers through lock files; made when first used."""

    def __init__(self, root: Path):
        """Name the cluster; nothing is started yet."""
        self.root = root
        self.cluster = Cluster(root / "cluster", durable=False)

    def clone(self, name: str) -> Database:
        """Make a fresh database of that name from the migrated template."""
        self._ensure_template()
        self._admin(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)),
            sql.SQL("CREATE DATABASE {} OWNER gisreg_owner TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(TEMPLATE)
            ),
        )
        provision_cluster(self.cluster, name)  # settings and rights of a database are not cloned
        return self._database(name)

    def drop(self, database: Database) -> None:
        """Remove a database and whoever is connected to it."""
        self._admin(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database.name)))

    def remove(self) -> None:
        """Stop the cluster and remove all it wrote."""
        self.cluster.stop()
        shutil.rmtree(self.root)

    def _ensure_template(self) -> None:
        with locks.exclusive(self.root / "template.lock"):
            self.cluster.start()
            if self._exists(TEMPLATE):
                return
            provision_cluster(self.cluster, "making")
            with self._database("making").as_configured():
                upgrade()
            self._admin(
                sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'making'"),
                sql.SQL("ALTER DATABASE making RENAME TO {}").format(sql.Identifier(TEMPLATE)),
            )

    def _database(self, name: str) -> Database:
        urls = {role: self.cluster.dsn(role, name) for role in Role}
        return Database(name, urls, self.cluster.dsn(ADMIN, name))

    def _exists(self, name: str) -> bool:
        with closing(psycopg2.connect(self.cluster.dsn(ADMIN, "postgres"))) as own, own.cursor() as cursor:
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", (name,))
            return cursor.fetchone() is not None

    def _admin(self, *statements: sql.Composable) -> None:
        with closing(psycopg2.connect(self.cluster.dsn(ADMIN, "postgres"))) as own:
            own.autocommit = True
            with own.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
