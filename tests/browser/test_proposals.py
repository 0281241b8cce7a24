"""Deciding as people do: the page of proposals, boxes, one press; on a PC and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import expect

from gisreg.access.actor import PersonRole
from tests.support.served import edited, key_of, one, person
from tests.support.watched import SIZES, Watched

WORD = "đường dây đi ngầm"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def proposer(address: str) -> Iterator[httpx.Client]:
    for size in SIZES:
        person(f"lan-{size}", PersonRole.ENGINEER, name="Bà Lan", organisation="VNPT", password=WORD)
    key = key_of("vtl", PersonRole.ENGINEER, name="Ông Hải", organisation="VTL")
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=address, timeout=30, headers=headers) as made:
        yield made


def propose(client: httpx.Client, code: str, batch: str, **patch: object) -> int:
    pole = one(client, "pole", code=code)
    draft = {
        "layer": "pole",
        "object_id": pole["id"],
        "version": pole["properties"]["version"],
        "reason": f"Đo lại bằng RTK {HOSTILE}",
        "evidence": "photo:2026-05-04/17",
        "batch": batch,
    }
    answer = client.post("/proposals", json=draft | patch)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def test_the_owner_sees_both_values_and_decides(
    watched: Watched, address: str, proposer: httpx.Client
) -> None:
    # Each size has poles of its own: the database is one.
    row = {"desktop": 2, "phone": 4}[watched.size]
    batch = f"Khảo sát tháng 5 {watched.size}"
    point = {"type": "Point", "coordinates": [106.33 + row * 0.0003, 20.44002]}
    propose(proposer, f"P{row}-0", batch, properties={"height_m": 12.5, "kind": "power_lv"}, geometry=point)
    propose(proposer, f"P{row}-1", batch, properties={"lean_deg": 7})
    propose(proposer, f"P{row}-2", batch, properties={"height_m": 11})
    page = watched.page
    page.goto(f"{address}/proposals?batch={batch}")
    page.get_by_label("Tên đăng nhập").fill(f"lan-{watched.size}")
    page.get_by_label("Mật khẩu").fill(WORD)
    page.get_by_role("button").click()
    expect(page).to_have_url(re.compile("/proposals"))
    cards = page.locator(".gr-proposal")
    expect(cards).to_have_count(3)
    first = cards.filter(has_text=f"P{row}-0")
    assert HOSTILE in first.inner_text()
    for text in ("12,5", "Cột điện hạ thế", "2,2 m", "20.440020", "photo:2026-05-04/17", "Viettel"):
        expect(first).to_contain_text(text)
    assert first.get_by_role("link", name="Bản đồ").get_attribute("href").startswith("/maps/survey#19/20.44")  # type: ignore[union-attr]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for field in page.locator(".gr-card button, .gr-card input:not([type=hidden])").all():
        box = field.bounding_box()
        assert box is not None
        assert box["height"] >= 22
    assert page.locator("img").count() == 0
    # To dispute one must say why; what was ticked stays ticked.
    first.get_by_role("checkbox").check()
    page.get_by_role("button", name="Không đồng ý").click()
    expect(page.get_by_role("alert")).to_contain_text("Chưa thay đổi gì")
    expect(cards.filter(has_text=f"P{row}-0").get_by_role("checkbox")).to_be_checked()
    assert [error for error in watched.errors if "400" not in error] == []
    watched.errors.clear()
    cards.filter(has_text=f"P{row}-1").get_by_role("checkbox").check()
    page.get_by_role("button", name="Xác nhận mục đã chọn").click()
    expect(cards).to_have_count(1)
    assert one(proposer, "pole", code=f"P{row}-0")["properties"]["height_m"] == 12.5
    assert one(proposer, "pole", code=f"P{row}-1")["properties"]["lean_deg"] == 7
    assert watched.errors == []
    assert [url for url in watched.requests if not url.startswith((address, "data:"))] == []


def test_another_site_cannot_decide(address: str, proposer: httpx.Client) -> None:
    number = propose(proposer, "P6-5", "x", properties={"height_m": 12})
    pole = one(proposer, "pole", code="P6-5")
    edited(proposer, "pole", pole["id"], properties={"height_m": 13})
    with httpx.Client(base_url=address, timeout=30) as browser:
        form = browser.get("/sign-in").text
        token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', form)
        assert token
        told = {"login": "lan-desktop", "password": WORD, "csrf_token": token[1]}
        assert browser.post("/sign-in", data=told).status_code == 303
        for given in ("0", token[1]):
            data = {"csrf_token": given, "decision": "confirm", "ids": str(number), "versions": f"{number}:1"}
            assert browser.post("/proposals/page", data=data).status_code == 403
        assert (
            browser.post(
                "/proposals/decisions", json={"ids": [number], "decision": "confirm", "versions": {number: 1}}
            ).status_code
            == 403
        )
