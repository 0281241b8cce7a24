"""Keys: what they open, for how long, and what nobody may without one."""

from __future__ import annotations

import ast
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

import api.routers
from gisreg.access import keys, people
from gisreg.access.actor import PersonRole
from gisreg.access.keys import Scope
from gisreg.database.connection import Role, transaction
from gisreg.errors import InvalidInputError, NotFoundError
from tests.access.conftest import Later
from tests.support.served import Query, edited, key_of, one

ITEMS = "/collections/pole/items"
WRITES = [("POST", ITEMS), ("PATCH", f"{ITEMS}/1"), ("DELETE", f"{ITEMS}/1"), ("POST", "/segments/tidying")]
BODY: dict[str, Any] = {"segments": [1], "state": "planned"}


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def basic(key: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"qgis:{key}".encode()).decode()}


def person_of(public: httpx.Client, headers: dict[str, str]) -> str | None:
    answer = public.get("/session", headers=headers)
    assert answer.status_code == 200, answer.text
    found: str | None = answer.json()["person"]
    return found


@pytest.mark.parametrize(
    "way", [bearer, basic, lambda key: {"X-Api-Key": key}], ids=["bearer", "basic", "own"]
)
def test_three_ways_to_give_a_key(public: httpx.Client, way: Callable[[str], dict[str, str]]) -> None:
    login = f"ways-{id(way)}"
    key = key_of(login, PersonRole.VIEWER)
    assert person_of(public, way(key)) == login
    assert person_of(public, {}) is None
    wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
    for bad in (wrong, "gr_", "gr_x_y", key.upper(), key[3:], "é" * 20):
        answer = public.get("/session", headers={k: v.encode() for k, v in way(bad).items()})
        assert answer.status_code == 401, bad
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_nothing_in_the_database_opens_anything(public: httpx.Client, query: Query) -> None:
    key = key_of("kept", PersonRole.VIEWER)
    ((row,),) = query(
        "SELECT k::text FROM access.api_key AS k JOIN access.person AS p ON p.id = k.person_id WHERE p.login = 'kept'"
    )
    assert key.rsplit("_", 1)[1] not in row


def test_a_key_ends(public: httpx.Client, later: Later) -> None:
    later(timedelta(0))
    key = key_of("ends", PersonRole.VIEWER)
    later(timedelta(hours=23, minutes=59))
    assert person_of(public, bearer(key)) == "ends"
    later(timedelta(days=1))
    assert public.get("/session", headers=bearer(key)).status_code == 401


def test_a_key_is_revoked(public: httpx.Client) -> None:
    key = key_of("revoked", PersonRole.VIEWER)
    assert person_of(public, bearer(key)) == "revoked"
    with transaction(Role.WORKER) as connection:
        keys.revoke(connection, key)
        with pytest.raises(NotFoundError):
            keys.revoke(connection, key)
    assert public.get("/session", headers=bearer(key)).status_code == 401


def test_a_disabled_person_has_no_keys(public: httpx.Client) -> None:
    key = key_of("disabled", PersonRole.VIEWER)
    with transaction(Role.WORKER) as connection:
        people.set_active(connection, "disabled", False)
    assert public.get("/session", headers=bearer(key)).status_code == 401


def test_the_last_use_is_kept_by_the_minute(public: httpx.Client, later: Later) -> None:
    start = later(timedelta(0))
    key = key_of("used", PersonRole.VIEWER)

    def used(seconds: int) -> float | None:
        later(timedelta(seconds=seconds))
        person_of(public, bearer(key))
        with transaction(Role.WORKER) as connection:
            (found,) = keys.keys(connection, "used")
        return (found.last_used_at - start).total_seconds() if found.last_used_at else None

    with transaction(Role.WORKER) as connection:
        assert keys.keys(connection, "used")[0].last_used_at is None
    assert [used(10), used(60), used(70), used(80)] == [10, 10, 70, 70]


@pytest.mark.parametrize(
    ("scopes", "days"), [((), 1), ((Scope.READ,), 0), ((Scope.READ,), -1), ((Scope.READ,), 5000)]
)
def test_keys_that_are_not_made(public: httpx.Client, scopes: tuple[Scope, ...], days: int) -> None:
    with pytest.raises(InvalidInputError), transaction(Role.WORKER) as connection:
        keys.create(connection, "nobody", "x", scopes, timedelta(days=days))


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_the_public_writes_nothing(public: httpx.Client, method: str, path: str) -> None:
    answer = public.request(method, path, json=BODY, headers={"If-Match": '"1"'})
    assert answer.status_code == 401
    assert answer.json()["type"].endswith(":not-signed-in")


def test_a_key_for_reading_writes_nothing(public: httpx.Client) -> None:
    key = key_of("reads", PersonRole.AUTHORITY, scopes=(Scope.READ,))
    assert public.get(ITEMS, headers=bearer(key)).json()["numberMatched"] == 200
    for method, path in WRITES:
        answer = public.request(method, path, json=BODY, headers=bearer(key) | {"If-Match": '"1"'})
        assert answer.status_code == 403
        assert answer.json()["scope"] == "write"


def test_a_key_for_writing_reads_nothing(public: httpx.Client) -> None:
    key = key_of("writes", PersonRole.AUTHORITY, scopes=(Scope.WRITE,))
    assert public.get(ITEMS, headers=bearer(key)).status_code == 403


def test_the_public_sees_what_is_public(client: httpx.Client, public: httpx.Client, query: Query) -> None:
    pole = one(client, "pole", code="P7-7")
    path = f"{ITEMS}/{pole['id']}"
    assert public.get(ITEMS).json()["numberMatched"] == 0
    assert public.get(path).status_code == 404
    assert public.get("/collections/organisation/items").json()["numberMatched"] == 3
    query("UPDATE registry.pole SET visibility = 'public' WHERE id = %s", pole["id"])
    assert public.get(path).status_code == 200
    query("UPDATE registry.pole SET visibility = 'partner' WHERE id = %s", pole["id"])


def test_a_carrier_changes_its_own_only(public: httpx.Client, client: httpx.Client, query: Query) -> None:
    mine = one(client, "cable", code="C1")
    other = one(client, "cable", code="C0")
    hidden = one(client, "cable", code="C4")
    query("UPDATE registry.cable SET visibility = 'secret' WHERE id = %s", hidden["id"])
    key = key_of("viettel", PersonRole.ENGINEER, organisation="VTL")
    with httpx.Client(base_url=public.base_url, headers=bearer(key), timeout=30) as engineer:
        assert edited(engineer, "cable", mine["id"], properties={"diameter_mm": 24}).status_code == 200
        refused = edited(engineer, "cable", other["id"], properties={"diameter_mm": 24})
        assert refused.status_code == 403
        assert refused.json()["type"].endswith(":forbidden")
        path = f"/collections/cable/items/{other['id']}"
        tag = {"If-Match": engineer.get(path).headers["ETag"]}
        assert engineer.delete(path, headers=tag).status_code == 403
        away = edited(engineer, "cable", mine["id"], properties={"owner_id": other["properties"]["owner_id"]})
        assert away.status_code == 403
        assert (
            engineer.patch(
                f"/collections/cable/items/{hidden['id']}", json={}, headers={"If-Match": '"1"'}
            ).status_code
            == 404
        )
        theirs = {
            "properties": {
                "code": "X",
                "owner_id": other["properties"]["owner_id"],
                "role": "trunk",
                "medium": "fibre",
                "state": "in_service",
            },
            "geometry": other["geometry"],
        }
        assert engineer.post("/collections/cable/items", json=theirs).status_code == 403
        segments = engineer.get(
            "/collections/segment/items", params={"cable_id": other["id"], "tidying_state": "flagged"}
        ).json()["features"]
        step = {"segments": [segments[0]["id"]], "state": "planned", "versions": {segments[0]["id"]: 1}}
        assert engineer.post("/segments/tidying", json=step).status_code == 403
    assert one(client, "cable", code="C0")["properties"] == other["properties"]
    viewer = key_of("looks", PersonRole.VIEWER)
    with httpx.Client(base_url=public.base_url, headers=bearer(viewer), timeout=30) as looks:
        assert edited(looks, "cable", mine["id"], properties={"diameter_mm": 2}).status_code == 403


def test_caches_tell_people_apart(public: httpx.Client, client: httpx.Client) -> None:
    tile = "/tiles/pole/15/26060/14475.mvt"
    viewer = bearer(key_of("tiles-viewer", PersonRole.VIEWER))
    engineer = bearer(key_of("tiles-engineer", PersonRole.ENGINEER, organisation="VTL"))
    for path in (tile, ITEMS, "/collections/organisation/items"):
        answers = [
            client.get(path),
            public.get(path),
            public.get(path, headers=viewer),
            public.get(path, headers=engineer),
        ]
        tags = [answer.headers["ETag"] for answer in answers]
        assert len(set(tags)) == 4
        for answer in answers:
            assert answer.headers["Cache-Control"] == "private, no-cache"
            assert {"Cookie", "Authorization"} <= set(answer.headers["Vary"].replace(" ", "").split(","))
        assert public.get(path, headers={"If-None-Match": tags[0]}).status_code in (200, 204)
        assert client.get(path, headers={"If-None-Match": tags[0]}).status_code == 304
    for path in ("/progress", "/search?q=C1", "/", "/sign-in", "/session", "/nothing"):
        answer = public.get(path)
        assert "private" in answer.headers["Cache-Control"] or answer.headers["Cache-Control"] == "no-store"
        assert "Cookie" in answer.headers["Vary"]


def test_no_route_reads_without_saying_for_whom() -> None:
    folder = Path(api.routers.__file__).parent
    calls = [
        (path.name, node)
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "transaction"
    ]
    assert len(calls) > 10
    silent = [name for name, call in calls if not any(word.arg == "actor" for word in call.keywords)]
    # These ask the worker's role for people, sessions and keys, never for the registry.
    assert set(silent) == {"account.py", "people.py", "see_as.py", "sign_in.py", "sign_in_oidc.py"}


def test_a_carrier_sees_that_its_own_hidden_cable_changed(public: httpx.Client, query: Query) -> None:
    path = "/collections/cable/items?limit=1"
    mine = bearer(key_of("own-hidden", PersonRole.ENGINEER, organisation="VTL"))
    other = bearer(key_of("not-hidden", PersonRole.ENGINEER, organisation="VNPT"))
    query("UPDATE registry.cable SET visibility = 'secret' WHERE code = 'C3'")
    before = [public.get(path, headers=who).headers["ETag"] for who in (mine, other)]
    query("UPDATE registry.cable SET diameter_mm = 17 WHERE code = 'C3'")
    after = [public.get(path, headers=who).headers["ETag"] for who in (mine, other)]
    assert after[0] != before[0]
    assert after[1] == before[1]
