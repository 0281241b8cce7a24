"""Zones over HTTP and at the command line: tried, made, shown, built anew; for the authority alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gisreg.access import passwords
from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from tests.support.databases import Database
from tests.support.network import Network
from tests.support.served import key_of, person, serving, session_cookie
from tests.zones.drawn import said

LIST = "Danh mục:\n1. Lê Lợi (từ A Một đến B Hai)\n2. Trần Phú"
OTHERS = [role for role in PersonRole if role is not PersonRole.AUTHORITY]


def ask(query: str, *parameters: object) -> list[tuple[Any, ...]]:
    with transaction(Role.WORKER, Actor("tests")) as connection, connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def town(fresh_database: Database) -> Database:
    """Two streets and what crosses them, a cable along one, all committed."""
    with transaction(Role.WORKER, Actor("tests")) as connection:
        network = Network(connection)
        network.street("Lê Lợi", [(0, 0), (400, 0)])
        network.street("Trần Phú", [(0, 200), (400, 200)])
        network.street("A Một", [(100, -80), (100, 80)])
        network.street("B Hai", [(300, -80), (300, 80)])
        for x in (110, 150):
            network.pole(str(x), (x, 5))
        network.cable("k", [(110, 5), (150, 5)])
        network.build()
    return fresh_database


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
    ask("DELETE FROM registry.zone")
    ask("DELETE FROM registry.finding")
    ask("UPDATE registry.street SET geom = geom, name = code")


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
    changed = so.post("/zones", json=body(streets="Trần Phú", zone=said(name="Khác"), replace=True))
    assert changed.status_code == 201
    assert (changed.json()["id"], changed.json()["name"], len(changed.json()["parts"])) == (
        first["id"],
        "Khác",
        1,
    )
    assert ask("SELECT count(*) FROM registry.finding WHERE zone_id = %s", first["id"]) == [(0,)]


def test_building_anew_and_dropping_the_recipe(so: httpx.Client) -> None:
    number = so.post("/zones", json=body()).json()["id"]
    assert so.post(f"/zones/{number}/rebuild").json()["changed"] is False
    ask("UPDATE registry.street SET name = 'Khác' WHERE code = 'Lê Lợi'")
    ask("UPDATE registry.street SET geom = ST_Translate(geom, 0, 0.0001) WHERE code = 'Trần Phú'")
    assert so.post(f"/zones/{number}/rebuild").json()["changed"] is True
    assert so.delete(f"/zones/{number}/recipe").json() == {"id": number}
    for answer in (so.get(f"/zones/{number}"), so.post(f"/zones/{number}/rebuild"), so.get("/zones/77")):
        assert answer.status_code == 404


def test_the_ordinary_way_in_refuses_what_no_zone_may_be(so: httpx.Client) -> None:
    ring = [[106.3, 20.4], [106.31, 20.41], [106.31, 20.4], [106.3, 20.41], [106.3, 20.4]]
    bow_tie = {"type": "Polygon", "coordinates": [ring]}
    answer = so.post("/collections/zone/items", json={"properties": said(), "geometry": bow_tie})
    assert answer.status_code == 422
    assert "crosses itself at 106.305" in answer.json()["detail"]
    assert "QGIS" in answer.json()["hint"]
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
    assert token is not None
    return (
        said()
        | {"streets": LIST, "width_m": "10", "csrf_token": token[1], "seen": seen[1] if seen else ""}
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


def gisreg(*words: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gisreg.cli.main", *words],
        env=os.environ | {"COLUMNS": "200"}, input=given, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_command_line(town: Database, tmp_path: Path) -> None:
    told = ("--code", "KV-1", "--name", "Trục Lê Lợi", "--kind", "aesthetic_priority", "--from", "2026-01-01")
    dry = gisreg("zone", "make", "-", *told, "--width", "10", "--dry-run", given=LIST)
    assert (dry.returncode, dry.stderr) == (0, "")
    assert "Nothing was written" in dry.stdout
    assert "Lê Lợi (A Một - B Hai), 10 m" in dry.stdout
    assert ask("SELECT FROM registry.zone") == []
    path = tmp_path / "list.csv"
    path.write_text("tuyến đường,từ,đến,mỗi bên\nLê Lợi,A Một,B Hai,10\nTrần Phúc,,,10\n", encoding="utf-8")
    bad = gisreg("zone", "make", str(path), *told)
    assert bad.returncode == 2
    assert "Trần Phúc" in bad.stderr
    assert "(Trần Phú)" in bad.stderr
    shape = tmp_path / "shape.geojson"
    made = gisreg("zone", "make", "-", *told, "--width", "10", "--geojson", str(shape), given=LIST)
    assert made.returncode == 0, made.stderr
    assert "KV-1, 1.20 ha" in made.stdout
    assert json.loads(shape.read_text())["features"][0]["properties"]["what"] == "zone"
    assert "KV-1" in gisreg("zone", "list").stdout
    shown = gisreg("zone", "show", "KV-1").stdout
    assert "Lê Lợi; A Một; B Hai" in shown
    recipe = tmp_path / "recipe.json"
    recipe.write_text(gisreg("zone", "show", "KV-1", "--json").stdout, encoding="utf-8")
    again = gisreg("zone", "make", str(recipe), *told, "--replace")
    assert again.returncode == 0, again.stderr
    assert "unchanged" in gisreg("zone", "rebuild").stdout
    assert ask(
        "SELECT count(*) FROM history.zone WHERE operation = 'U' AND code = 'KV-1' AND version > 2"
    ) == [(0,)]
    ask("DELETE FROM registry.street WHERE code = 'Trần Phú'")
    failed = gisreg("zone", "rebuild", "KV-1")
    assert failed.returncode == 2
    assert "giữ ranh giới cũ" in failed.stdout
    assert "không lập lại được" in gisreg("zone", "list").stdout
    assert gisreg("zone", "detach", "KV-1").returncode == 0
    assert gisreg("zone", "show", "KV-1").returncode == 2
    assert gisreg("zone", "show", "KV-9").returncode == 2
    circle = ("--code", "KV-2", "--name", "Quanh trụ sở", "--kind", "heritage", "--from", "2026-01-01")
    assert "KV-2" in gisreg("zone", "make", *circle, "--around", "106.3,20.4:200").stdout
    assert gisreg("zone", "make", *circle, "--around", "106.3:200").returncode == 2
