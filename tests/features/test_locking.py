"""No edit overwrites another unseen: every editable layer has versions, and a late edit sees both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from layers import LAYERS
from tests.support.served import Query

EDITABLE = [layer.key for layer in LAYERS.values() if layer.editable]
SEEDED = ("pole", "cable", "tower", "tower_tenancy", "street", "zone", "admin_unit")
"""Editable layers of which the small network has objects: assets, and places."""


def first(client: httpx.Client, layer: str) -> tuple[str, str, dict[str, Any]]:
    """Return path, ETag and feature of a layer's first object."""
    (found,) = client.get(f"/collections/{layer}/items", params={"limit": 1}).json()["features"]
    path = f"/collections/{layer}/items/{found['id']}"
    answer = client.get(path)
    return path, answer.headers["ETag"], answer.json()


@pytest.mark.parametrize("key", EDITABLE)
def test_every_editable_table_counts_versions(query: Query, address: str, key: str) -> None:
    assert LAYERS[key].field("version").required
    triggers = query(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = 'touch'", f"registry.{key}"
    )
    assert triggers == [("touch",)]


@pytest.mark.parametrize("key", [key for key in EDITABLE if key in SEEDED])
def test_a_late_edit_sees_both_versions_field_by_field(client: httpx.Client, key: str) -> None:
    path, tag, before = first(client, key)
    won = client.patch(path, json={"properties": {"source": "người thứ nhất"}}, headers={"If-Match": tag})
    assert won.status_code == 200, won.text
    edit = {"properties": {"source": "người thứ hai", "visibility": before["properties"]["visibility"]}}
    late = client.patch(path, json=edit, headers={"If-Match": tag})
    assert late.status_code == 412
    problem = late.json()
    assert problem["sent"] == edit
    assert problem["current"]["properties"]["source"] == "người thứ nhất"
    source, visibility = problem["fields"]
    assert (source["field"], source["sent"], source["current"], source["differs"]) == (
        "source",
        "người thứ hai",
        "người thứ nhất",
        True,
    )
    assert source["vi"] == "Nguồn"
    assert visibility["differs"] is False
    assert client.delete(path, headers={"If-Match": tag}).status_code == 412
    assert client.get(path).json()["properties"]["source"] == "người thứ nhất"


def test_a_late_geometry_is_shown_beside_the_present_one(client: httpx.Client) -> None:
    path, tag, before = first(client, "tower")
    client.patch(path, json={"properties": {"source": "x"}}, headers={"If-Match": tag})
    moved = {"type": "Point", "coordinates": [106.34, 20.45]}
    (shape,) = client.patch(path, json={"geometry": moved}, headers={"If-Match": tag}).json()["fields"]
    assert (shape["field"], shape["sent"]) == ("geometry", moved)
    assert shape["current"] == before["geometry"]


@pytest.mark.parametrize("key", ["zone", "street", "admin_unit"])
def test_of_two_writers_at_once_one_wins(client: httpx.Client, key: str) -> None:
    path, tag, _ = first(client, key)

    def write(number: int) -> tuple[int, int]:
        edit = {"properties": {"source": f"người {number}"}}
        return client.patch(path, json=edit, headers={"If-Match": tag}).status_code, number

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(write, range(2)))
    assert [status for status, _ in answers] == [200, 412]
    assert client.get(path).json()["properties"]["source"] == f"người {answers[0][1]}"
