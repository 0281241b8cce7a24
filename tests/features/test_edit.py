"""Edits: on a stated version, checked as a whole, with consequences, and written down."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from gisreg.access.actor import PersonRole
from tests.support.served import Query, edited, key_of, one


def path_of(layer: str, feature: dict[str, Any]) -> str:
    return f"/collections/{layer}/items/{feature['id']}"


def count(client: httpx.Client, layer: str, **where: str) -> int:
    found: int = client.get(f"/collections/{layer}/items", params={"limit": 1} | where).json()[
        "numberMatched"
    ]
    return found


def test_an_edit_without_a_version_is_refused(client: httpx.Client) -> None:
    path = path_of("pole", one(client, "pole", code="P1-1"))
    assert client.patch(path, json={"properties": {"lean_deg": 1}}).status_code == 428
    assert client.delete(path).status_code == 428
    for tag in ("3", "W/abc", '"x"', "*", '"1", "2"'):
        assert client.patch(path, json={}, headers={"If-Match": tag}).status_code == 400


def test_a_stale_edit_shows_both_versions(client: httpx.Client) -> None:
    pole = one(client, "pole", code="P1-2")
    path = path_of("pole", pole)
    tag = client.get(path).headers["ETag"]
    first = client.patch(path, json={"properties": {"lean_deg": 4}}, headers={"If-Match": tag})
    assert first.status_code == 200
    assert first.headers["ETag"] == client.get(path).headers["ETag"]
    second = client.patch(path, json={"properties": {"lean_deg": 9}}, headers={"If-Match": tag})
    assert second.status_code == 412
    problem = second.json()
    assert problem["your_version"] == pole["properties"]["version"]
    assert problem["current_version"] == problem["your_version"] + 1
    assert problem["current"]["properties"]["lean_deg"] == 4
    assert client.delete(path, headers={"If-Match": tag}).status_code == 412


def test_of_two_edits_at_once_one_wins(client: httpx.Client) -> None:
    path = path_of("tower", one(client, "tower", code="T-VTL"))
    tag = client.get(path).headers["ETag"]

    def write(height: int) -> int:
        answer = client.patch(path, json={"properties": {"height_m": height}}, headers={"If-Match": tag})
        return answer.status_code

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(write, range(30, 36))) == [200, 412, 412, 412, 412, 412]


def test_all_faults_are_told_at_once_and_nothing_changes(client: httpx.Client) -> None:
    pole = one(client, "pole", code="P1-3")
    answer = edited(
        client,
        "pole",
        pole["id"],
        properties={
            "height_m": 61,
            "lean_deg": "much",
            "kind": "wooden",
            "installed_on": "yesterday",
            "has_light": 1,
            "owner_id": 1.5,
            "cable_count": 3,
            "version": 9,
            "note": "mine",
            "colour": "red",
            "source": None,
            "code": "a\u0000b",
            "material": "steel",
        },
        geometry={"type": "Point", "coordinates": [20.44, 106.33]},
    )
    assert answer.status_code == 422
    faults = {fault["field"]: fault["message"] for fault in answer.json()["errors"]}
    assert set(faults) == {
        "height_m", "lean_deg", "kind", "installed_on", "has_light", "owner_id", "cable_count",
        "version", "note", "colour", "source", "code", "geometry",
    }  # fmt: skip
    assert "between 1 and 60 m" in faults["height_m"]
    assert "longitude comes first" in faults["geometry"]
    told = {fault["field"]: fault["message_vi"] for fault in answer.json()["errors"]}
    assert told["height_m"] == "phải từ 1 đến 60 m"
    assert "kinh độ đứng trước" in told["geometry"]
    assert "13 trường không nhận được: " in answer.json()["detail_vi"]
    assert one(client, "pole", code="P1-3") == pole


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "LineString", "coordinates": [[106.3, 20.4], [106.4, 20.4]]},
        {"type": "Point"},
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": [106.3]},
        {"type": "Point", "coordinates": ["106.3", "20.4"]},
        {"type": "Point", "coordinates": [1e999, 20.4]},
        {"type": "Point", "coordinates": [True, False]},
        {"type": "Point", "coordinates": [[106.3, 20.4]]},
        {"type": "Point", "coordinates": [2.35, 48.86]},
        "POINT(106.3 20.4)",
        {"type": ["Point"], "coordinates": [106.3, 20.4]},
        {"type": {}, "coordinates": [106.3, 20.4]},
        None,
        [],
    ],
)
def test_geometries_that_are_no_point_here(client: httpx.Client, geometry: Any) -> None:
    pole = one(client, "pole", code="P1-4")
    body = json.dumps({"geometry": geometry}).replace("Infinity", "1e999")
    path = path_of("pole", pole)
    headers = {"If-Match": client.get(path).headers["ETag"], "Content-Type": "application/json"}
    answer = client.patch(path, content=body, headers=headers)
    assert answer.status_code == 422, answer.text
    assert [fault["field"] for fault in answer.json()["errors"]] == ["geometry"]


def test_a_null_empties_and_an_absent_field_stays(client: httpx.Client) -> None:
    pole = one(client, "pole", code="P1-5")
    answer = edited(client, "pole", pole["id"], properties={"height_m": None})
    assert answer.json()["properties"]["height_m"] is None
    assert answer.json()["properties"]["kind"] == pole["properties"]["kind"]
    same = edited(client, "pole", pole["id"])
    assert same.json()["properties"]["version"] == answer.json()["properties"]["version"]


def test_moving_a_pole_ties_its_cables_anew(client: httpx.Client) -> None:
    pole = one(client, "pole", code="P4-4")
    away = [pole["geometry"]["coordinates"][0], pole["geometry"]["coordinates"][1] + 0.0002]
    assert pole["properties"]["cable_count"] == 1
    moved = edited(client, "pole", pole["id"], geometry={"type": "Point", "coordinates": away})
    assert moved.json()["properties"]["cable_count"] == 0
    assert count(client, "segment") == 189
    assert client.get(f"/poles/{pole['id']}/occupancy").json()["rows"] == []
    back = edited(client, "pole", pole["id"], geometry=pole["geometry"])
    assert back.json()["properties"]["cable_count"] == 1
    assert count(client, "segment") == 190


def test_redrawing_a_zone_flags_anew(client: httpx.Client) -> None:
    zone = one(client, "zone", code="Z1")
    flagged = count(client, "segment", tidying_state="flagged")
    assert flagged > 0
    tiny = [[[106.331, 20.439], [106.3311, 20.439], [106.3311, 20.4391], [106.331, 20.439]]]
    shrunk = edited(client, "zone", zone["id"], geometry={"type": "Polygon", "coordinates": tiny})
    assert shrunk.json()["geometry"]["type"] == "MultiPolygon"
    assert count(client, "segment", tidying_state="flagged") == 0
    edited(client, "zone", zone["id"], geometry=zone["geometry"])
    assert count(client, "segment", tidying_state="flagged") == flagged


def test_what_others_depend_on_stays(client: httpx.Client) -> None:
    path = path_of("pole", one(client, "pole", code="P6-6"))
    answer = client.delete(path, headers={"If-Match": client.get(path).headers["ETag"]})
    assert answer.status_code == 409
    assert {entry["layer"] for entry in answer.json()["depending"]} >= {"support", "segment"}
    assert client.get(path).status_code == 200


def test_an_object_comes_and_goes(client: httpx.Client, query: Query) -> None:
    owner = one(client, "organisation", code="VTL")["id"]
    feature = {
        "type": "Feature",
        "properties": {"code": "NEW-1", "owner_id": owner, "mast_class": "A1a", "name": "Trạm <b>mới</b>"},
        "geometry": {"type": "Point", "coordinates": [106.35, 20.45, 12.5]},
    }
    key = key_of("nva", PersonRole.ENGINEER, name="Nguyễn Văn A", organisation="VTL")
    who = {"Authorization": f"Bearer {key}"}
    made = client.post("/collections/tower/items", json=feature, headers=who)
    assert made.status_code == 201
    path = made.headers["Location"]
    assert client.get(path).json() == made.json()
    assert made.json()["geometry"]["coordinates"] == [106.35, 20.45]
    assert client.post("/collections/tower/items", json=feature).status_code == 409
    gone = client.delete(path, headers={"If-Match": made.headers["ETag"]} | who)
    assert gone.status_code == 204
    assert client.get(path).status_code == 404
    steps = query(
        "SELECT h.operation, c.person, c.organisation, c.request_id FROM history.tower AS h"
        " JOIN gisreg.change_set AS c ON c.id = h.change_set_id WHERE h.id = %s ORDER BY h.history_id",
        made.json()["id"],
    )
    assert [step[:3] for step in steps] == [
        ("I", "Nguyễn Văn A", "Viettel"),
        ("D", "Nguyễn Văn A", "Viettel"),
    ]
    assert [step[3] for step in steps] == [made.headers["X-Request-ID"], gone.headers["X-Request-ID"]]


def test_what_must_be_there_is_asked_for(client: httpx.Client) -> None:
    answer = client.post("/collections/zone/items", json={"properties": {"name": "Không tên"}})
    assert answer.status_code == 422
    assert {fault["field"] for fault in answer.json()["errors"]} == {"code", "kind", "valid_from", "geometry"}
    answer = client.post(
        "/collections/tower/items",
        json={"properties": {"owner_id": 5}, "geometry": {"type": "Point", "coordinates": [106.3, 20.4]}},
    )
    assert [fault["field"] for fault in answer.json()["errors"]] == ["owner_id"]


def test_derived_layers_cannot_be_edited(client: httpx.Client) -> None:
    segment = client.get("/collections/segment/items?limit=1").json()["features"][0]
    assert edited(client, "segment", segment["id"], properties={"role": "trunk"}).status_code == 403
    assert client.post("/collections/segment/items", json={}).status_code == 403


def test_a_cable_at_work_cannot_be_removed(client: httpx.Client) -> None:
    cable = one(client, "cable", code="C2")
    path = path_of("cable", cable)
    page = client.get(
        "/collections/segment/items", params={"cable_id": cable["id"], "tidying_state": "flagged"}
    ).json()
    segment = page["features"][0]["id"]
    seen = page["features"][0]["properties"]["tidying_version"]
    step = {"segments": [segment], "state": "planned", "note": "Kế hoạch 12", "versions": {segment: seen}}
    assert client.post("/segments/tidying", json=step).json() == {"changed": 1}
    refused = client.delete(path, headers={"If-Match": client.get(path).headers["ETag"]})
    assert refused.status_code == 409
    step |= {"state": "flagged", "versions": {segment: seen + 1}}
    assert client.post("/segments/tidying", json=step).json() == {"changed": 1}
    assert client.delete(path, headers={"If-Match": client.get(path).headers["ETag"]}).status_code == 204
    assert count(client, "segment", cable_id=str(cable["id"])) == 0
    pole = one(client, "pole", code="P5-2")
    assert pole["properties"]["cable_count"] == 0
