"""Cases over HTTP and on the command line."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from typer.testing import CliRunner

from gisreg.access.actor import PersonRole
from gisreg.cli.dead_cable import app
from tests.support.carriers import span
from tests.support.network import Network
from tests.support.served import key_of, person, serving, session_cookie

WORD = "đường dây đi ngầm"


@pytest.fixture(scope="module")
def address(street: Network) -> Iterator[str]:
    with serving() as where:
        yield where


def signed_in(address: str, role: PersonRole, code: str | None = None) -> httpx.Client:
    key = key_of(f"{role}-{code or 'none'}".replace("_", "-").lower(), role, organisation=code)
    return httpx.Client(base_url=address, timeout=30, headers={"Authorization": f"Bearer {key}"})


def test_a_case_over_http(street: Network, address: str) -> None:
    cable = street.ids["cable", "v"]
    body = {"cable_id": cable, "reason": "đứt"}
    with httpx.Client(base_url=address, timeout=30) as public:
        assert public.post("/dead-cables", json=body).status_code == 401
    with signed_in(address, PersonRole.VIEWER) as viewer:
        assert viewer.post("/dead-cables", json=body).status_code == 403
    with (
        signed_in(address, PersonRole.ENGINEER, "VTL") as vtl,
        signed_in(address, PersonRole.AUTHORITY) as all_,
    ):
        opened = vtl.post("/dead-cables", json=body)
        assert opened.status_code == 201, opened.text
        number = opened.json()["id"]
        steps = f"/dead-cables/{number}/steps"
        first = {"If-Match": f'"{vtl.get(f"/dead-cables/{number}").json()["version"]}"'}
        assert vtl.post("/dead-cables", json=body).status_code == 409
        assert vtl.post(steps, json={"state": "ownerless", "reason": "vì"}).status_code == 428
        assert vtl.post(steps, json={"state": "ownerless", "reason": "vì"}, headers=first).status_code == 403
        told = {"state": "recovered", "reason": "vì", "metres": 1, "kg": 1}
        skipped = all_.post(steps, json=told, headers=first)
        assert skipped.status_code == 422
        assert "claimed" in skipped.text
        claimed = vtl.post(steps, json={"state": "claimed", "reason": "của tôi"}, headers=first)
        assert claimed.json()["state"] == "claimed"
        late = all_.post(steps, json={"state": "ownerless", "reason": "vì"}, headers=first)
        assert late.status_code == 412
        assert (late.json()["seen"]["state"], late.json()["current"]["state"]) == ("suspected", "claimed")
        listed = vtl.get("/dead-cables", params={"state": "claimed"}).json()["rows"]
        assert [(row["id"], row["owner"]) for row in listed] == [(number, "VTL")]
        assert [step["to_state"] for step in vtl.get(f"/dead-cables/{number}").json()["steps"]] == [
            "suspected",
            "claimed",
        ]
        assert vtl.get("/dead-cables/1").status_code == 404
        assert (
            vtl.post(
                "/dead-cables/1/steps", json={"state": "claimed", "reason": "x"}, headers=first
            ).status_code
            == 404
        )
        with httpx.Client(base_url=address, timeout=30) as public:
            street.sql("UPDATE registry.cable SET visibility = 'partner' WHERE code = 'v'")
            street.connection.commit()
            assert public.get("/dead-cables").json()["rows"] == []
            assert public.get("/dead-cables").json()["totals"]["states"] == {}
            assert public.get(f"/dead-cables/{number}").status_code == 404


def test_a_step_on_the_page_is_taken_from_where_the_page_showed_the_case(
    street: Network, address: str
) -> None:
    person("trang", PersonRole.AUTHORITY, password=WORD)
    cookies = {"gisreg": session_cookie(address, "trang", WORD)}
    key, number = key_of("so", PersonRole.AUTHORITY), street.ids["cable", "h"]
    with (
        httpx.Client(base_url=address, timeout=30, cookies=cookies, headers={"Accept": "text/html"}) as page,
        httpx.Client(base_url=address, timeout=30, headers={"X-Api-Key": key}) as so,
    ):
        opened = so.post("/dead-cables", json={"cable_id": number, "reason": "đứt"})
        assert opened.status_code == 201, opened.text
        place = f"/dead-cables/{opened.json()['id']}"
        shown = page.get(place)
        ownerless = step(shown, "ownerless") | {"reason": "không ai nhận"}
        claimed = {"state": "claimed", "reason": "của VTL", "claimant_id": street.ids["organisation", "VTL"]}
        seen = {"If-Match": f'"{so.get(place).json()["version"]}"'}
        assert so.post(f"{place}/steps", json=claimed, headers=seen).status_code == 200
        late = page.post(f"{place}/page", data=ownerless)
        assert late.status_code == 412
        assert "Đã có người sửa sau khi trang này được mở" in late.text
        assert [one["to_state"] for one in so.get(place).json()["steps"]] == ["suspected", "claimed"]
        # What is there now was shown; without a version nothing is decided.
        told = step(late, "authorised") | {"reason": "cho thu hồi"}
        silent = {name: value for name, value in told.items() if name != "version"}
        assert page.post(f"{place}/page", data=silent).status_code == 412
        done = page.post(f"{place}/page", data=told)
        assert done.status_code == 303, done.text
        assert so.get(place).json()["state"] == "authorised"


def step(page: httpx.Response, state: str) -> dict[str, str]:
    """Return the hidden fields of the form of a step, as a browser sends them."""
    (form,) = [
        text for text in re.findall(r"<form method=\"post\".*?</form>", page.text, re.DOTALL)
        if f'name="state" value="{state}"' in text
    ]  # fmt: skip
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


def test_a_case_on_the_command_line(street: Network) -> None:
    run = CliRunner().invoke
    number = str(span(street, "A", "B"))
    opened = run(app, ["open", "--span", number, "--count", "2", "--reason", "đứt", "--on", "2026-01-02"])
    assert opened.exit_code == 0, opened.output
    case = opened.output.split()[1]
    assert run(app, ["step", case, "ownerless", "--reason", "vì", "--on", "2026-01-03"]).exit_code == 0
    claimed = run(app, ["step", case, "claimed", "--reason", "vì", "--organisation", "VNPT"])
    assert "is 'claimed' now" in claimed.output
    assert "VNPT" in run(app, ["list", "--state", "claimed"]).output
    assert "ownerless" in run(app, ["trail", case]).output
