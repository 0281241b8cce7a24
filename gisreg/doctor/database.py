"""Checks of the database: running, provisioned, migrated, and right about VN-2000."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from typing import Any

import aiosql
import psycopg2
from psycopg2.extensions import connection

from gisreg.database import provision
from gisreg.database.address import Role, private_cluster, url
from gisreg.doctor.check import Answer, fail, ok, warn
from gisreg.settings import get_settings

_QUERIES: Any = aiosql.from_str(
    files("gisreg.doctor").joinpath("queries.sql").read_text(encoding="utf-8"), "psycopg2"
)
_KNOWN_POINT = {
    "longitude": 106.3366,
    "latitude": 20.4463,
    "easting": 587095.876,
    "northing": 2261880.297,
}
_TOLERANCE_M = 0.001
_MIGRATE = "Run: gisreg db provision && gisreg db migrate"


def running() -> Answer:
    """The database runs and lets the application in."""
    if get_settings().database.url is None:
        status = private_cluster().status()
        if not status.running:
            return fail(f"the cluster in {status.home} is not running", "Start it: gisreg db start")
    with _connection(Role.APP) as database, database.cursor() as cursor:
        cursor.execute("SELECT current_user, inet_server_port()")
        user, port = cursor.fetchone() or ("", None)
    return ok(f"as {user}" + (f" on port {port}" if port else ""))


def versions() -> Answer:
    """PostgreSQL is 15 or newer, PostGIS 3.3 or newer."""
    with _connection() as database:
        postgresql, number, postgis, proj, _ = _QUERIES.versions(database)
    found = f"PostgreSQL {postgresql}, PostGIS {postgis}, PROJ {proj.split()[0]}"
    release = tuple(int(part) for part in postgis.split(".")[:2])
    if number < 150000 or release < (3, 3):
        return fail(found, "Update the database server.")
    return ok(found)


def checksums() -> Answer:
    """The data directory keeps page checksums."""
    with _connection() as database:
        state = _QUERIES.versions(database)[4]
    if state != "on":
        return warn(state, "With the server stopped: pg_checksums --enable -D DATA_DIRECTORY")
    return ok(state)


def provisioned() -> Answer:
    """Roles, extensions, leakproof mark, collation and time zone are as they must be."""
    missing = [what.en for what, done in provision.state() if not done]
    if missing:
        return fail("missing: " + "; ".join(missing), "Run: gisreg db provision")
    return ok("complete")


def provincial_zones() -> Answer:
    """PostGIS knows the provincial zones of VN-2000, EPSG:9205 to 9218."""
    with _connection() as database:
        known = {srid for (srid,) in _QUERIES.provincial_zones(database)}
    missing = sorted(set(range(9205, 9219)) - known)
    if missing:
        return fail("missing: " + ", ".join(map(str, missing)), _MIGRATE)
    return ok("all 14")


def transformation() -> Answer:
    """PostGIS transforms to VN-2000 (9209) within 1 mm of the known point."""
    with _connection() as database:
        metres = float(_QUERIES.transform_error(database, **_KNOWN_POINT)[0])
    if metres > _TOLERANCE_M:
        return fail(f"{metres:.4f} m off", "Check PROJ's data (package proj-data) and " + _MIGRATE)
    return ok(f"{metres * 1000:.2f} mm off")


def migrations() -> Answer:
    """No migration is pending."""
    from gisreg.database.migrate import current, head

    found, newest = current(), head()
    if found != newest:
        return fail(f"at {found or 'nothing'}, newest is {newest}", "Run: gisreg db migrate")
    return ok(f"at {newest}")


@contextmanager
def _connection(role: Role = Role.OWNER) -> Iterator[connection]:
    with closing(psycopg2.connect(url(role), connect_timeout=5)) as opened:
        yield opened


CHECKS = (
    versions,
    checksums,
    provisioned,
    migrations,
    provincial_zones,
    transformation,
)
