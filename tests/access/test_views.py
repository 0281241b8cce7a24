"""The views that read as their owner: they show what the policies show, and tell nothing by errors."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from psycopg2.extensions import connection

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from tests.support.databases import Database

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
        assert {name for (name,) in cursor.fetchall()} == {
            f"gisreg.seen_{layer}" for layer in (*SEEN, "finding")
        }


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


def test_the_view_of_findings_shows_what_its_policy_shows(fresh_database: Database) -> None:
    with transaction(Role.WORKER, Actor("seed")) as own, own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.finding"
            " (object_id, rule_id, owner_id, visibility, outcome, priority, run_id, first_seen_at)"
            " SELECT row_number() OVER (), rule, owner, visibility, 'fail', 1, 1, now()"
            " FROM unnest(ARRAY['Z01', 'P02']) AS rule, unnest(ARRAY[91, NULL]) AS owner,"
            " unnest(ARRAY['public', 'partner', 'agency', 'secret']) AS visibility"
        )
    counts = []
    for actor in WHO:
        with transaction(Role.APP, actor) as own, own.cursor() as cursor:
            cursor.execute("SELECT object_id, rule_id FROM registry.finding ORDER BY 1")
            wanted = cursor.fetchall()
            cursor.execute("SELECT object_id, rule_id FROM gisreg.seen_finding ORDER BY 1")
            assert cursor.fetchall() == wanted
            counts.append(len(wanted))
    assert counts == [0, 0, 8, 12, 16]


def test_the_views_tell_nothing_by_errors(fresh_database: Database) -> None:
    with transaction(Role.WORKER, Actor("seed")) as own, own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.pole (code, height_m, visibility, geom)"
            " VALUES ('SECRET-13', 13, 'secret', ST_SetSRID(ST_MakePoint(106.3, 20.4), 4326))"
        )
    with transaction() as own, own.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM gisreg.seen_pole WHERE 1 / (height_m - 13) = 5")
