"""What changed between two dates, on the engineers' map: asked, drawn, listed."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import expect

from gisreg.access.actor import PersonRole
from tests.support.served import edited, key_of, one, person
from tests.support.watched import Watched

WORD = "đường dây đi ngầm"
HOSTILE = "<img src=x onerror=alert(1)>"


def test_the_survey_map_shows_what_changed(watched: Watched, address: str) -> None:
    row = {"desktop": 1, "phone": 3}[watched.size]
    login = f"ha-{watched.size}"
    person(login, PersonRole.ENGINEER, name="Bà Hà", organisation="VNPT", password=WORD)
    headers = {"Authorization": f"Bearer {key_of(f'{login}-key', PersonRole.AUTHORITY)}"}
    with httpx.Client(base_url=address, timeout=30, headers=headers) as client:
        pole = one(client, "pole", code=f"P{row}-3")
        answer = edited(client, "pole", pole["id"], properties={"code": f"{HOSTILE}{row}"})
        assert answer.status_code == 200, answer.text
    lon, lat = pole["geometry"]["coordinates"]
    page = watched.page
    page.goto(f"{address}/sign-in?next=/maps/survey")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu").fill(WORD)
    page.get_by_role("button").click()
    expect(page).to_have_url(re.compile("/maps/survey"))
    watched.open(f"{address}/maps/survey#19/{lat}/{lon}")
    watched.open_legend()
    part = page.locator("[data-part=changes]")
    part.locator("summary").click()
    part.get_by_role("button", name="Xem trong khung bản đồ").click()
    changed = part.locator("[data-kind=update] .gr-count")
    expect(changed).not_to_have_text("0")
    expect(part.locator(".gr-changes")).to_contain_text(HOSTILE)
    part.get_by_role("button", name="Ẩn").click()
    expect(part.locator(".gr-changes")).to_have_count(0)
    watched.assert_harmless(address)
