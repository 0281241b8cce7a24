"""What is derived is as hidden as what it comes from, at once; and nobody derives what he did not edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import psycopg2
import pytest
from psycopg2.extensions import connection

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from gisreg.topology.build import after_edit
from tests.support.databases import Database
from tests.support.served import Query, edited, key_of, one

SEGMENTS = "SELECT count(*) FROM registry.segment WHERE cable_id = %s"
DERIVED = ("segment", "support")


def seen(query: str, *parameters: Any) -> int:
    """Return what a visitor counts."""
    with transaction() as own, own.cursor() as cursor:
        cursor.execute(query, parameters)
        ((number,),) = cursor.fetchall()
        return int(number)


def test_a_cable_that_becomes_secret_takes_all_along(query: Query) -> None:
    query("UPDATE registry.pole SET visibility = 'public'")
    query("UPDATE registry.cable SET visibility = 'public'")
    ((cable,),) = query("SELECT id FROM registry.cable WHERE code = 'C3'")
    spans = "SELECT count(*) FROM registry.span"
    assert seen(SEGMENTS, cable) == 19
    before = seen(spans)
    query("UPDATE registry.cable SET visibility = 'secret' WHERE id = %s", cable)
    for layer in DERIVED:
        assert seen(f"SELECT count(*) FROM registry.{layer} WHERE cable_id = %s", cable) == 0
    assert seen(spans) == before - 19, "a span on which only a secret cable hangs"
    hidden = query(
        "SELECT count(*) FROM registry.finding AS f JOIN registry.segment AS s ON s.id = f.object_id"
        " WHERE s.cable_id = %s AND f.visibility <> 'secret'",
        cable,
    )
    assert hidden == [(0,)]
    query("UPDATE registry.cable SET visibility = 'public' WHERE id = %s", cable)
    assert (seen(SEGMENTS, cable), seen(spans)) == (19, before)
    query("UPDATE registry.pole SET visibility = 'secret' WHERE code = 'P5-3'")
    assert seen(spans) == before - 2, "spans that end at a secret pole"
    query("UPDATE registry.pole SET visibility = 'partner'")
    query("UPDATE registry.cable SET visibility = 'partner'")


def test_who_measures_changes_nothing_else(public: httpx.Client, client: httpx.Client, query: Query) -> None:
    key = key_of("measures", PersonRole.ENGINEER, organisation="VTL")
    ((support, owner),) = query(
        "SELECT s.id, s.owner_id FROM registry.support AS s JOIN registry.organisation AS o ON o.id = s.owner_id"
        " WHERE o.code = 'VNPT' ORDER BY s.id LIMIT 1"
    )
    ((other,),) = query("SELECT id FROM registry.organisation WHERE code = 'VTL'")
    with httpx.Client(
        base_url=public.base_url, headers={"Authorization": f"Bearer {key}"}, timeout=30
    ) as engineer:
        assert edited(engineer, "support", support, properties={"is_wound": True}).status_code == 200
        for wrong in ({"visibility": "public"}, {"owner_id": other}):
            assert edited(engineer, "support", support, properties=wrong).status_code == 403
    assert query("SELECT owner_id, visibility FROM registry.support WHERE id = %s", support) == [
        (owner, "partner")
    ]


def test_a_pole_takes_cables_along_that_its_engineer_does_not_see(public: httpx.Client, query: Query) -> None:
    query("UPDATE registry.cable SET visibility = 'secret' WHERE code = 'C7'")
    key = key_of("moves", PersonRole.ENGINEER, organisation="PC")
    with httpx.Client(
        base_url=public.base_url, headers={"Authorization": f"Bearer {key}"}, timeout=30
    ) as engineer:
        pole = one(engineer, "pole", code="P5-7")
        x, y = pole["geometry"]["coordinates"]
        away = {"type": "Point", "coordinates": [x, y + 0.0002]}
        assert edited(engineer, "pole", pole["id"], geometry=away).status_code == 200
    tied = query("SELECT count(*) FROM registry.support WHERE pole_id = %s", pole["id"])
    assert tied == [(0,)]
    query("UPDATE registry.cable SET visibility = 'partner' WHERE code = 'C7'")


def test_streets_and_tenancies_are_followed(client: httpx.Client, query: Query) -> None:
    street = one(client, "street", code="S2")
    crossings = "SELECT count(*) FROM registry.crossing WHERE street_id = %s"
    assert query(crossings, street["id"]) != [(0,)]
    away = {"type": "MultiLineString", "coordinates": [[[106.5, 20.5], [106.51, 20.5]]]}
    assert edited(client, "street", street["id"], geometry=away).status_code == 200
    assert query(crossings, street["id"]) == [(0,)]
    tower = one(client, "tower", code="T-VTL")
    tenancy = one(client, "tower_tenancy", tower_id=str(tower["id"]))
    assert edited(client, "tower_tenancy", tenancy["id"], properties={"status": "disused"}).status_code == 200
    counted = query("SELECT tenant_count FROM registry.tower_state WHERE tower_id = %s", tower["id"])
    assert counted == [(0,)]


@pytest.mark.parametrize(
    "call",
    [
        "topology_gather(NULL)",
        "topology_tie(50, 200)",
        "topology_cut(50)",
        "topology_write()",
        "topology_lineage(1000)",
        "topology_spans()",
        "topology_counts()",
        "topology_cross()",
        "place_segments(NULL, '2001-01-01')",
        "cross_streets(ARRAY[1])",
        "edited_now('pole', ARRAY[1])",
        "keep_tolerances(50, 200, 1000)",
        "hide_spans(ARRAY[1])",
        "note_many('pole', true)",
        "fold_revisions('pole')",
        "change_set_id()",
    ],
)
def test_steps_of_runs_are_not_for_the_application(
    fresh_database: Database, connect: Callable[[Role], connection], call: str
) -> None:
    with connect(Role.APP).cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(f"SELECT gisreg.{call}")


def test_nobody_derives_what_he_did_not_edit(query: Query) -> None:
    boss = Actor("Lan", "Sở", roles=frozenset({PersonRole.AUTHORITY}))
    ((cable,),) = query("SELECT id FROM registry.cable WHERE code = 'C1'")
    with transaction(Role.APP, boss) as own:
        assert after_edit(own, "cable", [cable]) == []
        with own.cursor() as cursor:
            cursor.execute("UPDATE registry.cable SET diameter_mm = 20 WHERE id = %s", (cable,))
            # Nothing that ties or cuts it.
            assert after_edit(own, "cable", [cable]) == []
            cursor.execute("UPDATE registry.cable SET state = 'suspect' WHERE id = %s", (cable,))
        assert len(after_edit(own, "cable", [cable])) == 19
        assert after_edit(own, "cable", [cable + 1]) == []
