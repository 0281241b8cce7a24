"""VN-2000's provincial zones are right to the millimetre, also after dump and restore."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from psycopg2.extensions import connection
from pyproj import Transformer

from gisreg.database import packages
from gisreg.database.cluster_home import ADMIN
from gisreg.database.provision import provision_cluster
from tests.support.databases import Database, DatabaseServer

MERIDIANS = {
    9205: 103.0,
    9206: 104.0,
    9207: 104.5,
    9208: 104.75,
    9209: 105.5,
    9210: 105.75,
    9211: 106.0,
    9212: 106.25,
    9213: 106.5,
    9214: 107.0,
    9215: 107.25,
    9216: 107.5,
    9217: 108.25,
    9218: 108.5,
}
KNOWN = (106.3366, 20.4463, 587095.876, 2261880.297)


def transformed(own: connection, srid: int, lon: float, lat: float) -> tuple[float, float]:
    with own.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(p), ST_Y(p) FROM ST_Transform(ST_SetSRID(ST_MakePoint(%s, %s), 4326), %s) AS p",
            (lon, lat, srid),
        )
        (found,) = cursor.fetchall()
    return float(found[0]), float(found[1])


@pytest.fixture(scope="module")
def restored(
    database: Database,
    database_server: DatabaseServer,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Database]:
    """Return a database that was dumped and restored into an empty one."""
    name = f"restored_{worker_id}"
    provision_cluster(database_server.cluster, name)
    made = Database(name, {}, database_server.cluster.dsn(ADMIN, name))
    programs = packages.find()
    dump = tmp_path_factory.mktemp("dump") / "registry.dump"
    words = ["--format=custom", f"--file={dump}", f"--dbname={database.admin}"]
    subprocess.run([programs.program("pg_dump"), *words], check=True)
    subprocess.run(
        [programs.program("pg_restore"), f"--dbname={made.admin}", "--exit-on-error", dump], check=True
    )
    yield made
    database_server.drop(made)


@pytest.fixture(params=["migrated", "restored"])
def own(request: pytest.FixtureRequest, database: Database, restored: Database) -> Iterator[connection]:
    """Return an administrator's connection to the migrated and to the restored database."""
    made = {"migrated": database, "restored": restored}[request.param]
    with closing(psycopg2.connect(made.admin)) as opened:
        yield opened


def test_the_known_point_of_hung_yen(own: connection) -> None:
    lon, lat, easting, northing = KNOWN
    assert transformed(own, 9209, lon, lat) == pytest.approx((easting, northing), abs=0.001)


@pytest.mark.parametrize(("srid", "meridian"), MERIDIANS.items())
def test_every_zone_agrees_with_proj(own: connection, srid: int, meridian: float) -> None:
    for lon, lat in ((meridian, 16.0), (meridian + 0.83, 20.4463), (meridian - 1.2, 9.5)):
        expected = Transformer.from_crs(4326, srid, always_xy=True).transform(lon, lat)
        assert transformed(own, srid, lon, lat) == pytest.approx(expected, abs=0.001)
        # The datum shift (EPSG:6960) is in it: 224 m.
        plain = Transformer.from_crs(4756, srid, always_xy=True).transform(lon, lat)
        assert abs(plain[0] - expected[0]) + abs(plain[1] - expected[1]) > 50


def test_metres_on_a_central_meridian(own: connection) -> None:
    for srid, meridian in MERIDIANS.items():
        easting, _ = transformed(own, srid, meridian, 18.0)
        assert easting == pytest.approx(500_000, abs=250), "within the datum shift of the false easting"


def test_ids_go_on_after_a_restore(database: Database, restored: Database) -> None:
    bodies = []
    for made in (database, restored):
        with closing(psycopg2.connect(made.admin)) as opened, opened.cursor() as cursor:
            cursor.execute("SELECT prosrc FROM pg_proc WHERE oid = 'gisreg.new_id()'::regprocedure")
            bodies.append(cursor.fetchone())
    assert bodies[0] == bodies[1], "the key of the permutation travels with the data"
