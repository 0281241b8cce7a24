"""The doctor finds what is wrong, says what to do, and never ends in a traceback."""

from __future__ import annotations

from contextlib import closing

import psycopg2
import pytest

from gisreg.doctor import database as database_checks
from gisreg.doctor import machine
from gisreg.doctor.check import Outcome, examine
from tests.support.databases import Database


def outcomes(database: Database) -> dict[str, Outcome]:
    """Return the outcome of every database check by its title."""
    return {title: answer.outcome for title, answer in examine(database_checks.CHECKS)}


def test_a_migrated_database_is_healthy(fresh_database: Database) -> None:
    assert set(outcomes(fresh_database).values()) == {Outcome.OK}


@pytest.mark.parametrize(
    ("damage", "repair", "title"),
    [
        (
            "ALTER FUNCTION geometry_overlaps(geometry, geometry) NOT LEAKPROOF",
            "ALTER FUNCTION geometry_overlaps(geometry, geometry) LEAKPROOF",
            "Roles, extensions, leakproof mark, collation and time zone are as they must be",
        ),
        (
            "UPDATE spatial_ref_sys SET auth_srid = 4756 WHERE srid = 9210",
            "UPDATE spatial_ref_sys SET auth_srid = 9210 WHERE srid = 9210",
            "PostGIS knows the provincial zones of VN-2000, EPSG:9205 to 9218",
        ),
    ],
)
def test_what_is_damaged_is_found(fresh_database: Database, damage: str, repair: str, title: str) -> None:
    with closing(psycopg2.connect(fresh_database.admin)) as admin, admin.cursor() as cursor:
        admin.autocommit = True
        cursor.execute(damage)
        try:
            found = outcomes(fresh_database)
        finally:
            cursor.execute(repair)
    assert {name for name, outcome in found.items() if outcome is Outcome.FAIL} == {title}


def test_the_machine_of_the_test_run_has_all_it_needs() -> None:
    found = {title: answer for title, answer in examine(machine.CHECKS) if answer.outcome is Outcome.FAIL}
    assert found == {}
