"""An edit of somebody else's object over HTTP: a proposal, both values, a decision."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from gisreg.cli import proposal as command
from tests.proposals.conftest import People
from tests.support.served import Query, edited, one


def proposed(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code in (201, 202), answer.text
    found: dict[str, Any] = answer.json()
    return found


def versions(client: httpx.Client, *ids: int) -> dict[int, int]:
    """Return the versions that a client reads; 1 of what it does not see."""
    told = {number: client.get(f"/proposals/{number}") for number in ids}
    return {
        number: one.json()["properties"]["version"] if one.status_code == 200 else 1
        for number, one in told.items()
    }


def decide(client: httpx.Client, *ids: int, decision: str = "confirm", **more: Any) -> httpx.Response:
    told = {"ids": list(ids), "decision": decision, "versions": versions(client, *ids)}
    return client.post("/proposals/decisions", json=told | more)


def withdraw(client: httpx.Client, *ids: int) -> httpx.Response:
    told = {"ids": list(ids), "versions": versions(client, *ids)}
    return client.post("/proposals/withdrawals", json=told)


def test_a_patch_of_another_owners_pole_is_a_proposal(people: People, query: Query) -> None:
    pole = one(people.vtl, "pole", code="P2-2")
    answer = edited(
        people.vtl,
        "pole",
        pole["id"],
        properties={"height_m": 12.5},
        geometry={"type": "Point", "coordinates": [106.3307, 20.44106]},
    )
    assert answer.status_code == 202
    made = proposed(answer)
    assert answer.headers["Location"].endswith(f"/proposals/{made['id']}")
    told = made["properties"]
    assert (told["state"], told["organisation"], told["person"]) == ("open", "Viettel", "Người vtl")
    assert told["now"]["properties"] == told["base"]["properties"] == {"height_m": 10.0}
    assert told["proposed"]["properties"] == {"height_m": 12.5}
    assert told["proposed_geometry"] == {"type": "Point", "coordinates": [106.3307, 20.44106]}
    assert made["geometry"] == pole["geometry"]
    assert one(people.vnpt, "pole", code="P2-2") == pole
    done = decide(people.vnpt, made["id"])
    assert done.json() == {"proposals": [{"id": made["id"], "state": "confirmed"}]}
    after = one(people.vnpt, "pole", code="P2-2")
    assert after["properties"]["height_m"] == 12.5
    assert after["geometry"]["coordinates"] == [106.3307, 20.44106]
    assert after["properties"]["version"] == pole["properties"]["version"] + 1
    rows = query(
        "SELECT c.person, c.reason FROM history.pole AS h JOIN gisreg.change_set AS c ON c.id = h.change_set_id"
        " WHERE h.id = %s ORDER BY h.history_id DESC LIMIT 1",
        pole["id"],
    )
    assert rows == [("Người vnpt", f"proposals confirmed: {made['id']}")]
    # Cables are tied anew, as after any edit: the pole moved away from its street's cable.
    supports = query("SELECT count(*) FROM registry.support WHERE pole_id = %s", pole["id"])
    assert supports == [(0,)]
    assert decide(people.vnpt, made["id"]).status_code == 409


def test_a_decision_on_what_has_moved_on_is_refused(people: People) -> None:
    pole = one(people.vtl, "pole", code="P2-5")
    made = proposed(edited(people.vtl, "pole", pole["id"], properties={"height_m": 11}))["id"]
    body = {"ids": [made], "decision": "confirm"}
    assert people.vnpt.post("/proposals/decisions", json=body).status_code == 428
    body["versions"] = versions(people.vnpt, made)
    assert withdraw(people.vtl, made).json() == {"withdrawn": 1}
    late = people.vnpt.post("/proposals/decisions", json=body)
    assert late.status_code == 412
    (stale,) = late.json()["stale"]
    assert (stale["seen"]["state"], stale["current"]["state"]) == ("open", "withdrawn")
    assert stale["current_version"] == stale["your_version"] + 1


def test_strict_clients_are_refused(people: People) -> None:
    pole = one(people.vtl, "pole", code="P2-3")
    path = f"/collections/pole/items/{pole['id']}"
    tag = people.vtl.get(path).headers["ETag"]
    headers = {"If-Match": tag, "Prefer": 'return=minimal, handling="strict"'}
    answer = people.vtl.patch(path, json={"properties": {"height_m": 12}}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:gisreg:problem:not-yours")


@pytest.mark.parametrize("who", ["inspector", "vnpt_coordinator"])
def test_only_engineers_propose(people: People, who: str) -> None:
    pole = one(people.boss, "pole", code="P3-3")
    assert edited(getattr(people, who), "pole", pole["id"], properties={"height_m": 12}).status_code == 403


def test_what_is_no_shared_fact_is_refused(people: People) -> None:
    pole = one(people.vtl, "pole", code="P2-4")
    answer = edited(people.vtl, "pole", pole["id"], properties={"height_m": 12, "code": "X", "source": "y"})
    assert answer.status_code == 403
    assert answer.json()["fields"] == ["code", "source"]
    assert edited(people.vtl, "pole", pole["id"], properties={"height_m": 99}).status_code == 422
    assert edited(people.vtl, "pole", pole["id"], properties={"owner_id": 99}).status_code == 422
    same = {"height_m": pole["properties"]["height_m"], "code": pole["properties"]["code"]}
    assert edited(people.vtl, "pole", pole["id"], properties=same).status_code == 403


def test_a_stale_proposal_is_refused_like_a_stale_edit(people: People) -> None:
    pole = one(people.vtl, "pole", code="P2-5")
    draft = {"layer": "pole", "object_id": pole["id"], "version": 7, "properties": {"height_m": 12}}
    answer = people.vtl.post("/proposals", json=draft)
    assert answer.status_code == 412
    assert answer.json()["current"]["properties"]["version"] == 1


def test_an_outdated_proposal_shows_three_values_and_wants_a_say_so(people: People) -> None:
    pole = one(people.vtl, "pole", code="P4-4")
    made = proposed(edited(people.vtl, "pole", pole["id"], properties={"height_m": 12}))
    assert edited(people.vnpt, "pole", pole["id"], properties={"height_m": 11}).status_code == 200
    refused = decide(people.vnpt, made["id"])
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:gisreg:problem:outdated-proposal")
    (shown,) = refused.json()["proposals"]
    assert [shown[when]["properties"]["height_m"] for when in ("base", "now", "proposed")] == [9.0, 11.0, 12]
    assert people.vnpt.get(f"/proposals/{made['id']}").json()["properties"]["is_outdated"] is True
    assert decide(people.vnpt, made["id"], although_outdated=True).status_code == 200
    assert one(people.vnpt, "pole", code="P4-4")["properties"]["height_m"] == 12


def test_an_owner_agrees_that_a_pole_is_anothers_and_the_authority_gives_it(
    people: People, query: Query
) -> None:
    pole = one(people.vtl, "pole", code="P6-6")
    ((viettel,),) = query("SELECT id FROM registry.organisation WHERE code = 'VTL'")
    made = proposed(edited(people.vtl, "pole", pole["id"], properties={"owner_id": viettel}))
    assert decide(people.vnpt, made["id"]).json()["proposals"][0]["state"] == "escalated"
    assert one(people.vnpt, "pole", code="P6-6") == pole
    assert decide(people.boss, made["id"]).json()["proposals"][0]["state"] == "confirmed"
    assert one(people.vtl, "pole", code="P6-6")["properties"]["owner_id"] == viettel
    steps = people.vnpt.get(f"/proposals/{made['id']}").json()["properties"]["steps"]
    assert [step["to"] for step in steps] == ["open", "escalated", "confirmed"]


def test_bulk_decides_all_or_nothing(people: People) -> None:
    made = []
    for number in range(4):
        pole = one(people.power, "pole", code=f"P8-{number}")
        draft = {
            "layer": "pole",
            "object_id": pole["id"],
            "version": 1,
            "properties": {"height_m": 13},
            "batch": "khảo sát 5",
            "reason": "đo lại",
            "evidence": "photo:17",
        }
        made.append(proposed(people.power.post("/proposals", json=draft))["id"])
    foreign = one(people.vtl, "pole", code="P9-0")
    other = proposed(edited(people.vtl, "pole", foreign["id"], properties={"height_m": 13}))["id"]
    for ids in ([*made, other], [*made, 12345]):
        assert decide(people.vnpt, *ids).status_code in (403, 404)
    assert decide(people.vnpt, *made, decision="dispute").status_code == 400
    listed = people.vnpt.get("/proposals", params={"batch": "khảo sát 5", "state": "waiting"}).json()
    assert [feature["id"] for feature in listed["features"]] == made
    streets = {row["properties"]["object"]: row["properties"]["street"] for row in listed["features"]}
    assert (streets["P8-0"], streets["P8-3"]) == ("Đường Lý Bôn", "Ngõ 12 Trần Hưng Đạo")
    assert one(people.vnpt, "pole", code="P8-0")["properties"]["height_m"] == 10
    assert decide(people.vnpt, *made).status_code == 200
    assert {one(people.vnpt, "pole", code=f"P8-{n}")["properties"]["height_m"] for n in range(4)} == {13}


def test_the_panel_shows_both_values_to_those_concerned(people: People) -> None:
    pole = one(people.vtl, "pole", code="P10-1")
    before = people.power.get(f"/details/pole/{pole['id']}").json()
    made = proposed(edited(people.vtl, "pole", pole["id"], properties={"kind": "power_mv"}))
    (table,) = [
        table
        for table in people.vnpt.get(f"/details/pole/{pole['id']}").json()["tables"]
        if table["title"]["en"] == "Proposals waiting"
    ]
    (row,) = table["rows"]
    assert [cell["en"] for cell in row[:3]] == ["Kind", "Telecom pole", "Medium-voltage power pole"]
    assert people.power.get(f"/details/pole/{pole['id']}").json() == before
    assert people.power.get(f"/proposals/{made['id']}").status_code == 404
    assert people.inspector.get(f"/proposals/{made['id']}").status_code == 200
    assert decide(people.inspector, made["id"]).status_code == 403
    assert decide(people.vtl, made["id"]).status_code == 403
    assert decide(people.power, made["id"]).status_code == 404


def test_proposals_about_what_one_may_not_see_do_not_exist(people: People, query: Query) -> None:
    pole = one(people.vtl, "pole", code="P12-1")
    made = proposed(edited(people.vtl, "pole", pole["id"], properties={"height_m": 14}))
    query("UPDATE registry.pole SET visibility = 'secret' WHERE id = %s", pole["id"])
    draft = {"layer": "pole", "object_id": pole["id"], "version": 2, "properties": {"height_m": 15}}
    assert people.vtl.post("/proposals", json=draft).status_code == 404
    for client, status in (
        (people.vtl, 404),
        (people.inspector, 404),
        (people.vnpt, 200),
        (people.boss, 200),
    ):
        assert client.get(f"/proposals/{made['id']}").status_code == status
    assert withdraw(people.vtl, made["id"]).status_code == 404


def test_proposers_withdraw_and_newer_ones_supersede(people: People) -> None:
    pole = one(people.vtl, "pole", code="P14-1")
    first = proposed(edited(people.vtl, "pole", pole["id"], properties={"height_m": 14}))["id"]
    other = proposed(edited(people.vtl, "pole", pole["id"], properties={"lean_deg": 4}))["id"]
    second = proposed(edited(people.vtl, "pole", pole["id"], properties={"height_m": 15}))["id"]
    states = {
        feature["id"]: feature["properties"]["state"]
        for feature in people.vtl.get("/proposals", params={"object_id": pole["id"]}).json()["features"]
    }
    assert states == {first: "superseded", other: "open", second: "open"}
    assert withdraw(people.vnpt, second).status_code == 403
    assert withdraw(people.vtl, second).json() == {"withdrawn": 1}
    assert decide(people.vnpt, second).status_code == 409


def test_two_that_say_different_things_are_not_confirmed_together(people: People) -> None:
    pole = one(people.vtl, "pole", code="P16-1")
    ids = [
        proposed(edited(client, "pole", pole["id"], properties={"height_m": height}))["id"]
        for client, height in ((people.vtl, 14), (people.power, 15))
    ]
    assert decide(people.vnpt, *ids).status_code == 409
    assert decide(people.vnpt, ids[0]).status_code == 200
    again = proposed(edited(people.power, "pole", pole["id"], properties={"lean_deg": 3}))["id"]
    same = proposed(edited(people.vtl, "pole", pole["id"], properties={"lean_deg": 3}))["id"]
    assert decide(people.vnpt, again).status_code == 200
    told = people.vtl.get(f"/proposals/{same}").json()["properties"]
    assert told["state"] == "superseded"


def test_visitors_see_no_proposal(people: People, public: httpx.Client) -> None:
    assert public.get("/proposals").json()["features"] == []
    sent = public.get("/proposals", headers={"Accept": "text/html"})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/sign-in?next=%2Fproposals")


def test_of_many_deciding_at_once_one_wins(people: People) -> None:
    pole = one(people.vtl, "pole", code="P18-1")
    made = proposed(edited(people.vtl, "pole", pole["id"], properties={"height_m": 14}))["id"]
    with ThreadPoolExecutor(6) as pool:
        clients = [people.vnpt, people.boss] * 3
        statuses = sorted(answer.status_code for answer in pool.map(lambda one: decide(one, made), clients))
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {409, 412}, "decided already, or moved on after it was read"
    assert one(people.vnpt, "pole", code="P18-1")["properties"]["version"] == 2


def test_the_command_line_decides_as_the_authority(people: People) -> None:
    pole = one(people.vtl, "pole", code="P18-2")
    made = proposed(edited(people.vtl, "pole", pole["id"], properties={"height_m": 14.5}))["id"]

    def run(*words: str) -> str:
        done = CliRunner(env={"COLUMNS": "200"}).invoke(command.app, words)
        assert done.exit_code == 0, (done.output, done.exception)
        return done.output

    assert "14.5" in run("list", "--owner", "VNPT")
    assert run("confirm", str(made)) == "1 proposals are confirmed.\n"
    assert one(people.vnpt, "pole", code="P18-2")["properties"]["height_m"] == 14.5
    other = proposed(edited(people.vtl, "pole", pole["id"], properties={"height_m": 9}))["id"]
    assert run("dispute", str(other), "--note", "sai") == "1 proposals are disputed.\n"
    assert run("escalate") == "0 proposals went to the authority, 0 ended.\n"
    told = people.vtl.get(f"/proposals/{other}").json()["properties"]
    assert (told["state"], told["steps"][-1]["note"]) == ("disputed", "sai")
