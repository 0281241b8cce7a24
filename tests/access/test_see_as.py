"""The authority with an organisation's eyes: sees what its people see, writes nothing, is written down."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg2
import pytest

from gisreg.access import passwords
from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import transaction
from tests.support.served import Query, key_of, person, session_cookie

WORD = passwords.generated()
BOTH = (PersonRole.ENGINEER, PersonRole.COORDINATOR)


@pytest.fixture(scope="module")
def of_vnpt(address: str) -> Iterator[httpx.Client]:
    """Return a client of somebody who is engineer and coordinator of VNPT."""
    key = key_of("nguoi-vnpt", *BOTH, organisation="VNPT")
    with httpx.Client(base_url=address, timeout=60, headers={"X-Api-Key": key}) as made:
        yield made


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[httpx.Client]:
    """Return the browser of a person of the authority, with the token that his pages bear."""
    person("lan", PersonRole.AUTHORITY, name="Bà Lan", password=WORD)
    with signed_in(address) as made:
        yield made


@contextmanager
def signed_in(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60) as made:
        made.cookies.set("gisreg", session_cookie(address, "lan", WORD))
        made.headers["X-CSRF-Token"] = made.get("/session").json()["csrf_token"]
        yield made


def start(browser: httpx.Client, organisation: str = "VNPT", **given: str) -> httpx.Response:
    form = {"organisation": organisation, "reason": "khiếu nại số 12", "csrf_token": token(browser)} | given
    return browser.post("/see-as", data=form)


def stop(browser: httpx.Client) -> httpx.Response:
    return browser.post("/see-as/stop", data={"csrf_token": token(browser)})


def token(browser: httpx.Client) -> str:
    return str(browser.headers["X-CSRF-Token"])


@pytest.fixture
def seeing(browser: httpx.Client, query: Query) -> Iterator[httpx.Client]:
    """Return the browser while it looks as VNPT; some objects are agency-only and secret."""
    for place, visibility in enumerate(("public", "partner", "agency", "secret")):
        query(f"UPDATE registry.pole SET visibility = '{visibility}' WHERE code LIKE 'P_-{place}'")
        query(f"UPDATE registry.cable SET visibility = '{visibility}' WHERE code = 'C{place}'")
        query(
            f"UPDATE registry.segment SET visibility = '{visibility}'"
            f" WHERE cable_id = (SELECT id FROM registry.cable WHERE code = 'C{place}')"
        )
    assert start(browser).status_code == 303
    yield browser
    stop(browser)


READS = (
    "/collections/pole/items?limit=1000",
    "/collections/cable/items?limit=1000",
    "/collections/segment/items?limit=1000",
    "/tiles/pole/15/26062/14482.mvt",
    "/tiles/cable/12/3257/1810.mvt",
    "/tiles/pole/12/3257/1810.mvt",
    "/search?q=P1",
    "/search?q=C3",
    "/progress?by=carrier",
)


def told(answer: httpx.Response) -> Any:
    assert answer.status_code in (200, 204), answer.text
    if "json" not in answer.headers.get("Content-Type", ""):
        return answer.content
    document = answer.json()
    for passing in ("timeStamp", "links"):
        document.pop(passing, None)
    return document


@pytest.mark.parametrize("path", READS)
def test_reads_are_exactly_theirs(
    seeing: httpx.Client, of_vnpt: httpx.Client, client: httpx.Client, path: str
) -> None:
    assert told(seeing.get(path)) == told(of_vnpt.get(path))
    if "/tiles/pole/15" in path or "items" in path:
        assert told(seeing.get(path)) != told(client.get(path)), "the authority sees more"


def test_nothing_of_others_that_is_hidden(seeing: httpx.Client) -> None:
    for layer in ("pole", "cable", "segment"):
        page = seeing.get(f"/collections/{layer}/items", params={"limit": 1000}).json()
        ((own,),) = {
            (one["properties"]["owner_id"],)
            for one in seeing.get("/collections/tower/items", params={"code": "T-VNPT"}).json()["features"]
        }
        others = [one["properties"] for one in page["features"] if one["properties"]["owner_id"] != own]
        assert {one["visibility"] for one in others} <= {"public", "partner"}
        assert "agency" in {one["properties"]["visibility"] for one in page["features"]}, "its own it sees"


def test_exports_are_exactly_theirs(seeing: httpx.Client, of_vnpt: httpx.Client) -> None:
    answers = [one.get("/exports/pole.geojson") for one in (seeing, of_vnpt)]
    mine, theirs = (json.loads(answer.content)["features"] for answer in answers)
    assert mine == theirs
    stop(seeing)
    line = seeing.get(f"/exports/{answers[0].headers['X-Export-Number']}").json()
    assert line["person"] == "Bà Lan"
    assert line["conditions"] == {"seen_as": ["VNPT Thái Bình"]}


def test_nothing_can_be_written(seeing: httpx.Client) -> None:
    item = seeing.get("/collections/pole/items?code=P2-0").json()["features"][0]
    path = f"/collections/pole/items/{item['id']}"
    tag = seeing.get(path).headers["ETag"]
    answer = seeing.patch(path, json={"properties": {"lean_deg": 3}}, headers={"If-Match": tag})
    assert answer.status_code == 403
    assert "VNPT Thái Bình" in answer.json()["detail"]
    for write in (
        seeing.post("/collections/pole/items", json={}),
        seeing.delete(path, headers={"If-Match": tag}),
        seeing.post("/segments/tidying", json={"segments": [1], "state": "planned", "versions": {1: 1}}),
        seeing.post("/exports/XK-00000-000000/release", json={}),
    ):
        assert write.status_code == 403


def test_the_database_itself_refuses_to_write(seeing: httpx.Client, query: Query) -> None:
    ((organisation, name),) = query("SELECT id, name FROM registry.organisation WHERE code = 'VNPT'")
    actor = Actor("Bà Lan", person_id=1, roles=frozenset({PersonRole.AUTHORITY})).seeing_as(
        organisation, name, "thử"
    )
    for statement in (
        "UPDATE registry.pole SET lean_deg = 3 WHERE code = 'P2-0'",
        "SET transaction_read_only = off",
    ):
        with (
            pytest.raises(psycopg2.Error, match=r"read-only|before any query"),
            transaction(actor=actor) as own,
            own.cursor() as cursor,
        ):
            cursor.execute("SELECT count(*) FROM registry.pole")
            cursor.execute(statement)
            cursor.execute("UPDATE registry.pole SET lean_deg = 3 WHERE code = 'P2-0'")


def test_every_page_says_so(seeing: httpx.Client) -> None:
    for path in ("/", "/maps/overview", "/maps/survey?lang=en"):
        text = seeing.get(path, headers={"Accept": "text/html"}).text
        assert "VNPT Th" in text
        assert "khiếu nại số 12" in text or "khi\\u1ebfu n\\u1ea1i s\\u1ed1 12" in text, path
    assert seeing.get("/session").json()["seen_as"] == "VNPT Thái Bình"
    assert "Bà Lan, xem như VNPT Thái Bình / seen as VNPT Thái Bình" in seeing.get("/session").text


def test_start_and_stop_are_written_down(browser: httpx.Client, client: httpx.Client, query: Query) -> None:
    start(browser, reason="lý do thứ nhất")
    start(browser, "VTL", reason="lý do thứ hai")
    stop(browser)
    stop(browser)
    looks = client.get("/see-as").json()["looks"][:4]
    assert {look["person"] for look in looks} == {"Bà Lan"}
    assert [(look["action"], look["organisation"], look["reason"]) for look in reversed(looks)] == [
        ("start", "VNPT Thái Bình", "lý do thứ nhất"),
        ("stop", "VNPT Thái Bình", "lý do thứ nhất"),
        ("start", "Viettel", "lý do thứ hai"),
        ("stop", "Viettel", "lý do thứ hai"),
    ]
    rows = query(
        "SELECT c.person, c.person_id IS NOT NULL, c.reason FROM history.see_as AS h"
        " JOIN gisreg.change_set AS c ON c.id = h.change_set_id WHERE h.reason = 'lý do thứ hai' AND h.action = 'start'"
    )
    assert rows == [("Bà Lan", True, "lý do thứ hai")]
    assert browser.get("/session").json()["seen_as"] is None


def test_it_ends_with_the_session(address: str, client: httpx.Client) -> None:
    with signed_in(address) as other:
        start(other, reason="trước khi đăng xuất")
        assert other.post("/sign-out", data={"csrf_token": token(other)}).status_code == 303
    look = client.get("/see-as").json()["looks"][0]
    assert (look["action"], look["reason"]) == ("stop", "trước khi đăng xuất")
    with signed_in(address) as again:
        assert again.get("/session").json()["seen_as"] is None


def test_who_may_not(
    address: str, browser: httpx.Client, client: httpx.Client, of_vnpt: httpx.Client, public: httpx.Client
) -> None:
    form = {"organisation": "VNPT", "reason": "khiếu nại", "csrf_token": "x"}
    assert public.post("/see-as", data=form).status_code == 401
    assert client.post("/see-as", data=form).status_code == 403, "a key cannot"
    assert browser.post("/see-as", data=form).status_code == 403, "another site's form"
    assert start(browser, reason="  a ").status_code == 422
    assert start(browser, "KHONG-CO").status_code == 404
    assert of_vnpt.get("/see-as").json() == {"looks": []}
    person("vien-chuc", PersonRole.INSPECTOR, password=WORD)
    with httpx.Client(base_url=address, timeout=60) as inspector:
        inspector.cookies.set("gisreg", session_cookie(address, "vien-chuc", WORD))
        inspector.headers["X-CSRF-Token"] = inspector.get("/session").json()["csrf_token"]
        assert start(inspector).status_code == 403
        assert inspector.get("/see-as/form").status_code == 403


def test_a_role_that_is_gone_sees_with_its_own_eyes(seeing: httpx.Client, query: Query) -> None:
    query(
        "UPDATE access.role_grant SET role = 'viewer' FROM access.person AS p WHERE p.login = 'lan' AND person_id = p.id"
    )
    assert seeing.get("/session").json()["roles"] == ["viewer"]
    query(
        "UPDATE access.role_grant SET role = 'authority' FROM access.person AS p WHERE p.login = 'lan' AND person_id = p.id"
    )


def test_the_form_offers_every_organisation(browser: httpx.Client) -> None:
    found = re.findall(r'<option value="([^"]+)">', browser.get("/see-as/form").text)
    assert sorted(found) == ["PC", "VNPT", "VTL"]
