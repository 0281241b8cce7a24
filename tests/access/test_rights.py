"""What the rights table says is what the database does: every role, class, owner and visibility."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import psycopg2
import pytest
from psycopg2.extensions import connection

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from tests.access.rights import COLUMNS, allows, table
from tests.support.databases import Database

VISIBILITIES = ("public", "partner", "agency", "secret")
RIGHTS = table()

SEEN = {
    "position": "SELECT id, geom FROM registry.pole",
    "owner": "SELECT id, owner_id FROM registry.pole",
    "heights": "SELECT id, height_m FROM registry.pole",
    "occupancy": "SELECT pole_id, cable_id FROM registry.support",
    "capacity": "SELECT pole_id, cable_capacity FROM registry.pole_private",
    "contract": "SELECT pole_id, contract_ref FROM registry.pole_private",
    "rent": "SELECT pole_id, rent_vnd_per_year FROM registry.pole_private",
    "extra": "SELECT pole_id, extra FROM registry.pole_private",
    "finding": "SELECT object_id, rule_id FROM registry.finding",
    "export_register": "SELECT row_count FROM registry.export_register",
}

WRITTEN = {
    "assets": "UPDATE registry.pole SET height_m = 9 WHERE id = %s",
    "measurements": "UPDATE registry.support SET attachment_height_m = 6 WHERE pole_id = %s",
}

Pole = tuple[int, str, str]


@pytest.fixture(scope="module")
def organisations(fresh_database: Database) -> dict[str, int]:
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.organisation (code, name, kind)"
            " VALUES ('A', 'Đơn vị A', 'carrier'), ('B', 'Đơn vị B', 'carrier') RETURNING code, id"
        )
        return dict(cursor.fetchall())


@pytest.fixture(scope="module")
def poles(organisations: dict[str, int]) -> list[Pole]:
    """Return id, owner and visibility of one pole each; a cable, a finding and private columns hang on it."""
    made = []
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        for (code, owner), visibility in product(organisations.items(), VISIBILITIES):
            cursor.execute(
                "INSERT INTO registry.pole (owner_id, code, visibility, height_m, geom)"
                " VALUES (%s, %s, %s, 8, ST_SetSRID(ST_MakePoint(106.3, 20.4), 4326)) RETURNING id",
                (owner, visibility, visibility),
            )
            ((pole,),) = cursor.fetchall()
            cursor.execute(
                "INSERT INTO registry.pole_private (pole_id, cable_capacity, contract_ref, rent_vnd_per_year)"
                " VALUES (%s, 12, 'HĐ-1', 1000)",
                (pole,),
            )
            cursor.execute(
                "INSERT INTO registry.support"
                " (cable_id, pole_id, ordinal, sequence, measure_m, snap_distance_m, owner_id, visibility)"
                " VALUES (%s, %s, 1, 1, 0, 0, %s, %s)",
                (pole, pole, owner, visibility),
            )
            cursor.execute(
                "INSERT INTO registry.finding"
                " (object_id, owner_id, visibility, rule_id, outcome, priority, run_id, first_seen_at)"
                " VALUES (%s, %s, %s, 'Z01', 'fail', 1, 1, now())",
                (pole, owner, visibility),
            )
            # What a person of that owner took; that it is about this pole is only the test's own mark.
            cursor.execute(
                "INSERT INTO registry.export_register (number, person, organisation_id, asked_at, subject,"
                " format, srid, row_count, is_held)"
                " VALUES (%s, 'Ai đó', %s, now(), 'pole', 'gpkg', 4326, %s, true)",
                (f"XK-{pole}", owner, pole),
            )
            made.append((pole, code, visibility))
    return made


def actor(role: PersonRole | None, organisation: int) -> Actor | None:
    """Return a member of the organisation with one role, None for a visitor."""
    roles = frozenset({role} - {None})
    return role and Actor("Thử", "Đơn vị A", organisation_id=organisation, person_id=7, roles=roles)


@pytest.fixture
def acting(request: pytest.FixtureRequest, organisations: dict[str, int]) -> Iterator[connection]:
    """Return the application's connection as one role of organisation A; nothing is kept."""
    with transaction(Role.APP, actor(request.param, organisations["A"])) as own:
        yield own
        own.rollback()


def test_every_class_of_the_table_is_tried() -> None:
    assert set(SEEN) | set(WRITTEN) | {"tidying", "plans", "export", "release"} == set(RIGHTS)


@pytest.mark.parametrize("key", SEEN)
@pytest.mark.parametrize("acting", COLUMNS, indirect=True, ids=lambda role: role or "visitor")
def test_rows_seen(acting: connection, key: str, poles: list[Pole], request: pytest.FixtureRequest) -> None:
    level = RIGHTS[key][request.node.callspec.params["acting"]]
    with acting.cursor() as cursor:
        cursor.execute(SEEN[key])
        seen = {row[0] for row in cursor.fetchall()}
    assert seen == {pole for pole, owner, visibility in poles if allows(level, visibility, owner == "A")}


@pytest.mark.parametrize("key", WRITTEN)
@pytest.mark.parametrize("acting", COLUMNS, indirect=True, ids=lambda role: role or "visitor")
def test_rows_written(
    acting: connection, key: str, poles: list[Pole], request: pytest.FixtureRequest
) -> None:
    level = RIGHTS[key][request.node.callspec.params["acting"]]
    written = set()
    with acting.cursor() as cursor:
        for pole, _, _ in poles:
            cursor.execute(WRITTEN[key], (pole,))
            if cursor.rowcount:
                written.add(pole)
    assert written == {pole for pole, owner, visibility in poles if allows(level, visibility, owner == "A")}


@pytest.mark.parametrize("acting", COLUMNS, indirect=True, ids=lambda role: role or "visitor")
def test_plans_are_kept_by_the_authority(acting: connection, request: pytest.FixtureRequest) -> None:
    query = (
        "INSERT INTO registry.zone (code, name, kind, valid_from, geom) VALUES ('X', 'X', 'urban', '2020-01-01',"
        " ST_Multi(ST_MakeEnvelope(106, 20, 106.1, 20.1, 4326)))"
    )
    with acting.cursor() as cursor:
        if RIGHTS["plans"][request.node.callspec.params["acting"]] == "tất cả":
            cursor.execute(query)
            assert cursor.rowcount == 1
        else:
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(query)


@pytest.mark.parametrize("acting", COLUMNS, indirect=True, ids=lambda role: role or "visitor")
@pytest.mark.usefixtures("poles")
def test_held_exports_are_released_by_the_authority(
    acting: connection, request: pytest.FixtureRequest
) -> None:
    query = (
        "INSERT INTO registry.export_event (export_id, kind, happened_at, person_id, person)"
        " SELECT id, 'refused', now(), gisreg.actor_person(), gisreg.actor_name()"
        " FROM registry.export_register WHERE person_id IS DISTINCT FROM gisreg.actor_person()"
    )
    role = request.node.callspec.params["acting"]
    with acting.cursor() as cursor:
        if RIGHTS["release"][role] == "tất cả":
            cursor.execute(query)
            assert cursor.rowcount == 8
        else:
            try:
                cursor.execute(query)
            except psycopg2.errors.InsufficientPrivilege:
                return
            assert cursor.rowcount == 0
