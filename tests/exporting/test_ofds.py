"""The Open Fibre Data Standard: what release 0.3 asks of a document, and the tables that it has no place for."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
import zipfile
from typing import Any

import httpx
import pytest

from tests.support.served import Query

STATUSES = {"proposed", "planned", "underConstruction", "operational", "decommissioned", "inactive"}
SCHEMA = "https://raw.githubusercontent.com/Open-Telecoms-Data/open-fibre-data-standard/0__3__0/schema/network-schema.json"


def taken(
    client: httpx.Client, layer: str, **query: str
) -> tuple[dict[str, Any], dict[str, list[dict[str, str]]]]:
    """Return the one network of an export and its tables by name."""
    answer = client.get(f"/exports/{layer}.ofds", params=query)
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        (network,) = json.loads(archive.read("network.json"))["networks"]
        tables = {
            name.removesuffix(".csv"): list(
                csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig")))
            )
            for name in archive.namelist()
            if name.endswith(".csv") and name != "columns.csv"
        }
    return network, tables


def check(network: dict[str, Any]) -> None:
    """Check a network against the rules of network-schema.json that concern what we write."""
    uuid.UUID(network["id"])
    assert network["links"][0] == {"href": SCHEMA, "rel": "describedby"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", network["publicationDate"])
    assert network["crs"]["uri"] == "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    known = {one["id"] for one in network.get("organisations", [])}
    nodes = {one["id"] for one in network.get("nodes", [])}
    for name in ("nodes", "spans", "organisations"):
        assert network.get(name, [None]), "lists are not empty"
        ids = [one["id"] for one in network.get(name, [])]
        assert len(set(ids)) == len(ids)
    for one in (*network.get("nodes", []), *network.get("spans", [])):
        assert one.get("status", "planned") in STATUSES
        assert all(one.values()), "nothing is empty"
        provider = one.get("physicalInfrastructureProvider")
        assert provider is None or provider["id"] in known
    for node in network.get("nodes", []):
        assert node["location"]["type"] == "Point"
        assert node["type"]
    for span in network.get("spans", []):
        assert span["route"]["type"] == "LineString"
        assert set(span.get("transmissionMedium", [])) <= {"fibre", "microwave", "copper", "coaxial"}
        assert set(span.get("deployment", [])) <= {"aboveGround", "belowGround"}
        assert {span[end] for end in ("start", "end") if end in span} <= nodes


@pytest.mark.parametrize("layer", ["pole", "tower", "cable"])
def test_documents_are_of_the_standard(client: httpx.Client, layer: str) -> None:
    network, _ = taken(client, layer)
    check(network)
    items = client.get(f"/collections/{layer}/items", params={"limit": 1}).json()["numberMatched"]
    assert len(network["spans" if layer == "cable" else "nodes"]) == items > 0


def test_cables_come_with_the_poles_they_hang_on(client: httpx.Client) -> None:
    network, tables = taken(client, "cable", owner="VNPT")
    assert {row["cable_id"] for row in tables["attachments"]} <= {
        one["id"].removeprefix("cable-") for one in network["spans"]
    }
    hung = {f"pole-{row['pole_id']}" for row in tables["attachments"]}
    assert hung == {one["id"] for one in network["nodes"]} == {f"pole-{row['id']}" for row in tables["poles"]}
    by_cable: dict[str, list[tuple[int, str]]] = {}
    for row in tables["attachments"]:
        by_cable.setdefault(row["cable_id"], []).append((int(row["sequence"]), f"pole-{row['pole_id']}"))
    for span in network["spans"]:
        along = sorted(by_cable.get(span["id"].removeprefix("cable-"), []))
        if along:
            assert (span["start"], span["end"]) == (along[0][1], along[-1][1])


def test_no_more_leaves_than_may_be_seen(client: httpx.Client, rival: httpx.Client, query: Query) -> None:
    query(
        "UPDATE registry.pole SET visibility = 'secret' WHERE id IN (SELECT pole_id FROM registry.support LIMIT 2)"
        " AND owner_id <> (SELECT id FROM registry.organisation WHERE code = 'VTL')"
    )
    whole, _ = taken(client, "pole")
    seen, tables = taken(rival, "pole")
    check(seen)
    assert {one["id"] for one in seen["nodes"]} < {one["id"] for one in whole["nodes"]}
    assert {f"pole-{row['pole_id']}" for row in tables["attachments"]} <= {one["id"] for one in seen["nodes"]}


def test_layers_that_the_standard_has_no_place_for(client: httpx.Client) -> None:
    answer = client.get("/exports/zone.ofds")
    assert answer.status_code == 400
    assert "has no place for zone" in answer.text
