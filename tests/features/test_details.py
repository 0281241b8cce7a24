"""What is behind a click, what a search finds, what sharing and tidying tell."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import transaction
from layers import LAYERS
from tests.support.databases import Database
from tests.support.served import Query, edited, key_of, one


def rows(document: dict[str, Any]) -> dict[str, Any]:
    return {row["en"]: row["value"] for row in document["rows"]}


def table(document: dict[str, Any], title: str) -> list[list[Any]]:
    found: list[list[Any]] = next(t["rows"] for t in document["tables"] if t["title"]["en"] == title)
    return found


def test_a_pole_tells_who_hangs_there_and_its_other_codes(client: httpx.Client) -> None:
    pole = one(client, "pole", code="P3-3")
    document = client.get(f"/details/pole/{pole['id']}").json()
    assert document["title"] == {"vi": "Cột P3-3", "en": "Pole P3-3"}
    assert rows(document)["Kind"]["vi"] == "Cột điện hạ thế"
    assert rows(document)["Owner"] == "Điện lực"
    assert table(document, "Who hangs here")[0][0] == "Viettel"
    assert table(document, "Other codes") == [["Viettel", "VTL/0815", "unknown"]]
    assert "SECRET-NOTE" not in str(document)
    assert "123456789" not in str(document)


def test_a_flagged_segment_tells_why_and_what_was_done(client: httpx.Client) -> None:
    page = client.get("/collections/segment/items?tidying_state=flagged&limit=1").json()
    segment = page["features"][0]
    step = {"segments": [segment["id"]], "state": "planned", "note": "<script>alert(1)</script>"}
    step["versions"] = {segment["id"]: segment["properties"]["tidying_version"]}
    lan = {"Authorization": f"Bearer {key_of('lan', PersonRole.INSPECTOR, name='Lan')}"}
    assert client.post("/segments/tidying", json=step, headers=lan).status_code == 200
    document = client.get(f"/details/segment/{segment['id']}").json()
    reason = document["reasons"][0]
    assert reason["zone"] == {"vi": "Khu trung tâm", "en": "Centre"}
    assert reason["zone_kind"]["en"] == "Aesthetic priority"
    assert reason["legal"] == "12/QĐ-UBND"
    assert reason["metres_inside"] > 0
    assert {"rule", "vi", "en", "priority"} <= set(reason)
    when, before, after, person, _, note = table(document, "Tidying so far")[0]
    assert (before["en"], after["en"], person, note) == ("Flagged", "Planned", "Lan", step["note"])
    assert len(when) == len("31/12/2026 23:59")
    assert rows(document)["Cable"].startswith("C")


def test_a_tower_tells_its_tenants(client: httpx.Client) -> None:
    tower = one(client, "tower", code="T-VTL")
    assert table(client.get(f"/details/tower/{tower['id']}").json(), "Tenants")[0][0] == "Viettel"
    listed = client.get(f"/towers/{tower['id']}/tenants").json()["rows"]
    assert [row["organisation_code"] for row in listed] == ["VTL"]


def test_every_layer_has_details(client: httpx.Client) -> None:
    for key in LAYERS:
        for feature in client.get(f"/collections/{key}/items?limit=2").json()["features"]:
            document = client.get(f"/details/{key}/{feature['id']}").json()
            assert document["title"]["vi"].startswith(LAYERS[key].vi)
            assert all({"vi", "en", "value", "unit"} == set(row) for row in document["rows"])


@pytest.mark.parametrize(
    ("text", "layer", "label"),
    [
        ("ly bon", "street", "Đường Lý Bôn"),
        ("LÝ BÔN", "street", "Đường Lý Bôn"),
        ("đường lý", "street", "Đường Lý Bôn"),
        ("Ly\u0301 Bo\u0302n", "street", "Đường Lý Bôn"),
        ("hung dao", "street", "Ngõ 12 Trần Hưng Đạo"),
        ("thuy", "tower", "T-VTL"),
        ("thụy", "tower", "T-VTL"),
        ("P3-3", "pole", "P3-3"),
        ("p3-3", "pole", "P3-3"),
        ("vtl/08", "pole", "VTL/0815"),
        ("c7", "cable", "C7"),
        ("tran lam", "admin_unit", "Phường Trần Lãm"),
        ("trung tam", "zone", "Khu trung tâm"),
    ],
)
def test_search_finds_without_diacritics(client: httpx.Client, text: str, layer: str, label: str) -> None:
    found = client.get("/search", params={"q": text}).json()["results"]
    assert (found[0]["layer"], found[0]["label"]) == (layer, label), found
    west, south, east, north = found[0]["bbox"]
    assert west <= east
    assert south <= north
    assert {"vi", "en"} == set(found[0]["context"])


@pytest.mark.parametrize("text", ["", "a", "%", "__", "%%", "\\", "' OR 1=1", "\x00\x00", "🦆🦆"])
def test_search_takes_text_as_text(client: httpx.Client, text: str) -> None:
    assert client.get("/search", params={"q": text}).json() == {"results": []}


def test_search_uses_the_indexes_under_the_policies(client: httpx.Client, query: Query) -> None:
    query("SET enable_seqscan = off")
    street = "EXPLAIN SELECT id FROM registry.street WHERE gisreg.search_text(name) LIKE '%ly bon%'"
    assert "street_search_idx" in str(query(street))
    with transaction() as connection, connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for table in ("pole", "cable"):
            # As search.sql asks; the condition must be the index's own, not a filter after the policy.
            cursor.execute(
                f"EXPLAIN SELECT id FROM registry.{table} WHERE code ~>=~ 'C7' AND code ~<~ ('C7' || chr(1114111))"
            )
            plan = str(cursor.fetchall())
            assert f"{table}_code_idx" in plan
            assert "Index Cond: ((code ~>=~" in plan


def test_named_places_are_those_that_the_policy_shows(seeded_network: Database, query: Query) -> None:
    query("UPDATE registry.street SET visibility = 'agency' WHERE code = 'S2'")
    inspector = Actor("tra", roles=frozenset({PersonRole.INSPECTOR}))
    for actor, wanted in ((None, 0), (inspector, 1)):
        with transaction(actor=actor) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM gisreg.named('street', 'hung dao', 20)")
            assert cursor.fetchone() == (wanted,)
            cursor.execute("SELECT count(*) FROM registry.street WHERE code = 'S2'")
            assert cursor.fetchone() == (wanted,)
            # A pattern of one's own would tell by its error that a row was there.
            cursor.execute("SELECT count(*) FROM gisreg.named('street', 'hung dao\\', 20)")
            assert cursor.fetchone() == (0,)
    query("UPDATE registry.street SET visibility = 'public' WHERE code = 'S2'")


@pytest.mark.parametrize("by", ["ward", "carrier", "week"])
def test_progress_adds_up_however_it_is_broken_down(client: httpx.Client, by: str) -> None:
    answer = client.get("/progress", params={"by": by}).json()
    segments = client.get("/collections/segment/items?limit=1000").json()["features"]
    metres = sum(segment["properties"]["flagged_m"] for segment in segments)
    assert sum(row["flagged_m"] for row in answer["rows"]) == pytest.approx(metres)


def test_candidates_for_sharing(client: httpx.Client) -> None:
    found = client.get("/sharing/candidates")
    assert found.headers["Content-Type"] == "application/geo+json"
    assert len(found.json()["features"]) == 1


def test_a_step_that_may_not_follow_names_the_segments(client: httpx.Client) -> None:
    page = client.get("/collections/segment/items?tidying_state=none&limit=1").json()
    wrong = {"segments": [page["features"][0]["id"]], "state": "accepted"}
    assert client.post("/segments/tidying", json=wrong).status_code == 428
    wrong["versions"] = {wrong["segments"][0]: page["features"][0]["properties"]["tidying_version"]}
    answer = client.post("/segments/tidying", json=wrong)
    assert answer.status_code == 422
    assert answer.json()["refused"][0]["segment_id"] == wrong["segments"][0]
    for body in ({}, {"segments": [], "state": "planned"}, {"segments": [1], "state": "x", "more": 1}):
        assert client.post("/segments/tidying", json=body).status_code == 400


def test_map_pages(client: httpx.Client) -> None:
    for name in ("overview", "tidying", "sharing", "survey"):
        page = client.get(f"/maps/{name}")
        assert page.headers["Content-Type"].startswith("text/html")
        policy = page.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "sha256-" in policy
        assert client.get(f"/maps/{name}").content == page.content
        again = client.get(f"/maps/{name}", headers={"If-None-Match": page.headers["ETag"]})
        assert again.status_code == 304
    assert 'lang="en"' in client.get("/maps/overview?lang=en").text
    assert client.get("/maps/none").json()["maps"]


def test_names_with_markup_stay_text(client: httpx.Client) -> None:
    street = one(client, "street", code="S1")
    name = "</script><script>alert(1)</script>"
    assert edited(client, "street", street["id"], properties={"name": name}).status_code == 200
    answer = client.get(f"/details/street/{street['id']}")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["title"]["vi"].endswith(name)
    for page in ("overview", "survey"):
        assert "alert(1)" not in client.get(f"/maps/{page}").text


def test_the_owners_own_fields_are_shown_to_him_alone(
    client: httpx.Client, public: httpx.Client, query: Query
) -> None:
    pole = one(client, "pole", code="P3-3")
    query(
        "INSERT INTO registry.pole_private (pole_id, extra) VALUES (%s, %s)"
        " ON CONFLICT (pole_id) DO UPDATE SET extra = EXCLUDED.extra",
        pole["id"],
        '{"Tuyến": "<b>Lý Bôn</b>", "Số hộp": 3, "osm": {"power": "pole"}}',
    )

    shown = client.get(f"/details/pole/{pole['id']}").json()["rows"]
    assert [row for row in shown if row["vi"] == row["en"]] == [
        {"vi": "Số hộp", "en": "Số hộp", "value": 3, "unit": None},
        {"vi": "Tuyến", "en": "Tuyến", "value": "<b>Lý Bôn</b>", "unit": None},
    ]
    assert "Lý Bôn" not in public.get(f"/details/pole/{pole['id']}").text

    def found(who: httpx.Client, **where: str) -> list[int]:
        page = who.get(
            "/collections/pole/items", params={f"extra.{name}": value for name, value in where.items()}
        )
        return [feature["id"] for feature in page.json()["features"]]

    assert found(client, **{"Tuyến": "<b>Lý Bôn</b>"}) == [pole["id"]]
    assert found(client, **{"Số hộp": "3", "Tuyến": "<b>Lý Bôn</b>"}) == [pole["id"]]
    assert found(client, **{"Tuyến": "x"}) == []
    assert found(public, **{"Số hộp": "3"}) == []
    assert client.get("/collections/pole/items", params={"extra.a\x00": "1"}).status_code == 400
    assert client.get("/collections/street/items", params={"extra.a": "1"}).status_code == 400
