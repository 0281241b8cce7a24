"""Matches over HTTP: owners agree, a merge follows and is undone; others see nothing."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from gisreg.access.actor import PersonRole
from gisreg.database.connection import Role, transaction
from gisreg.matching.propose import propose
from tests.support.databases import Database
from tests.support.served import key_of
from tests.support.worked import run_jobs


@pytest.fixture(scope="module")
def clients(seeded_network: Database, address: str) -> Iterator[dict[str, httpx.Client]]:
    """Return clients of engineers by their organisation; a pole of VTL stands 2 m beside one of VNPT."""
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.pole (code, owner_id, kind, height_m, geom)"
            " SELECT 'V-1', o.id, p.kind, p.height_m, ST_Translate(p.geom, 0.00002, 0)"
            " FROM registry.pole AS p, registry.organisation AS o WHERE p.code = 'P4-4' AND o.code = 'VTL'"
        )
        propose(own)
    made = {
        code: httpx.Client(
            base_url=address,
            timeout=30,
            headers={"X-Api-Key": key_of(f"ks-{code.lower()}", PersonRole.ENGINEER, organisation=code)},
        )
        for code in ("VNPT", "VTL", "PC")
    }
    yield made
    for client in made.values():
        client.close()


def test_both_owners_agree_then_one_merges_and_undoes(clients: dict[str, httpx.Client]) -> None:
    vnpt, vtl, power = clients["VNPT"], clients["VTL"], clients["PC"]
    (match,) = vnpt.get("/matches").json()["matches"]
    assert match["map"].startswith("/maps/survey#19/")
    assert power.get("/matches").json() == {"matches": [], "next_after": None}
    told = {"ids": [match["id"]], "decision": "merge"}
    assert vnpt.post("/matches/decisions", json=told).status_code == 428
    told["versions"] = {match["id"]: match["version"]}
    assert vnpt.post("/matches/decisions", json=told).status_code == 409
    assert power.post("/matches/decisions", json=told).status_code == 404
    assert vnpt.post("/matches/decisions", json=told | {"decision": "agree"}).json() == {"agreed": 0}
    late = vtl.post("/matches/decisions", json=told | {"decision": "agree"})
    assert late.status_code == 412
    assert late.json()["seen"]["state"] == "open"
    # Which of the two is the first is their ids' to say.
    now = late.json()["current"]
    assert {now["first_agreed_by"], now["second_agreed_by"]} == {"ks-vnpt", None}
    told["versions"] = {match["id"]: late.json()["current_version"]}
    assert vtl.post("/matches/decisions", json=told | {"decision": "agree"}).json() == {"agreed": 1}
    told["versions"] = {match["id"]: vtl.get("/matches").json()["matches"][0]["version"]}
    assert vnpt.post("/matches/decisions", json=told | {"decision": "x"}).status_code == 400
    answer = vnpt.post("/matches/decisions", json=told)
    assert answer.status_code == 200, answer.text
    ((merged,),) = answer.json().values()
    assert vnpt.get("/search", params={"q": "V-1"}).json()["results"][0]["id"] == merged["into"]
    assert power.get("/merges").json() == {"merges": []}
    (line,) = vtl.get("/merges").json()["merges"]
    assert power.post(f"/merges/{line['id']}/undo").status_code == 404
    assert vtl.post(f"/merges/{line['id']}/undo").json() == {"id": merged["from"]}
    assert vtl.post(f"/merges/{line['id']}/undo").status_code == 409
    assert vtl.get(f"/collections/pole/items/{merged['from']}").status_code == 200


def test_groups_are_paged_and_filtered(clients: dict[str, httpx.Client]) -> None:
    vtl, power = clients["VTL"], clients["PC"]
    answer = vtl.get("/matches/groups", params={"state": "*"}).json()
    assert answer["more"] is False
    assert {pole["owner"] for group in answer["groups"] for pole in group["poles"]} == {"VNPT", "VTL"}
    assert sum(state["groups"] for state in answer["counts"].values()) == len(answer["groups"])
    west = "106.0,20.0,106.1,20.1"
    assert vtl.get("/matches/groups", params={"state": "*", "bbox": west}).json()["groups"] == []
    assert power.get("/matches/groups", params={"state": "*"}).json() == {
        "groups": [], "more": False, "counts": {},
    }  # fmt: skip
    for wrong in ({"state": "x"}, {"bbox": "1,2"}, {"sure": 2}, {"owner": "nobody"}, {"skip": -1}):
        refused = vtl.get("/matches/groups", params=wrong)
        assert refused.status_code in (400, 404, 422), (wrong, refused.text)
        assert refused.json()["title"]


def test_only_the_authority_asks_for_looking_again(
    clients: dict[str, httpx.Client], client: httpx.Client
) -> None:
    box = "106.33,20.44,106.34,20.45"
    assert clients["VTL"].post("/matches/propose", json={"bbox": box}).status_code == 403
    assert client.post("/matches/propose", json={"bbox": "hier"}).status_code == 400
    assert client.post("/matches/propose", json={"bbox": box}).status_code == 202
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.pole (code, owner_id, kind, height_m, geom)"
            " SELECT 'V-2', o.id, p.kind, p.height_m, ST_Translate(p.geom, 0.00002, 0)"
            " FROM registry.pole AS p, registry.organisation AS o WHERE p.code = 'P6-6' AND o.code = 'VTL'"
        )
    assert client.get("/matches/groups").json()["groups"] == []
    run_jobs()
    (found,) = client.get("/matches/groups").json()["groups"]
    assert {pole["code"] for pole in found["poles"]} == {"P6-6", "V-2"}
