"""The register: a number says who took what; large exports wait for a second person."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg2
import pytest
from psycopg2.extensions import connection

from gisreg.access.actor import PersonRole
from gisreg.database.connection import Role
from gisreg.settings import get_settings
from tests.access.rights import COLUMNS, table
from tests.support.served import Query, key_of


@pytest.fixture
def low_limit() -> Iterator[None]:
    """Hold whatever is more than ten rows a day."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GISREG_EXPORT_ROWS_PER_DAY", "10")
        patch.setenv("GISREG_EXPORT_FETCH_HOURS", "1")
        get_settings.cache_clear()
        yield
    get_settings.cache_clear()


def test_the_register_says_who_took_it(engineer: httpx.Client, client: httpx.Client) -> None:
    answer = engineer.get(
        "/exports/pole.gpkg",
        params={"kind": "telecom", "crs": "9209", "purpose": "họp"},
        headers={"X-Request-ID": "request-of-an-export"},
    )
    line = client.get(f"/exports/{answer.headers['X-Export-Number']}").json()
    assert (line["person"], line["organisation"], line["purpose"]) == ("Kỹ sư Nam", "VNPT Thái Bình", "họp")
    assert (line["subject"], line["format"], line["srid"]) == ("pole", "gpkg", 9209)
    assert line["conditions"] == {"kind": ["telecom"]}
    assert line["request_id"] == "request-of-an-export"
    assert line["row_count"] == 100
    assert line["byte_count"] == len(answer.content)
    assert line["sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert line["state"] == "made"


def test_ones_own_organisations_exports_are_seen(
    address: str, engineer: httpx.Client, rival: httpx.Client
) -> None:
    number = rival.get("/exports/zone.csv").headers["X-Export-Number"]
    for role in COLUMNS:
        headers = {}
        if role is not None:
            headers = {"X-Api-Key": key_of(f"reg-{role}", role, organisation="VNPT")}
        seen = httpx.get(f"{address}/exports/{number}", headers=headers).status_code == 200
        assert seen == (table()["export_register"][role] == "tất cả"), role
    own = engineer.get("/exports/zone.csv").headers["X-Export-Number"]
    listed = [line["number"] for line in engineer.get("/exports").json()["exports"]]
    assert own in listed
    assert number not in listed
    assert engineer.get("/exports/XK-00000-000000").status_code == 404


@pytest.mark.usefixtures("low_limit")
def test_a_large_export_waits_for_somebody_else(
    client: httpx.Client, other_authority: httpx.Client, engineer: httpx.Client, query: Query
) -> None:
    held = client.get("/exports/pole.gpkg")
    assert held.status_code == 202
    number = held.json()["number"]
    assert held.json()["state"] == "held"
    assert held.headers["Location"].endswith(f"/exports/{number}")
    assert query("SELECT kind FROM registry.alert WHERE subject = %s", number) == [("large-export",)]
    path = f"/exports/{number}"
    assert client.get(f"{path}/file").status_code == 409
    assert client.post(f"{path}/release", json={}).status_code == 403, "nobody releases his own"
    assert engineer.post(f"{path}/release", json={}).status_code == 404
    released = other_authority.post(f"{path}/release", json={"note": "đã hỏi"})
    assert released.status_code == 200, released.text
    assert (released.json()["state"], released.json()["decided_by"]) == ("released", "Bà Hoà")
    assert other_authority.post(f"{path}/refuse", json={}).status_code == 409
    assert other_authority.get(f"{path}/file").status_code == 403
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: client.get(f"{path}/file"), range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert client.get(f"{path}/file").status_code == 409
    assert client.get(path).json()["state"] == "made"


@pytest.mark.usefixtures("low_limit")
def test_what_is_released_is_computed_anew(
    engineer: httpx.Client, client: httpx.Client, query: Query
) -> None:
    number = engineer.get("/exports/pole.csv", params={"owner": "PC"}).json()["number"]
    assert client.post(f"/exports/{number}/release", json={}).status_code == 200
    query("UPDATE registry.pole SET visibility = 'agency' WHERE code LIKE 'P3-%%'")
    assert engineer.get(f"/exports/{number}/file").status_code == 200
    line = client.get(f"/exports/{number}").json()
    assert line["row_count"] == 90, "ten poles are not for him any more"
    query("UPDATE registry.pole SET visibility = 'public' WHERE code LIKE 'P3-%%'")


@pytest.mark.usefixtures("low_limit")
def test_refused_and_expired_exports_are_not_fetched(engineer: httpx.Client, client: httpx.Client) -> None:
    refused, late = (engineer.get("/exports/pole.csv").json()["number"] for _ in range(2))
    assert client.post(f"/exports/{refused}/refuse", json={}).json()["state"] == "refused"
    assert engineer.get(f"/exports/{refused}/file").status_code == 409
    until = client.post(f"/exports/{late}/release", json={}).json()["fetch_until"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GISREG_NOW", until)
        get_settings.cache_clear()
        assert client.get(f"/exports/{late}").json()["state"] == "expired"
        assert engineer.get(f"/exports/{late}/file").status_code == 409
    get_settings.cache_clear()


def test_small_ones_add_up_to_the_limit(address: str) -> None:
    key = key_of("tung-it", PersonRole.VIEWER)
    with pytest.MonkeyPatch.context() as patch, httpx.Client(base_url=address, timeout=60) as client:
        patch.setenv("GISREG_EXPORT_ROWS_PER_DAY", "25")
        get_settings.cache_clear()
        client.headers["X-Api-Key"] = key

        def take(_: int) -> int:
            return client.get(
                "/exports/pole.csv", params={"bbox": "106.3299,20.4399,106.3301,20.46"}
            ).status_code

        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(take, range(4))) == [200, 200, 202, 202]
    get_settings.cache_clear()


APPEND_ONLY = [
    f"{verb} registry.{name}{rest}"
    for name, column in (
        ("export_register", "row_count"), ("export_event", "note"), ("alert", "kind"), ("see_as", "reason")
    )
    for verb, rest in (("DELETE FROM", ""), ("TRUNCATE", ""), ("UPDATE", f" SET {column} = NULL"))
]  # fmt: skip


@pytest.mark.parametrize("statement", APPEND_ONLY)
def test_nothing_is_taken_back(address: str, connect: Callable[[Role], connection], statement: str) -> None:
    with connect(Role.APP).cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(statement)


def test_lines_are_in_the_chain(engineer: httpx.Client, query: Query) -> None:
    number = engineer.get("/exports/zone.csv").headers["X-Export-Number"]
    rows = query(
        "SELECT c.person FROM history.export_register AS h JOIN gisreg.change_set AS c ON c.id = h.change_set_id"
        " WHERE h.number = %s",
        number,
    )
    assert rows == [("Kỹ sư Nam",)]
