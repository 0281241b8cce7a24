"""One's own page: who I am, my password, my sessions, my keys; and nothing of anybody else's."""

from __future__ import annotations

from collections.abc import Iterator
from re import findall, search

import httpx
import pytest

from api.browser_name import browser_name
from gisreg.access import oidc_people, people
from gisreg.access.account import MOST_KEYS
from gisreg.access.actor import ROLE_TITLES, PersonRole
from gisreg.access.keys import Scope
from gisreg.database.connection import Role, transaction
from tests.access.test_pages import token_of
from tests.support.served import Query, key_of, person, session_cookie

WORD = "đường dây đi ngầm"
NEW = "cột mới, cáp cũ, năm nay"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def login(address: str, request: pytest.FixtureRequest, query: Query) -> str:
    name = f"person-{abs(hash(request.node.name)) % 10**9}"
    organisation = query("SELECT code FROM registry.organisation ORDER BY id LIMIT 1")[0][0]
    person(
        name,
        PersonRole.INSPECTOR,
        name="Bà <b>Lan</b>",
        password=WORD,
        organisation=organisation,
        email="l@x.vn",
    )
    return name


@pytest.fixture
def browser(address: str, login: str) -> Iterator[httpx.Client]:
    headers = {"Accept": "text/html", "User-Agent": FIREFOX}
    with httpx.Client(base_url=address, timeout=30, headers=headers) as made:
        told = {"login": login, "password": WORD, "csrf_token": token_of(made.get("/sign-in"))}
        assert made.post("/sign-in", data=told).status_code == 303
        yield made


def send(browser: httpx.Client, path: str, **form: object) -> httpx.Response:
    told = {"csrf_token": token_of(browser.get("/account")), **form}
    return browser.post(f"/account/{path}", data=told)


def signs_in(address: str, login: str, word: str) -> bool:
    with httpx.Client(base_url=address) as other:
        told = {"login": login, "password": word, "csrf_token": token_of(other.get("/sign-in"))}
        return other.post("/sign-in", data=told).status_code == 303


def test_the_page_says_who_i_am(browser: httpx.Client, login: str) -> None:
    page = browser.get("/account")
    assert page.headers["Cache-Control"] == "no-store"
    for text in (login, "Bà &lt;b&gt;Lan&lt;/b&gt;", "Thanh tra", "Inspector", "l@x.vn", "phiên này"):
        assert text in page.text
    assert browser.get("/").text.count('href="/account"') == 1


def test_every_role_has_titles() -> None:
    assert set(ROLE_TITLES) == set(PersonRole)
    assert all(vi and en and vi != en for vi, en in ROLE_TITLES.values())


def test_strangers_and_keys_are_sent_to_sign_in(address: str, login: str) -> None:
    key = key_of("programme", PersonRole.VIEWER, scopes=tuple(Scope))
    for headers in ({}, {"X-Api-Key": key}):
        for method, path in (
            ("GET", ""),
            ("POST", "/keys"),
            ("POST", "/password"),
            ("POST", "/sessions/end"),
        ):
            form = {
                "csrf_token": "x",
                "old": "x",
                "new": "x",
                "again": "x",
                "name": "x",
                "days": "1",
                "number": "1",
            }
            answer = httpx.request(
                method, f"{address}/account{path}", headers=headers, data=form if method == "POST" else None
            )
            assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=%2Faccount")


def test_a_new_password_ends_every_other_session(browser: httpx.Client, address: str, login: str) -> None:
    other = session_cookie(address, login, WORD)
    mine = browser.cookies["gisreg"]
    answer = send(browser, "password", old=WORD, new=NEW, again=NEW)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account?done=password")
    assert "Đã đổi mật khẩu" in browser.get(answer.headers["Location"]).text
    assert browser.cookies["gisreg"] not in (mine, other)
    for cookie in (mine, other):
        told = httpx.get(f"{address}/session", headers={"Cookie": f"gisreg={cookie}"}).json()
        assert told["person"] is None
    assert not signs_in(address, login, WORD)
    assert signs_in(address, login, NEW)


@pytest.mark.parametrize(
    ("form", "status", "told"),
    [
        ({"old": "wrong wrong wrong", "new": NEW, "again": NEW}, 403, "hiện tại không đúng"),
        ({"old": WORD, "new": NEW, "again": NEW + "!"}, 422, "không giống nhau"),
        ({"old": WORD, "new": "short", "again": "short"}, 422, "từ 12 đến 200"),
        ({"old": WORD, "new": WORD, "again": WORD}, 422, "trùng với mật khẩu cũ"),
    ],
)
def test_a_password_that_cannot_be_changed(
    browser: httpx.Client, address: str, login: str, form: dict[str, str], status: int, told: str
) -> None:
    before = browser.cookies["gisreg"]
    answer = send(browser, "password", **form)
    assert answer.status_code == status
    assert told in answer.text
    assert browser.cookies["gisreg"] == before
    assert signs_in(address, login, WORD)


def test_guessing_the_old_password_locks_out(browser: httpx.Client, address: str, login: str) -> None:
    """Whoever finds an open session cannot try passwords without end."""
    for _ in range(5):
        send(browser, "password", old="wrong wrong wrong", new=NEW, again=NEW)
    assert send(browser, "password", old=WORD, new=NEW, again=NEW).status_code == 403
    assert not signs_in(address, login, WORD)


@pytest.mark.parametrize("token", ["x", "0" * 64])
@pytest.mark.parametrize("path", ["password", "keys", "keys/revoke", "sessions/end", "sessions/end-others"])
def test_forms_of_other_sites_are_refused(browser: httpx.Client, path: str, token: str) -> None:
    form = {"old": WORD, "new": NEW, "again": NEW, "name": "x", "days": "1", "scopes": "read", "number": "1"}
    answer = send(browser, path, **form, prefix="0" * 12, csrf_token=token)
    assert answer.status_code == 403
    assert "token of this session" in answer.json()["detail"]


def test_sessions_are_listed_and_ended(browser: httpx.Client, address: str, login: str, query: Query) -> None:
    others = [session_cookie(address, login, WORD) for _ in range(3)]
    page = browser.get("/account").text
    numbers = findall(r'name="number" value="(\d+)"', page)
    assert len(numbers) == 3  # not this one
    assert send(browser, "sessions/end", number=numbers[0]).status_code == 303

    def alive() -> int:
        return sum(
            httpx.get(f"{address}/session", headers={"Cookie": f"gisreg={cookie}"}).json()["person"]
            is not None
            for cookie in others
        )

    assert alive() == 2
    assert send(browser, "sessions/end", number=numbers[0]).status_code == 404
    assert send(browser, "sessions/end-others").headers["Location"] == "/account?done=sessions"
    assert alive() == 0
    assert browser.get("/session").json()["person"] is not None


def test_nobody_ends_the_sessions_and_keys_of_others(
    browser: httpx.Client, address: str, query: Query
) -> None:
    person("victim", PersonRole.AUTHORITY, password=WORD)
    session_cookie(address, "victim", WORD)
    key = key_of("victim-2", PersonRole.AUTHORITY)
    number = query(
        "SELECT s.id FROM access.session AS s JOIN access.person AS p ON p.id = s.person_id WHERE p.login = 'victim'"
    )[0][0]
    assert send(browser, "sessions/end", number=number).status_code == 404
    assert send(browser, "keys/revoke", prefix=key.split("_")[1]).status_code == 404
    assert query("SELECT count(*) FROM access.session WHERE id = %s", number) == [(1,)]
    assert httpx.get(f"{address}/session", headers={"X-Api-Key": key}).json()["person"] == "victim-2"
    page = browser.get("/account").text
    assert str(number) not in page
    assert "victim" not in page


def test_a_key_is_made_shown_once_used_and_revoked(browser: httpx.Client, address: str) -> None:
    made = send(browser, "keys", name="<i>QGIS</i>", days="30", scopes=["read", "export"])
    found = search(r"gr_[0-9a-f]{12}_[0-9a-f]{64}", made.text)
    assert found is not None
    key = found[0]
    page = browser.get("/account").text
    assert key not in page
    assert "&lt;i&gt;QGIS&lt;/i&gt;" in page
    assert "chưa dùng" in page
    told = httpx.get(f"{address}/session", headers={"X-Api-Key": key}).json()
    assert (told["person"], told["roles"]) == ("Bà <b>Lan</b>", ["inspector"])
    assert (
        httpx.get(f"{address}/collections/pole/items?limit=1", headers={"X-Api-Key": key}).status_code == 200
    )
    page = browser.get("/account").text
    assert "dùng lần cuối" in page
    prefix = search(r'name="prefix" value="([0-9a-f]{12})"', page)
    assert prefix is not None
    assert send(browser, "keys/revoke", prefix=prefix[1]).headers["Location"] == "/account?done=key"
    assert httpx.get(f"{address}/collections", headers={"X-Api-Key": key}).status_code == 401
    assert prefix[1] not in browser.get("/account").text


def test_keys_that_cannot_be_made(browser: httpx.Client) -> None:
    assert send(browser, "keys", name="  ", days="30", scopes="read").status_code == 422
    assert "ít nhất một quyền" in send(browser, "keys", name="x", days="30").text
    assert send(browser, "keys", name="x", days="732", scopes="read").status_code == 400
    assert send(browser, "keys", name="x", days="30", scopes="everything").status_code == 400
    for _ in range(MOST_KEYS):
        assert send(browser, "keys", name="x", days="30", scopes="read").status_code == 200
    assert send(browser, "keys", name="x", days="30", scopes="read").status_code == 409


def test_without_a_password_none_can_be_changed(browser: httpx.Client, login: str, query: Query) -> None:
    with transaction(Role.WORKER) as connection:
        number = people.person_id(connection, login)
    query(
        "UPDATE access.person SET password_hash = NULL, oidc_issuer = 'https://login.example.vn', oidc_subject = %s WHERE id = %s",
        login,
        number,
    )
    page = browser.get("/account").text
    assert "không có mật khẩu ở đây" in page
    assert "https://login.example.vn" in page
    assert send(browser, "password", old=WORD, new=NEW, again=NEW).status_code == 403
    with transaction(Role.WORKER) as connection:
        oidc_people.unlink(connection, login)
    assert browser.get("/session").json()["person"] is None


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (FIREFOX, "Firefox · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537.36 Edg/130.0", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17 Safari/604.1", "Safari · iPhone"),
        ("curl/8.5 <script>", "curl/8.5 <script>"),
        ("x" * 200, "x" * 60),
        (None, "?"),
    ],
)
def test_browsers_by_name(given: str | None, shown: str) -> None:
    assert browser_name(given) == shown
