"""The application's role by plain SQL: no way around the policies, no forged actor, no rewritten history."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import connection

from gisreg.access.actor import Actor, PersonRole, statement
from gisreg.database.connection import Role, transaction
from tests.support.databases import Database, forget_connections

REFUSED = (
    "SELECT secret FROM access.signing_key",
    "SELECT password_hash FROM access.person",
    "SELECT token_hash FROM access.session",
    "SELECT key_hash FROM access.api_key",
    "UPDATE history.pole SET code = 'x'",
    "DELETE FROM history.pole",
    "TRUNCATE history.pole",
    "INSERT INTO history.pole (change_set_id, operation) VALUES (1, 'I')",
    "UPDATE gisreg.change_set SET person = 'x'",
    "DELETE FROM gisreg.change_set",
    "ALTER TABLE registry.pole DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE registry.pole DISABLE TRIGGER ALL",
    "DROP POLICY sees ON registry.pole",
    "CREATE POLICY all_of_it ON registry.pole USING (true)",
    "SET ROLE gisreg_owner",
    "SET ROLE gisreg_worker",
    "SET session_replication_role = replica",
    "COPY registry.pole TO PROGRAM 'cat'",
    "CREATE TABLE registry.mine (id int)",
    "CREATE FUNCTION public.leak(text) RETURNS boolean LANGUAGE sql COST 0.0001 AS 'SELECT true'",
    "DELETE FROM registry.tidying_event",
    "DELETE FROM registry.finding",
    # Functions that run as the owner look into this schema: nothing of the application's may lie there.
    "CREATE TABLE staging.flag_zone (id int)",
    "CREATE FUNCTION staging.st_length(geography) RETURNS float8 LANGUAGE sql AS 'SELECT 0.0::float8'",
)


@pytest.mark.parametrize("query", REFUSED)
def test_refused(fresh_database: Database, connect: Callable[[Role], connection], query: str) -> None:
    with connect(Role.APP).cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(query)


def test_the_role_owns_nothing_and_cannot_bypass(
    fresh_database: Database, connect: Callable[[Role], connection]
) -> None:
    with connect(Role.WORKER).cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = 'gisreg_app'::regrole")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT rolbypassrls, rolsuper FROM pg_roles WHERE rolname = 'gisreg_app'")
        assert cursor.fetchone() == (False, False)


def test_every_table_is_closed(fresh_database: Database, connect: Callable[[Role], connection]) -> None:
    with connect(Role.WORKER).cursor() as cursor:
        cursor.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname IN ('registry', 'history') AND NOT rowsecurity"
        )
        assert cursor.fetchall() == []


def test_a_statement_with_another_key_is_refused(
    fresh_database: Database, connect: Callable[[Role], connection]
) -> None:
    boss = Actor("Giả", roles=frozenset({PersonRole.AUTHORITY}))
    own = connect(Role.APP)
    forged = statement(boss, own.info.backend_pid, b"not the registry's key")
    with own.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege, match="not signed"):
        cursor.execute("SELECT gisreg.begin_actor(%s)", (forged,))


def test_a_setting_alone_makes_nobody(
    fresh_database: Database, connect: Callable[[Role], connection]
) -> None:
    with connect(Role.APP).cursor() as cursor:
        cursor.execute('SET gisreg.actor = \'{"roles": ["authority"]}\'')
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("SELECT gisreg.actor_sees()")


def test_a_statement_seen_elsewhere_is_of_no_use(
    fresh_database: Database, connect: Callable[[Role], connection]
) -> None:
    boss = Actor("Sếp", roles=frozenset({PersonRole.AUTHORITY}))
    with transaction(Role.APP, boss) as theirs, theirs.cursor() as cursor:
        cursor.execute("SELECT current_setting('gisreg.actor')")
        ((seen,),) = cursor.fetchall()
    with connect(Role.APP).cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute("SELECT gisreg.begin_actor(%s)", (seen,))


def test_the_actor_ends_with_the_transaction(fresh_database: Database) -> None:
    boss = Actor("Sếp", roles=frozenset({PersonRole.AUTHORITY}))
    with transaction(Role.APP, boss) as own, own.cursor() as cursor:
        cursor.execute("SELECT gisreg.actor_roles()")
        assert cursor.fetchone() == (["authority"],)
    for _ in range(20):
        with transaction(Role.APP) as own, own.cursor() as cursor:
            cursor.execute("SELECT gisreg.actor_roles()")
            assert cursor.fetchone() == ([],)


def test_the_history_names_the_signed_person(fresh_database: Database) -> None:
    boss = Actor("Nguyễn Văn A", "Sở", roles=frozenset({PersonRole.AUTHORITY}), reason="thử")
    with transaction(Role.APP, boss) as own, own.cursor() as cursor:
        cursor.execute("SET LOCAL gisreg.person = 'người khác'")
        cursor.execute("INSERT INTO registry.organisation (code, name, kind) VALUES ('T', 'T', 'other')")
        cursor.execute("SELECT person, organisation, reason FROM gisreg.change_set ORDER BY id DESC LIMIT 1")
        assert cursor.fetchone() == ("Nguyễn Văn A", "Sở", "thử")


def test_a_statement_kept_for_later_is_of_no_use(
    fresh_database: Database, connect: Callable[[Role], connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody's statement for the same backend, still valid, in a transaction that began later."""
    boss = Actor("Sếp", roles=frozenset({PersonRole.AUTHORITY}))
    with connect(Role.WORKER).cursor() as cursor:
        cursor.execute("SELECT secret FROM access.signing_key")
        ((secret,),) = cursor.fetchall()
    own = connect(Role.APP)
    with monkeypatch.context() as patch:
        earlier = time.time() - 120
        patch.setattr("gisreg.access.actor.time.time", lambda: earlier)
        kept = statement(boss, own.info.backend_pid, bytes(secret))
    with own.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege, match="transaction"):
        cursor.execute("SELECT gisreg.begin_actor(%s)", (kept,))


def test_nothing_of_a_session_reaches_the_next_request(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GISREG_DATABASE_POOL_SIZE", "1")
    forget_connections()
    boss = Actor("Sếp", roles=frozenset({PersonRole.AUTHORITY}))
    pole("carried", "secret")
    with transaction(Role.APP, boss) as own, own.cursor() as cursor:
        cursor.execute("SELECT set_config('gisreg.actor', current_setting('gisreg.actor'), false)")
        cursor.execute("DECLARE kept CURSOR WITH HOLD FOR SELECT code FROM registry.pole")
        cursor.execute("SELECT pg_advisory_lock(1)")
        cursor.execute("LISTEN anything")
        cursor.execute("SET search_path = registry")
    with transaction(Role.APP) as own, own.cursor() as cursor:
        cursor.execute("SELECT gisreg.actor_roles(), current_setting('search_path')")
        assert cursor.fetchone() == ([], '"$user", public')
        cursor.execute("SELECT count(*) FROM pg_cursors WHERE is_holdable")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone() == (0,)
    with transaction(Role.APP) as own, own.cursor() as cursor:
        cursor.execute("SELECT pg_listening_channels()")
        assert cursor.fetchall() == []
    forget_connections()


DEFINERS = {
    "actor": "reads the signing key; believes only what it signed",
    "may_tidy": "tells whether the actor may move a segment: never yes for what he does not see",
    "measures_at": "whether an inspector measures where an object lies: never yes for what he does not see",
    "may_suspect": "whether the actor may suspect an object dead: never yes for what he does not see",
    "may_step_dead_cable": "tells whether the actor may take a step; of a case only whether it is his own",
    "person_of": "the id of a person of the coordinator's own organisation, by his login; the authority's for any",
    "new_id": "the next id; the sequence behind it is not to be read",
    "change_sets_told": "moments of change sets; persons and hidden organisations only to insiders",
    "topology_edited": "ties what this transaction changed; tells ids of segments that the actor sees",
    "count_tenants": "counts tenants anew; takes and tells nothing",
    "flag_edited": "looks again, today, at what this transaction changed; says again what is so, tells nothing",
    "flag_remember": "remembers, out of the application's sight, what an edit is about to touch",
    "named": "ids of streets and towers whose names hold a text, by the words of their policies",
    "streets_called": "streets of a name as lists write it, by the words of the policy on streets",
    "streets_like": "names of streets that are like a text, by the words of the policy on streets",
    "rules_of": "what rules say of an object, by the words of the policy on findings",
    "notes_of": "open notes on an object whose findings the actor sees",
    "findings_shown": "whether the actor sees an object's findings; no where there is none",
    "may_note": "whether the actor may note something on an object: never yes for what he does not see",
    "open_questions": "what lacks a measurement, by the words of the policy on findings",
    "flag_decided": "looks again at objects whose waivers or notes this transaction changed; tells nothing",
    "coverage_counted_at": "when the last whole run ended",
    "agree_matches": "agrees for one's own organisation that two poles are one; the authority for both",
    "refuse_matches": "refuses for one's own organisation, or as the authority",
    "merge_poles": "merges only what both owners or the authority agreed on",
    "split_pole": "splits again what was merged, for its owners and the authority",
    "defer": "puts a job into the queue in the name of the signed actor; tells its number",
}
"""Functions that run as the owner and that the application may call (triggers cannot be called), each with what makes it harmless."""

FAMILIES = {
    "_held": "whether a version held at a moment: of a number that a reader of history can only count",
    "_before": "the number of the version before",
    "_gone": "whether an object is no more and was last one that the actor may see",
    "_was_own": "whether an object was the actor's own organisation's",
}
"""The same for functions that there are for each table."""


def test_functions_of_the_owner_are_reviewed(
    fresh_database: Database, connect: Callable[[Role], connection]
) -> None:
    with connect(Role.APP).cursor() as cursor:
        cursor.execute(
            "SELECT p.proname, p.proconfig::text FROM pg_proc AS p"
            " WHERE p.prosecdef AND p.prorettype <> 'trigger'::regtype AND has_function_privilege(p.oid, 'EXECUTE')"
            " AND p.pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
        )
        found = dict(cursor.fetchall())
    single = {name for name in found if not name.endswith(tuple(FAMILIES))}
    assert single == set(DEFINERS)
    loose = {name for name, settings in found.items() if "search_path" not in (settings or "")}
    assert loose <= {"new_id"}  # its body names the schema of everything


def as_rival(*statements: str) -> list[tuple[Any, ...]]:
    """Run statements as an engineer of organisation 8 in one transaction; return the last one's rows."""
    rival = Actor("Hoa", "B", organisation_id=8, roles=frozenset({PersonRole.ENGINEER}))
    with transaction(Role.APP, rival) as own, own.cursor() as cursor:
        for one in statements:
            cursor.execute(one)
        rows = cursor.fetchall() if cursor.description else [(cursor.rowcount,)]
        own.rollback()
        return rows


def pole(code: str, visibility: str) -> int:
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.pole (code, visibility, height_m, geom)"
            " VALUES (%s, %s, 33, ST_SetSRID(ST_MakePoint(106.7, 20.7), 4326)) RETURNING id",
            (code, visibility),
        )
        ((number,),) = cursor.fetchall()
        return int(number)


@pytest.mark.parametrize(
    "predicate",
    [
        "1 / (code <> 'HIDDEN-ONE')::int = 1",
        "(code = 'HIDDEN-ONE' AND code::int = 1) IS NOT NULL",
        "code ~ 'HIDDEN'",
        "code LIKE 'HIDDEN%'",
        "to_tsvector(code) @@ 'hidden'::tsquery",
        "ctid IS NOT NULL AND code = 'HIDDEN-ONE'",
        "xmin IS NOT NULL AND height_m = 33 AND code >= 'HIDDEN'",
        "tableoid = 'registry.pole'::regclass AND visibility = 'secret'",
        "geom && ST_Expand(ST_SetSRID(ST_MakePoint(106.7, 20.7), 4326), 0.001)",
        "ST_DWithin(geom, ST_SetSRID(ST_MakePoint(106.7, 20.7), 4326), 0.001)",
        "pg_catalog.json_build_object(code, 1)::text LIKE '%HIDDEN%'",
        "query_to_xml('SELECT code FROM registry.pole', true, false, '')::text LIKE '%HIDDEN%'",
    ],
)
def test_predicates_see_only_what_the_actor_sees(fresh_database: Database, predicate: str) -> None:
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute("DELETE FROM registry.pole")  # what tests before this one left
    pole("HIDDEN-ONE", "secret")
    assert as_rival(f"SELECT count(*) FROM registry.pole WHERE {predicate}") == [(0,)]


def test_a_plan_is_not_kept_for_another_actor(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GISREG_DATABASE_POOL_SIZE", "1")
    forget_connections()
    pole("HIDDEN-PLAN", "secret")
    boss = Actor("Sếp", roles=frozenset({PersonRole.AUTHORITY}))
    with transaction(Role.APP, boss) as own, own.cursor() as cursor:
        cursor.execute("PREPARE kept AS SELECT count(*) FROM registry.pole WHERE code = 'HIDDEN-PLAN'")
        cursor.execute("SET plan_cache_mode = force_generic_plan")
        for _ in range(6):
            cursor.execute("EXECUTE kept")
            assert cursor.fetchone() == (1,)
    for actor in (None, Actor("Hoa", organisation_id=8, roles=frozenset({PersonRole.ENGINEER}))):
        with transaction(Role.APP, actor) as own, own.cursor() as cursor:
            cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            cursor.execute("EXECUTE kept")
            assert cursor.fetchone() == (0,)
    forget_connections()


def test_statistics_tell_nothing(fresh_database: Database) -> None:
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.pole (code, visibility, geom)"
            " SELECT 'HIDDEN-MANY' || i, 'secret', ST_SetSRID(ST_MakePoint(106.9, 20.9), 4326)"
            " FROM generate_series(1, 500) AS i"
        )
        cursor.execute("SET LOCAL ROLE gisreg_owner")
        cursor.execute("ANALYZE registry.pole, history.pole")
    assert as_rival("SELECT * FROM pg_stats WHERE schemaname IN ('registry', 'history')") == []
    assert as_rival("SELECT * FROM pg_stats_ext") == []
    for query in (
        "SELECT * FROM pg_statistic",
        "SELECT ST_EstimatedExtent('registry', 'pole', 'geom')",
        "SELECT _postgis_stats('registry.pole', 'geom')",
        "SELECT _postgis_selectivity('registry.pole', 'geom', 'POINT(106.9 20.9)')",
        "SELECT _postgis_index_extent('registry.pole', 'geom')",
        "SELECT lo_from_bytea(0, 'kept')",
        "SELECT lo_creat(-1)",
        "SELECT pg_read_file('PG_VERSION')",
        "SELECT nextval('gisreg.object_number')",
        "SELECT last_value FROM gisreg.object_number",
        "SELECT pg_sequence_last_value('gisreg.object_number'::regclass) FROM gisreg.object_number",
        "SET session_authorization = gisreg_worker",
        "SELECT count(*) FROM gisreg.stale_cells",
        "CREATE TEMPORARY TABLE mine (id int)",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            as_rival(query)
    assert (
        as_rival(
            "SELECT last_value FROM pg_sequences WHERE schemaname IN ('gisreg', 'registry', 'history')"
            " AND last_value IS NOT NULL"
        )
        == []
    )
    assert as_rival(
        "SELECT count(*) FROM pg_extension WHERE extname IN ('dblink', 'postgres_fdw', 'file_fdw')"
    ) == [(0,)]


def test_security_cannot_be_switched_off(fresh_database: Database) -> None:
    pole("HIDDEN-OFF", "secret")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        as_rival("SET row_security = off", "SELECT count(*) FROM registry.pole")


def test_copy_shows_what_a_query_shows(fresh_database: Database) -> None:
    pole("HIDDEN-COPY", "secret")
    pole("SHOWN-COPY", "public")
    with transaction(Role.APP) as own, own.cursor() as cursor:
        text = io.StringIO()
        cursor.copy_expert("COPY registry.pole (code) TO STDOUT", text)
    assert "SHOWN-COPY" in text.getvalue()
    assert "HIDDEN" not in text.getvalue()


def test_others_statements_are_not_to_be_read(fresh_database: Database) -> None:
    boss = Actor("Sếp", roles=frozenset({PersonRole.AUTHORITY}))
    with transaction(Role.APP, boss) as theirs, theirs.cursor() as cursor:
        cursor.execute("SELECT 'HIDDEN-STATEMENT'")
        assert as_rival(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%HIDDEN-STATE' || 'MENT%'"
        ) == [(0,)]


@pytest.mark.parametrize(
    "statement_",
    [
        "UPDATE registry.support SET is_wound = true",
        "UPDATE registry.span SET has_height_sign = true",
        "UPDATE registry.pole SET height_m = 5",
        "DELETE FROM registry.pole",
        "DELETE FROM registry.pole_private",
        "UPDATE registry.segment_state SET tidying_state = 'accepted'",
        "DELETE FROM registry.pole_code",
    ],
)
def test_counts_of_written_rows_tell_nothing(fresh_database: Database, statement_: str) -> None:
    """Without a condition, only the policies for writing are asked."""
    number = pole("HIDDEN-WRITE", "secret")
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.support"
            " (cable_id, pole_id, ordinal, sequence, measure_m, snap_distance_m, visibility)"
            " VALUES (%s, %s, 1, 1, 0, 0, 'secret')",
            (number, number),
        )
    assert as_rival(statement_) == [(0,)]
