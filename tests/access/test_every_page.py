"""Every GET route as a browser asks it, by visitors and by people: headers, and nothing inline that nobody named."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from gisreg.access.actor import PersonRole
from tests.access.affairs import Affair
from tests.access.application import MATRIX, routes
from tests.access.test_matrix_routes import Asked, about
from tests.access.world import Plan, Thing
from tests.api.test_hardening import require_headers, require_nothing_slipped_in
from tests.support.served import person, session_cookie

WORD = "đường dây đi ngầm"
WHO = {"visitor": None, "authority": PersonRole.AUTHORITY, "engineer": PersonRole.ENGINEER}
BROWSER = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Dest": "document"}
PAGES = {
    "GET /", "GET /sign-in", "GET /maps/{name}", "GET /account", "GET /see-as/form", "GET /proposals",
    "GET /contacts", "GET /notices", "GET /alerts", "GET /people", "GET /imports", "GET /imports/{number}",
}  # fmt: skip
"""Routes that answer the authority with a page; a new one belongs here."""


@pytest.fixture(scope="module")
def browsers(clients: dict[PersonRole | None, httpx.Client]) -> Iterator[dict[str, httpx.Client]]:
    address = str(clients[None].base_url)
    made = {"visitor": httpx.Client(base_url=address, timeout=60)}
    for name, role in WHO.items():
        if role is not None:
            person(f"browser-{name}", role, organisation="A", password=WORD)
            made[name] = httpx.Client(base_url=address, timeout=60)
            made[name].cookies.set("gisreg", session_cookie(address, f"browser-{name}", WORD))
    yield made
    for browser in made.values():
        browser.close()


def test_every_answer_to_a_browser(
    browsers: dict[str, httpx.Client],
    things: list[Thing],
    affairs: list[Affair],
    organisations: dict[str, int],
) -> None:
    pages = set()
    for route in routes():
        entry = MATRIX["routes"][route]
        if not route.startswith("GET "):
            continue
        some = (
            about(entry, things, affairs, organisations)
            if "{" in route
            else [Asked(Plan("", None, "public"), {})]
        )
        if route == "GET /imports/{number}":
            assert some[0].affair is not None
        for name, browser in browsers.items():
            for one in some[:2]:
                path = route.removeprefix("GET ").replace("{format}", "geojson").replace("{kind}", "xlsx")
                path = path.replace("{z}/{x}/{y}", "10/814/452").replace("{name}", "tidying")
                for key, value in ({"layer": "pole"} | one.fields).items():
                    path = path.replace(f"{{{key}}}", value)
                answer = browser.get(
                    path + entry.get("ask", [""])[0].replace("<since>", "2000-01-01"), headers=BROWSER
                )
                assert answer.status_code < 500, (route, name, answer.text)
                require_headers(answer.headers)
                assert answer.headers["Cache-Control"].startswith(("private", "no-store")), route
                if answer.headers.get("Content-Type", "").startswith("text/html"):
                    require_nothing_slipped_in(answer)
                    if name == "authority" and answer.status_code == 200:
                        pages.add(route)
    assert pages == PAGES


def test_every_page_says_that_somebody_looks_as_an_organisation(browsers: dict[str, httpx.Client]) -> None:
    browser = browsers["authority"]
    token = browser.get("/session").json()["csrf_token"]
    form = {"organisation": "B", "reason": "khiếu nại số 5", "csrf_token": token}
    assert browser.post("/see-as", data=form).status_code == 303
    # Nobody of an organisation manages people: that page is refused.
    others = {"GET /sign-in", "GET /account", "GET /people", "GET /see-as/form", "GET /imports/{number}"}
    for route in sorted(PAGES - others):
        path = route.removeprefix("GET ").replace("{name}", "tidying")
        text = browser.get(path, headers=BROWSER).text
        assert "khiếu nại số 5" in text or "khi\\u1ebfu n\\u1ea1i s\\u1ed1 5" in text, path
    assert browser.post("/see-as/stop", data={"csrf_token": token}).status_code == 303
