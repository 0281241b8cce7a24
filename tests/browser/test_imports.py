"""The page of a file that was sent: why rows are rejected, in Vietnamese first; on a PC and on a phone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import expect

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from gisreg.settings import get_settings
from tests.support.databases import Database
from tests.support.served import key_of, person, serving
from tests.support.watched import SIZES, Watched

WORD = "tệp cột của phường"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let the instance keep its files in a folder of this module's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GISREG_DATA_DIR", str(tmp_path_factory.mktemp("home")))
        get_settings.cache_clear()
        yield
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def site(fresh_database: Database, home: None) -> Iterator[str]:
    with transaction(Role.WORKER, Actor("tests")) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.organisation (code, name, kind) VALUES ('A', 'Đơn vị A', 'carrier')"
        )
    for size in SIZES:
        person(f"lan-{size}", PersonRole.ENGINEER, name="Bà Lan", organisation="A", password=WORD)
    with serving() as address:
        yield address


@pytest.fixture(scope="module")
def address(site: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Send a file with a good row, bad cells, exchanged coordinates; return its page's address."""
    places = [[106.34, 20.45], [106.341, 20.45], [20.45, 106.34], [106.343, 20.45]]
    rows = [
        {"ma": "C-1", "cao": 8},
        {"ma": "C-2", "cao": 800, "vat lieu": f"gang {HOSTILE}"},
        {"ma": "C-3"},
        {"ma": "C-4", "cao": "tám mét"},
    ]
    path = tmp_path_factory.mktemp("sent") / "cot-phuong-tran-lam.geojson"
    features = [
        {"type": "Feature", "properties": row, "geometry": {"type": "Point", "coordinates": place}}
        for row, place in zip(rows, places, strict=True)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    key = key_of("may", PersonRole.ENGINEER, organisation="A")
    with httpx.Client(base_url=site, timeout=60, headers={"Authorization": f"Bearer {key}"}) as client:
        sent = client.post("/imports", files={"file": (path.name, path.read_bytes())}, data={"layer": "pole"})
    assert sent.status_code == 201, sent.text
    return f"{site}/imports/{sent.json()['id']}"


def test_why_rows_are_rejected(watched: Watched, site: str, address: str) -> None:
    page = watched.page
    page.goto(address)
    page.get_by_label("Tên đăng nhập").fill(f"lan-{watched.size}")
    page.get_by_label("Mật khẩu").fill(WORD)
    page.get_by_role("button").click()
    expect(page).to_have_url(re.compile(r"/imports/\d+"))
    rows = page.locator(".gr-rows li").filter(has_text="row ")
    expect(rows).to_have_count(4)
    high = rows.filter(has_text="'800'")
    expect(high).to_contain_text("cao = '800': phải từ 1 đến 60 m. Sửa lại cao.")
    english = high.locator("[lang=en]")
    expect(english).to_have_text("cao = '800': expected 1 to 60 m. Correct cao.")
    for one in rows.all():
        # Vietnamese as the page is, and below it English, which says that it is.
        assert one.evaluate("(row) => row.closest('[lang]').lang") == "vi"
        second = one.locator("p.gr-second[lang=en]")
        first = one.locator("strong").bounding_box()
        below = second.bounding_box()
        assert first is not None
        assert below is not None
        assert below["y"] >= first["y"] + first["height"] - 1
        assert second.inner_text().strip() not in one.inner_text().splitlines()[0]
    expect(rows.filter(has_text="đổi chỗ")).to_contain_text("longitude and latitude look exchanged")
    # What a cell holds is text on the page.
    expect(rows.filter(has_text="gang")).to_contain_text(HOSTILE)
    assert page.locator("img[src=x]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    watched.settled()
    watched.assert_harmless(site)
