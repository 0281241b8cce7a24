"""Forms that no browser sends."""

from __future__ import annotations

from collections.abc import Iterator
from re import search

import httpx
import pytest

WORD = "whatever it is"


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30) as made:
        yield made


def token_of(page: httpx.Response) -> str:
    found = search(r'name="csrf_token" value="([0-9a-f]{64})"', page.text)
    assert found is not None, page.text
    return found[1]


@pytest.mark.parametrize("text", ["%00", "%ED%A0%80", "%FF", "a" * 5000, "%27%20OR%201=1--", "%3Cscript%3E"])
def test_hostile_forms_are_refused(browser: httpx.Client, text: str) -> None:
    token = token_of(browser.get("/sign-in"))
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for form in (
        f"login={text}&password={WORD}&csrf_token={token}",
        f"login=lan&password={text}&csrf_token={token}",
        f"login=lan&password={WORD}&csrf_token={text}",
    ):
        answer = browser.post("/sign-in", content=form.encode(), headers=kind)
        assert answer.status_code in (400, 401, 403), answer.text
        token = token_of(browser.get("/sign-in"))
    cookie = {"Cookie": f"gisreg={text}; gisreg-form={text}"}
    assert httpx.get(f"{browser.base_url}/session", headers=cookie).json()["person"] is None
