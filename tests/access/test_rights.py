"""What the rights table says is what the database does: every role, class, owner and visibility."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product

import psycopg2
import pytest
from psycopg2.extensions import connection

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from layers import LAYERS
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
    "proposal": "SELECT object_id, proposed FROM registry.proposal",
    # One of each for every pole; the pole's id is the contact's name and what the notice is about.
    "contact": "SELECT name::bigint, phone FROM registry.contact",
    "notice": "SELECT about_id, title_vi FROM registry.notice",
    "export_register": "SELECT row_count FROM registry.export_register",
}

WRITTEN = {
    "assets": "UPDATE registry.pole SET height_m = 9 WHERE id = %s",
    "measurements": "UPDATE registry.support SET attachment_height_m = 6 WHERE pole_id = %s",
    "deciding": "UPDATE registry.proposal SET state = 'disputed' WHERE object_id = %s",
    "noting": "UPDATE registry.finding_note SET text = 'y' WHERE object_id = %s",
    "contacts": "UPDATE registry.contact SET rank = 2 WHERE name::bigint = %s",
}

PROPOSAL = (
    "INSERT INTO registry.proposal (id, layer, object_id, base_version, base, proposed, organisation_id,"
    " organisation, person, person_id, proposed_at, due_on) VALUES ({id}, 'pole', {object_id}, 1,"
    """ '{{"properties": {{"height_m": 8}}}}', '{{"properties": {{"height_m": 9}}}}',"""
    " {organisation}, 'x', 'Thử', 7, now(), '2026-05-01')"
)

Pole = tuple[int, str, str]


@pytest.fixture(scope="module")
def organisations(fresh_database: Database) -> dict[str, int]:
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.organisation (code, name, kind)"
            " VALUES ('A', 'Đơn vị A', 'carrier'), ('B', 'Đơn vị B', 'carrier'),"
            " ('C', 'Đơn vị C', 'carrier') RETURNING code, id"
        )
        return dict(cursor.fetchall())


@pytest.fixture(scope="module")
def communes(fresh_database: Database) -> dict[str, int]:
    """Return ids of the commune in which everything lies, and of one elsewhere."""
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.admin_unit (gso_code, level, kind, name, valid_from, geom) VALUES"
            " ('here', 'commune', 'phuong', 'Đây', '2020-01-01', ST_Multi(ST_MakeEnvelope(106, 20, 107, 21, 4326))),"
            " ('elsewhere', 'commune', 'xa', 'Kia', '2020-01-01', ST_Multi(ST_MakeEnvelope(108, 20, 109, 21, 4326)))"
            " RETURNING gso_code, id"
        )
        return dict(cursor.fetchall())


@pytest.fixture(scope="module")
def poles(organisations: dict[str, int]) -> list[Pole]:
    """Return id, owner and visibility of one pole each; a cable, a finding and private columns hang on it."""
    made = []
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        for code, visibility in product("AB", VISIBILITIES):
            owner = organisations[code]
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
            cursor.execute(PROPOSAL.format(id=pole * 2 + 1, object_id=pole, organisation=organisations["C"]))
            cursor.execute(
                "INSERT INTO registry.contact (organisation_id, name, phone) VALUES (%s, %s, '113') RETURNING id",
                (owner, str(pole)),
            )
            ((contact,),) = cursor.fetchall()
            cursor.execute(
                "INSERT INTO registry.notice (thread_id, addressee, organisation_id, contact_id, subject, about,"
                " about_id, title_vi, title_en, text_vi, text_en, created_at, next_attempt_at)"
                " VALUES (1, 'contact', %s, %s, 'general', 'pole', %s, 'v', 'e', 'v', 'e', now(), now())",
                (owner, contact, pole),
            )
            # What a person of that owner took; that it is about this pole is only the test's own mark.
            cursor.execute(
                "INSERT INTO registry.export_register (number, person, organisation_id, asked_at, subject,"
                " format, srid, row_count, is_held)"
                " VALUES (%s, 'Ai đó', %s, now(), 'pole', 'gpkg', 4326, %s, true)",
                (f"XK-{pole}", owner, pole),
            )
            cursor.execute(
                "INSERT INTO registry.finding_note (layer, object_id, text, noted_by)"
                " VALUES ('pole', %s, 'x', 'Thử')",
                (pole,),
            )
            made.append((pole, code, visibility))
    return made


def actor(role: PersonRole | None, organisation: int, area: int | None = None) -> Actor | None:
    """Return a member of the organisation with one role, bound to a commune or not; None for a visitor."""
    roles = frozenset({role} - {None})
    areas = None if area is None else frozenset({area})
    inspects = areas if role is PersonRole.INSPECTOR else None
    return role and Actor(
        "Thử",
        "Đơn vị A",
        organisation_id=organisation,
        person_id=7,
        roles=roles,
        areas=areas,
        inspects=inspects,
    )


@pytest.fixture
def acting(
    request: pytest.FixtureRequest, organisations: dict[str, int], communes: dict[str, int]
) -> Iterator[connection]:
    """Return the application's connection as one role of organisation A; nothing is kept."""
    ward = communes["here"] if request.param is PersonRole.WARD_SUPERVISOR else None
    with transaction(Role.APP, actor(request.param, organisations["A"], ward)) as own:
        yield own
        own.rollback()


def test_every_class_of_the_table_is_tried() -> None:
    # Photos and imports: tests/photos/test_photos.py, tests/importing/test_uploads.py; matches: tests/matching;
    # alerts: tests/contacts/test_alerts.py; accounts: test_account_history.py; people: test_people.py;
    # suspecting: tests/dead_cables and every role in test_matrix_routes.py; recipes: tests/zones/test_doors.py;
    # requests: test_share_requests.py.
    elsewhere = {"tidying", "plans", "proposing", "export", "release", "match", "matching", "photo"}
    elsewhere |= {"import", "importing", "alert", "closing", "account", "person", "people", "suspecting"}
    elsewhere |= {"recipe", "request", "requesting"}
    assert set(SEEN) | set(WRITTEN) | elsewhere == set(RIGHTS)


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


@pytest.mark.parametrize("role", [PersonRole.INSPECTOR, PersonRole.WARD_SUPERVISOR])
@pytest.mark.parametrize("area", ["here", "elsewhere"])
@pytest.mark.parametrize("key", ["measurements", "noting"])
def test_inspection_writes_in_its_area_only(
    organisations: dict[str, int],
    communes: dict[str, int],
    poles: list[Pole],
    key: str,
    area: str,
    role: PersonRole,
) -> None:
    written = set()
    bound = actor(role, organisations["A"], communes[area])
    with transaction(Role.APP, bound) as own, own.cursor() as cursor:
        cursor.execute("SELECT id FROM registry.pole")
        assert len(cursor.fetchall()) == 7, "what he sees is bound to no place"
        for pole, _, _ in poles:
            cursor.execute(WRITTEN[key], (pole,))
            if cursor.rowcount:
                written.add(pole)
        own.rollback()
    level = RIGHTS[key][role] if area == "here" else "không"
    assert written == {pole for pole, owner, visibility in poles if allows(level, visibility, owner == "A")}


def test_a_ward_supervisor_without_a_ward_writes_nowhere(
    organisations: dict[str, int], poles: list[Pole]
) -> None:
    nowhere = actor(PersonRole.WARD_SUPERVISOR, organisations["A"])
    with transaction(Role.APP, nowhere) as own, own.cursor() as cursor:
        for key in ("measurements", "noting"):
            for pole, _, _ in poles:
                cursor.execute(WRITTEN[key], (pole,))
                assert cursor.rowcount == 0
        own.rollback()


def test_each_role_has_the_area_of_its_own(
    organisations: dict[str, int], communes: dict[str, int], poles: list[Pole]
) -> None:
    """Inspector elsewhere and ward supervisor here: he notes here, but measures elsewhere only."""
    both = Actor(
        "Thử",
        organisation_id=organisations["C"],
        roles=frozenset({PersonRole.INSPECTOR, PersonRole.WARD_SUPERVISOR}),
        areas=frozenset(communes.values()),
        inspects=frozenset({communes["elsewhere"]}),
    )
    with transaction(Role.APP, both) as own, own.cursor() as cursor:
        for pole, _, visibility in poles:
            cursor.execute(WRITTEN["measurements"], (pole,))
            assert cursor.rowcount == 0
            cursor.execute(WRITTEN["noting"], (pole,))
            assert cursor.rowcount == (visibility != "secret")
        own.rollback()


@pytest.mark.parametrize("acting", COLUMNS, indirect=True, ids=lambda role: role or "visitor")
def test_proposals_are_made(
    acting: connection,
    poles: list[Pole],
    organisations: dict[str, int],
    request: pytest.FixtureRequest,
) -> None:
    level = RIGHTS["proposing"][request.node.callspec.params["acting"]]
    made = set()
    with acting.cursor() as cursor:
        for pole, _, _ in poles:
            cursor.execute("SAVEPOINT before")
            try:
                cursor.execute(PROPOSAL.format(id=pole, object_id=pole, organisation=organisations["A"]))
                made.add(pole)
            except psycopg2.errors.InsufficientPrivilege:
                cursor.execute("ROLLBACK TO SAVEPOINT before")
    assert made == {pole for pole, owner, visibility in poles if allows(level, visibility, owner == "A")}


def test_the_proposer_sees_a_proposal_as_long_as_the_object(
    poles: list[Pole], organisations: dict[str, int]
) -> None:
    with transaction(Role.APP, actor(PersonRole.ENGINEER, organisations["C"])) as own, own.cursor() as cursor:
        cursor.execute("SELECT object_id FROM registry.proposal")
        seen = {number for (number,) in cursor.fetchall()}
        assert seen == {pole for pole, _, visibility in poles if visibility in ("public", "partner")}
        cursor.execute("UPDATE registry.proposal SET state = 'withdrawn'")
        assert cursor.rowcount == len(seen)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("UPDATE registry.proposal SET state = 'confirmed'")
        own.rollback()


def test_layers_with_shared_facts_are_those_of_the_policies(
    connect: Callable[[Role], connection], organisations: dict[str, int]
) -> None:
    with connect(Role.WORKER).cursor() as cursor:
        cursor.execute("SELECT qual FROM pg_policies WHERE tablename = 'proposal' AND policyname = 'sees'")
        told = str(cursor.fetchone())
    shared = {key for key, layer in LAYERS.items() if layer.editable and layer.shared_fields}
    assert set(re.findall(r"WHEN '(\w+)'", told)) == shared


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
