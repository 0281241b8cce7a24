"""Provisioning a foreign database: what lacks is said, and the printed script mends it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest

from gisreg.database.address import Role, url
from gisreg.database.cluster import Cluster
from gisreg.database.provision import provision, provision_cluster, script, state
from gisreg.errors import ClusterError, DatabaseUnavailableError, UsageError
from gisreg.settings import get_settings
from tests.support.databases import VARIABLES, forget_connections
from tests.support.servers import ask


@pytest.fixture
def foreign(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """Return a bare server; the settings name a database on it that does not exist yet."""
    for role, name in VARIABLES.items():
        monkeypatch.setenv(name, cluster.dsn(role, "pole registry"))
    forget_connections()
    yield cluster
    forget_connections()


def psql(cluster: Cluster, text: str) -> None:
    """Run a script as the foreign server's administrator."""
    subprocess.run(
        ["psql", "-X", "-q", cluster.dsn(database="postgres")],
        input=text, text=True, check=True, capture_output=True,
    )  # fmt: skip


def test_the_printed_script_prepares_a_foreign_database(foreign: Cluster) -> None:
    with pytest.raises(DatabaseUnavailableError, match=r"gisreg_owner.*provision --print"):
        provision()
    for _ in range(2):
        psql(foreign, script())
    with closing(psycopg2.connect(foreign.dsn(database="postgres"))) as admin, admin.cursor() as cursor:
        for role in Role:
            cursor.execute(f"ALTER ROLE {role} PASSWORD %s", (foreign.home.secrets()[role],))
        admin.commit()
    provision()
    assert all(done for _, done in state())


def test_what_a_foreign_database_lacks_is_named(foreign: Cluster) -> None:
    provision_cluster(foreign, "pole registry")
    provision()
    with closing(psycopg2.connect(foreign.dsn(database="pole registry"))) as admin, admin.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm; ALTER ROLE gisreg_worker NOBYPASSRLS")
        admin.commit()
    with pytest.raises(ClusterError, match=r"lacks: role gisreg_worker; extension pg_trgm\.") as caught:
        provision()
    assert "gisreg db provision --print" in str(caught.value.hint)


def test_provisioning_twice_changes_no_password_and_sets_no_trust(cluster: Cluster) -> None:
    provision_cluster(cluster)
    provision_cluster(cluster)
    with closing(psycopg2.connect(cluster.dsn(Role.APP))) as app, app.cursor() as cursor:
        cursor.execute("SHOW timezone")
        assert cursor.fetchone() == ("Asia/Ho_Chi_Minh",)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("CREATE TABLE public.t (id int)")
    assert ask(cluster, "SELECT count(*) FROM pg_authid WHERE rolpassword NOT LIKE 'SCRAM-SHA-256$%'") == 0


def test_an_address_that_lacks_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GISREG_DATABASE_URL", "postgresql://gisreg_app@elsewhere/gisreg")
    monkeypatch.delenv("GISREG_DATABASE_WORKER_URL", raising=False)
    get_settings.cache_clear()
    try:
        with pytest.raises(UsageError, match="GISREG_DATABASE_WORKER_URL"):
            url(Role.WORKER)
        assert url(Role.APP) == "postgresql://gisreg_app@elsewhere/gisreg"
    finally:
        get_settings.cache_clear()
