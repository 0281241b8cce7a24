"""Pages on which thresholds, waivers and notes are decided on: a form decides on what its page showed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from gisreg.access.actor import PersonRole
from tests.support.served import key_of, person, session_cookie

WORD = "cột nghiêng bên đường"
KEY = "pole_lean_warn_deg"
MOVED_ON = "Đã có người sửa sau khi trang này được mở"


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[httpx.Client]:
    """Return the authority, signed in with a cookie, as a browser is."""
    person("trang", PersonRole.AUTHORITY, password=WORD)
    cookies = {"gisreg": session_cookie(address, "trang", WORD)}
    with httpx.Client(base_url=address, timeout=30, cookies=cookies, headers={"Accept": "text/html"}) as made:
        yield made


def hidden(page: httpx.Response, decision: str) -> dict[str, str]:
    """Return the hidden fields of the form that has a button of this decision, as a browser sends them."""
    (form,) = [
        text for text in re.findall(r"<form method=\"post\".*?</form>", page.text, re.DOTALL)
        if f'value="{decision}"' in text
    ]  # fmt: skip
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    return dict(fields) | {"decision": decision}


def revision(client: httpx.Client) -> int:
    found: int = client.get(f"/thresholds/{KEY}").json()["values"][0]["revision"]
    return found


def values(client: httpx.Client) -> list[float]:
    return [row["value"] for row in client.get(f"/thresholds/{KEY}").json()["values"]]


def test_a_threshold_is_set_and_ended_as_the_page_showed_it(
    client: httpx.Client, browser: httpx.Client
) -> None:
    place = f"/thresholds/{KEY}"
    page = browser.get(place)
    said = {"value": "4,5", "valid_from": "2026-01-01", "reason": "QĐ 12"}
    body = {
        "value": 3,
        "unit": "deg",
        "valid_from": "2025-01-01",
        "valid_to": "2025-06-01",
        "reason": "trước",
    }
    seen = {"If-Match": f'"{revision(client)}"'}
    assert client.put(place, json=body, headers=seen).status_code == 200
    late = browser.post(f"{place}/page", data=hidden(page, "apply") | said)
    assert late.status_code == 412
    assert MOVED_ON in late.text
    assert "QĐ 12" in late.text
    assert 4.5 not in values(client)
    # What is there now was shown: sent once more, it is written.
    assert browser.post(f"{place}/page", data=hidden(late, "apply") | said).status_code == 303
    assert 4.5 in values(client)
    before = browser.get(place)
    ended = {"valid_from": "2026-02-01", "reason": "hết"}
    seen = {"If-Match": f'"{revision(client)}"'}
    end = {"day": "2026-03-01", "reason": "hết"}
    assert client.post(f"{place}/end", json=end, headers=seen).status_code == 200
    late = browser.post(f"{place}/page", data=hidden(before, "end") | ended)
    assert late.status_code == 412
    assert MOVED_ON in late.text
    days = {row["valid_to"] for row in client.get(place).json()["values"] if row["value"] == 4.5}
    assert days == {"2026-03-01"}


def test_a_form_without_a_revision_is_refused(client: httpx.Client, browser: httpx.Client) -> None:
    before = values(client)
    form = hidden(browser.get(f"/thresholds/{KEY}"), "apply")
    del form["revision"]
    form |= {"value": "2", "valid_from": "2030-01-01", "reason": "x"}
    assert browser.post(f"/thresholds/{KEY}/page", data=form).status_code == 412
    assert values(client) == before


def test_a_waiver_is_ended_as_the_page_showed_it(client: httpx.Client, browser: httpx.Client) -> None:
    pole = client.get("/collections/pole/items?code=P1-1").json()["features"][0]["id"]
    waiver = {"rule": "P02", "object_id": pole, "reason": "sẽ thay", "valid_to": "2099-01-01"}
    number = client.post("/waivers", json=waiver).json()["id"]
    page = browser.get(f"/why/{pole}")
    shorter = client.post(f"/waivers/{number}/end", json={"day": "2098-01-01"}, headers={"If-Match": '"1"'})
    assert shorter.status_code == 200
    late = browser.post(f"/why/{pole}/page", data=hidden(page, "end_waiver"))
    assert late.status_code == 412
    assert MOVED_ON in late.text
    assert "01/01/2098" in late.text
    (told,) = client.get("/waivers").json()["waivers"]
    assert told["valid_to"] == "2098-01-01"
    assert browser.post(f"/why/{pole}/page", data=hidden(late, "end_waiver")).status_code == 303
    assert client.get("/waivers").json()["waivers"] == []


def test_a_note_is_closed_as_the_page_showed_it(
    client: httpx.Client, browser: httpx.Client, address: str
) -> None:
    pole = client.get("/collections/pole/items?code=P1-1").json()["features"][0]["id"]
    client.post("/notes", json={"object_id": pole, "text": "nứt chân cột"})
    page = browser.get(f"/why/{pole}")
    form = hidden(page, "close") | {"text": "đã sửa"}
    assert form["version"] == "1"
    late = browser.post(f"/why/{pole}/page", data=form | {"version": "7"})
    assert late.status_code == 412
    assert MOVED_ON in late.text
    assert [one["text"] for one in client.get(f"/why/{pole}").json()["notes"]] == ["nứt chân cột"]
    inspector = {"X-Api-Key": key_of("tra", PersonRole.INSPECTOR)}
    with httpx.Client(base_url=address, headers=inspector, timeout=30) as other:
        closing = {"reason": "xong", "number": form["number"]}
        path = f"/notes/{closing.pop('number')}/close"
        assert other.post(path, json=closing, headers={"If-Match": '"1"'}).status_code == 200
    again = browser.post(f"/why/{pole}/page", data=form)
    assert again.status_code == 412
    assert MOVED_ON in again.text
