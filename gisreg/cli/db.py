"""`gisreg db ...`: the private cluster, its addresses, provisioning and migrations."""

from __future__ import annotations

import os
import shutil
import subprocess
from enum import StrEnum

import typer
from psycopg2.extensions import make_dsn, parse_dsn

from gisreg.database.address import Role, private_cluster, url
from gisreg.database.cluster import Cluster, ClusterStatus
from gisreg.database.cluster_home import ADMIN
from gisreg.database.packages import apt_command
from gisreg.errors import ClusterError, UsageError
from gisreg.said import both
from gisreg.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="The database: start, stop, provision, migrate, connect.")


class As(StrEnum):
    """As whom to connect."""

    APP = "app"
    OWNER = "owner"
    WORKER = "worker"
    ADMIN = "admin"


_ROLES = {As.APP: Role.APP, As.OWNER: Role.OWNER, As.WORKER: Role.WORKER}
_AS = typer.Option(As.OWNER, "--as", help="The role to connect as.")


@app.command()
def start() -> None:
    """Start the private PostGIS cluster; make and provision it where there is none."""
    from gisreg.database.provision import provision_cluster

    cluster = _own_cluster()
    status = cluster.start()
    provision_cluster(cluster)
    typer.echo(_sentence(status))


@app.command()
def stop() -> None:
    """Stop the private cluster; open connections end."""
    stopped = _own_cluster().stop()
    typer.echo("Stopped." if stopped else "It was not running.")


@app.command()
def status() -> None:
    """Say whether the private cluster runs and where it listens; exit code 3 when it does not."""
    found = _own_cluster().status()
    typer.echo(_sentence(found))
    if not found.running:
        raise typer.Exit(3)


@app.command("url")
def print_url(role: As = _AS) -> None:
    """Print the address (with password) of a role, e.g. for QGIS or psql."""
    typer.echo(_address(role))


@app.command()
def psql(role: As = _AS) -> None:
    """Open psql on the registry's database."""
    program = shutil.which("psql")
    if program is None:
        raise ClusterError(
            both("Chưa cài psql.", "psql is not installed."),
            hint=both(f"Hãy cài: {apt_command()}", f"Install it: {apt_command()}"),
        )
    parts = parse_dsn(_address(role))
    password = parts.pop("password", "")
    answer = subprocess.run(  # noqa: S603 - psql with the address of our own settings
        [program, make_dsn(**parts)], env={**os.environ, "PGPASSWORD": password}, check=False
    )
    raise typer.Exit(answer.returncode)


@app.command()
def provision(
    print_: bool = typer.Option(
        False, "--print", help="Print the psql script for the administrator of a foreign database."
    ),
) -> None:
    """Make roles, database and extensions, or check that a foreign database has them."""
    from gisreg.database import provision as provisioning

    if print_:
        typer.echo(provisioning.script(), nl=False)
        return
    provisioning.provision()
    typer.echo("Roles, database, extensions and the leakproof mark are in place.")


@app.command()
def migrate() -> None:
    """Bring the schema to the newest version."""
    from gisreg.database.migrate import upgrade

    upgrade()
    typer.echo("The schema is up to date.")


def _own_cluster() -> Cluster:
    if get_settings().database.url is not None:
        raise UsageError(
            both(
                "GISREG_DATABASE_URL trỏ tới cơ sở dữ liệu bên ngoài, nên không có cụm riêng để điều khiển.",
                "GISREG_DATABASE_URL names a foreign database, so there is no private cluster to control.",
            ),
            hint=both(
                "Hãy bỏ GISREG_DATABASE_URL để dùng cụm riêng.",
                "Unset GISREG_DATABASE_URL to use the private cluster.",
            ),
        )
    return private_cluster()


def _address(role: As) -> str:
    return _own_cluster().dsn(ADMIN) if role is As.ADMIN else url(_ROLES[role])


def _sentence(status: ClusterStatus) -> str:
    if status.running:
        return (
            f"PostgreSQL {status.major} runs on 127.0.0.1:{status.port} "
            f"(process {status.pid}, data in {status.home})."
        )
    state = "is stopped" if status.exists else "was not made yet"
    return f"The cluster in {status.home} {state}. Start it: gisreg db start"
