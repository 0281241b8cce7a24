"""The browser's way: a form, a cookie, and nothing that another site could do with it."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from http.cookies import SimpleCookie
from re import search

import httpx
import pytest

from api.pages import local_path
from gisreg.access.actor import PersonRole
from tests.support.served import Query, one, person

WORD = "đường dây đi ngầm"
STEP = {"segments": [1], "state": "planned"}


@pytest.fixture(scope="module")
def people(address: str) -> None:
    person("lan", PersonRole.AUTHORITY, name="Bà <b>Lan</b>", password=WORD)


@pytest.fixture
def browser(address: str, people: None) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30, headers={"Accept": "text/html"}) as made:
        yield made


def token_of(page: httpx.Response) -> str:
    found = search(r'name="csrf_token" value="([0-9a-f]{64})"', page.text)
    assert found is not None, page.text
    return found[1]


def sign_in(browser: httpx.Client, word: str = WORD, target: str = "/", **headers: str) -> httpx.Response:
    form = browser.get("/sign-in", params={"next": target}, headers=headers)
    shown = search(r'name="next" value="([^"]*)"', form.text)
    assert shown is not None
    told = {"login": "lan", "password": word, "csrf_token": token_of(form), "next": unescape(shown[1])}
    return browser.post("/sign-in", data=told, headers=headers)


def test_the_map_asks_to_sign_in_and_comes_back(browser: httpx.Client) -> None:
    sent = browser.get("/maps/tidying?lang=en")
    assert (sent.status_code, sent.headers["Location"]) == (
        303,
        "/sign-in?next=%2Fmaps%2Ftidying%3Flang%3Den",
    )
    back = sign_in(browser, target="/maps/tidying?lang=en")
    assert (back.status_code, back.headers["Location"]) == (303, "/maps/tidying?lang=en")
    page = browser.get(back.headers["Location"])
    assert page.status_code == 200
    assert "<b>Lan" not in page.text


def test_the_start_page_says_who_is_signed_in(browser: httpx.Client) -> None:
    before = browser.get("/")
    assert "/sign-in" in before.text
    assert "/maps/overview" not in before.text
    sign_in(browser)
    after = browser.get("/").text
    assert "Bà &lt;b&gt;Lan&lt;/b&gt;" in after
    assert all(f"/maps/{name}" in after for name in ("overview", "tidying", "sharing", "survey"))


def test_the_cookie_is_out_of_reach(browser: httpx.Client) -> None:
    answer = sign_in(browser)
    cookie = SimpleCookie(answer.headers.get_list("set-cookie")[-1])["gisreg"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"], cookie["path"]) == (
        True,
        "lax",
        "",
        "/",
    )
    assert len(cookie.value) >= 43  # 256 bits


def test_behind_tls_the_cookie_is_for_tls_only(browser: httpx.Client) -> None:
    tls = {"X-Forwarded-Proto": "https"}
    form = browser.get("/sign-in", headers=tls)
    name, _, rest = form.headers["set-cookie"].partition("=")
    assert name == "__Host-gisreg-form"
    assert "Secure" in rest
    told = {"login": "lan", "password": WORD, "csrf_token": token_of(form)}
    cookies = {"Cookie": f"{name}={rest.split(';')[0]}"}
    answer = browser.post("/sign-in", data=told, headers=tls | cookies)
    cookie = SimpleCookie(answer.headers.get_list("set-cookie")[-1])["__Host-gisreg"]
    assert cookie["secure"] is True


def test_a_wrong_password_says_no_more_than_an_unknown_name(browser: httpx.Client) -> None:
    wrong = sign_in(browser, "wrong wrong wrong")
    form = browser.get("/sign-in")
    told = {"login": "nobody", "password": WORD, "csrf_token": token_of(form), "next": "/"}
    unknown = browser.post("/sign-in", data=told)
    assert wrong.status_code == unknown.status_code == 401
    assert "gisreg" not in browser.cookies
    assert wrong.text.replace(token_of(wrong), "") == unknown.text.replace(token_of(unknown), "")


def test_signing_in_ends_the_session_before(browser: httpx.Client) -> None:
    sign_in(browser)
    first = browser.cookies["gisreg"]
    sign_in(browser)
    assert browser.cookies["gisreg"] != first
    old = httpx.get(f"{browser.base_url}/session", headers={"Cookie": f"gisreg={first}"}).json()
    assert old["person"] is None


def test_a_form_of_another_site_is_refused(browser: httpx.Client) -> None:
    form = browser.get("/sign-in")
    for token in ("", "0" * 64, token_of(browser.get("/sign-in"))[::-1]):
        told = {"login": "lan", "password": WORD, "csrf_token": token}
        assert browser.post("/sign-in", data=told).status_code in (400, 403)
    browser.cookies.clear()
    told = {"login": "lan", "password": WORD, "csrf_token": token_of(form)}
    assert browser.post("/sign-in", data=told).status_code == 403


def test_writing_with_the_cookie_alone_is_refused(browser: httpx.Client, query: Query) -> None:
    sign_in(browser)
    session = browser.get("/session").json()
    assert session["roles"] == ["authority"]
    pole = one(browser, "pole", code="P3-3")
    path = f"/collections/pole/items/{pole['id']}"
    tag = {"If-Match": browser.get(path).headers["ETag"]}
    change = {"properties": {"lean_deg": 5}}
    for token in ({}, {"X-CSRF-Token": "0" * 64}, {"X-CSRF-Token": ""}):
        refused = browser.patch(path, json=change, headers=tag | token)
        assert refused.status_code == 403
        assert refused.headers["Content-Type"] == "application/problem+json"
    good = browser.patch(path, json=change, headers=tag | {"X-CSRF-Token": session["csrf_token"]})
    assert good.status_code == 200
    told = query("SELECT person, person_id FROM gisreg.change_set ORDER BY id DESC LIMIT 1")
    assert told == [("Bà <b>Lan</b>", query("SELECT id FROM access.person WHERE login = 'lan'")[0][0])]


def test_signing_out_needs_the_form(browser: httpx.Client) -> None:
    sign_in(browser)
    token = browser.cookies["gisreg"]
    assert browser.post("/sign-out", data={"csrf_token": "0" * 64}).status_code == 403
    assert browser.get("/session").json()["person"] is not None
    out = browser.post("/sign-out", data={"csrf_token": token_of(browser.get("/"))})
    assert (out.status_code, out.headers["Location"]) == (303, "/sign-in")
    assert "gisreg" not in browser.cookies
    again = httpx.get(f"{browser.base_url}/session", headers={"Cookie": f"gisreg={token}"}).json()
    assert again["person"] is None


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)",
     "evil", "", "/\n/evil.example", "\\\\evil.example", "/" + "a" * 3000],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(browser: httpx.Client, target: str) -> None:
    assert local_path(target) == "/"
    form = browser.get("/sign-in")
    told = {"login": "lan", "password": WORD, "csrf_token": token_of(form), "next": target[:1900]}
    location = browser.post("/sign-in", data=told).headers["Location"]
    assert location == ("/" if len(target) < 1900 else target[:1900])


def test_a_path_of_ours_is_kept() -> None:
    for path in ("/", "/maps/overview", "/maps/overview?lang=en&x=%2F%2F", "/a//b"):
        assert local_path(path) == path


def test_pages_run_nothing(browser: httpx.Client) -> None:
    for path in ("/", "/sign-in"):
        policy = browser.get(path).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "form-action 'self'" in policy
