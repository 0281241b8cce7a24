"""Sizes, timeouts and headers of every answer."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256

import httpx
import psycopg2
import pytest

from gisreg.cli.probe import tile_of
from gisreg.database.address import Role
from gisreg.settings import get_settings
from tests.api.test_errors import problem
from tests.support.databases import Database


@pytest.fixture
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as made:
        yield made
    get_settings.cache_clear()


def test_a_body_that_says_it_is_too_large_is_refused(client: httpx.Client, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("GISREG_SERVER_BODY_LIMIT_KB", "2")
    get_settings.cache_clear()
    good = client.post("/collections/pole/items", content=b"[" + b" " * 2046 + b"]")
    assert good.status_code in (400, 422)
    answer = client.post("/collections/pole/items", content=b"[" + b" " * 2047 + b"]")
    assert answer.status_code == 413
    told = problem(answer)
    assert told["type"].endswith(":too-large")
    assert "2 kB" in told["detail"]


@pytest.mark.parametrize("path", ["/collections/pole/items", "/sign-in", "/segments/tidying"])
def test_a_chunked_body_is_counted_as_it_comes(
    client: httpx.Client, patch: pytest.MonkeyPatch, path: str
) -> None:
    patch.setenv("GISREG_SERVER_BODY_LIMIT_KB", "2")
    get_settings.cache_clear()

    def pieces() -> Iterator[bytes]:
        yield b'{"a": "'
        for _ in range(40):
            yield b"a" * 100
        yield b'"}'

    kind = "application/x-www-form-urlencoded" if path == "/sign-in" else "application/json"
    answer = client.post(path, content=pieces(), headers={"Content-Type": kind})
    assert answer.status_code == 413
    assert problem(answer)["type"].endswith(":too-large")


@pytest.mark.parametrize(
    ("setting", "path", "table"),
    [
        ("TILE_MS", "/tiles/pole/17/{}/{}.mvt".format(*tile_of(106.34, 20.446, 17)), "pole"),
        ("LIST_MS", "/collections/pole/items", "pole"),
        ("PAGE_MS", "/maps/overview", "organisation"),
    ],
)
def test_a_query_that_takes_too_long_is_ended_by_its_kind(
    client: httpx.Client,
    seeded_network: Database,
    patch: pytest.MonkeyPatch,
    setting: str,
    path: str,
    table: str,
) -> None:
    patch.setenv(f"GISREG_TIMEOUT_{setting}", "250")
    get_settings.cache_clear()
    with closing(psycopg2.connect(seeded_network.urls[Role.OWNER])) as own, own.cursor() as cursor:
        cursor.execute(f"LOCK TABLE registry.{table}")
        answer = client.get(path, timeout=20)
    assert answer.status_code == 503
    told = problem(answer)
    assert told["type"].endswith(":too-slow")
    assert "took too long" in told["detail"]
    assert int(answer.headers["Retry-After"]) >= 1
    assert client.get(path).status_code in (200, 204)


def test_a_change_may_take_as_long_as_changes_may(
    client: httpx.Client, seeded_network: Database, patch: pytest.MonkeyPatch
) -> None:
    found = client.get("/collections/pole/items?limit=1").json()["features"][0]
    path = f"/collections/pole/items/{found['id']}"
    tag = {"If-Match": client.get(path).headers["ETag"]}
    patch.setenv("GISREG_TIMEOUT_LIST_MS", "1")
    patch.setenv("GISREG_TIMEOUT_WRITE_MS", "250")
    get_settings.cache_clear()
    body = {"properties": {"lean_deg": 3}}
    with closing(psycopg2.connect(seeded_network.urls[Role.OWNER])) as own, own.cursor() as cursor:
        cursor.execute("LOCK TABLE registry.pole")
        assert client.patch(path, json=body, headers=tag).status_code == 503
    patch.setenv("GISREG_TIMEOUT_WRITE_MS", "60000")
    get_settings.cache_clear()
    assert client.patch(path, json=body, headers=tag).status_code == 200


def test_nobody_waits_for_ever_to_sign_in(
    public: httpx.Client, seeded_network: Database, patch: pytest.MonkeyPatch
) -> None:
    """People are read as the worker's role: its queries end by the kind of request, too."""
    form = re.search(r'name="csrf_token" value="([0-9a-f]+)"', public.get("/sign-in").text)
    assert form is not None
    told = {"login": "nobody", "password": "x" * 20, "csrf_token": form[1]}
    patch.setenv("GISREG_TIMEOUT_WRITE_MS", "250")
    get_settings.cache_clear()
    with closing(psycopg2.connect(seeded_network.urls[Role.OWNER])) as own, own.cursor() as cursor:
        cursor.execute("LOCK TABLE access.person")
        answer = public.post("/sign-in", data=told, timeout=20)
    assert answer.status_code == 503
    assert problem(answer)["type"].endswith(":too-slow")
    assert public.post("/sign-in", data=told).status_code == 401


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/maps/overview", "/static/css/map.css", "/nothing", "/health"]
)
def test_usual_headers(client: httpx.Client, path: str) -> None:
    plain = client.get(path, headers={"Accept": "text/html"}).headers
    assert "Strict-Transport-Security" not in plain
    tls = client.get(path, headers={"Accept": "text/html", "X-Forwarded-Proto": "https"}).headers
    assert tls["Strict-Transport-Security"] == "max-age=31536000"
    for headers in (plain, tls):
        require_headers(headers)


def require_headers(headers: httpx.Headers) -> None:
    """Every answer bears these."""
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


PAGES = ("/", "/sign-in", "/maps/overview", "/maps/tidying?lang=en", "/maps/sharing", "/maps/survey")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_only_what_its_policy_names_by_digest(client: httpx.Client, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html"})
    assert page.headers["Content-Type"].startswith("text/html")
    require_nothing_slipped_in(page)


def require_nothing_slipped_in(page: httpx.Response) -> None:
    """What a page runs or is styled by is a file of ours, or named by its digest in its policy."""
    policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
    for name in ("script", "style"):
        assert re.search(rf"<{name} [^>]*nonce", page.text) is None
        for text in re.findall(rf"<{name}(?![^>]*\bsrc=)[^>]*>(.*?)</{name}>", page.text, re.DOTALL):
            digest = b64encode(sha256(text.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy.get(f"{name}-src", "")
    # Handlers and styles as attributes would need 'unsafe-inline'.
    tags = re.findall(
        r"<[a-z][^>]*>", re.sub(r"<(script|style)[^>]*>.*?</\1>", "", page.text, flags=re.DOTALL)
    )
    assert [tag for tag in tags if re.search(r"\s(on\w+|style)\s*=|javascript:", tag)] == []


@pytest.mark.parametrize("path", PAGES[2:])
def test_a_kept_map_keeps_its_policy(client: httpx.Client, path: str) -> None:
    first, second = client.get(path), client.get(path)
    assert first.content == second.content
    kept = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert kept.status_code == 304
    assert kept.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
