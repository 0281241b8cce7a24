"""Zones over HTTP and at the command line: tried, made, shown, built anew; for the authority alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from gisreg.access import passwords
from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from tests.support.databases import Database
from tests.support.served import key_of, person, serving, session_cookie
from tests.zones.drawn import LIST, ask, clear, said

OTHERS = [role for role in PersonRole if role is not PersonRole.AUTHORITY]


@pytest.fixture(scope="module")
def site(town: Database) -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture(scope="module")
def clients(site: str) -> Iterator[dict[PersonRole | None, httpx.Client]]:
    made: dict[PersonRole | None, httpx.Client] = {None: httpx.Client(base_url=site, timeout=30)}
    for role in PersonRole:
        headers = {"Authorization": f"Bearer {key_of(role, role)}"}
        made[role] = httpx.Client(base_url=site, timeout=30, headers=headers)
    yield made
    for client in made.values():
        client.close()


@pytest.fixture
def so(clients: dict[PersonRole | None, httpx.Client]) -> httpx.Client:
    return clients[PersonRole.AUTHORITY]


@pytest.fixture(autouse=True)
def no_zones(site: str) -> None:
    clear()


def body(**members: Any) -> dict[str, Any]:
    return {"zone": said(), "streets": LIST, "width_m": 10} | members


def test_a_trial_tells_everything_and_writes_nothing(so: httpx.Client) -> None:
    answer = so.post("/zones/preview", json=body(streets=f"{LIST}\n3. Trần Phúc\n4. Lê Lợi bên trái"))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [(one["line"], one["names"]["street"]) for one in told["matched"]] == [
        (2, "Lê Lợi"),
        (3, "Trần Phú"),
    ]
    assert told["matched"][0]["part"]["from"] == "A Một"
    assert told["matched"][0]["length_m"] == pytest.approx(200, abs=0.5)
    assert [(one["line"], one["reason"], one["suggestions"]) for one in told["unmatched"]] == [
        (4, "not_found", ["Trần Phú"]), (5, "side_needs_section", []),
    ]  # fmt: skip
    assert told["passed_over"] == ["Danh mục:"]
    assert told["area_m2"] == pytest.approx(200 * 20 + 400 * 20, rel=1e-3)
    kinds = [(one["properties"]["what"], one["geometry"]["type"]) for one in told["preview"]["features"]]
    assert kinds[0] == ("zone", "MultiPolygon")
    assert [what for what, _ in kinds[1:]] == ["street", "street"]
    assert ask("SELECT FROM registry.zone") == []
    assert ask("SELECT FROM registry.zone_recipe") == []


def test_a_zone_is_made_flags_and_is_shown(so: httpx.Client) -> None:
    answer = so.post("/zones", json=body())
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["recipe"]["pasted"] == LIST
    assert [[use["name"] for use in part["uses"]] for part in made["parts"]] == [
        ["Lê Lợi", "A Một", "B Hai"], ["Trần Phú"],
    ]  # fmt: skip
    assert so.get(f"/zones/{made['id']}").json() == made
    assert [zone["code"] for zone in so.get("/zones").json()["zones"]] == ["Z"]
    assert ask("SELECT round(sum(metres_inside)) FROM registry.finding WHERE zone_id = %s", made["id"]) == [
        (40,)
    ]
    # The zone itself is like any other.
    item = so.get(f"/collections/zone/items/{made['id']}").json()
    assert item["properties"]["position_method"] == "derived"


def test_entries_that_are_not_clear_are_a_problem_and_nothing_is_written(so: httpx.Client) -> None:
    answer = so.post("/zones", json=body(streets=f"{LIST}\nTrần Phúc"))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "urn:gisreg:problem:invalid-input"
    assert problem["unmatched"][0]["suggestions"] == ["Trần Phú"]
    assert "Trần Phúc" in problem["detail"]
    assert ask("SELECT FROM registry.zone") == []
    # Where nothing is clear there is nothing to show, and all is told.
    tried = so.post("/zones/preview", json=body(streets="Lê Lợi bên trái"))
    assert (tried.status_code, len(tried.json()["unmatched"]), tried.json()["preview"]["features"]) == (
        200,
        1,
        [],
    )


BAD: dict[str, tuple[dict[str, Any], int]] = {
    "no list": ({"streets": "  \n "}, 400),
    "an unknown member": ({"colour": "red"}, 400),
    "a control letter": ({"streets": "Lê\x00Lợi"}, 400),
    "a kind that there is not": ({"zone": said(kind="nice")}, 422),
    "ends before it begins": ({"zone": said(valid_to="2019-01-01")}, 422),
    "a width that is none": ({"width_m": 0}, 400),
    "a part that is none": ({"parts": [{"kind": "circle", "radius_m": 3}]}, 400),
    "too many parts": ({"streets": "Lê Lợi\n" * 501}, 422),
    "too long a list": ({"streets": "x" * 100_001}, 400),
    "a code that is too long": ({"zone": said(code="Z" * 3_000)}, 400),
    "a weight that is no number": ({"zone": said(weight="NaN")}, 400),
}


@pytest.mark.parametrize("path", ["/zones", "/zones/preview"])
@pytest.mark.parametrize("what", BAD)
def test_bad_bodies_are_refused_with_a_sentence(so: httpx.Client, path: str, what: str) -> None:
    members, status = BAD[what]
    answer = so.post(path, json=body(**members))
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"]
    assert ask("SELECT FROM registry.zone") == []


def test_a_zone_that_is_there_gets_another_recipe_only_where_asked(so: httpx.Client) -> None:
    first = so.post("/zones", json=body()).json()
    again = so.post("/zones", json=body(streets="Trần Phú"))
    assert again.status_code == 409
    other = body(streets="Trần Phú", zone=said(name="Khác"), replace=True)
    assert so.post("/zones", json=other).status_code == 428
    assert so.post("/zones/preview", json=other).json()["version"] == first["version"] == 1
    changed = so.post("/zones", json=other | {"version": first["version"]})
    assert changed.status_code == 201
    assert (changed.json()["id"], changed.json()["name"], len(changed.json()["parts"])) == (
        first["id"],
        "Khác",
        1,
    )
    assert ask("SELECT count(*) FROM registry.finding WHERE zone_id = %s", first["id"]) == [(0,)]
    # Whoever saw the zone before that does not overwrite it.
    late = so.post("/zones", json=body(replace=True, version=first["version"]))
    assert late.status_code == 412
    assert late.json()["current_version"] == changed.json()["version"] > first["version"]
    assert late.json()["current"]["properties"]["name"] == "Khác"
    assert so.get(f"/zones/{first['id']}").json() == changed.json()
    assert so.post("/zones/preview", json=body(zone=said(code="Z9"))).json()["version"] is None


def test_building_anew_and_dropping_the_recipe(so: httpx.Client) -> None:
    number = so.post("/zones", json=body()).json()["id"]
    assert so.post(f"/zones/{number}/rebuild").json()["changed"] is False
    ask("UPDATE registry.street SET name = 'Khác' WHERE code = 'Lê Lợi'")
    ask("UPDATE registry.street SET geom = ST_Translate(geom, 0, 0.0001) WHERE code = 'Trần Phú'")
    assert so.post(f"/zones/{number}/rebuild").json()["changed"] is True
    assert so.delete(f"/zones/{number}/recipe").status_code == 428
    late = so.delete(f"/zones/{number}/recipe", headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["current_version"]) == (412, 2)
    assert so.delete(f"/zones/{number}/recipe", headers={"If-Match": '"2"'}).json() == {"id": number}
    for answer in (so.get(f"/zones/{number}"), so.post(f"/zones/{number}/rebuild"), so.get("/zones/77")):
        assert answer.status_code == 404


def test_a_zone_that_cannot_be_built_anew_says_so_to_who_asks(so: httpx.Client) -> None:
    number = so.post("/zones", json=body()).json()["id"]
    ask("UPDATE registry.zone_part SET street = 'Không Có', street_ids = '{}' WHERE street = 'Trần Phú'")
    for _ in range(2):
        told = so.post(f"/zones/{number}/rebuild")
        assert (told.status_code, told.json()["changed"]) == (200, False), told.text
        assert [one["text"] for one in told.json()["unmatched"]] == ["Trần Phú"]
    assert ask("SELECT count(*) FROM registry.alert WHERE kind = 'zone-not-rebuilt' AND subject = 'Z'") == [
        (1,)
    ]


def test_the_ordinary_way_in_refuses_what_no_zone_may_be(so: httpx.Client) -> None:
    ring = [[106.3, 20.4], [106.31, 20.41], [106.31, 20.4], [106.3, 20.41], [106.3, 20.4]]
    bow_tie = {"type": "Polygon", "coordinates": [ring]}
    answer = so.post("/collections/zone/items", json={"properties": said(), "geometry": bow_tie})
    assert answer.status_code == 422
    assert "crosses itself at 106.305" in answer.json()["detail"]
    assert "QGIS" in answer.json()["hint"]
    # Each language stands by itself.
    assert answer.json()["detail"].startswith("The boundary")
    assert answer.json()["detail_vi"].startswith("Ranh giới khu vực tự cắt tại 106.305")
    assert answer.json()["hint_vi"].startswith("Vẽ lại chỗ đó")
    (fault,) = answer.json()["errors"]
    assert fault["message_vi"].startswith("Ranh giới khu vực tự cắt")
    assert " / " not in fault["message_vi"] + fault["message"]
    number = so.post("/zones", json=body()).json()["id"]
    square = {"type": "Polygon", "coordinates": [[ring[0], ring[2], ring[1], ring[3], ring[0]]]}
    answer = so.patch(
        f"/collections/zone/items/{number}", json={"geometry": square}, headers={"If-Match": '"1"'}
    )
    assert answer.status_code == 422
    assert "gisreg zone detach" in answer.json()["hint"]
    answer = so.post(
        "/collections/zone/items", json={"properties": said(valid_from="2031-01-01"), "geometry": square}
    )
    assert answer.status_code == 409
    assert "holds from 2020-01-01" in answer.json()["detail"]


@pytest.mark.parametrize("role", [None, *OTHERS])
def test_zones_are_made_and_recipes_seen_by_the_authority_alone(
    clients: dict[PersonRole | None, httpx.Client], so: httpx.Client, role: PersonRole | None
) -> None:
    number = so.post("/zones", json=body()).json()["id"]
    client, refused = clients[role], 401 if role is None else 403
    for method, path, sent in (
        ("GET", "/zones", None), ("GET", f"/zones/{number}", None), ("POST", "/zones", body()),
        ("POST", "/zones/preview", body()), ("POST", f"/zones/{number}/rebuild", None),
        ("DELETE", f"/zones/{number}/recipe", None), ("POST", f"/zones/{number}/page", None),
    ):  # fmt: skip
        answer = client.request(method, path, json=sent)
        # The forms of pages want their fields first.
        assert answer.status_code in ((refused,) if not path.endswith("/page") else (400,)), (method, path)
    who = role and Actor("Thử", roles=frozenset({role}))
    with transaction(Role.APP, who) as own, own.cursor() as cursor:
        for table in (
            "registry.zone_recipe",
            "registry.zone_part",
            "history.zone_recipe",
            "history.zone_part",
        ):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,)
        cursor.execute("DELETE FROM registry.zone_recipe")
        assert cursor.rowcount == 0
        own.rollback()


@pytest.fixture(scope="module")
def browser(site: str) -> Iterator[httpx.Client]:
    """Return a client that is signed in with a cookie, as a browser is."""
    word = passwords.generated()
    person("trang", PersonRole.AUTHORITY, password=word)
    cookies = {"gisreg": session_cookie(site, "trang", word)}
    with httpx.Client(base_url=site, timeout=30, cookies=cookies, headers={"Accept": "text/html"}) as made:
        yield made


def form(page: httpx.Response, **fields: str) -> dict[str, str]:
    token = re.search(r'name="csrf_token" value="([0-9a-f]{64})"', page.text)
    seen = re.search(r'name="seen" value="([0-9a-f]*)"', page.text)
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert token is not None
    return (
        said()
        | {"streets": LIST, "width_m": "10", "csrf_token": token[1], "seen": seen[1] if seen else ""}
        | {"version": version[1] if version else "0"}
        | fields
    )


def test_the_page_tries_first_and_makes_what_was_looked_at(browser: httpx.Client) -> None:
    page = browser.get("/zones")
    tried = browser.post("/zones/page", data=form(page, decision="preview", streets=f"{LIST}\nTrần Phúc"))
    assert tried.status_code == 200
    assert "Trần Phúc" in tried.text
    assert 'value="confirm"' not in tried.text
    tried = browser.post("/zones/page", data=form(page, decision="preview"))
    assert 'value="confirm"' in tried.text
    # What was changed since is looked at first.
    changed = browser.post("/zones/page", data=form(tried, decision="confirm", streets="Trần Phú"))
    assert changed.status_code == 200
    assert ask("SELECT FROM registry.zone") == []
    made = browser.post("/zones/page", data=form(tried, decision="confirm"))
    assert made.status_code == 303
    shown = browser.get(made.headers["Location"])
    assert "A Một; B Hai" in shown.text
    done = browser.post(f"{made.headers['Location']}/page", data=form(shown, decision="rebuild"))
    assert "không đổi" in done.text
    gone = browser.post(f"{made.headers['Location']}/page", data=form(shown, decision="detach"))
    assert gone.headers["Location"] == "/zones"
    assert ask("SELECT FROM registry.zone_recipe") == []


def test_the_page_writes_over_nothing_that_was_not_looked_at(browser: httpx.Client) -> None:
    made = browser.post(
        "/zones/page",
        data=form(
            browser.post("/zones/page", data=form(browser.get("/zones"), decision="preview")),
            decision="confirm",
        ),
    )
    place = made.headers["Location"]
    shown = browser.get(place)
    again = {"streets": "Trần Phú", "replace": "true"}
    tried = browser.post("/zones/page", data=form(browser.get("/zones"), decision="preview", **again))
    ask("UPDATE registry.zone SET name = 'Người khác sửa'")
    recipe = ask("SELECT zone_id, pasted FROM registry.zone_recipe")
    for late in (
        browser.post("/zones/page", data=form(tried, decision="confirm", **again)),
        browser.post(f"{place}/page", data=form(shown, decision="detach")),
    ):
        assert late.status_code == 412
        assert "Đã có người sửa sau khi trang này được mở" in late.text
        assert "Người khác sửa" in late.text
    assert ask("SELECT zone_id, pasted FROM registry.zone_recipe") == recipe
    assert ask("SELECT name FROM registry.zone") == [("Người khác sửa",)]
    tried = browser.post("/zones/page", data=form(late, decision="preview", **again))
    assert browser.post("/zones/page", data=form(tried, decision="confirm", **again)).status_code == 303
    assert ask("SELECT pasted FROM registry.zone_recipe") == [("Trần Phú",)]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"weight": "viel"}, 422), ({"width_m": "x"}, 422), ({"valid_from": "hôm nay"}, 422), ({"around": "here"}, 400),
        ({"unit": "001"}, 400), ({"streets": ""}, 400), ({"code": ""}, 422), ({"csrf_token": "0" * 64}, 403),
    ],
)  # fmt: skip
def test_the_page_tells_what_is_wrong_and_keeps_what_was_written(
    browser: httpx.Client, fields: dict[str, str], status: int
) -> None:
    answer = browser.post("/zones/page", data=form(browser.get("/zones"), decision="preview") | fields)
    assert answer.status_code == status
    if status != 403:
        assert 'role="alert"' in answer.text
        assert fields.get("streets", "Danh mục:") in answer.text


def test_pages_send_visitors_to_sign_in_and_others_away(
    clients: dict[PersonRole | None, httpx.Client],
) -> None:
    html = {"Accept": "text/html"}
    assert clients[None].get("/zones", headers=html).status_code == 303
    assert clients[PersonRole.ENGINEER].get("/zones", headers=html).status_code == 403
