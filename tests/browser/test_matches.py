"""Deciding on same poles as people do: the map of same poles, in bulk, on a PC and on a phone."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from gisreg.access import passwords
from gisreg.access.actor import PersonRole
from gisreg.database.connection import Role, transaction
from gisreg.matching.propose import propose
from tests.support.databases import Database
from tests.support.served import person, session_cookie
from tests.support.watched import SIZES, Watched

HOSTILE = "<img src=x onerror=window.hacked=1>"
HTML = {"Accept": "text/html"}
PLAIN = 4
"""Plain groups there are for each size."""


def _sql(query: str, *parameters: object) -> list[tuple[object, ...]]:
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def cookies(seeded_network: Database, address: str) -> dict[str, str]:
    """Put poles of VTL beside those of one row a size, one of them twice; return the authority's cookies."""
    for row in (2, 4):
        _sql(
            "INSERT INTO registry.pole (code, owner_id, kind, height_m, geom)"
            " SELECT replace(p.code, 'P', 'V'), o.id, p.kind, p.height_m, ST_Translate(p.geom, 0.00002, 0)"
            " FROM registry.pole AS p, registry.organisation AS o"
            " WHERE p.code IN (SELECT format('P%%s-%%s', %s, i) FROM generate_series(0, %s) AS i)"
            " AND o.code = 'VTL'",
            row, PLAIN,
        )  # fmt: skip
        # The last of them has a second pole of VTL's beside it, and a code that is markup.
        _sql(
            "INSERT INTO registry.pole (code, owner_id, kind, height_m, geom)"
            " SELECT %s || p.code, p.owner_id, p.kind, 9, ST_Translate(p.geom, 0.00001, 0.00001)"
            " FROM registry.pole AS p WHERE p.code = format('V%%s-%%s', %s::int, %s::int)",
            HOSTILE, row, PLAIN,
        )  # fmt: skip
    with transaction(Role.WORKER) as own:
        propose(own)
    made = {}
    for size in SIZES:
        word = passwords.generated()
        person(f"so-{size}", PersonRole.AUTHORITY, name="Bà Sở", password=word)
        made[size] = session_cookie(address, f"so-{size}", word)
    return made


def _row(watched: Watched) -> int:
    return {"desktop": 2, "phone": 4}[watched.size]


def _open(watched: Watched, address: str, cookies: dict[str, str]) -> Page:
    cookie = {"name": "gisreg", "value": cookies[watched.size], "url": address}
    watched.page.context.add_cookies([cookie])  # type: ignore[list-item]
    # Only this size's street is in view, so that each size has groups of its own.
    lon, lat = 106.33 + _row(watched) * 0.0003, 20.44 + 0.0005 * 2
    watched.open(f"{address}/maps/matches#19/{lat}/{lon}")
    watched.page.get_by_label("Chỉ trong khung bản đồ").check()
    watched.settled()
    return watched.page


def _move(watched: Watched, lat: float, lon: float) -> None:
    watched.page.evaluate(
        "([lat, lon]) => Object.values(window).find((one) => one instanceof L.Map).setView([lat, lon], 19,"
        " {animate: false})",
        [lat, lon],
    )
    watched.settled()


def test_bulk_merge_and_splitting_again(watched: Watched, address: str, cookies: dict[str, str]) -> None:
    row = _row(watched)
    page = _open(watched, address, cookies)
    page.get_by_label("Chỉ trong khung bản đồ").uncheck()
    watched.settled()
    groups = page.locator("[data-group]")
    mine = groups.filter(has_text=f"V{row}-")
    expect(mine).to_have_count(PLAIN + 1)
    # The choices say how many there are, and still stand side by side within the panel.
    state, panel = page.get_by_label("Tình trạng").bounding_box(), page.locator(".gr-work").bounding_box()
    here = page.get_by_label("Chỉ trong khung bản đồ").bounding_box()
    assert state
    assert panel
    assert here
    assert state["height"] <= 48
    assert state["x"] + state["width"] <= here["x"]
    assert here["x"] + here["width"] <= panel["x"] + panel["width"]
    double = page.locator("[data-double=true]").filter(has_text=f"V{row}-{PLAIN}")
    expect(double).to_have_count(1)
    # What stands beside a double pole cannot be chosen with others.
    expect(double.get_by_role("checkbox")).to_be_disabled()
    for place in range(PLAIN):
        mine.filter(has_text=f"V{row}-{place}").first.get_by_role("checkbox").check()
    expect(page.locator("[data-count=chosen]")).to_have_text(re.compile(rf"^{PLAIN} / "))
    page.locator(".gr-work-bulk [data-deed=merge]").click()
    expect(mine).to_have_count(1)
    expect(page.get_by_text(f"Đã xong: {PLAIN}")).to_be_visible()
    left = _sql("SELECT count(*) FROM registry.pole WHERE code ~ %s", f"^(P|V){row}-[0-3]$")
    assert left == [(PLAIN,)]
    # The merges are listed, and split again in bulk.
    page.get_by_label("Tình trạng").select_option("merges")
    merged = page.locator("[data-merge]").filter(has_text=f"V{row}-")
    expect(merged).to_have_count(PLAIN)
    for place in range(2):
        merged.nth(place).get_by_role("checkbox").check()
    page.locator("[data-deed=undo]").click()
    expect(merged).to_have_count(PLAIN - 2)
    left = _sql("SELECT count(*) FROM registry.pole WHERE code ~ %s", f"^(P|V){row}-[0-3]$")
    assert left == [(PLAIN + 2,)]
    page.get_by_label("Tình trạng").select_option("split")
    expect(groups.filter(has_text=f"V{row}-")).to_have_count(2)
    watched.assert_harmless(address)


def test_a_double_pole_is_looked_at_first(watched: Watched, address: str, cookies: dict[str, str]) -> None:
    row = _row(watched)
    page = _open(watched, address, cookies)
    page.get_by_label("Chỉ trong khung bản đồ").uncheck()
    watched.settled()
    double = page.locator("[data-double=true]").filter(has_text=f"V{row}-{PLAIN}")
    double.locator(".gr-work-open").click()
    watched.settled()
    merge = double.locator("[data-deed=merge]")
    expect(merge).to_be_disabled()
    # It was brought into view, and its rows are drawn.
    lon, lat = 106.33 + row * 0.0003, 20.44 + PLAIN * 0.0005
    assert watched.shows(lon, lat)
    keep = double.get_by_role("radio").nth(1)
    keep.check()
    double.get_by_label("Tôi đã xem nhóm này").check()
    double.locator("[data-deed=merge]").click()
    expect(page.locator("[data-double=true]").filter(has_text=f"V{row}-{PLAIN}")).to_have_count(0)
    assert page.locator("img[onerror]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    watched.assert_harmless(address)


def test_the_list_follows_the_view(watched: Watched, address: str, cookies: dict[str, str]) -> None:
    # A pair far from the others, of this size only.
    far = 106.4 + _row(watched) * 0.01
    _sql(
        "INSERT INTO registry.pole (code, owner_id, kind, height_m, geom)"
        " SELECT format('F%%s-%%s', %s::int, code), id, 'telecom', 8,"
        " ST_SetSRID(ST_MakePoint(%s + CASE code WHEN 'VTL' THEN 0.00002 ELSE 0 END, 20.44), 4326)"
        " FROM registry.organisation WHERE code IN ('VNPT', 'VTL')",
        _row(watched), far,
    )  # fmt: skip
    with transaction(Role.WORKER) as own:
        propose(own, (far - 0.001, 20.439, far + 0.001, 20.441))
    page = _open(watched, address, cookies)
    _move(watched, 20.44, far)
    expect(page.locator("[data-group]")).to_have_count(1)
    expect(page.locator("[data-group]")).to_contain_text(f"VTL F{_row(watched)}-VTL")
    _move(watched, 20.60, 106.60)
    expect(page.locator("[data-group]")).to_have_count(0)
    expect(page.get_by_text("Không có nhóm nào như vậy.")).to_be_visible()
    watched.assert_harmless(address)


def test_only_who_decides_is_sent_there(address: str, cookies: dict[str, str]) -> None:
    word = passwords.generated()
    person("khach", PersonRole.VIEWER, password=word)
    for cookie, is_sent in ((session_cookie(address, "khach", word), False), (cookies["desktop"], True)):
        with httpx.Client(base_url=address, timeout=30, cookies={"gisreg": cookie}, headers=HTML) as browser:
            for path in ("/", "/maps/overview"):
                assert ("/maps/matches" in browser.get(path).text) is is_sent
    with httpx.Client(base_url=address, timeout=30) as browser:
        assert browser.get("/maps/matches").status_code == 303
