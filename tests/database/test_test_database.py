"""The databases that tests get are what production has: provisioned, migrated, apart from each other."""

from __future__ import annotations

from collections.abc import Callable

import psycopg2
import pytest
from psycopg2.extensions import connection

from gisreg.database.address import Role, url
from gisreg.database.provision import state
from tests.support.databases import Database


def test_settings_name_the_fresh_database(fresh_database: Database) -> None:
    assert url(Role.APP) == fresh_database.urls[Role.APP]
    assert [what for what, done in state() if not done] == []


def test_the_application_owns_nothing_and_cannot_make_tables(
    fresh_database: Database, connect: Callable[[Role], connection]
) -> None:
    with connect(Role.APP).cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class AS c JOIN pg_roles AS r ON r.oid = c.relowner"
            " WHERE r.rolname IN ('gisreg_app', 'gisreg_worker')"
        )
        assert cursor.fetchone() == (0,)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("CREATE TABLE public.forbidden (id int)")


def test_plans_are_serial_for_the_application_and_parallel_for_runs(
    fresh_database: Database, connect: Callable[[Role], connection]
) -> None:
    found = {}
    for role in (Role.APP, Role.WORKER):
        with connect(role).cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('jit'), current_setting('max_parallel_workers_per_gather')"
            )
            found[role] = cursor.fetchone()
    assert found[Role.APP] == ("off", "0")
    assert found[Role.WORKER][0] == "off"
    assert int(found[Role.WORKER][1]) >= 1
