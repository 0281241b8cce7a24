"""Signing in at a real provider on loopback, through the real service, with a browser that has no window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from re import search
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from gisreg.access import oidc_people, people
from gisreg.access.actor import PersonRole
from gisreg.cli.service import free_port
from gisreg.database.connection import Role, transaction
from gisreg.settings import get_settings
from tests.support.databases import Database
from tests.support.provider import FAULTS, TestProvider, next_of, refusal, running_provider
from tests.support.served import Query, person, serving

WORD = "đường dây đi ngầm"


@pytest.fixture(scope="module")
def port(seeded_network: Database) -> int:
    return free_port("127.0.0.1")


@pytest.fixture(scope="module")
def provider(port: int) -> Iterator[TestProvider]:
    with running_provider(f"http://127.0.0.1:{port}/sign-in/oidc/callback") as made:
        yield made


@contextmanager
def service_with(provider: TestProvider, port: int, **settings: str | None) -> Iterator[str]:
    """Serve with a provider set up; settings that are None are not set."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "ISSUER": provider.issuer,
            "CLIENT_ID": provider.client_id,
            "CLIENT_SECRET": provider.client_secret,
            "NAME": "VNeID tỉnh",
            **settings,
        }.items():
            if value is not None:
                patch.setenv(f"GISREG_OIDC_{name}", value)
        get_settings.cache_clear()
        with serving(port) as address:
            yield address
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def service(provider: TestProvider, port: int) -> Iterator[str]:
    with service_with(provider, port) as address:
        person("lan", PersonRole.INSPECTOR, name="Bà Lan", password=WORD)
        with transaction(Role.WORKER) as connection:
            oidc_people.link(connection, "lan", provider.issuer, "subject-of-lan")
        yield address


@pytest.fixture
def browser(service: str, provider: TestProvider) -> Iterator[httpx.Client]:
    provider.command(fault="")
    with httpx.Client(base_url=service, timeout=30, headers={"User-Agent": "Firefox of Lan"}) as made:
        yield made


def go(
    browser: httpx.Client, provider: TestProvider, subject: str = "subject-of-lan", target: str = "/"
) -> httpx.Response:
    """Go to the provider, sign in there, come back; return the service's answer."""
    away = next_of(browser.get("/sign-in/oidc", params={"next": target}))
    return browser.get(provider.agree(away, subject))


def who(browser: httpx.Client) -> str | None:
    name: str | None = browser.get("/session").json()["person"]
    return name


def test_to_the_provider_and_back_as_oneself(browser: httpx.Client, provider: TestProvider) -> None:
    page = browser.get("/sign-in", params={"next": "/maps/tidying?lang=en"})
    assert "VNeID tỉnh" in page.text
    link = search(r'href="(/sign-in/oidc\?next=[^"]*)"', page.text)
    assert link is not None
    away = next_of(browser.get(link[1]))
    asked = {name: value[0] for name, value in parse_qs(urlsplit(away).query).items()}
    assert away.startswith(provider.issuer)
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    back = browser.get(provider.agree(away, "subject-of-lan"))
    assert next_of(back) == "/maps/tidying?lang=en"
    assert who(browser) == "Bà Lan"
    assert "gisreg-oidc" not in browser.cookies


def test_a_token_signed_with_an_elliptic_curve_is_good(browser: httpx.Client, provider: TestProvider) -> None:
    provider.command(fault="p256")
    assert next_of(go(browser, provider)) == "/"
    assert who(browser) == "Bà Lan"


@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "p256"])
def test_a_token_that_is_wrong_is_refused(browser: httpx.Client, provider: TestProvider, fault: str) -> None:
    provider.command(fault=fault)
    answer = go(browser, provider)
    assert answer.status_code == 403
    assert "không đáng tin" in refusal(answer)
    assert who(browser) is None
    assert "gisreg" not in browser.cookies


def test_the_provider_may_change_its_key(browser: httpx.Client, provider: TestProvider) -> None:
    go(browser, provider)
    provider.command(rotate=True)
    assert next_of(go(browser, provider)) == "/"
    assert who(browser) == "Bà Lan"


def test_a_changed_key_of_a_named_token_is_found(browser: httpx.Client, provider: TestProvider) -> None:
    for _ in range(2):
        provider.command(rotate=True)
        provider.command(fault="p256")
        assert next_of(go(browser, provider)) == "/"


def test_another_state_is_refused(browser: httpx.Client, provider: TestProvider) -> None:
    back = provider.agree(next_of(browser.get("/sign-in/oidc")), "subject-of-lan")
    query = {name: value[0] for name, value in parse_qs(urlsplit(back).query).items()}
    for state in ("x" * 43, "", query["state"][::-1]):
        answer = browser.get("/sign-in/oidc/callback?" + urlencode(query | {"state": state}))
        assert answer.status_code == 403
        assert "trình duyệt khác" in refusal(answer)
    assert who(browser) is None


def test_an_answer_in_another_browser_is_refused(
    browser: httpx.Client, service: str, provider: TestProvider
) -> None:
    """An attacker cannot sign somebody else's browser in as himself."""
    back = provider.agree(next_of(browser.get("/sign-in/oidc")), "subject-of-lan")
    with httpx.Client(base_url=service) as other:
        next_of(other.get("/sign-in/oidc"))
        assert other.get(back).status_code == 403
        assert who(other) is None
    assert next_of(browser.get(back)) == "/"


def test_an_answer_is_good_once(browser: httpx.Client, provider: TestProvider) -> None:
    back = provider.agree(next_of(browser.get("/sign-in/oidc")), "subject-of-lan")
    kept = dict(browser.cookies)
    assert next_of(browser.get(back)) == "/"
    again = httpx.get(back, cookies={"gisreg-oidc": kept["gisreg-oidc"]})
    assert again.status_code == 403
    assert "đã xong" in refusal(again)


def test_a_code_of_another_sign_in_is_refused(browser: httpx.Client, provider: TestProvider) -> None:
    """PKCE: a stolen code is worth nothing without the verifier of the very sign-in."""
    stolen = parse_qs(urlsplit(provider.agree(next_of(browser.get("/sign-in/oidc")), "subject-of-lan")).query)
    own = parse_qs(urlsplit(provider.agree(next_of(browser.get("/sign-in/oidc")), "mallory")).query)
    query = urlencode({"state": own["state"][0], "code": stolen["code"][0]})
    assert browser.get(f"/sign-in/oidc/callback?{query}").status_code == 403
    assert who(browser) is None


def test_another_providers_answer_is_refused(browser: httpx.Client, provider: TestProvider) -> None:
    back = provider.agree(next_of(browser.get("/sign-in/oidc")), "subject-of-lan")
    assert browser.get(f"{back}&iss=https%3A%2F%2Fevil.example").status_code == 403


def test_breaking_off_is_told(browser: httpx.Client) -> None:
    state = parse_qs(urlsplit(next_of(browser.get("/sign-in/oidc"))).query)["state"][0]
    query = urlencode({"state": state, "error": "access_denied", "error_description": "<b>hello</b>"})
    answer = browser.get(f"/sign-in/oidc/callback?{query}")
    assert answer.status_code == 403
    assert "dừng giữa chừng" in refusal(answer)
    assert "hello" not in answer.text


def test_the_session_is_a_new_one(browser: httpx.Client, service: str, provider: TestProvider) -> None:
    go(browser, provider)
    first = browser.cookies["gisreg"]
    go(browser, provider)
    assert browser.cookies["gisreg"] != first
    old = httpx.get(f"{service}/session", headers={"Cookie": f"gisreg={first}"}).json()
    assert old["person"] is None
    planted = "planted-by-somebody-else-planted-by-somebody"
    with httpx.Client(base_url=service, cookies={"gisreg": planted}) as victim:
        away = next_of(victim.get("/sign-in/oidc"))
        answer = victim.get(provider.agree(away, "subject-of-lan"))
        assert f"gisreg={planted}" not in str(answer.headers.get_list("set-cookie"))
    assert httpx.get(f"{service}/session", cookies={"gisreg": planted}).json()["person"] is None


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:x"],
)
def test_nobody_is_sent_elsewhere(browser: httpx.Client, provider: TestProvider, target: str) -> None:
    assert next_of(go(browser, provider, target=target)) == "/"


def test_somebody_unknown_is_refused_and_told_his_number(
    browser: httpx.Client, provider: TestProvider
) -> None:
    provider.person("12<b>34", preferred_username="lan", email="lan@example.vn", email_verified=True)
    answer = go(browser, provider, "12<b>34")
    assert answer.status_code == 403
    assert "chưa được nối" in refusal(answer)
    assert "12&lt;b&gt;34" in answer.text
    assert who(browser) is None


def test_somebody_deactivated_is_refused(browser: httpx.Client, provider: TestProvider) -> None:
    person("minh", name="Ông Minh", password=WORD)
    with transaction(Role.WORKER) as connection:
        oidc_people.link(connection, "minh", provider.issuer, "subject-of-minh")
        people.set_active(connection, "minh", False)
    answer = go(browser, provider, "subject-of-minh")
    assert answer.status_code == 403
    assert "không còn được đăng nhập" in refusal(answer)


def test_signing_out_goes_on_to_the_provider(browser: httpx.Client, provider: TestProvider) -> None:
    go(browser, provider)
    token = search(
        r'name="csrf_token" value="([0-9a-f]{64})"', browser.get("/", headers={"Accept": "text/html"}).text
    )
    assert token is not None
    assert next_of(browser.post("/sign-out", data={"csrf_token": token[1]})) == "/signed-out"
    assert who(browser) is None
    page = browser.get("/signed-out").text
    onward = search(r'href="(http[^"]*)"', page)
    assert onward is not None
    parts = urlsplit(onward[1].replace("&amp;", "&"))
    assert f"{parts.scheme}://{parts.netloc}" == provider.issuer
    query = parse_qs(parts.query)
    assert query["client_id"] == [provider.client_id]
    assert query["post_logout_redirect_uri"] == [f"{browser.base_url}/sign-in".replace("//sign", "/sign")]
    assert httpx.get(onward[1].replace("&amp;", "&")).status_code == 200


def test_nothing_of_the_provider_is_kept(browser: httpx.Client, provider: TestProvider, query: Query) -> None:
    go(browser, provider)
    assert query(
        "SELECT count(*) FROM access.oidc_attempt WHERE created_at < now() - interval '10 minutes'"
    ) == [(0,)]
    kept = query("SELECT to_jsonb(s)::text FROM access.session AS s WHERE s.user_agent = 'Firefox of Lan'")
    assert kept
    assert not any("eyJ" in row[0] or browser.cookies["gisreg"] in row[0] for row in kept)
