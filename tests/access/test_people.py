"""The page on which people are managed: by whom, whom, and nothing of it unseen or over a change of another's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from re import findall, search

import httpx
import pytest

from gisreg.access import managing, people
from gisreg.access.actor import Actor, PersonRole
from gisreg.access.keys import Scope
from gisreg.database.connection import Role, transaction
from gisreg.errors import ForbiddenError
from gisreg.history.changes import Wanted, changes
from tests.access.rights import COLUMNS, table
from tests.access.test_pages import token_of
from tests.support.served import Query, key_of, person, session_cookie

WORD = "đường dây đi ngầm"
RIGHTS = table()
HTML = {"Accept": "text/html"}

pytestmark = pytest.mark.usefixtures("address")


def name(of: PersonRole | str) -> str:
    return f"manages-{of}"


@pytest.fixture(scope="module")
def browsers(address: str) -> Iterator[dict[PersonRole, httpx.Client]]:
    """Return a signed-in browser of a person of each role; the organisation and a second one are there."""
    made = {}
    for role in PersonRole:
        person(name(role), role, password=WORD)
        made[role] = httpx.Client(base_url=address, timeout=30, headers=HTML)
        made[role].cookies.set("gisreg", session_cookie(address, name(role), WORD))
    yield made
    for browser in made.values():
        browser.close()


@pytest.fixture
def boss(browsers: dict[PersonRole, httpx.Client]) -> httpx.Client:
    return browsers[PersonRole.AUTHORITY]


@pytest.fixture
def login(request: pytest.FixtureRequest) -> str:
    made = f"p{abs(hash(request.node.nodeid)) % 10**12}"
    person(made, name="Bà <b>Lan</b>", password=WORD)
    return made


def managed(login: str) -> managing.Managed:
    boss = Actor("x", roles=frozenset({PersonRole.ADMINISTRATOR}))
    with transaction(Role.WORKER) as own:
        return next(one for one in managing.everybody(own, boss) if one.login == login)


def send(browser: httpx.Client, path: str = "", **form: object) -> httpx.Response:
    with_token = {"csrf_token": token_of(browser.get("/account")), **form}
    return browser.post(f"/people{path}", data=with_token)


def whole(login: str, **other: object) -> dict[str, object]:
    """Return the form of a person as the page has it, with something changed."""
    is_now = managed(login)
    told = {"login": login, "version": is_now.version, "name": is_now.name, "is_active": "true"}
    return told | {"organisation": is_now.organisation or "", "email": is_now.email or ""} | other


@pytest.mark.parametrize("role", list(PersonRole))
def test_who_manages_people(browsers: dict[PersonRole, httpx.Client], role: PersonRole, login: str) -> None:
    """As the rights table says, both to see and to change."""
    sees, changes_ = RIGHTS["person"][role] == "tất cả", RIGHTS["people"][role] == "tất cả"
    shown = browsers[role].get("/people")
    assert shown.status_code == (200 if sees else 403)
    assert (login in shown.text) == sees
    before = managed(login)
    for path, form in (
        ("/change", whole(login, name="Bà Hai")),
        ("/roles", {"login": login, "role": "viewer"}),
        ("/password", {"login": login, "version": before.version}),
        ("", {"login": f"{login}-{role}"[:60].lower().replace("_", "-"), "name": "Mới"}),
    ):
        answer = send(browsers[role], path, **form)
        if not changes_:
            assert answer.status_code == 403
        elif path == "/change":
            assert answer.status_code == 303
    assert (managed(login) != before) == changes_


def test_visitors_and_keys_are_sent_to_sign_in(address: str) -> None:
    assert set(COLUMNS) == {None, *PersonRole}
    key = key_of("by-key", PersonRole.AUTHORITY, scopes=tuple(Scope))
    for headers in ({}, {"X-Api-Key": key}):
        with httpx.Client(base_url=address, headers=headers) as asked:
            assert asked.get("/people").headers["location"] == "/sign-in?next=%2Fpeople"
            answer = asked.post("/people", data={"csrf_token": "x", "login": "x-y", "name": "x"})
            assert answer.status_code == 303


def test_from_the_first_day_to_the_last(boss: httpx.Client, address: str, query: Query) -> None:
    query(
        "INSERT INTO registry.admin_unit (gso_code, level, kind, name, valid_from, geom) VALUES"
        " ('12345', 'commune', 'phuong', 'Đây', '2020-01-01', ST_Multi(ST_MakeEnvelope(106, 20, 107, 21, 4326)))"
    )
    ((organisation,),) = query("SELECT code FROM registry.organisation ORDER BY id LIMIT 1")
    since = datetime.now(UTC)
    made = send(boss, login="thu.minh", name="Thu Minh", organisation=organisation, email="m@so.example")
    assert made.status_code == 200
    password = search(r'<code class="gr-code">([^<]+)</code>', made.text)
    assert password is not None
    browser = httpx.Client(base_url=address, headers=HTML)
    browser.cookies.set("gisreg", session_cookie(address, "thu.minh", unescape(password[1])))
    assert "Thu Minh" in browser.get("/account").text
    assert unescape(password[1]) not in boss.get("/people").text, "shown once"

    assert send(boss, "/roles", login="thu.minh", role="ward_supervisor").status_code == 422
    assert send(boss, "/roles", login="thu.minh", role="ward_supervisor", area="12345").status_code == 303
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    assert send(boss, "/roles", login="thu.minh", role="viewer", until=str(tomorrow)).status_code == 303
    held = {(one.role.value, one.area, one.until is None) for one in managed("thu.minh").roles}
    assert held == {("ward_supervisor", "12345", True), ("viewer", None, False)}
    assert send(boss, "/roles/end", login="thu.minh", role="viewer").status_code == 303
    assert len(managed("thu.minh").roles) == 1
    assert send(boss, "/roles/end", login="thu.minh", role="viewer").status_code == 404

    assert send(boss, "/change", **whole("thu.minh", organisation="")).status_code == 303
    assert managed("thu.minh").organisation is None
    gone = whole("thu.minh")
    del gone["is_active"]
    assert send(boss, "/change", **gone).status_code == 303
    assert browser.get("/account").status_code == 303, "his session ended"
    browser.close()

    with transaction(actor=Actor("x", roles=frozenset({PersonRole.ADMINISTRATOR}))) as own:
        until = datetime.now(UTC) + timedelta(seconds=1)
        told = changes(own, Wanted(since, until, "account"), 1000)
    assert {one.person for one in told} == {name(PersonRole.AUTHORITY)}, "who did it is in the history"
    assert len(told) >= 6


def test_another_password_ends_what_went_on(boss: httpx.Client, address: str, login: str) -> None:
    browser = httpx.Client(base_url=address, headers=HTML)
    browser.cookies.set("gisreg", session_cookie(address, login, WORD))
    answer = send(boss, "/password", login=login, version=managed(login).version)
    fresh = search(r'<code class="gr-code">([^<]+)</code>', answer.text)
    assert fresh is not None
    assert browser.get("/account").status_code == 303
    with transaction(Role.WORKER) as own:
        assert people.person_id(own, login)
    browser.cookies.clear()
    browser.cookies.set("gisreg", session_cookie(address, login, unescape(fresh[1])))
    assert browser.get("/account").status_code == 200
    browser.close()


def test_what_somebody_else_changed_meanwhile_is_not_written_over(boss: httpx.Client, login: str) -> None:
    seen = whole(login, name="Tôi gọi thế này")
    assert send(boss, "/change", **whole(login, email="moi@so.example")).status_code == 303
    late = send(boss, "/change", **seen)
    assert late.status_code == 412
    assert "None → moi@so.example" in unescape(late.text), "as it was seen, and as it is"
    assert managed(login).email == "moi@so.example"
    assert managed(login).name == "Bà <b>Lan</b>"
    assert send(boss, "/password", login=login, version=seen["version"]).status_code == 412


def test_failed_attempts_to_sign_in_are_no_change(boss: httpx.Client, address: str, login: str) -> None:
    before = managed(login).version
    with httpx.Client(base_url=address) as stranger:
        told = {"login": login, "password": "nothing", "csrf_token": token_of(stranger.get("/sign-in"))}
        assert stranger.post("/sign-in", data=told).status_code == 401
    assert managed(login).version == before


@pytest.mark.parametrize("role", sorted(managing.MANAGERS))
def test_nobody_changes_himself(browsers: dict[PersonRole, httpx.Client], role: PersonRole) -> None:
    me = name(role)
    before = managed(me)
    for path, form in (
        ("/change", whole(me, name="Sếp")),
        ("/roles", {"login": me, "role": "engineer"}),
        ("/roles/end", {"login": me, "role": role.value}),
        ("/password", {"login": me, "version": before.version}),
    ):
        assert send(browsers[role], path, **form).status_code == 403
    assert managed(me) == before


def test_the_authority_makes_no_administrator_and_changes_none(
    browsers: dict[PersonRole, httpx.Client], boss: httpx.Client, login: str
) -> None:
    root = name(PersonRole.ADMINISTRATOR)
    before = managed(root)
    assert send(boss, "/roles", login=login, role="administrator").status_code == 403
    for path, form in (
        ("/change", whole(root, name="Không còn")),
        ("/roles", {"login": root, "role": "viewer"}),
        ("/roles/end", {"login": root, "role": "administrator"}),
        ("/password", {"login": root, "version": before.version}),
    ):
        assert send(boss, path, **form).status_code == 403
    assert managed(root) == before
    assert managed(login).roles == ()
    administrator = browsers[PersonRole.ADMINISTRATOR]
    assert send(administrator, "/roles", login=login, role="administrator").status_code == 303
    assert send(boss, "/roles/end", login=login, role="administrator").status_code == 403
    assert send(administrator, "/roles/end", login=login, role="administrator").status_code == 303
    shown = boss.get("/people").text
    assert f'value="{root}"' not in shown, "no form for whom he cannot change"
    assert f'value="{login}"' in shown


def test_names_are_text(boss: httpx.Client, login: str) -> None:
    shown = boss.get("/people").text
    assert "<b>Lan</b>" not in shown
    assert "Bà &lt;b&gt;Lan&lt;/b&gt;" in shown
    assert not findall(r"argon2", shown)
    assert "gọi 0912" not in boss.get("/people", params={"done": "gọi 0912"}).text


def test_forms_of_other_sites_are_refused(boss: httpx.Client, login: str) -> None:
    answer = send(boss, "/roles", login=login, role="viewer", csrf_token="x" * 43)
    assert answer.status_code == 403
    assert managed(login).roles == ()


def test_with_other_eyes_nobody_is_managed(boss: httpx.Client, login: str, query: Query) -> None:
    ((code, organisation, number),) = query(
        "SELECT code, name, id FROM registry.organisation ORDER BY id LIMIT 1"
    )
    seeing = Actor("Sếp", roles=frozenset({PersonRole.AUTHORITY})).seeing_as(
        number, organisation, f"thử {code}"
    )
    with transaction(Role.WORKER) as own, pytest.raises(ForbiddenError):
        managing.everybody(own, seeing)
    with transaction(Role.WORKER) as own, pytest.raises(ForbiddenError):
        managing.give_role(own, seeing, login, PersonRole.VIEWER)


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("", {"login": "Không Hợp Lệ", "name": "x"}, 422),
        ("", {"login": "x-y", "name": "  "}, 422),
        ("", {"login": "x-y", "name": "x", "organisation": "KHÔNG CÓ"}, 404),
        ("", {"login": name(PersonRole.VIEWER), "name": "x"}, 409),
        ("/roles", {"login": "không ai", "role": "viewer"}, 404),
        ("/roles", {"login": name(PersonRole.VIEWER), "role": "king"}, 400),
        ("/roles", {"login": name(PersonRole.VIEWER), "role": "engineer", "area": "12345"}, 422),
        ("/roles", {"login": name(PersonRole.VIEWER), "role": "inspector", "area": "không"}, 404),
        ("/roles", {"login": name(PersonRole.VIEWER), "role": "engineer", "until": "2020-01-01"}, 422),
    ],
)
def test_what_cannot_be_is_said(boss: httpx.Client, path: str, form: dict[str, object], status: int) -> None:
    before = managed(name(PersonRole.VIEWER))
    answer = send(boss, path, **form)
    assert answer.status_code == status
    assert managed(name(PersonRole.VIEWER)) == before
