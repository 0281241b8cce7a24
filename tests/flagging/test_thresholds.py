"""Thresholds as dated data: what is refused, which value holds on which day, and who may set them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import psycopg2
import pytest

from gisreg.access.actor import Actor, PersonRole, operator
from gisreg.database.address import Role
from gisreg.database.connection import PgConnection, transaction
from gisreg.errors import InvalidInputError, NotFoundError
from gisreg.flagging import thresholds
from tests.support.databases import Database
from tests.support.served import key_of

KEY = "pole_lean_warn_deg"
JAN, MAR, JUN = date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1)


@pytest.fixture
def own(database: Database) -> Iterator[PgConnection]:
    """Return the application's connection of the authority; nothing is kept."""
    with transaction(Role.APP, operator()) as connection:
        yield connection
        connection.rollback()


def value_on(connection: PgConnection, day: date) -> float | None:
    return thresholds.values(connection, day)[KEY]


def set_value(connection: PgConnection, value: float | None, first: date, last: date | None = None) -> int:
    return thresholds.set_value(connection, KEY, value, "deg", first, last, reason="thử")


def test_the_province_s_own_value_holds_in_its_days(own: PgConnection) -> None:
    set_value(own, 4.0, MAR, JUN)
    set_value(own, None, JUN)
    assert [value_on(own, day) for day in (JAN, MAR, date(2026, 5, 31), JUN)] == [5.0, 4.0, 4.0, None]
    holding = [entry for entry in thresholds.entries(own, MAR, KEY) if entry.holds]
    assert [(entry.value, entry.scope, entry.reason) for entry in holding] == [(4.0, "province", "thử")]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"unit": "m"}, "is in deg, not in m"),
        ({"unit": ""}, "not in no unit"),
        ({"value": -0.1}, "cannot be -0.1"),
        ({"value": float("nan")}, "cannot be nan"),
        ({"value": float("inf")}, "cannot be inf"),
        ({"valid_to": JAN}, "before it begins"),
        ({"valid_to": MAR}, "before it begins"),
        ({"reason": "  "}, "is not said"),
    ],
)
def test_what_is_refused(own: PgConnection, changed: dict[str, Any], told: str) -> None:
    given = {"value": 4.0, "unit": "deg", "valid_from": MAR, "valid_to": None, "reason": "thử"} | changed
    with pytest.raises(InvalidInputError, match=told):
        thresholds.set_value(own, KEY, **given)
    assert value_on(own, MAR) == 5.0


@pytest.mark.parametrize(
    ("first", "last"), [(MAR, JUN), (JAN, None), (JAN, date(2026, 3, 2)), (date(2026, 5, 31), None)]
)
def test_days_that_are_taken(own: PgConnection, first: date, last: date | None) -> None:
    set_value(own, 4.0, MAR, JUN)
    with pytest.raises(InvalidInputError, match="has a value"):
        set_value(own, 3.0, first, last)
    set_value(own, 3.0, JAN, MAR)
    set_value(own, 2.0, JUN)
    assert [value_on(own, day) for day in (JAN, MAR, JUN)] == [3.0, 4.0, 2.0]


def test_an_end_gives_the_national_value_back(own: PgConnection) -> None:
    set_value(own, 4.0, JAN)
    with pytest.raises(InvalidInputError, match="is not said"):
        thresholds.end_value(own, KEY, MAR, "")
    thresholds.end_value(own, KEY, MAR, "hết hiệu lực")
    assert [value_on(own, day) for day in (JAN, MAR)] == [4.0, 5.0]
    with pytest.raises(NotFoundError, match="no value"):
        thresholds.end_value(own, KEY, MAR, "lần nữa")
    set_value(own, 3.0, JUN)
    thresholds.end_value(own, KEY, JUN, "không dùng")
    assert value_on(own, JUN) == 5.0


def test_unknown_keys(own: PgConnection) -> None:
    for ask in (
        lambda: thresholds.set_value(own, "nothing", 1.0, "m", JAN, reason="x"),
        lambda: thresholds.end_value(own, "nothing", JAN, "x"),
        lambda: thresholds.entries(own, JAN, "nothing"),
    ):
        with pytest.raises(NotFoundError, match="no threshold 'nothing'"):
            ask()


def test_only_the_authority_sets_them(database: Database) -> None:
    inspector = Actor("Tra", roles=frozenset({PersonRole.INSPECTOR}))
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), transaction(Role.APP, inspector) as connection:
        set_value(connection, 4.0, MAR)


def test_through_the_service(client: httpx.Client, public: httpx.Client, address: str) -> None:
    body = {"value": 4.5, "unit": "deg", "valid_from": "2026-01-01", "reason": "QĐ 12"}

    def seen() -> dict[str, str]:
        entries = public.get("/thresholds").json()["thresholds"]
        return {"If-Match": f'"{next(one["revision"] for one in entries if one["key"] == KEY)}"'}

    assert public.put(f"/thresholds/{KEY}", json=body).status_code == 401
    with httpx.Client(
        base_url=address, headers={"X-Api-Key": key_of("tra", PersonRole.INSPECTOR)}, timeout=30
    ) as inspector:
        assert inspector.put(f"/thresholds/{KEY}", json=body, headers=seen()).status_code == 403
    for wrong, status in (
        ({"unit": "m"}, 422),
        ({"value": -1}, 422),
        ({"value": "x"}, 400),
        ({"more": 1}, 400),
    ):
        assert client.put(f"/thresholds/{KEY}", json=body | wrong, headers=seen()).status_code == status
    assert client.put("/thresholds/nothing", json=body, headers=seen()).status_code == 404
    assert client.put(f"/thresholds/{KEY}", json=body).status_code == 428
    first = seen()
    assert client.put(f"/thresholds/{KEY}", json=body, headers=first).status_code == 200
    late = client.post(f"/thresholds/{KEY}/end", json={"reason": "hết"}, headers=first)
    assert late.status_code == 412
    assert [row["value"] for row in late.json()["seen"]] == [5.0]
    assert sorted(row["value"] for row in late.json()["current"]) == [4.5, 5.0]
    entries = public.get("/thresholds").json()["thresholds"]
    assert [one["value"] for one in entries if one["key"] == KEY and one["holds"]] == [4.5]
    with transaction(Role.WORKER) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM jobs.procrastinate_jobs WHERE task_name = 'flagging.run'")
        assert cursor.fetchall() == [("flagging.run",)]
    end = {"day": "2026-02-01", "reason": "hết"}
    assert client.post(f"/thresholds/{KEY}/end", json=end, headers=seen()).status_code == 200
    entries = public.get("/thresholds").json()["thresholds"]
    assert [one["value"] for one in entries if one["key"] == KEY and one["holds"]] == [5.0]


def test_waivers_and_notes_through_the_service(client: httpx.Client) -> None:
    pole = client.get("/collections/pole/items?code=P1-1").json()["features"][0]["id"]
    waiver = {"rule": "P02", "object_id": pole, "reason": "sẽ thay", "valid_to": "2099-01-01"}
    made = client.post("/waivers", json=waiver)
    assert made.status_code == 201, made.text
    assert client.post("/waivers", json=waiver).status_code == 422
    end = f"/waivers/{made.json()['id']}/end"
    assert client.post(end, json={}).status_code == 428
    (told,) = client.get("/waivers").json()["waivers"]
    seen = {"If-Match": f'"{told["version"]}"'}
    assert client.post(end, json={"day": "2098-01-01"}, headers=seen).status_code == 200
    late = client.post(end, json={}, headers=seen)
    assert late.status_code == 412
    assert (late.json()["your_version"], late.json()["current_version"]) == (1, 2)
    assert (late.json()["seen"]["valid_to"], late.json()["current"]["valid_to"]) == (
        "2099-01-01",
        "2098-01-01",
    )
    assert client.post(end, json={}, headers={"If-Match": '"2"'}).status_code == 200
    assert client.post(end, json={}, headers={"If-Match": '"3"'}).status_code == 404
    note = client.post("/notes", json={"object_id": pole, "text": "nứt chân cột"})
    assert note.status_code == 201, note.text
    told = client.get(f"/why/{pole}").json()
    assert [one["text"] for one in told["notes"]] == ["nứt chân cột"]
    assert "manual" in {row["outcome"]["key"] for row in told["rules"]}
    close = f"/notes/{note.json()['id']}/close"
    assert client.post(close, json={"reason": "đã sửa"}, headers={"If-Match": '"2"'}).status_code == 412
    seen = {"If-Match": f'"{told["notes"][0]["version"]}"'}
    assert client.post(close, json={"reason": "đã sửa"}, headers=seen).status_code == 200
    assert client.get(f"/why/{pole}").json()["notes"] == []
