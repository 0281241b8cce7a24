"""The application's role by plain SQL: no way around the policies, no forged actor, no rewritten history."""

from __future__ import annotations

from collections.abc import Callable

import psycopg2
import pytest
from psycopg2.extensions import connection

from gisreg.access.actor import Actor, PersonRole, statement
from gisreg.database.connection import Role, transaction
from tests.support.databases import Database

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


SEEN = ("pole", "tower", "segment", "span")
"""Layers with a view that reads as its owner and repeats the policy of the layer's table."""


def test_every_view_asks_as_its_reader(
    fresh_database: Database, connect: Callable[[Role], connection]
) -> None:
    with connect(Role.WORKER).cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_class AS c"
            " WHERE c.relkind IN ('v', 'm') AND c.relnamespace IN"
            " ('registry'::regnamespace, 'history'::regnamespace, 'gisreg'::regnamespace)"
            " AND NOT coalesce(c.reloptions @> ARRAY['security_invoker=true'], false)"
        )
        assert {name for (name,) in cursor.fetchall()} == {f"gisreg.seen_{layer}" for layer in SEEN}


WHO = (
    None,
    Actor("nobody's", roles=frozenset({PersonRole.VIEWER})),
    Actor("carrier's", organisation_id=91, roles=frozenset({PersonRole.ENGINEER})),
    Actor("tra", roles=frozenset({PersonRole.INSPECTOR})),
    Actor("so", roles=frozenset({PersonRole.AUTHORITY})),
)


@pytest.mark.parametrize("layer", SEEN)
def test_the_views_show_what_the_policies_show(fresh_database: Database, layer: str) -> None:
    with transaction(Role.WORKER, Actor("seed")) as own, own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.organisation (id, code, name, kind) VALUES (91, 'W91', 'W', 'carrier')"
            " ON CONFLICT DO NOTHING"
        )
        cursor.execute(
            "INSERT INTO registry.pole (code, owner_id, visibility, geom)"
            " SELECT 'W' || owner || visibility, owner, visibility, ST_SetSRID(ST_MakePoint(106.3, 20.4), 4326)"
            " FROM unnest(ARRAY[91, NULL]) AS owner, unnest(ARRAY['public', 'partner', 'agency', 'secret'])"
            " AS visibility ON CONFLICT DO NOTHING"
        )
        cursor.execute(
            "INSERT INTO registry.pole_state (pole_id, cable_count) SELECT id, 7 FROM registry.pole"
            " ON CONFLICT DO NOTHING"
        )
    counts = set()
    for actor in WHO:
        with transaction(Role.APP, actor) as own, own.cursor() as cursor:
            state = f"s.{layer}_id"
            cursor.execute(
                f"SELECT t.id, {state} FROM registry.{layer} AS t"
                f" LEFT JOIN registry.{layer}_state AS s ON {state} = t.id ORDER BY 1"
            )
            wanted = cursor.fetchall()
            cursor.execute(f"SELECT id, state_{layer}_id FROM gisreg.seen_{layer} ORDER BY 1")
            assert cursor.fetchall() == wanted
            counts.add(len(wanted))
    if layer == "pole":
        assert len(counts) >= 4


def test_the_views_tell_nothing_by_errors(fresh_database: Database) -> None:
    with transaction(Role.WORKER, Actor("seed")) as own, own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.pole (code, height_m, visibility, geom)"
            " VALUES ('SECRET-13', 13, 'secret', ST_SetSRID(ST_MakePoint(106.3, 20.4), 4326))"
        )
    with transaction() as own, own.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM gisreg.seen_pole WHERE 1 / (height_m - 13) = 5")


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
