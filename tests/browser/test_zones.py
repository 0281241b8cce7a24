"""Pasting a list of streets as people do, on a PC and on a phone: matched, not matched, a map, confirm."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from tests.support.databases import Database
from tests.support.network import Network
from tests.support.served import person, serving
from tests.support.watched import SIZES, Watched

WORD = "danh sách tuyến phố"
HOSTILE = "<img src=x onerror=alert(1)>"
STREET = "#0b5563"


@pytest.fixture(scope="module")
def site(fresh_database: Database) -> Iterator[str]:
    with transaction(Role.WORKER, Actor("tests")) as connection:
        network = Network(connection)
        network.street("Lê Lợi", [(0, 0), (400, 0)])
        network.street("A Một", [(100, -80), (100, 80)])
        network.street("B Hai", [(300, -80), (300, 80)])
        network.street("H", [(0, 300), (400, 300)])
        network.set("street", "H", "name", f"Phố {HOSTILE}")
    for size in SIZES:
        person(f"so-{size}", PersonRole.AUTHORITY, name="Ông Sở", password=WORD)
    with serving() as address:
        yield address


def test_a_pasted_list_becomes_a_zone(watched: Watched, site: str) -> None:
    page = watched.page
    page.goto(f"{site}/zones")
    page.get_by_label("Tên đăng nhập").fill(f"so-{watched.size}")
    page.get_by_label("Mật khẩu").fill(WORD)
    page.get_by_role("button").click()
    expect(page).to_have_url(re.compile("/zones"))
    page.get_by_label("Danh sách tuyến").fill(
        f"1. Le Loi (tu A Mot den B Hai)\n2. Lê Lời\n3. {HOSTILE.replace('alert(1)', 'x')}"
    )
    page.get_by_label("Mã khu vực").fill(f"KV-{watched.size}")
    page.get_by_label("Tên", exact=False).first.fill("Trục Lê Lợi")
    page.locator("[name=valid_from]").fill("2026-01-01")
    page.get_by_role("button", name="Xem thử").click()
    unmatched = page.locator(".gr-unmatched li")
    expect(unmatched).to_have_count(2)
    expect(unmatched.first).to_contain_text("Lê Lời")
    expect(unmatched.first.locator(".gr-tag")).to_contain_text(["Lê Lợi"])
    expect(page.get_by_role("button", name="Lập khu vực")).to_have_count(0)
    assert page.locator("img[src=x]").count() == 0

    page.get_by_label("Danh sách tuyến").fill("1. Le Loi (tu A Mot den B Hai)\n2. H")
    page.get_by_role("button", name="Xem thử").click()
    expect(page.locator(".gr-unmatched")).to_have_count(0)
    expect(page.locator(".gr-matched li")).to_have_count(2)
    watched.settled()
    page.locator("#gr-zone-map").scroll_into_view_if_needed()
    watched.settled()
    assert watched.count_pixels(STREET, "#gr-zone-map") > 100
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for field in page.locator(".gr-card button, .gr-card input[type=text]:visible").all():
        box = field.bounding_box()
        assert box is not None
        assert box["height"] >= 40
    # What a street is called is text on the map too.
    page.locator("#gr-zone-map path.leaflet-interactive").last.hover(force=True)
    expect(page.locator(".leaflet-tooltip")).to_contain_text(HOSTILE)
    page.get_by_role("button", name="Lập khu vực").click()
    expect(page).to_have_url(re.compile(r"/zones/\d+"))
    expect(page.locator(".gr-matched li").first).to_contain_text("Lê Lợi; A Một; B Hai")
    watched.settled()
    watched.assert_harmless(site)
