"""Contacts and notices over HTTP and on the command line."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from typer.testing import CliRunner

from gisreg.access.actor import PersonRole
from gisreg.cli import contact as command
from tests.support.served import edited, key_of, one, session_cookie
from tests.support.served import person as make

WORD = "đường dây đi ngầm"


@pytest.fixture(scope="module")
def coordinator(address: str) -> Iterator[httpx.Client]:
    make("kythuat", PersonRole.ENGINEER, organisation="VNPT", password=WORD)
    key = key_of("dieuphoi", PersonRole.COORDINATOR, organisation="VNPT")
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=address, timeout=30, headers=headers) as made:
        yield made


def test_a_proposal_reaches_the_contact_of_its_place(address: str, coordinator: httpx.Client) -> None:
    everywhere = {"organisation": "VNPT", "name": "Trực chung", "phone": "0220 1", "subject": "proposal"}
    assert coordinator.post("/contacts", json=everywhere).status_code == 201
    here = everywhere | {"name": "Trực phường", "area": "12345", "login": "kythuat"}
    contact = coordinator.post("/contacts", json=here).json()["id"]
    answering = coordinator.get(
        "/contacts/answering", params={"organisation": "VNPT", "area": "12345", "subject": "proposal"}
    ).json()["answering"]
    assert [one["name"] for one in answering] == ["Trực phường", "Trực chung"]
    assert len(coordinator.get("/contacts", params={"area": "12345"}).json()["contacts"]) == 1

    key = key_of("viettel", PersonRole.ENGINEER, organisation="VTL")
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=address, timeout=30, headers=headers) as proposer:
        pole = one(proposer, "pole", code="P2-7")
        made = edited(proposer, "pole", pole["id"], properties={"height_m": 12})
        assert made.status_code == 202
        assert proposer.get("/notices").json() == {"notices": []}

    cookies = {"gisreg": session_cookie(address, "kythuat", WORD)}
    with httpx.Client(base_url=address, timeout=30, cookies=cookies) as browser:
        (notice,) = browser.get("/notices").json()["notices"]
        assert (notice["about"], notice["about_id"]) == ("proposal", made.json()["id"])
        page = browser.get("/notices", headers={"Accept": "text/html"})
        token = re.search(r'name="csrf_token" value="([0-9a-f]{64})"', page.text)
        assert token
        assert notice["title_vi"] in page.text
        data = {"csrf_token": "0", "id": str(notice["id"])}
        assert browser.post("/notices/page", data=data).status_code == 403
        assert browser.post("/notices/page", data=data | {"csrf_token": token[1]}).status_code == 303
        assert browser.get("/notices", params={"unread": True}).json() == {"notices": []}
    assert coordinator.post("/notices/read", json={"ids": [notice["id"]]}).json() == {"read": 0}
    assert coordinator.post("/notices/read", json={"ids": [1]}).status_code == 404

    absence = {"contact_id": contact, "from_on": "2000-01-01", "until_on": "2999-01-01"}
    assert coordinator.post("/absences", json=absence).status_code == 204
    told = CliRunner(env={"COLUMNS": "200"}).invoke(
        command.app, ["who", "VNPT", "--area", "12345", "--subject", "proposal"]
    )
    assert "Trực chung" in told.output
    assert "Trực phường" not in told.output
    assert coordinator.delete(f"/contacts/{contact}").status_code == 428
    seen = {"If-Match": '"1"'}
    assert coordinator.delete(f"/contacts/{contact}", headers=seen).status_code == 204
    assert coordinator.delete(f"/contacts/{contact}", headers=seen).status_code == 412
    assert coordinator.delete(f"/contacts/{contact}", headers={"If-Match": '"2"'}).status_code == 404


def test_visitors_are_told_nothing(public: httpx.Client, coordinator: httpx.Client) -> None:
    assert public.get("/notices").json() == {"notices": []}
    assert public.get("/contacts").json() == {"contacts": []}
    assert public.post("/notices/read", json={"ids": [1]}).status_code == 401
    sent = public.get("/notices", headers={"Accept": "text/html"})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/sign-in?next=%2Fnotices")


def test_contacts_of_others_are_not_ours_to_keep(coordinator: httpx.Client) -> None:
    given = {"organisation": "VTL", "name": "Giả", "phone": "0220 1"}
    assert coordinator.post("/contacts", json=given).status_code == 403
    assert coordinator.post("/contacts", json=given | {"organisation": "X"}).status_code == 404
    assert coordinator.post("/contacts", json=given | {"email": "a@b\nBcc: c@d"}).status_code == 422
    assert coordinator.post("/contacts", json=given | {"subject": "weather"}).status_code == 400
