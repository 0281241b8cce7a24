"""Who is taken in by setting, and what happens without a provider. The service is started anew for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from gisreg.access import oidc_people
from gisreg.access.actor import PersonRole
from gisreg.cli.service import free_port
from gisreg.database.connection import Role, transaction
from gisreg.errors import ConflictError, InvalidInputError, NotFoundError
from gisreg.settings import OidcSettings
from tests.access.test_oidc import WORD, go, service_with, who
from tests.support.databases import Database
from tests.support.provider import TestProvider, refusal, running_provider
from tests.support.served import Query, person


@pytest.fixture(scope="module")
def port(seeded_network: Database) -> int:
    return free_port("127.0.0.1")


@pytest.fixture
def provider(port: int) -> Iterator[TestProvider]:
    with running_provider(f"http://127.0.0.1:{port}/sign-in/oidc/callback") as made:
        yield made


def test_somebody_unknown_becomes_a_viewer_where_that_is_set(
    provider: TestProvider, port: int, query: Query
) -> None:
    person("authority", PersonRole.AUTHORITY, name="Sở", password=WORD)
    claims = {"name": "Trần Văn Mới", "email": "moi@example.vn", "email_verified": False}
    provider.person("1", preferred_username="Moi", **claims)
    provider.person("2", preferred_username="authority", name="Mallory")
    provider.person("3", name="No login")
    provider.person("4", preferred_username="../../x", name="Strange")
    with service_with(provider, port, UNKNOWN="viewer") as address:
        for _ in range(2):  # the second time he is known
            with httpx.Client(base_url=address) as browser:
                go(browser, provider, "1")
                session = browser.get("/session").json()
                assert (session["person"], session["roles"], session["organisation"]) == (
                    "Trần Văn Mới",
                    ["viewer"],
                    None,
                )
        for subject in ("2", "3", "4"):
            with httpx.Client(base_url=address) as browser:
                answer = go(browser, provider, subject)
                assert answer.status_code == 403
                assert "không dùng được hoặc đã thuộc về người khác" in refusal(answer)
                assert who(browser) is None
    assert query("SELECT email, password_hash FROM access.person WHERE login = 'moi'") == [(None, None)]
    assert query("SELECT oidc_subject FROM access.person WHERE login = 'authority'") == [(None,)]


def test_a_verified_address_links_only_where_that_is_set(provider: TestProvider, port: int) -> None:
    person("hoa", PersonRole.ENGINEER, name="Chị Hoa", email="hoa@example.vn")
    person("tam", PersonRole.ENGINEER, name="Tâm", email="two@example.vn")
    person("tu", PersonRole.ENGINEER, name="Tư", email="two@example.vn")
    provider.person("true", email="Hoa@example.vn", email_verified=True)
    provider.person("unverified", email="hoa@example.vn", email_verified=False)
    provider.person("text", email="hoa@example.vn", email_verified="true")
    provider.person("double", email="two@example.vn", email_verified=True)
    with service_with(provider, port) as address, httpx.Client(base_url=address) as browser:
        assert go(browser, provider, "true").status_code == 403
    with service_with(provider, port, LINK_BY_EMAIL="true") as address:
        for subject, name in (
            ("unverified", None),
            ("text", None),
            ("double", None),
            ("true", "Chị Hoa"),
        ):
            with httpx.Client(base_url=address) as browser:
                go(browser, provider, subject)
                assert who(browser) == name, subject
        # Linked once: the address given to another account there moves nobody.
        provider.person("later", email="hoa@example.vn", email_verified=True)
        with httpx.Client(base_url=address) as browser:
            assert go(browser, provider, "later").status_code == 403


def test_a_provider_that_is_down_is_a_sentence(provider: TestProvider, port: int) -> None:
    with service_with(provider, port) as address, httpx.Client(base_url=address) as browser:
        back = provider.agree(browser.get("/sign-in/oidc").headers["Location"], "x")
        provider.process.kill()
        provider.process.wait(10)
        answer = browser.get(back)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "không liên lạc được với VNeID tỉnh" in refusal(answer)
        assert browser.get("/sign-in").status_code == 200
    with service_with(provider, port) as address:
        for _ in range(2):  # the second time nobody asks the provider
            answer = httpx.get(f"{address}/sign-in/oidc")
            assert answer.status_code == 503
        assert "text/html" in answer.headers["Content-Type"]


def test_the_secret_may_stand_in_a_file(provider: TestProvider, port: int, tmp_path: Path) -> None:
    person("file", name="Bà File", password=WORD)
    with transaction(Role.WORKER) as connection:
        oidc_people.link(connection, "file", provider.issuer, "f")
    path = tmp_path / "secret"
    path.write_text(provider.client_secret + "\n")
    given = {"CLIENT_SECRET": None, "CLIENT_SECRET_FILE": str(path)}
    with service_with(provider, port, **given) as address, httpx.Client(base_url=address) as browser:
        go(browser, provider, "f")
        assert who(browser) == "Bà File"
        path.unlink()
        assert go(browser, provider, "f").status_code == 503


def test_a_wrong_secret_is_refused_by_the_provider(provider: TestProvider, port: int) -> None:
    wrong = {"CLIENT_SECRET": provider.client_secret[::-1]}
    with service_with(provider, port, **wrong) as address, httpx.Client(base_url=address) as browser:
        assert go(browser, provider, "x").status_code == 403


def test_without_a_provider_there_is_no_such_way(public: httpx.Client) -> None:
    for path in ("/sign-in/oidc", "/sign-in/oidc/callback?state=x&code=y", "/signed-out"):
        answer = public.get(path)
        assert answer.status_code == 404
        assert answer.json()["type"].endswith(":not-found")
    assert "/sign-in/oidc" not in public.get("/sign-in").text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"issuer": "http://login.example.vn", "client_id": "x"}, "https"),
        ({"issuer": "https://login.example.vn"}, "CLIENT_ID"),
        ({"issuer": "https://login.example.vn", "client_id": "x", "scopes": "profile"}, "openid"),
        (
            {"issuer": "https://l.vn", "client_id": "x", "client_secret": "a", "client_secret_file": "/b"},
            "not both",
        ),
    ],
)
def test_settings_that_cannot_work_stop_the_program(given: dict[str, str], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        OidcSettings.model_validate(given)


def test_linking_is_for_one_person_each(fresh_database: Database) -> None:
    person("eins", name="Eins")
    person("zwei", name="Zwei")
    issuer = "https://login.example.vn"
    with transaction(Role.WORKER) as connection:
        oidc_people.link(connection, "eins", issuer, "s")
        oidc_people.link(connection, "eins", issuer, "s")
        with pytest.raises(ConflictError):
            oidc_people.link(connection, "zwei", issuer, "s")
        oidc_people.unlink(connection, "eins")
        with pytest.raises(NotFoundError):
            oidc_people.unlink(connection, "eins")
        oidc_people.link(connection, "zwei", issuer, "s")
        for bad_issuer, subject in (("http://login.example.vn", "s"), (issuer, " "), (issuer, "x" * 300)):
            with pytest.raises(InvalidInputError):
                oidc_people.link(connection, "eins", bad_issuer, subject)
