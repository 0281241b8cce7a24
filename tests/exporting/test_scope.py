"""An export holds what items hold for the same person, and needs the right key."""

from __future__ import annotations

import json

import httpx
import pytest

from gisreg.access.actor import PersonRole
from gisreg.access.keys import Scope
from tests.access.rights import COLUMNS, table
from tests.support.served import Query, key_of

LAYERS_TRIED = ("pole", "cable", "segment", "support", "zone")


def exported(client: httpx.Client, layer: str) -> list[dict[str, object]]:
    answer = client.get(f"/exports/{layer}.geojson")
    assert answer.status_code == 200, answer.text
    return [feature["properties"] for feature in json.loads(answer.content)["features"]]


def ids_of_items(client: httpx.Client, layer: str) -> set[int]:
    page = client.get(f"/collections/{layer}/items", params={"limit": 10_000}).json()
    return {feature["id"] for feature in page["features"]}


@pytest.mark.parametrize("role", [role for role in COLUMNS if role is not None])
def test_rows_are_those_of_items(address: str, query: Query, role: PersonRole) -> None:
    for place, visibility in enumerate(("public", "partner", "agency", "secret")):
        query(f"UPDATE registry.pole SET visibility = '{visibility}' WHERE code LIKE 'P_-{place}'")
        query(f"UPDATE registry.cable SET visibility = '{visibility}' WHERE code = 'C{place}'")
    key = key_of(f"scope-{role}", role, organisation="VNPT")
    with httpx.Client(base_url=address, timeout=60, headers={"X-Api-Key": key}) as client:
        for layer in LAYERS_TRIED:
            assert {row["id"] for row in exported(client, layer)} == ids_of_items(client, layer), layer
        rows = exported(client, "pole")
    private = [row for row in rows if row.get("cable_capacity") is not None]
    level = table()["capacity"][role]
    expected = {"không": set(), "của mình": {"VNPT"}, "tất cả": {"VNPT", "PC"}}[level]
    assert {row["owner"] for row in private} == expected
    assert ("cable_capacity" in rows[0]) == (level != "không")
    secret = any(row["visibility"] == "secret" and row["owner"] != "VNPT" for row in rows)
    assert secret == (table()["export"][role] == "tất cả")


def test_visitors_take_nothing(public: httpx.Client) -> None:
    assert set(table()["export"].values()) == {"không", "chung", "trừ bí mật", "tất cả"}
    assert table()["export"][None] == "không"
    assert public.get("/exports/pole.gpkg").status_code == 401
    assert public.get("/exports").json() == {"exports": []}


def test_a_key_needs_the_scope(address: str) -> None:
    key = key_of("chi-doc", PersonRole.AUTHORITY, scopes=(Scope.READ, Scope.WRITE))
    answer = httpx.get(f"{address}/exports/pole.gpkg", headers={"X-Api-Key": key})
    assert answer.status_code == 403
    assert answer.json()["scope"] == "export"
    key = key_of("chi-xuat", PersonRole.VIEWER, scopes=(Scope.EXPORT,))
    assert httpx.get(f"{address}/exports/zone.gpkg", headers={"X-Api-Key": key}).status_code == 200
    assert httpx.get(f"{address}/exports", headers={"X-Api-Key": key}).status_code == 403
