"""Pages, filters, boxes, conditional answers, over HTTP on a real database."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gisreg.access.actor import PersonRole
from gisreg.access.keys import Scope
from gisreg.errors import UsageError
from gisreg.features import cursor as cursors
from layers import LAYERS, FieldType
from tests.support.served import Query, edited, key_of, one

ITEMS = "/collections/pole/items"


def next_link(page: dict[str, Any]) -> str | None:
    return next((link["href"] for link in page["links"] if link["rel"] == "next"), None)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(15, 90), inserts=st.lists(st.integers(0, 5), min_size=4, max_size=12))
def test_every_row_that_stays_comes_exactly_once(
    client: httpx.Client, query: Query, limit: int, inserts: list[int]
) -> None:
    staying = {number for (number,) in query("SELECT id FROM registry.pole")}
    made: list[int] = []
    seen: list[int] = []
    url: str | None = f"{ITEMS}?limit={limit}&kind=telecom&kind=power_lv&kind=unknown"
    for count in [*inserts, *[0] * 20]:
        if url is None:
            break
        page = client.get(url).json()
        assert page["numberReturned"] == len(page["features"]) <= limit
        seen += [feature["id"] for feature in page["features"]]
        url = next_link(page)
        made += [
            number
            for (number,) in query(
                "INSERT INTO registry.pole (geom) SELECT ST_SetSRID(ST_MakePoint(106.4, 20.3), 4326)"
                " FROM generate_series(1, %s) RETURNING id",
                count,
            )
        ]
    query("DELETE FROM registry.pole WHERE id = ANY (%s)", made)
    assert url is None
    assert len(seen) == len(set(seen))
    assert seen == sorted(seen)
    assert staying <= set(seen) <= staying | set(made)


@given(st.text(max_size=40))
def test_garbage_is_no_cursor(text: str) -> None:
    with pytest.raises(UsageError):
        cursors.decode("pole", text)


@given(st.integers(0, 2**63 - 1))
def test_a_cursor_is_one_of_its_layer_only(last: int) -> None:
    sealed = cursors.encode("pole", last)
    assert cursors.decode("pole", sealed) == last
    with pytest.raises(UsageError):
        cursors.decode("cable", sealed)


def test_links_keep_the_filter(client: httpx.Client) -> None:
    link = next_link(
        client.get(ITEMS, params={"owner": "VNPT", "limit": "7", "bbox": "106,20,107,21"}).json()
    )
    assert link is not None
    told = parse_qs(urlsplit(link).query)
    assert told["owner"] == ["VNPT"]
    assert told["bbox"] == ["106,20,107,21"]
    assert told["limit"] == ["7"]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, 200),
        ({"kind": "telecom"}, 100),
        ({"kind": ["telecom", "power_lv"]}, 200),
        ({"owner": "VNPT"}, 100),
        ({"owner": "nobody"}, 0),
        ({"height_m": "8"}, 70),
        ({"kind": "telecom", "owner": "PC"}, 0),
        ({"code": "P3-3"}, 1),
        ({"cable_count": "1"}, 200),
        ({"has_light": "true"}, 0),
        ({"bbox": "106.3299,20.4399,106.3301,20.4451"}, 10),
        ({"bbox": "106.33,20.44,106.33,20.44"}, 1),
        ({"bbox": "106.3299,20.4399,0,106.3301,20.4451,100"}, 10),
        ({"bbox": "170,20,-170,21"}, 0),
        ({"bbox": "106.3,20,-170,21"}, 200),
        ({"bbox": "-180,-90,180,90"}, 200),
    ],
)
def test_filters(client: httpx.Client, parameters: dict[str, Any], expected: int) -> None:
    page = client.get(ITEMS, params={"limit": 10_000} | parameters).json()
    assert (page["numberMatched"], page["numberReturned"]) == (expected, expected)


def test_a_line_that_only_boxes_overlap_does_not_match(client: httpx.Client) -> None:
    # The street runs along 20.4401; the alley goes north from it: their common box is not the alley.
    page = client.get("/collections/street/items?bbox=106.333,20.442,106.335,20.443").json()
    assert page["numberMatched"] == 0


def test_time_of_layers_that_have_one(client: httpx.Client) -> None:
    path = "/collections/zone/items"
    assert client.get(path, params={"datetime": "2026-01-01"}).json()["numberMatched"] == 1
    assert client.get(path, params={"datetime": "2024-01-01/2024-12-31"}).json()["numberMatched"] == 0
    assert client.get(path, params={"datetime": "../.."}).status_code == 400


@pytest.mark.parametrize(
    "bbox", ["1,2,3", "1,2,3,4,5", "a,b,c,d", "0,10,1,5", "-190,0,0,1", "0,0,1,91", "nan,0,1,1", ""]
)
def test_boxes_that_are_none(client: httpx.Client, bbox: str) -> None:
    assert client.get(ITEMS, params={"bbox": bbox}).status_code == 400


def test_the_largest_page_is_limited(client: httpx.Client) -> None:
    assert client.get(f"{ITEMS}?limit=99999999").json()["numberReturned"] == 200
    assert client.get(f"{ITEMS}?limit=0").status_code == 400


def test_large_counts_are_estimated_and_said_so(
    client: httpx.Client, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gisreg.features.items.EXACT_UP_TO", 50)
    query("ANALYZE registry.pole")
    page = client.get(f"{ITEMS}?limit=1").json()
    assert page["numberMatchedIsEstimate"] is True
    assert page["numberMatched"] == 200, "a small table is its own sample"


def test_private_columns_never_appear(client: httpx.Client) -> None:
    for key, layer in LAYERS.items():
        text = client.get(f"/collections/{key}/items?limit=10000").text
        assert "SECRET-NOTE" not in text
        assert "123456789" not in text
        for path in ("schema", "queryables"):
            properties = client.get(f"/collections/{key}/{path}").json()["properties"]
            assert not {field.name for field in layer.private_fields} & set(properties)
    assert client.get(ITEMS, params={"rent_vnd_per_year": "123456789"}).status_code == 400
    assert client.get(ITEMS, params={"note": "SECRET-NOTE"}).status_code == 400


def test_features_have_what_the_schema_says(client: httpx.Client) -> None:
    kinds: dict[str, tuple[type, ...]] = {
        "string": (str,),
        "integer": (int,),
        "number": (int, float),
        "boolean": (bool,),
        "array": (list,),
        "object": (dict,),
    }
    for key, layer in LAYERS.items():
        schema = client.get(f"/collections/{key}/schema").json()["properties"]
        features = client.get(f"/collections/{key}/items?limit=20").json()["features"]
        for feature in features:
            assert (feature["geometry"] is None) == (layer.geometry is None)
            assert set(feature["properties"]) == set(schema) - {"id", "geom"}
            for name, value in feature["properties"].items():
                assert value is None or isinstance(value, kinds[schema[name]["type"]]), name
                if layer.field(name).required and layer.field(name).type is not FieldType.TIMESTAMP:
                    assert value is not None, (key, name)


def test_not_modified_until_something_changes(client: httpx.Client) -> None:
    first = client.get(f"{ITEMS}?limit=5")
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = client.get(f"{ITEMS}?limit=5", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"{ITEMS}?limit=6", headers={"If-None-Match": tag}).status_code == 200
    pole = one(client, "pole", code="P0-9")
    assert edited(client, "pole", pole["id"], properties={"lean_deg": 3}).status_code == 200
    assert client.get(f"{ITEMS}?limit=5", headers={"If-None-Match": tag}).status_code == 200


def test_a_derived_count_changes_the_tag_of_an_item(client: httpx.Client, query: Query) -> None:
    pole = one(client, "pole", code="P0-8")
    path = f"{ITEMS}/{pole['id']}"
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": f"W/{tag}"}).status_code == 304
    query("UPDATE registry.pole_state SET cable_count = cable_count + 1 WHERE pole_id = %s", pole["id"])
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200
    query("UPDATE registry.pole_state SET cable_count = cable_count - 1 WHERE pole_id = %s", pole["id"])


def test_the_service_describes_itself(client: httpx.Client) -> None:
    landing = client.get("/").json()
    assert {link["rel"] for link in landing["links"]} >= {"self", "service-desc", "conformance", "data"}
    for link in landing["links"]:
        answer = client.get(link["href"])
        assert answer.headers["Content-Type"].split(";")[0] == link["type"].split(";")[0]
    assert client.get("/api").json()["openapi"].startswith("3.1")
    assert any("conf/core" in name for name in client.get("/conformance").json()["conformsTo"])
    listed = client.get("/collections").json()["collections"]
    assert [entry["id"] for entry in listed] == list(LAYERS)
    for link in listed[8]["links"]:
        assert client.get(link["href"]).status_code == 200
    browser = client.get("/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert browser.headers["Content-Type"].startswith("text/html")
    assert "/maps/overview" in browser.text


# In a process of its own: GDAL holds Python's lock while it waits for the service.
READ = """
import sys, pyogrio
whole = pyogrio.read_dataframe(sys.argv[1], layer="segment", PAGE_SIZE=50)
near = pyogrio.read_dataframe(sys.argv[1], layer="pole", bbox=(106.3299, 20.4399, 106.3301, 20.4451))
named = pyogrio.read_dataframe(sys.argv[1], layer="pole", where="code = 'P3-3'")
print(len(whole), whole.crs.to_epsg(), len(near), len(named))
"""


def test_gdal_reads_the_collections_with_a_key_as_password(address: str) -> None:
    key = key_of("gdal", PersonRole.AUTHORITY, scopes=(Scope.READ,))
    environment = os.environ | {"GDAL_HTTP_AUTH": "BASIC", "GDAL_HTTP_USERPWD": f"gdal:{key}"}

    def run(*command: str) -> str:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=60, check=True, env=environment
        )
        return done.stdout

    told = run("ogrinfo", "-ro", "-so", f"OAPIF:{address}", "pole")
    assert "Feature Count: 200" in told
    assert "Geometry: Point" in told
    assert run(sys.executable, "-c", READ, f"OAPIF:{address}").split() == ["190", "4326", "10", "1"]


def test_readiness(client: httpx.Client) -> None:
    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/ready").json()["status"] == "ok"
