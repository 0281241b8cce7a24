"""Answers that would tell of hidden things by their form: numbers, names, refusals."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from gisreg.history.sealed import opened, sealed
from tests.support.served import Query, key_of, one


def told(client: httpx.Client, since: datetime, **query: Any) -> list[dict[str, Any]]:
    answer = client.get("/changes", params={"from": since.isoformat(), **query})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["changes"]
    return found


def change(actor: Actor, query: str, *parameters: Any) -> None:
    with transaction(Role.WORKER, actor) as own, own.cursor() as cursor:
        cursor.execute(query, parameters)


POLE = (
    "INSERT INTO registry.pole (code, visibility, geom)"
    " VALUES (%s, %s, ST_SetSRID(ST_MakePoint(106.3, 20.4), 4326))"
)
LAN = Actor("Lan", "Sở", roles=frozenset({PersonRole.AUTHORITY}))


def test_change_sets_have_no_numbers(public: httpx.Client) -> None:
    since = datetime.now(UTC)
    for visibility in ("public", "secret", "secret", "public"):
        change(LAN, POLE, visibility, visibility)
    names = [one_change["change_set"] for one_change in told(public, since)]
    assert len(set(names)) == 2
    assert all(isinstance(name, str) and len(name) == 32 for name in names)


def test_closed_numbers_open_with_their_key_only() -> None:
    for text in (b"", b"x", b"12345678", bytes(18)):
        closed = sealed(text, b"key")
        assert opened(closed, b"key") == text
        assert opened(closed, b"other") is None
        assert opened(closed[:-1] + bytes([closed[-1] ^ 1]), b"key") is None
    assert opened(b"", b"key") is None
    assert opened(bytes(100), b"key") is None


@pytest.mark.parametrize(("visibility", "name"), [("public", "Quân khu"), ("secret", None)])
def test_a_hidden_organisation_has_no_name(
    public: httpx.Client, client: httpx.Client, query: Query, visibility: str, name: str | None
) -> None:
    ((number,),) = query(
        "INSERT INTO registry.organisation (code, name, kind, visibility)"
        " VALUES (%s, 'Quân khu', 'other', %s) RETURNING id",
        f"QK-{visibility}",
        visibility,
    )
    since = datetime.now(UTC)
    who = Actor("X", "Quân khu", organisation_id=number, roles=frozenset({PersonRole.ENGINEER}))
    change(who, POLE, f"qk-{visibility}", "public")
    (mine,) = told(public, since)
    assert mine["organisation"] == name
    assert len(told(public, since, organisation="Quân khu")) == (name is not None)
    assert told(client, since)[0]["organisation"] == "Quân khu"


def test_what_hidden_things_depend_on_is_kept_without_saying_why(public: httpx.Client, query: Query) -> None:
    key = key_of("removes", PersonRole.ENGINEER, organisation="PC")
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=public.base_url, headers=headers, timeout=30) as engineer:
        pole = one(engineer, "pole", code="P5-5")
        query("UPDATE registry.cable SET visibility = 'secret' WHERE code = 'C5'")
        path = f"/collections/pole/items/{pole['id']}"
        answer = engineer.delete(path, headers={"If-Match": engineer.get(path).headers["ETag"]})
        query("UPDATE registry.cable SET visibility = 'partner' WHERE code = 'C5'")
    assert answer.status_code == 409
    assert "depending" not in answer.json()
    for word in ("secret", "cable", "support", "span", "1"):
        assert word not in answer.json()["detail"]
