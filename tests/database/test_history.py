"""Everything is written down: every change of every table that has a history, and who made it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisreg.access.actor import PersonRole, statement
from gisreg.database.connection import Actor, Role, transaction
from tests.support.databases import Database
from tests.support.network import Network
from tests.support.towns import FEW
from tests.topology.test_random_towns import NewNetwork

AUTHORITY = frozenset({PersonRole.AUTHORITY})
POINT = "ST_SetSRID(ST_MakePoint(106.3, 20.4), 4326)"
LINE = "ST_SetSRID(ST_MakeLine(ST_MakePoint(106.3, 20.4), ST_MakePoint(106.301, 20.4)), 4326)"
AREA = "ST_Multi(ST_MakeEnvelope(106.3, 20.4, 106.31, 20.41, 4326))"


def the(layer: str) -> str:
    """Return SQL for the id of the one object of a layer."""
    return f"(SELECT id FROM registry.{layer} LIMIT 1)"


NUMBERING = {"history_id", "change_set_id", "operation"}
"""Columns with which a finding that stands tells its place in its own history."""

# One row of every table that has a history, each after those it needs.
ROWS: dict[str, dict[str, str]] = {
    "organisation": {"code": "'o'", "name": "'o'", "kind": "'carrier'"},
    "admin_unit": {
        "gso_code": "'1'",
        "level": "'commune'",
        "kind": "'xa'",
        "name": "'x'",
        "valid_from": "'2025-07-01'",
        "geom": AREA,
    },
    "admin_succession": {"from_id": the("admin_unit"), "to_id": the("admin_unit")},
    "street": {"geom": f"ST_Multi({LINE})"},
    "railway": {"geom": f"ST_Multi({LINE})"},
    "waterway": {"geom": f"ST_Multi({LINE})"},
    "zone": {"code": "'z'", "name": "'z'", "kind": "'urban'", "valid_from": "'2020-01-01'", "geom": AREA},
    "zone_recipe": {
        "zone_id": the("zone"),
        "made_by": "'Lan'",
        "made_at": "now()",
        "built_at": "now()",
        "geometry_md5": "'d'",
    },
    "zone_part": {
        "zone_id": the("zone"),
        "ordinal": "1",
        "kind": "'street'",
        "street": "'Lý Bôn'",
        "side": "'both'",
        "width_m": "20",
    },
    "pole": {"code": "'p'", "geom": POINT},
    "pole_private": {"pole_id": the("pole"), "extra": """'{"mã": 1}'"""},
    "pole_code": {"pole_id": the("pole"), "organisation_id": the("organisation"), "code": "'c'"},
    "tower": {"geom": POINT},
    "tower_private": {"tower_id": the("tower")},
    "tower_tenancy": {
        "tower_id": the("tower"),
        "owner_id": the("organisation"),
        "valid_from": "'2024-01-01'",
    },
    "tower_tenancy_private": {"tower_tenancy_id": the("tower_tenancy")},
    "manhole": {"geom": POINT},
    "manhole_private": {"manhole_id": the("manhole")},
    "duct": {"geom": LINE},
    "duct_private": {"duct_id": the("duct")},
    "cable": {"geom": LINE},
    "cable_private": {"cable_id": the("cable")},
    "span": {"pole_a_id": "1", "pole_b_id": "2", "geom": LINE},
    "span_count": {"span_id": the("span"), "cable_count": "3", "counted_on": "'2026-05-01'"},
    "fitting": {"kind": "'box'", "pole_id": the("pole")},
    "fitting_private": {"fitting_id": the("fitting")},
    "support": {
        "cable_id": the("cable"),
        "pole_id": "1",
        "ordinal": "1",
        "sequence": "1",
        "measure_m": "0",
        "snap_distance_m": "0",
    },
    "segment": {"cable_id": the("cable"), "ordinal": "1", "sequence": "1", "geom": LINE},
    "lineage": {"layer": "'segment'", "from_id": "1", "to_id": "2", "kind": "'split'"},
    "rule": {
        "id": "'R1'",
        "layer": "'segment'",
        "vi": "'v'",
        "en": "'e'",
        "severity": "'minor'",
        "confidence": "'partial'",
    },
    "threshold": {
        "key": "'k'",
        "value": "5.5",
        "unit": "'m'",
        "source": "'s'",
        "confidence": "'confirmed'",
        "vi": "'v'",
        "en": "'e'",
    },
    "finding": {
        "object_id": the("segment"),
        "run_id": "1",
        "first_seen_at": "now()",
        "priority": "1",
        "rule_id": "'R1'",
        "outcome": "'fail'",
        "visibility": "'public'",
    },
    "export_register": {
        "number": "'XK-1'",
        "person": "'Lan'",
        "asked_at": "now()",
        "subject": "'pole'",
        "format": "'gpkg'",
        "srid": "4326",
        "row_count": "1",
        "is_held": "false",
    },
    "export_event": {
        "export_id": the("export_register"),
        "kind": "'refused'",
        "happened_at": "now()",
        "person": "'Lan'",
    },
    "alert": {
        "kind": "'k'",
        "raised_at": "now()",
        "subject": "'s'",
        "message_vi": "'v'",
        "message_en": "'e'",
    },
    "see_as": {
        "action": "'start'",
        "happened_at": "now()",
        "person_id": "1",
        "person": "'Lan'",
        "organisation_id": "1",
        "organisation": "'VNPT'",
        "reason": "'r'",
    },
    "waiver": {
        "rule_id": "'R1'",
        "object_id": "1",
        "reason": "'r'",
        "granted_by": "'Lan'",
        "valid_from": "'2026-01-01'",
    },
    "finding_note": {"layer": "'pole'", "object_id": "1", "text": "'t'", "noted_by": "'Lan'"},
    "pole_match": {
        "group_id": "1",
        "first_id": "1",
        "second_id": "2",
        "distance_m": "1.5",
        "certainty": "0.5",
        "beside_double": "false",
    },
    "photo": {
        "pole_id": the("pole"),
        "file_name": "'a.jpg'",
        "sha256": "repeat('0', 64)",
        "width_px": "1",
        "height_px": "1",
        "matched_by": "'person'",
    },
    "import_profile": {"owner_id": the("organisation"), "name": "'n'", "content": "'{}'"},
    "proposal": {
        "layer": "'pole'",
        "object_id": the("pole"),
        "base_version": "1",
        "base": """'{"properties": {"height_m": 8}}'""",
        "proposed": """'{"properties": {"height_m": 9}}'""",
        "organisation_id": the("organisation"),
        "organisation": "'o'",
        "person": "'Lan'",
        "proposed_at": "now()",
        "due_on": "'2026-05-01'",
    },
    "proposal_event": {
        "proposal_id": the("proposal"),
        "happened_at": "now()",
        "to_state": "'open'",
        "person": "'Lan'",
    },
    "contact": {"organisation_id": the("organisation"), "name": "'Lan'"},
    "contact_absence": {
        "contact_id": the("contact"),
        "from_on": "'2026-05-01'",
        "until_on": "'2026-05-02'",
    },
    "notice": {
        "thread_id": "1",
        "addressee": "'authority'",
        "subject": "'general'",
        "about": "'proposal'",
        "about_id": "1",
        "title_vi": "'v'",
        "title_en": "'e'",
        "text_vi": "'v'",
        "text_en": "'e'",
        "created_at": "now()",
        "next_attempt_at": "now()",
    },
    "tidying_event": {
        "segment_id": the("segment"),
        "from_state": "'flagged'",
        "to_state": "'planned'",
        "person": "'Lan'",
    },
    "attachment_approval": {"pole_id": the("pole"), "owner_id": the("organisation")},
    "attachment_approval_private": {
        "attachment_approval_id": the("attachment_approval"),
        "contract_ref": "'HĐ 1'",
    },
    "share_request": {
        "pole_id": the("pole"),
        "owner_id": "(SELECT min(id) FROM registry.organisation)",
        "asker_id": "(SELECT max(id) FROM registry.organisation)",
        "wish": "'hai cáp'",
    },
    "temporary_licence": {"cable_id": the("cable"), "valid_from": "'2026-01-01'"},
    "plan_street": {
        "street_id": the("street"),
        "plan_no": "'1'",
        "kind": "'bundle'",
        "starts_on": "'2026-01-01'",
    },
    "dead_cable": {"cable_id": the("cable"), "state_since": "'2026-01-01'"},
    "dead_cable_event": {
        "dead_cable_id": the("dead_cable"),
        "to_state": "'suspected'",
        "happened_on": "'2026-01-01'",
        "person": "'Lan'",
        "reason": "'r'",
    },
}


def put(network: Network, table: str) -> None:
    row = ROWS[table]
    if table == "share_request":  # it is between two
        network.sql("INSERT INTO registry.organisation (code, name, kind) VALUES ('p', 'p', 'power')")
    network.sql(f"INSERT INTO registry.{table} ({', '.join(row)}) VALUES ({', '.join(row.values())})")


def columns(network: Network, table: str) -> str:
    rows = network.sql(
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped",
        f"registry.{table}",
    )
    return ", ".join(f"{name}::text" for (name,) in rows if name not in NUMBERING)


def live(network: Network, table: str) -> list[tuple[Any, ...]]:
    return network.sql(f"SELECT {columns(network, table)} FROM registry.{table}")


def written(network: Network, table: str, after: int = 0) -> list[tuple[Any, ...]]:
    """Return operation, person and the row for every row of a table's history, in order, after one."""
    return network.sql(
        f"SELECT operation, (SELECT c.person FROM gisreg.change_set AS c WHERE c.id = change_set_id),"
        f" {columns(network, table)} FROM history.{table} WHERE history_id > %s ORDER BY history_id",
        after,
    )


def test_every_history_is_tried_here(network: Network) -> None:
    rows = network.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = 'history'")
    # Accounts: tests/access/test_account_history.py.
    assert {row[0] for row in rows} == set(ROWS) | {"person", "role_grant", "api_key"}


@pytest.mark.parametrize("table", ROWS)
def test_insert_update_and_delete_leave_their_rows(network: Network, table: str) -> None:
    ((secret,),) = network.sql("SELECT secret FROM access.signing_key")
    backend = network.connection.info.backend_pid
    network.sql("SELECT gisreg.begin_actor(%s)", statement(Actor("Lan", "Sở"), backend, bytes(secret)))
    network.sql("SET CONSTRAINTS ALL IMMEDIATE")
    network.sql("DELETE FROM registry.rule")  # what every registry has from its first day
    network.sql("DELETE FROM registry.threshold")
    ((before,),) = network.sql(f"SELECT coalesce(max(history_id), 0) FROM history.{table}")
    for name in ROWS:
        put(network, name)
        if name == table:
            break
    (inserted,) = live(network, table)
    assert written(network, table, before) == [("I", "Lan", *inserted)]
    column = next(iter(ROWS[table]))
    network.sql(f"UPDATE registry.{table} SET {column} = {column}")
    (updated,) = live(network, table)
    network.sql(f"DELETE FROM registry.{table}")
    assert written(network, table, before) == [
        ("I", "Lan", *inserted),
        ("U", "Lan", *updated),
        ("D", "Lan", *updated),
    ]


@pytest.mark.parametrize("table", [table for table in ROWS if table not in ("rule", "threshold")])
def test_a_statement_that_touches_no_row_leaves_no_trace(network: Network, table: str) -> None:
    column = next(iter(ROWS[table]))
    network.sql(f"UPDATE registry.{table} SET {column} = {column} WHERE false")
    network.sql(f"DELETE FROM registry.{table} WHERE false")
    assert written(network, table) == []
    assert network.sql(
        "SELECT count(*) FROM gisreg.change_set WHERE transaction_id = pg_current_xact_id()"
    ) == [(0,)]


STEPS = st.lists(
    st.tuples(st.sampled_from(["insert", "update", "delete"]), st.sets(st.integers(0, 5), min_size=1)),
    max_size=8,
)


@FEW
@given(steps=STEPS)
def test_replaying_the_history_gives_the_table(
    new_network: NewNetwork, steps: list[tuple[str, set[int]]]
) -> None:
    with new_network() as network:
        for step, some in steps:
            codes = [str(number) for number in sorted(some)]
            if step == "insert":
                network.sql(
                    "INSERT INTO registry.organisation (code, name, kind) SELECT c, c, 'carrier'"
                    " FROM unnest(%s) AS c WHERE NOT EXISTS"
                    " (SELECT FROM registry.organisation AS o WHERE o.code = c)",
                    codes,
                )
            elif step == "update":
                network.sql(
                    "UPDATE registry.organisation SET name = name || '*' WHERE code = ANY (%s)", codes
                )
            else:
                network.sql("DELETE FROM registry.organisation WHERE code = ANY (%s)", codes)
        replayed: dict[str, tuple[Any, ...]] = {}
        for operation, _, *row in written(network, "organisation"):
            if operation == "D":
                assert replayed.pop(row[0]) == tuple(row)
            else:
                assert (row[0] in replayed) == (operation == "U")
                replayed[row[0]] = tuple(row)
        assert sorted(replayed.values()) == sorted(live(network, "organisation"))


def test_versions_grow_by_one(network: Network) -> None:
    put(network, "pole")
    before = network.sql("SELECT updated_at FROM registry.pole")
    for version in (2, 3):
        network.sql("UPDATE registry.pole SET version = 99, height_m = %s", version + 5)
        assert network.sql("SELECT version FROM registry.pole") == [(version,)]
    assert network.sql("SELECT updated_at FROM registry.pole") > before


def test_people_and_transactions_are_kept_apart(fresh_database: Database) -> None:
    for person, organisation in (("Lan", "Sở"), ("Minh", None)):
        who = Actor(person, organisation, f"req-{person}", "vì", roles=AUTHORITY)
        with transaction(actor=who) as connection:
            network = Network(connection)
            put(network, "organisation" if person == "Lan" else "street")
            put(network, "manhole")
    with transaction(Role.WORKER) as connection:
        network = Network(connection)
        assert network.sql(
            "SELECT person, organisation, request_id, reason FROM gisreg.change_set"
            " WHERE request_id IS NOT NULL ORDER BY id"
        ) == [("Lan", "Sở", "req-Lan", "vì"), ("Minh", None, "req-Minh", "vì")]
        assert [row[:2] for row in written(network, "manhole")] == [("I", "Lan"), ("I", "Minh")]
        put(network, "zone")
        assert [row[:2] for row in written(network, "zone")] == [("I", "gisreg_worker")]


def test_the_application_cannot_write_history(fresh_database: Database) -> None:
    with transaction() as connection:
        rows = Network(connection).sql(
            "SELECT relname FROM pg_class WHERE relnamespace = 'history'::regnamespace AND relkind IN ('r', 'v')"
            " AND has_table_privilege(oid, 'INSERT, UPDATE, DELETE, TRUNCATE')"
        )
    assert rows == []


def test_ids_are_unique_and_exact_in_javascript(network: Network) -> None:
    ((count, distinct, least, most),) = network.sql(
        "SELECT count(id), count(DISTINCT id), min(id), max(id)"
        " FROM (SELECT gisreg.new_id() AS id FROM generate_series(1, 20000)) AS made"
    )
    assert count == distinct == 20_000
    assert 0 <= least < most < 2**52
    assert most > 2**50, "ids are spread out, not counted"
