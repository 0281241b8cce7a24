"""One's own page and the way through the provider, as people do it: in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from gisreg.access import oidc_people
from gisreg.access.actor import PersonRole
from gisreg.cli.service import free_port
from gisreg.database.connection import Role, transaction
from tests.access.test_oidc import service_with
from tests.support.databases import Database
from tests.support.provider import TestProvider, running_provider
from tests.support.served import person
from tests.support.watched import Watched

WORD = "đường dây đi ngầm"
NEW = "cột mới, cáp cũ, năm nay"


@pytest.fixture(scope="module")
def port(seeded_network: Database) -> int:
    return free_port("127.0.0.1")


@pytest.fixture(scope="module")
def provider(port: int) -> Iterator[TestProvider]:
    with running_provider(f"http://127.0.0.1:{port}/sign-in/oidc/callback") as made:
        yield made


@pytest.fixture(scope="module")
def service(provider: TestProvider, port: int) -> Iterator[str]:
    with service_with(provider, port) as address:
        yield address


def sign_in(page: Page, service: str, login: str, word: str = WORD) -> None:
    page.goto(f"{service}/sign-in?next=/account")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu").fill(word)
    page.get_by_role("button").click()


def assert_fits(page: Page) -> None:
    """Fail where the page scrolls sideways or something to press is too small for a finger."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for found in page.locator("input:visible:not([type=checkbox]), button:visible, .gr-check:visible").all():
        box = found.bounding_box()
        assert box is not None
        assert box["height"] >= 44, found


def test_a_key_a_session_and_a_new_password(watched: Watched, service: str) -> None:
    login = f"nhi-{watched.size}"
    person(login, PersonRole.ENGINEER, PersonRole.INSPECTOR, name="Trần Thị Yến Nhi", password=WORD)
    page = watched.page
    other = page.context.browser.new_context().new_page()  # type: ignore[union-attr]
    sign_in(other, service, login)
    sign_in(page, service, login)
    expect(page.get_by_role("heading", name="Tài khoản")).to_be_visible()
    expect(page.locator(".gr-facts")).to_contain_text("Kỹ sư")
    assert_fits(page)
    page.locator("summary", has_text="Tạo khoá").click()
    page.get_by_label("Tên Name").fill("QGIS ở văn phòng")
    page.get_by_label("Xuất tệp").check()
    assert_fits(page)
    page.get_by_role("button", name="Tạo khoá").click()
    expect(page.get_by_role("status")).to_contain_text("chỉ hiện một lần")
    assert page.locator(".gr-code").inner_text().startswith("gr_")
    assert_fits(page)
    page.get_by_role("button", name="Thu hồi").click()
    expect(page.get_by_role("status")).to_contain_text("thu hồi")
    page.locator("summary", has_text="Đổi mật khẩu").click()
    page.get_by_label("Mật khẩu hiện tại").fill("wrong wrong wrong")
    page.get_by_label("Mật khẩu mới, ít nhất").fill(NEW)
    page.get_by_label("Mật khẩu mới, lần nữa").fill(NEW)
    page.get_by_role("button", name="Đổi mật khẩu").click()
    expect(page.get_by_role("alert")).to_contain_text("không đúng")
    assert_fits(page)
    # A refused form is a 403, which Chromium writes into its console.
    assert [error for error in watched.errors if "403" not in error] == []
    watched.errors.clear()
    page.get_by_label("Mật khẩu hiện tại").fill(WORD)
    page.get_by_label("Mật khẩu mới, ít nhất").fill(NEW)
    page.get_by_label("Mật khẩu mới, lần nữa").fill(NEW)
    page.get_by_role("button", name="Đổi mật khẩu").click()
    expect(page.get_by_role("status")).to_contain_text("Đã đổi mật khẩu")
    other.reload()
    expect(other).to_have_url(f"{service}/sign-in?next=%2Faccount")
    other.context.close()
    watched.assert_harmless(service)


def test_ending_another_session(watched: Watched, service: str) -> None:
    login = f"an-{watched.size}"
    person(login, PersonRole.VIEWER, name="An", password=WORD)
    other = watched.page.context.browser.new_context().new_page()  # type: ignore[union-attr]
    sign_in(other, service, login)
    sign_in(watched.page, service, login)
    expect(watched.page.locator(".gr-tag", has_text="phiên này")).to_have_count(1)
    watched.page.get_by_role("button", name="Kết thúc / End").click()
    expect(watched.page.get_by_role("status")).to_contain_text("kết thúc")
    other.reload()
    expect(other).to_have_url(f"{service}/sign-in?next=%2Faccount")
    other.context.close()
    watched.assert_harmless(service)


def test_through_the_provider_and_out_there_too(
    watched: Watched, service: str, provider: TestProvider
) -> None:
    login = f"oanh-{watched.size}"
    person(login, PersonRole.VIEWER, name="Oanh")
    with transaction(Role.WORKER) as connection:
        oidc_people.link(connection, login, provider.issuer, login)
    page = watched.page
    page.goto(f"{service}/sign-in?next=/account")
    assert_fits(page)
    page.get_by_role("link", name="VNeID tỉnh").click()
    page.locator("input[name=sub]").fill(login)
    page.get_by_role("button", name="Authorize").click()
    expect(page).to_have_url(f"{service}/account")
    expect(page.locator(".gr-facts")).to_contain_text("Oanh")
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(f"{provider.issuer}/oauth2/end_session**")
    page.get_by_role("button", name="End session").click()
    expect(page).to_have_url(f"{service}/sign-in")
    page.goto(f"{service}/account")
    expect(page).to_have_url(f"{service}/sign-in?next=%2Faccount")


def test_a_refused_person_is_told_why(watched: Watched, service: str) -> None:
    page = watched.page
    page.goto(f"{service}/sign-in/oidc")
    page.locator("input[name=sub]").fill("nobody-whom-we-know")
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_role("alert")).to_contain_text("chưa được nối")
    expect(page.locator(".gr-code")).to_have_text("nobody-whom-we-know")
    assert_fits(page)
