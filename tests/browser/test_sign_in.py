"""Signing in as people do: the real service, the real form, then a map that is theirs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from gisreg.access.actor import PersonRole
from tests.support.served import person
from tests.support.watched import Watched

WORD = "đường dây đi ngầm"


@pytest.fixture(scope="module")
def service(address: str) -> str:
    person("lan", PersonRole.INSPECTOR, name="Bà <i>Lan</i>", password=WORD)
    return address


def test_from_a_map_through_the_form_to_the_map_and_out(watched: Watched, service: str) -> None:
    page = watched.page
    page.goto(f"{service}/maps/tidying?lang=en")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.get_by_label("Tên đăng nhập").fill("Lan")
    page.get_by_label("Mật khẩu").fill("wrong wrong wrong")
    page.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("Sai tên hoặc mật khẩu")
    # A refused form is a 401, which Chromium writes into its console.
    assert [error for error in watched.errors if "401" not in error] == []
    watched.errors.clear()
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill(WORD)
    page.get_by_role("button").click()
    expect(page).to_have_url(re.compile(r"/maps/tidying\?lang=en"))
    watched.settled()
    assert page.locator("canvas.leaflet-tile-loaded").count() > 0
    page.goto(service)
    expect(page.locator(".gr-who")).to_contain_text("Bà <i>Lan</i>")
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    page.goto(f"{service}/maps/tidying")
    expect(page).to_have_url(re.compile("/sign-in"))
    assert watched.errors == []
    assert [url for url in watched.requests if not url.startswith((service, "data:"))] == []


def test_the_form_fits_the_screen(watched: Watched, service: str) -> None:
    watched.page.goto(f"{service}/sign-in")
    assert watched.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for field in watched.page.locator(".gr-card input:visible, .gr-card button").all():
        box = field.bounding_box()
        assert box is not None
        assert box["height"] >= 44
