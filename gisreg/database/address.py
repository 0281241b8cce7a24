"""Where the database is: the address of each role, of the settings or of the private cluster."""

from __future__ import annotations

from enum import StrEnum

from gisreg.database.cluster import Cluster
from gisreg.errors import UsageError
from gisreg.said import both
from gisreg.settings import get_settings


class Role(StrEnum):
    """The three database roles: migrations, runs and history, and serving people."""

    OWNER = "gisreg_owner"
    WORKER = "gisreg_worker"
    APP = "gisreg_app"


_VARIABLES = {
    Role.OWNER: "GISREG_DATABASE_OWNER_URL",
    Role.WORKER: "GISREG_DATABASE_WORKER_URL",
    Role.APP: "GISREG_DATABASE_URL",
}


def private_cluster() -> Cluster:
    """Return the private cluster of this instance (not started by this)."""
    return Cluster(get_settings().home)


def url(role: Role) -> str:
    """Return the libpq URL with which a role reaches the database.

    Raises UsageError when a foreign database is configured without an address for this role, and
    ClusterError when the private cluster is not running.
    """
    database = get_settings().database
    given = {
        Role.OWNER: database.owner_url,
        Role.WORKER: database.worker_url,
        Role.APP: database.url,
    }[role]
    if given is not None:
        return given.get_secret_value()
    if database.url is None:
        return private_cluster().dsn(role)
    setting = f"{_VARIABLES[role]}=postgresql://{role}:PASSWORD@HOST:PORT/DATABASE"
    raise UsageError(
        both(
            f"Đã đặt GISREG_DATABASE_URL nhưng chưa có địa chỉ của vai trò {role}.",
            f"GISREG_DATABASE_URL is set, but not the address of the role {role}.",
        ),
        hint=both(f"Hãy đặt {setting}", f"Set {setting}"),
    )
