"""Cases over HTTP and on the command line."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from typer.testing import CliRunner

from gisreg.access.actor import PersonRole
from gisreg.cli.dead_cable import app
from tests.support.carriers import span
from tests.support.network import Network
from tests.support.served import key_of, serving


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
