"""Lists and counts of findings as the service gives them; coverage beside every count."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.address import Role
from gisreg.database.connection import transaction
from gisreg.flagging.run import run
from tests.support.databases import Database
from tests.support.served import Query, key_of


@pytest.fixture(scope="module", autouse=True)
def measured(seeded_network: Database) -> None:
    """Measure the lean of a quarter of the poles: each fourth leans by 7 degrees."""
    with transaction(Role.WORKER, Actor("seed")) as connection:
        with connection.cursor() as cursor:
            # What the seeded rows lack is not what these lists are about.
            cursor.execute("UPDATE registry.rule SET is_active = false WHERE id ~ '^Q'")
            cursor.execute(
                "UPDATE registry.pole SET lean_deg = CASE WHEN code LIKE '%%-8' THEN 7 ELSE 1 END"
                " WHERE code ~ '-(0|4|8)$'"
            )
            cursor.execute("UPDATE registry.pole SET lean_deg = NULL WHERE code ~ '^P1?[13579]-'")
        run(connection)


def told(client: httpx.Client, **query: Any) -> list[dict[str, Any]]:
    answer = client.get("/findings", params=query)
    assert answer.status_code == 200, answer.text
    return [feature["properties"] for feature in answer.json()["features"]]


def test_a_list_is_the_same_by_pages(client: httpx.Client, query: Query) -> None:
    whole = {(one["object_id"], one["rule"], one["zone"]) for one in told(client, limit=1000)}
    ((number,),) = query("SELECT count(*) FROM registry.finding")
    assert len(whole) == number > 50
    paged, address = set(), "/findings?limit=7"
    while address:
        page = client.get(address).json()
        for feature in page["features"]:
            key = (
                feature["properties"]["object_id"],
                feature["properties"]["rule"],
                feature["properties"]["zone"],
            )
            assert key not in paged
            paged.add(key)
            assert feature["geometry"]["type"] in ("Point", "LineString")
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert paged == whole


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"rule": "P02"}, "f.rule_id = 'P02'"),
        ({"rule": "P02,Z03"}, "f.rule_id IN ('P02', 'Z03')"),
        ({"severity": "minor"}, "f.rule_id IN ('P02', 'S03')"),
        ({"zone": "Z1"}, "f.rule_id = 'Z03'"),
        ({"ward": "12345"}, "true"),
        ({"carrier": "VTL"}, "f.owner_id = (SELECT id FROM registry.organisation WHERE code = 'VTL')"),
        ({"state": "flagged"}, "f.rule_id = 'Z03'"),
        ({"outcome": "borderline"}, "false"),
        ({"age": "1"}, "false"),
        ({"layer": "pole"}, "f.rule_id = 'P02'"),
        (
            {"street": "S1"},
            "EXISTS (SELECT FROM registry.segment AS s WHERE s.id = f.object_id AND ST_YMin(s.geom) < 20.4402)",
        ),
        (
            {"bbox": "106.33,20.4399,106.34,20.4402"},
            "EXISTS (SELECT FROM registry.segment AS s WHERE s.id = f.object_id AND ST_YMin(s.geom) < 20.4402)",
        ),
    ],
)
def test_filters(client: httpx.Client, query: Query, asked: dict[str, str], where: str) -> None:
    rows = query(f"SELECT f.object_id, f.rule_id FROM registry.finding AS f WHERE {where}")
    found = [(one["object_id"], one["rule"]) for one in told(client, limit=1000, **asked)]
    assert sorted(found) == sorted(rows)
    ((row),) = client.get("/findings/counts", params={"by": "", **asked}).json()["rows"]
    assert (row["count"] or 0) == len(rows)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"rule": "X99"}, 400),
        ({"severity": "bad"}, 400),
        ({"zone": "nowhere"}, 404),
        ({"ward": "0"}, 404),
        ({"ward": "12345@2025-13-01"}, 400),
        ({"ward": "12345@soon"}, 400),
        ({"carrier": "nobody"}, 404),
        ({"street": "nowhere"}, 404),
        ({"bbox": "1,2"}, 400),
        ({"cursor": "garbage"}, 400),
        ({"order": "priority", "cursor": "1.0.P02"}, 400),
        ({"age": "-1"}, 400),
    ],
)
def test_wrong_questions(client: httpx.Client, asked: dict[str, str], status: int) -> None:
    assert client.get("/findings", params=asked).status_code == status


def test_the_weightiest_first(client: httpx.Client) -> None:
    weights = [one["priority"] for one in told(client, order="priority", limit=20)]
    assert weights == sorted(weights, reverse=True)
    assert len(weights) == 20


def test_counts_by_two_things_add_up(client: httpx.Client, query: Query) -> None:
    answer = client.get("/findings/counts", params={"by": "rule,carrier"}).json()
    ((number, metres),) = query("SELECT count(*), sum(metres_inside) FROM registry.finding")
    assert sum(row["count"] or 0 for row in answer["rows"]) == number
    assert sum(row["metres"] for row in answer["rows"]) == pytest.approx(metres)
    assert {row["carrier"]["key"] for row in answer["rows"] if row["rule"]["key"] == "Z03"} == {"VTL", "VNPT"}
    assert answer["counted_at"]


def test_nothing_found_is_not_said_where_little_was_measured(client: httpx.Client, query: Query) -> None:
    rows = {row["rule"]["key"]: row for row in client.get("/findings/counts?by=rule").json()["rows"]}
    ((applicable, evaluated),) = query("SELECT count(*), count(lean_deg) FROM registry.pole")
    lean = rows["P02"]
    assert (lean["applicable"], lean["evaluated"]) == (applicable, evaluated)
    assert lean["share"] == evaluated / applicable < 0.5
    assert (lean["count"], lean["enough"]) == (
        query("SELECT count(*) FROM registry.pole WHERE lean_deg > 5")[0][0],
        False,
    )
    # Of a carrier with no failing pole, nothing is said rather than that there is none.
    rows = client.get("/findings/counts", params={"by": "rule,carrier"}).json()["rows"]
    (none,) = [row for row in rows if (row["rule"]["key"], row["carrier"]["key"]) == ("P02", "PC")]
    assert (none["count"], none["told"]["en"]) == (None, "Not enough measured")
    everywhere = client.get("/findings", params={"rule": "P02", "carrier": "PC"}).json()
    assert everywhere["features"] == []
    assert everywhere["coverage"]["told"]["vi"] == "Chưa đo đủ"
    assert everywhere["coverage"]["counted_at"]


def test_enough_measured_and_nothing_found_is_a_zero(client: httpx.Client, query: Query) -> None:
    query("UPDATE registry.threshold SET value = 0 WHERE key = 'coverage_least_share'")
    try:
        rows = client.get("/findings/counts", params={"by": "rule,carrier"}).json()["rows"]
        (none,) = [row for row in rows if (row["rule"]["key"], row["carrier"]["key"]) == ("P02", "PC")]
        assert (none["count"], none["told"]) == (0, None)
    finally:
        query("UPDATE registry.threshold SET value = 0.5 WHERE key = 'coverage_least_share'")


def test_a_former_ward_without_an_outline_is_where_it_went(client: httpx.Client, query: Query) -> None:
    query(
        "INSERT INTO registry.admin_unit (gso_code, level, kind, name, valid_from, valid_to)"
        " VALUES ('777', 'commune', 'xa', 'Cũ', '2020-01-01', '2025-07-01')"
    )
    query(
        "INSERT INTO registry.admin_succession (from_id, to_id, share_area) SELECT o.id, n.id, 1"
        " FROM registry.admin_unit AS o, registry.admin_unit AS n WHERE o.gso_code = '777' AND n.gso_code = '12345'"
    )
    assert told(client, ward="777", limit=1000) == told(client, ward="12345", limit=1000) != []
    assert told(client, ward="777@2024-01-01", limit=1000) == told(client, ward="12345", limit=1000)
    assert client.get("/findings?ward=12345@2024-01-01").status_code == 404


def test_everybody_gets_his_own(
    client: httpx.Client, public: httpx.Client, address: str, query: Query
) -> None:
    assert public.get("/findings").status_code == 401
    assert public.get("/findings/counts").status_code == 401
    key = key_of("vtl", PersonRole.ENGINEER, organisation="VTL")
    with httpx.Client(base_url=address, timeout=30, headers={"X-Api-Key": key}) as carrier:
        mine = told(carrier, limit=1000)
        assert {one["carrier"] for one in mine} == {"VTL"}
        assert len(mine) == len(told(client, carrier="VTL", limit=1000))
        rows = carrier.get("/findings/counts", params={"by": "rule,carrier"}).json()["rows"]
        assert {row["carrier"]["key"] for row in rows} == {"VTL"}
        theirs = told(client, carrier="VNPT", rule="Z03")[0]["object_id"]
        assert carrier.get(f"/why/{theirs}").status_code == 404
        assert carrier.get(f"/why/{mine[0]['object_id']}").status_code == 200


def test_the_weightiest_street_and_the_parts_of_its_score(client: httpx.Client) -> None:
    streets = client.get("/priorities/streets").json()["streets"]
    assert {street["code"] for street in streets} == {"S1", "S2"}
    for street in streets:
        assert street["score"] == pytest.approx(sum(part["points"] for part in street["parts"]), abs=0.05)
        assert all(part["points"] <= part["most"] for part in street["parts"])
    segment = told(client, rule="Z03")[0]["object_id"]
    score = client.get(f"/why/{segment}").json()["priority"]
    assert score["score"] == pytest.approx(sum(part["points"] for part in score["parts"]), abs=0.05)
    assert {part["key"]: part["points"] for part in score["parts"]}["zone"] == 30
