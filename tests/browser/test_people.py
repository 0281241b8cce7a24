"""The pages of the authority (people, alerts, contacts) in a real browser, on an old screen and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from gisreg.access.actor import PersonRole
from gisreg.contacts import directory
from gisreg.database.connection import Role, transaction
from tests.browser.test_account import assert_fits, sign_in
from tests.support.served import Query, person
from tests.support.watched import Watched

WORD = "đường dây đi ngầm"


@pytest.fixture
def authority(watched: Watched, address: str, request: pytest.FixtureRequest) -> str:
    login = f"so-{watched.size}-{len(request.node.name)}"
    person(login, PersonRole.AUTHORITY, name="Phòng Viễn thông", password=WORD)
    sign_in(watched.page, address, login, WORD)
    return login


def test_a_person_is_added_and_gets_a_role(watched: Watched, address: str, authority: str) -> None:
    page = watched.page
    page.goto(f"{address}/")
    page.get_by_role("link", name="Tài khoản và vai trò").click()
    page.get_by_text("Thêm người").click()
    login = f"moi-{watched.size}"
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Họ tên").first.fill("Trần Văn Mới")
    page.get_by_role("button", name="Thêm").click()
    word = page.locator(".gr-code").inner_text()
    assert len(word) >= 12
    line = page.locator("li", has_text=login)
    line.get_by_text("Sửa").click()
    assert_fits(page)
    line.get_by_label("Vai trò mới").select_option("engineer")
    line.get_by_role("button", name="Giao vai trò").click()
    expect(page.locator("li", has_text=login)).to_contain_text("Kỹ sư")
    expect(page.locator("li", has_text=authority).get_by_text("Sửa")).to_have_count(0)
    watched.assert_harmless(address)


def test_contacts_and_alerts_fit(watched: Watched, address: str, authority: str, query: Query) -> None:
    ((number,),) = query("SELECT id FROM registry.organisation ORDER BY id LIMIT 1")
    long = "Phòng điều hành mạng ngoại vi khu vực đồng bằng sông Hồng " * 3
    with transaction(Role.WORKER) as connection:
        directory.add(
            connection, number, long.strip(), email="dieu-hanh-mang-ngoai-vi-khu-vuc@vien-thong.example"
        )
    query(
        "INSERT INTO registry.alert (kind, raised_at, subject, message_vi, message_en)"
        " VALUES ('head-late', now(), %s, %s, 'Late.')",
        watched.size,
        "Đầu chuỗi lịch sử chưa được gửi đi. " * 10,
    )
    for path in ("contacts", "alerts", "notices"):
        watched.page.goto(f"{address}/{path}")
        assert_fits(watched.page)
    watched.page.goto(f"{address}/alerts")
    line = watched.page.locator("li", has_text="Đầu chuỗi lịch sử").first
    line.get_by_label("Kết quả tìm hiểu").fill("Đã gửi lại")
    line.get_by_role("button").click()
    expect(watched.page.locator("li", has_text="Đầu chuỗi lịch sử")).to_have_count(0)
    watched.assert_harmless(address)
