"""Every error is a problem document, whatever is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.problems import STATUS, status_of
from gisreg import errors
from gisreg.database.address import Role
from gisreg.database.connection import engine
from layers import LAYERS
from tests.importing.in_both import MARKED

HOSTILE = (
    "' OR 1=1 --",
    "'; DROP TABLE registry.pole; --",
    "%00",
    "\\",
    "%s %(x)s {0}",
    "$1",
    "𝕳𝖊𝖑𝖑𝖔 ‮ ́",
    "9" * 400,
    "nan",
    "-1",
    "1e400",
    "[]",
    '{"a":1}',
    "null",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "a" * 5000,
)


def routes() -> list[tuple[str, str]]:
    paths: dict[str, Any] = create_app().openapi()["paths"]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]


def problem(answer: httpx.Response) -> dict[str, Any]:
    """Return the problem document of an answer after checking that it is one."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    document: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "detail_vi", "request_id"} <= set(document)
    assert MARKED.search(document["detail_vi"]), document
    assert ("hint" in document) == ("hint_vi" in document)
    for fault in document.get("errors") or ():
        assert fault["message_vi"] != fault["message"]
    assert document["status"] == answer.status_code
    assert document["request_id"] == answer.headers["X-Request-ID"]
    assert document["type"].startswith("urn:gisreg:problem:")
    assert "Traceback" not in answer.text
    assert "psycopg2" not in answer.text
    return document


def fill(path: str, value: str) -> str:
    for name in ("layer", "id", "z", "x", "y", "name"):
        path = path.replace("{" + name + "}", value)
    return path


@pytest.mark.parametrize(("method", "path"), routes())
def test_hostile_paths_never_give_a_server_error(client: httpx.Client, method: str, path: str) -> None:
    for text in HOSTILE:
        url = httpx.URL(str(client.base_url)).copy_with(path=fill(path, text))
        answer = client.request(method, url, json={} if method in ("POST", "PATCH") else None)
        assert answer.status_code < 500, (url, answer.text)
        if answer.status_code >= 400:
            problem(answer)


@pytest.mark.parametrize(("method", "path"), [route for route in routes() if "{id}" in route[1]])
def test_unknown_objects_are_not_found(client: httpx.Client, method: str, path: str) -> None:
    given = path.replace("{layer}", "pole").replace("{id}", "17")
    bodies = {
        "/waivers/{id}/end": {"day": "2026-01-01"},
        "/notes/{id}/close": {"reason": "mended"},
        "/dead-cables/{id}/steps": {"state": "claimed", "reason": "ours"},
        "/alerts/{id}/close": {"note": "seen"},
    }
    answer = client.request(
        method, given, headers={"If-Match": '"1"'}, json=bodies.get(path, {} if method == "PATCH" else None)
    )
    assert answer.status_code == 404, answer.text
    problem(answer)


def queries() -> Iterator[tuple[str, str]]:
    for layer in ("pole", "segment", "organisation", "zone"):
        for name in ("limit", "cursor", "bbox", "bbox-crs", "datetime", "f", "id", "nonsense"):
            yield layer, name
        for field in LAYERS[layer].fields:
            yield layer, field.name


@pytest.mark.parametrize(("layer", "name"), list(queries()))
def test_hostile_parameters_are_refused_or_match_nothing(client: httpx.Client, layer: str, name: str) -> None:
    for text in (*HOSTILE, "\x00", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")):
        answer = client.get(f"/collections/{layer}/items", params={name: text})
        if answer.status_code == 200:
            assert answer.json()["numberReturned"] in (0, 1, 3, 100, 190, 200)
        else:
            assert answer.status_code == 400, (name, text, answer.text)
            problem(answer)


def test_injection_in_a_filter_is_only_text(client: httpx.Client) -> None:
    before = client.get("/collections/pole/items?limit=1").json()["numberMatched"]
    answer = client.get("/collections/pole/items", params={"code": "x' OR 'a'='a"})
    assert answer.json()["numberMatched"] == 0
    client.get("/collections/pole/items", params={"code": "x'; DELETE FROM registry.pole; --"})
    assert client.get("/collections/pole/items?limit=1").json()["numberMatched"] == before


def test_an_unknown_layer_is_answered_with_those_there_are(client: httpx.Client) -> None:
    for path in ("/collections/poles", "/collections/poles/items", "/tiles/poles/1/0/0.mvt"):
        document = problem(client.get(path))
        assert document["status"] == 404
        assert document["layers"] == list(LAYERS)


def test_unknown_routes_and_methods(client: httpx.Client) -> None:
    assert problem(client.get("/nothing"))["status"] == 404
    assert problem(client.get("/static/nothing.js"))["status"] == 404
    answer = client.put("/collections")
    assert problem(answer)["status"] == 405
    assert answer.headers["Allow"] == "GET"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff", b'{"properties": 3}', b"[" * 50_000, b'{"a": NaN}']
)
def test_bodies_that_are_no_feature(client: httpx.Client, body: bytes) -> None:
    answer = client.post(
        "/collections/pole/items", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (400, 422), answer.text
    problem(answer)


def test_a_full_pool_is_busy(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:

    pool = engine(Role.APP).pool
    monkeypatch.setattr(pool, "_timeout", 0.2)
    held = [engine(Role.APP).raw_connection() for _ in range(10)]
    try:
        answer = client.get("/collections/pole")
    finally:
        for connection in held:
            connection.close()
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert problem(answer)["type"].endswith(":busy")
    assert client.get("/collections/pole").status_code == 200


def test_a_person_who_looks_gets_a_page(client: httpx.Client) -> None:
    looking = {"Sec-Fetch-Dest": "document", "Accept": "text/html"}
    for path, status in (("/maps/<b>", 404), ("/nothing", 404), ("/collections/pole/items?limit=x", 400)):
        answer = client.get(path, headers=looking)
        assert answer.status_code == status
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Request-ID"] in answer.text
        assert "<b>" not in answer.text
        problem(client.get(path))
    assert client.put("/collections", headers=looking).headers["Allow"] == "GET"


def test_an_error_that_nobody_expected_bears_its_request(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("password=hunter22")

    monkeypatch.setattr("api.routers.collections.extent", broken)
    answer = client.get("/collections/pole", headers={"X-Request-ID": "the-one-that-failed"})
    assert answer.status_code == 500
    assert problem(answer)["request_id"] == "the-one-that-failed"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "hunter22" not in answer.text


def test_every_error_of_ours_has_a_status() -> None:
    kinds = [kind for name, kind in vars(errors).items() if name.endswith("Error")]
    for kind in kinds:
        assert 400 <= status_of(kind()) < 600
    assert status_of(errors.StaleVersionError()) == 412
    assert all(issubclass(kind, errors.GisregError) for kind in STATUS)


def test_headers_on_every_answer(client: httpx.Client) -> None:
    for path in ("/", "/health", "/nothing", "/collections/pole/items?limit=1"):
        headers = client.get(path, headers={"X-Request-ID": "from-the-caller-1"}).headers
        assert headers["X-Request-ID"] == "from-the-caller-1"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src" in headers["Content-Security-Policy"]
    forged = client.get("/health", headers={"X-Request-ID": "a b <script>"}).headers["X-Request-ID"]
    assert forged != "a b <script>"
