"""Who asks too often is told to wait: by key, by person, by address, each kind of request for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from re import search
from types import SimpleNamespace

import httpx
import pytest

from api.kinds import Kind, kind_of
from api.limits import RateLimits, address_of
from gisreg.access.actor import PersonRole
from gisreg.errors import TooManyAttemptsError, TooManyRequestsError
from gisreg.settings import get_settings
from tests.api.test_errors import problem
from tests.support.served import key_of, person, session_cookie

WORD = "đường dây đi ngầm"

SetLimits = Callable[..., None]


@pytest.fixture
def limit() -> Iterator[SetLimits]:
    """Return a function that sets limits by kind, e.g. `limit(tiles=3)`."""
    with pytest.MonkeyPatch.context() as patch:

        def change(**limits: int) -> None:
            for kind, number in limits.items():
                patch.setenv(f"GISREG_LIMIT_{kind.upper()}", str(number))
            get_settings.cache_clear()

        yield change
    get_settings.cache_clear()


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("GET", "/tiles/pole/14/1/2.mvt", Kind.TILE),
        ("GET", "/collections/pole/items", Kind.LIST),
        ("GET", "/maps/overview", Kind.PAGE),
        ("GET", "/", Kind.PAGE),
        ("HEAD", "/", Kind.PAGE),
        ("PATCH", "/collections/pole/items/1", Kind.WRITE),
        ("POST", "/account/keys", Kind.WRITE),
        ("GET", "/exports/pole.gpkg", Kind.EXPORT),
        ("POST", "/exports", Kind.EXPORT),
        ("GET", "/reports/progress", Kind.EXPORT),
    ],
)
def test_the_kind_of_a_request(method: str, path: str, kind: Kind) -> None:
    assert kind_of(method, path) is kind


def test_one_key_is_counted_for_itself(address: str, limit: SetLimits) -> None:
    keys = [key_of(f"key-{number}", PersonRole.VIEWER) for number in range(2)]
    limit(reads=3, tiles=2)
    with httpx.Client(base_url=address) as client:
        for left in (2, 1, 0):
            answer = client.get("/collections", headers={"X-Api-Key": keys[0]})
            assert answer.status_code == 200
            assert answer.headers["RateLimit-Policy"] == '"list";q=3;w=60'
            found = search(r'^"list";r=(\d+);t=(\d+)$', answer.headers["RateLimit"])
            assert found is not None
            assert int(found[1]) == left
            assert 1 <= int(found[2]) <= 60
        refused = client.get("/collections", headers={"X-Api-Key": keys[0]})
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert refused.headers["RateLimit"].startswith('"list";r=0;')
        told = problem(refused)
        assert told["type"].endswith(":too-many-requests")
        assert "3 requests" in told["detail"]
        # Neither other keys nor other kinds are held up, nor the public.
        assert client.get("/collections", headers={"X-Api-Key": keys[1]}).status_code == 200
        assert client.get("/tiles/pole.json", headers={"X-Api-Key": keys[0]}).status_code == 200
        assert client.get("/collections").status_code == 200


def test_the_public_and_wrong_keys_are_counted_by_address(address: str, limit: SetLimits) -> None:
    limit(reads=4)
    headers = {"X-Forwarded-For": "203.0.113.7"}
    with httpx.Client(base_url=address, headers=headers) as client:
        wrong = f"gr_{'0' * 12}_{'0' * 64}"
        for _ in range(3):
            assert client.get("/collections", headers={"X-Api-Key": wrong}).status_code == 401
        assert client.get("/collections").status_code == 200
        assert client.get("/collections").status_code == 429
        assert client.get("/collections", headers={"X-Api-Key": wrong}).status_code == 429
        other = {"X-Forwarded-For": "203.0.113.8"}
        assert client.get("/collections", headers=other).status_code == 200


def test_a_person_is_counted_over_all_his_sessions(address: str, limit: SetLimits) -> None:
    person("two-browsers", PersonRole.VIEWER, password=WORD)
    cookies = [session_cookie(address, "two-browsers", WORD) for _ in range(2)]
    limit(reads=2)
    told = [
        httpx.get(f"{address}/collections", headers={"Cookie": f"gisreg={cookie}"}).status_code
        for cookie in (*cookies, *cookies)
    ]
    assert told == [200, 200, 429, 429]


def test_writes_have_a_limit_of_their_own(address: str, limit: SetLimits) -> None:
    key = key_of("writes", PersonRole.AUTHORITY)
    limit(writes=1)
    with httpx.Client(base_url=address, headers={"X-Api-Key": key}) as client:
        assert client.post("/collections/pole/items", json={}).status_code == 422
        assert client.post("/collections/pole/items", json={}).status_code == 429
        assert client.get("/collections").status_code == 200


def test_sign_ins_are_counted_by_address_whatever_the_name(address: str, limit: SetLimits) -> None:
    limit(sign_ins=5)
    with httpx.Client(base_url=address) as browser:
        answers = []
        for number in range(6):
            token = search(r'name="csrf_token" value="([0-9a-f]{64})"', browser.get("/sign-in").text)
            assert token is not None
            told = {"login": f"nobody-{number}", "password": WORD, "csrf_token": token[1]}
            answers.append(browser.post("/sign-in", data=told))
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert problem(answers[-1])["type"].endswith(":too-many-attempts")
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_zero_is_no_limit(limit: SetLimits) -> None:
    limit(tiles=0, sign_ins=2)
    limits = RateLimits()
    assert all(limits.count(Kind.TILE, "a") is None for _ in range(50))
    limits.count(Kind.SIGN_IN, "a")
    limits.count(Kind.SIGN_IN, "a")
    with pytest.raises(TooManyAttemptsError) as error:
        limits.count(Kind.SIGN_IN, "a")
    assert isinstance(error.value, TooManyRequestsError)
    limits.count(Kind.SIGN_IN, "b")


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix", "unix"),
    ],
)
def test_a_network_of_addresses_is_one_caller(host: str, counted: str) -> None:
    assert address_of(SimpleNamespace(client=SimpleNamespace(host=host))) == counted  # type: ignore[arg-type]
