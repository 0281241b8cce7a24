"""What changed: before and after, under the same policies, persons named to insiders only."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

import httpx
import psycopg2
import pytest
from typer.testing import CliRunner

from gisreg.access.actor import Actor, PersonRole
from gisreg.cli.history import app
from gisreg.database.address import Role
from gisreg.database.connection import transaction
from gisreg.errors import NotFoundError, UsageError
from gisreg.history.as_of import findings_as_of
from gisreg.history.change_cursor import opened
from gisreg.history.changes import Change, Wanted, changes
from gisreg.history.tables import tables_of
from layers import LAYERS
from tests.history.conftest import LAN, change, pole, recorded
from tests.support.databases import Database
from tests.support.network import Network
from tests.support.served import Query, one

MINH = Actor("Minh", "VNPT", "r-2", "sửa", organisation_id=77, roles=frozenset({PersonRole.ENGINEER}))
COLLEAGUE = Actor("Tú", "VNPT", organisation_id=77, roles=frozenset({PersonRole.COORDINATOR}))
RIVAL = Actor("Hoa", "Viettel", organisation_id=78, roles=frozenset({PersonRole.ENGINEER}))


def found(actor: Actor | None = LAN, begin: datetime | None = None, **wanted: object) -> list[Change]:
    since = begin or datetime.now(UTC) - timedelta(hours=1)
    until = datetime.now(UTC) + timedelta(seconds=5)
    with transaction(Role.APP, actor) as connection:
        return changes(connection, Wanted(since, until, **wanted), 1000)  # type: ignore[arg-type]


@pytest.fixture
def life(seeded_network: Database) -> int:
    """Return a public pole that Minh put up, changed and removed."""
    number = pole("life", MINH, owner=77)
    change("UPDATE registry.pole SET height_m = 9, code = 'life2' WHERE id = %s", number, actor=MINH)
    change("DELETE FROM registry.pole WHERE id = %s", number, actor=MINH)
    return number


def test_an_objects_life(life: int) -> None:
    put, changed, removed = found(layer="pole", object_id=life)
    assert [put.operation, changed.operation, removed.operation] == ["insert", "update", "delete"]
    assert put.fields["code"] == {"before": None, "after": "life"}
    assert changed.fields == {
        "code": {"before": "life", "after": "life2"},
        "height_m": {"before": None, "after": 9},
    }
    assert removed.fields["height_m"] == {"before": 9, "after": None}
    assert put.geometry == {"type": "Point", "coordinates": [106.3, 20.4]}
    assert (put.person, put.organisation, put.reason, put.request_id) == ("Minh", "VNPT", "sửa", "r-2")


@pytest.mark.parametrize(
    ("actor", "person"), [(LAN, "Minh"), (COLLEAGUE, "Minh"), (RIVAL, None), (None, None)]
)
def test_persons_are_named_to_insiders(life: int, actor: Actor | None, person: str | None) -> None:
    told = found(actor, layer="pole", object_id=life)
    assert len(told) == 3
    for one_change in told:
        assert (one_change.person, one_change.organisation) == (person, "VNPT")
        assert (one_change.reason is None) == (one_change.request_id is None) == (person is None)
    by_name = found(actor, person="Minh", layer="pole", object_id=life)
    assert len(by_name) == (3 if person else 0), "a filter must not tell who it was"


def test_filters(life: int) -> None:
    assert {one_change.organisation for one_change in found(organisation="VNPT")} == {"VNPT"}
    assert found(organisation="VNPT", layer="cable") == []
    assert found(layer="pole", object_id=life, bbox="107,20,108,21") == []
    assert len(found(layer="pole", object_id=life, bbox="106,20,107,21")) == 3
    assert found(begin=recorded() + timedelta(seconds=1), layer="pole") == []
    with pytest.raises(NotFoundError):
        found(layer="nothing")


def test_rows_come_under_their_policies(seeded_network: Database) -> None:
    number = pole("hidden", visibility="secret")
    change("UPDATE registry.pole SET height_m = 5 WHERE id = %s", number)
    change("UPDATE registry.pole SET visibility = 'public' WHERE id = %s", number)
    change("UPDATE registry.pole SET height_m = 6 WHERE id = %s", number)
    change("UPDATE registry.pole SET visibility = 'secret' WHERE id = %s", number)
    assert len(found(layer="pole", object_id=number)) == 5
    assert found(None, layer="pole", object_id=number) == [], "what is secret now has no public past"
    change("UPDATE registry.pole SET visibility = 'public' WHERE id = %s", number)
    first, second, third = found(None, layer="pole", object_id=number)
    assert [one.operation for one in (first, second, third)] == ["insert", "update", "insert"]
    assert first.fields["visibility"] == {"before": None, "after": "public"}
    assert first.fields["height_m"] == {"before": None, "after": 5}, "what it was in secret is not told"
    assert second.fields == {"height_m": {"before": 5, "after": 6}}


def test_private_columns_are_for_the_owner(seeded_network: Database) -> None:
    number = pole("kept", MINH, owner=77)
    change("INSERT INTO registry.pole_private (pole_id, note) VALUES (%s, 'riêng')", number, actor=MINH)
    for actor, parts in ((LAN, ["", "private"]), (COLLEAGUE, ["", "private"]), (RIVAL, [""]), (None, [""])):
        assert [c.part for c in found(actor, layer="pole", object_id=number)] == parts


def test_every_table_can_be_asked(seeded_network: Database) -> None:
    for layer in ("pole", "cable", "segment", "zone", "organisation", "span", "rule"):
        assert {c.layer for c in found(layer=layer)} == {layer}
    assert len(found()) == 1000
    assert len({table.place for table in tables_of()}) == len(tables_of())
    assert [table.name for table in tables_of("pole")] == ["pole", "pole_code", "pole_private"]


def test_the_application_can_only_read_history(seeded_network: Database) -> None:
    with transaction() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass, g.grantee::regrole, g.privilege_type"
            " FROM pg_class AS c CROSS JOIN LATERAL aclexplode(c.relacl) AS g"
            " WHERE c.relkind = 'r' AND g.grantee IN ('gisreg_app'::regrole, 'gisreg_worker'::regrole)"
            " AND g.privilege_type <> 'SELECT' AND (c.relnamespace = 'history'::regnamespace"
            " OR c.oid IN ('gisreg.change_set'::regclass, 'gisreg.chain'::regclass,"
            " 'gisreg.chain_block'::regclass))"
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT has_function_privilege('gisreg.seal(integer)', 'EXECUTE'),"
            " has_function_privilege('gisreg.chain_records(bigint[])', 'EXECUTE'),"
            " has_table_privilege('gisreg.chain', 'SELECT')"
        )
        assert cursor.fetchone() == (False, False, False)


def test_garbage_is_no_cursor() -> None:
    for text in ("", "x", "AAAA", "é"):
        with pytest.raises(UsageError):
            opened(text)


def test_over_http(client: httpx.Client, life: int) -> None:
    begin = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    seen: list[tuple[str, int | str, str]] = []
    url: str | None = str(httpx.URL("/changes", params={"from": begin, "layer": "pole", "limit": 60}))
    while url:
        answer = client.get(url).json()
        seen += [(c["layer"], c["id"], c["operation"]) for c in answer["changes"]]
        url = next((link["href"] for link in answer["links"] if link["rel"] == "next"), None)
    assert [entry for entry in seen if entry[1] == life] == [
        ("pole", life, what) for what in ("insert", "update", "delete")
    ]
    assert len([entry for entry in seen if entry[2] == "insert"]) >= 400
    features = client.get("/changes", params={"from": begin, "layer": "pole", "f": "geojson"}).json()[
        "features"
    ]
    assert features[0]["geometry"]["type"] == "Point"
    for wrong in ({}, {"from": "x"}, {"from": begin, "layer": "x"}, {"from": begin, "to": "2020-01-01"},
                  {"from": begin, "cursor": "x"}, {"from": begin, "bbox": "1"}):  # fmt: skip
        assert client.get("/changes", params=wrong).status_code in (400, 404)


def test_items_of_a_moment_over_http(client: httpx.Client, query: Query) -> None:
    path = "/collections/pole/items"
    for layer in ("pole", "cable", "segment", "organisation", "street", "zone", "span", "tower"):
        query(f"UPDATE registry.{layer} SET visibility = 'public'")
    found_pole = one(client, "pole", code="P2-2")
    before = datetime.now(UTC)
    query("UPDATE registry.pole SET height_m = 17.5 WHERE code = 'P2-2'")
    past = client.get(path, params={"datetime": before.isoformat(), "code": "P2-2"}).json()["features"][0]
    assert past["properties"]["height_m"] == found_pole["properties"]["height_m"] != 17.5
    known = client.get(path, params={"known_at": before.isoformat(), "code": "P2-2"}).json()["features"]
    assert known == [past]
    refused = client.get(path, params={"datetime": "2026-01-01/2026-02-01"})
    assert refused.status_code == 400
    assert "interval" in refused.json()["detail"]
    assert client.get(path, params={"datetime": "2020-01-01T00:00:00Z"}).json()["features"] == []
    derived = client.get(path, params={"datetime": before.isoformat(), "cable_count": "1"})
    assert derived.status_code == 400
    for key in ("cable", "segment", "organisation", "street", "zone", "span", "tower"):
        answer = client.get(
            f"/collections/{key}/items", params={"known_at": before.isoformat(), "limit": 3}
        ).json()
        assert answer["numberReturned"] > 0, key


@pytest.mark.parametrize("layer", ["segment", "pole"])
def test_findings_of_a_moment(client: httpx.Client, query: Query, layer: str) -> None:
    if layer == "pole":
        query(
            "INSERT INTO registry.finding"
            " (object_id, owner_id, visibility, rule_id, outcome, priority, run_id, first_seen_at)"
            " SELECT id, owner_id, visibility, 'P01', 'fail', 1, 1, now() FROM registry.pole LIMIT 1"
        )
    ((number,),) = query(
        f"SELECT object_id FROM registry.finding WHERE object_id IN (SELECT id FROM registry.{layer})"
        " ORDER BY object_id LIMIT 1"
    )
    before = datetime.now(UTC)
    kept = query("SELECT rule_id, metres_inside FROM registry.finding WHERE object_id = %s", number)
    query("DELETE FROM registry.finding WHERE object_id = %s", number)
    after = datetime.now(UTC)
    path = f"/collections/{layer}/items/{number}/findings"
    assert client.get(path).json() == {layer: number, "findings": []}
    told = client.get(path, params={"datetime": before.isoformat()}).json()["findings"]
    assert sorted((one["rule_id"], one["metres_inside"]) for one in told) == sorted(kept)
    known = {"datetime": after.isoformat(), "known_at": before.isoformat()}
    assert client.get(path, params=known).json()["findings"] == told, "as it was known before"
    if layer == "segment":
        told_again = client.get(f"/segments/{number}/findings", params={"datetime": before.isoformat()})
        assert told_again.json() == {"segment": number, "findings": told}
    with transaction(Role.APP, None) as connection:
        found = findings_as_of(connection, LAYERS[layer], number, before)
        assert found == [], "findings are not for everybody"
    assert client.get(f"/collections/{layer}/items/{number + 1}/findings").status_code == 404
    assert client.get(f"/collections/zone/items/{number}/findings").status_code == 404
    assert client.get(f"/collections/nothing/items/{number}/findings").status_code == 404


def test_on_the_command_line(life: int) -> None:
    runner = CliRunner()
    told = runner.invoke(app, ["show", "pole", str(life)])
    assert told.exit_code == 0, told.output
    for words in ("added by Minh, VNPT: sửa [r-2]", "life -> life2", "deleted by Minh"):
        assert words in told.output
    told = runner.invoke(app, ["changes", "--from", "2026-01-01", "--layer", "pole", "--person", "Minh"])
    assert told.output.count("Minh") >= 3
    assert "Nothing was changed." in runner.invoke(app, ["show", "pole", "1"]).output


def test_the_look_up_stays_while_somebody_is_in_it(network: Network, database: Database) -> None:
    # Not by the settings: another test of this module may have configured a database of its own.
    with closing(psycopg2.connect(database.urls[Role.WORKER])) as reader, reader.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM history.pole")
        assert network.sql("SELECT gisreg.drop_history_key('pole', 1000000)") == [(None,)]


def test_the_look_up_is_built_anew_after_a_bulk(network: Network) -> None:
    ((again,),) = network.sql("SELECT gisreg.drop_history_key('pole', 50001)")
    index = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'history' AND indexname = 'pole_key_idx'"
    assert network.sql(index) == []
    network.sql(again)
    assert network.sql(index) == [(again,)]
    assert network.sql("SELECT gisreg.drop_history_key('pole', 50000)") == [(None,)]
    network.sql(
        "INSERT INTO registry.organisation (code, name, kind)"
        " SELECT i, i, 'carrier' FROM generate_series(1, 50001) AS i"
    )
    index = index.replace("pole_key", "organisation_key")
    assert len(network.sql(index)) == 1
