"""Thresholds as dated data: what is refused, which value holds on which day, and who may set them."""

from __future__ import annotations

import threading
import time
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
    """Return the application's connection of the authority, no value of the province's own; nothing is kept."""
    with transaction(Role.APP, operator()) as connection:
        forget(connection)
        yield connection
        connection.rollback()


def forget(connection: PgConnection) -> None:
    """Take away what other tests entered through the service."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry.threshold WHERE scope = 'province'")


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


@pytest.mark.parametrize(
    ("given", "confidence", "source"),
    [
        ({}, "to_be_verified", thresholds.OWN_SOURCE),
        ({"source": "QĐ 12/QĐ-UBND"}, "confirmed", "QĐ 12/QĐ-UBND"),
        ({"source": "QĐ 12/QĐ-UBND", "confidence": "partial"}, "partial", "QĐ 12/QĐ-UBND"),
    ],
)
def test_a_value_is_confirmed_by_a_decision_only(
    own: PgConnection, given: dict[str, Any], confidence: str, source: str
) -> None:
    thresholds.set_value(own, KEY, 4.0, "deg", MAR, reason="thử", **given)
    (held,) = [entry for entry in thresholds.entries(own, MAR, KEY) if entry.holds]
    assert (held.confidence, held.source) == (confidence, source)


@pytest.mark.parametrize(
    ("key", "value", "unit", "given", "told"),
    [
        (KEY, 4.0, "deg", {"confidence": "confirmed"}, "rests on no source"),
        (KEY, 4.0, "deg", {"confidence": "sure"}, "no confidence 'sure'"),
        ("coverage_least_share", 50.0, "1", {}, "at most 1"),
        ("default_sag_ratio", 2.0, "1", {}, "at most 0.5"),
    ],
)
def test_what_else_is_refused(
    own: PgConnection, key: str, value: float, unit: str, given: dict[str, Any], told: str
) -> None:
    before = thresholds.values(own, MAR)
    with pytest.raises(InvalidInputError, match=told) as refused:
        thresholds.set_value(own, key, value, unit, MAR, reason="thử", **given)
    assert refused.value.hint
    assert thresholds.values(own, MAR) == before


def test_a_new_value_succeeds_the_one_before(own: PgConnection) -> None:
    set_value(own, 4.0, JAN)
    thresholds.set_value(own, KEY, 3.0, "deg", MAR, reason="siết lại", succeed=True)
    assert [value_on(own, day) for day in (JAN, MAR, JUN)] == [4.0, 3.0, 3.0]
    # Only what began before can be succeeded.
    with pytest.raises(InvalidInputError, match="has a value"):
        thresholds.set_value(own, KEY, 2.0, "deg", JAN, reason="lùi lại", succeed=True)
    told = [(one.operation, one.value, one.valid_to, one.reason) for one in thresholds.changes(own, KEY)][:3]
    assert [one[:3] for one in told] == [("I", 3.0, None), ("U", 4.0, MAR), ("I", 4.0, None)]


def test_one_threshold_with_its_history_through_the_service(
    client: httpx.Client, public: httpx.Client
) -> None:
    key = "bundle_diameter_max_mm"
    body = {"value": 120, "unit": "mm", "valid_from": "2026-01-01", "reason": "thử hai tháng"}

    def put(sent: dict[str, Any]) -> httpx.Response:
        revision = client.get(f"/thresholds/{key}").json()["values"][0]["revision"]
        return client.put(f"/thresholds/{key}", json=sent, headers={"If-Match": f'"{revision}"'})

    assert put(body).status_code == 200
    twice = put(body | {"valid_from": "2026-03-01"})
    assert twice.status_code == 422
    assert "Tỉnh đã có giá trị" in twice.json()["detail_vi"]
    later = body | {
        "valid_from": "2026-03-01",
        "value": 100,
        "succeed": True,
        "source": "QĐ 5",
        "reason": "siết",
    }
    assert put(later).status_code == 200
    told = client.get(f"/thresholds/{key}").json()
    assert told["rules"] == ["A04D"]
    assert [(row["value"], row["valid_to"], row["confidence"]) for row in told["values"]] == [
        (None, None, "to_be_verified"),
        (120, "2026-03-01", "to_be_verified"),
        (100, None, "confirmed"),
    ]
    assert [(row["operation"], row["value"], row["person"]) for row in told["changes"][:3]] == [
        ("I", 100, "authority"),
        ("U", 120, "authority"),
        ("I", 120, "authority"),
    ]
    assert told["changes"][2]["reason"] == "thử hai tháng"
    # Everybody sees what was changed, not by whom.
    seen = public.get(f"/thresholds/{key}").json()
    assert [row["value"] for row in seen["changes"][:3]] == [100, 120, 120]
    assert {row["person"] for row in seen["changes"]} == {None}
    assert client.get("/thresholds/nothing").status_code == 404


def test_two_at_once_cannot_overlap(fresh_database: Database) -> None:
    """The second waits for the first, then sees its value."""
    with transaction(Role.APP, operator()) as connection:
        forget(connection)
    waits = threading.Event()
    told: list[str] = []

    def second() -> None:
        with pytest.raises(InvalidInputError) as refused, transaction(Role.APP, operator()) as connection:
            waits.set()
            set_value(connection, 3.0, date(2026, 2, 1))
        told.append(str(refused.value))

    with transaction(Role.APP, operator()) as connection:
        set_value(connection, 4.0, JAN)
        other = threading.Thread(target=second)
        other.start()
        assert waits.wait(10)
        time.sleep(0.3)
        assert told == []
    other.join(20)
    assert "has a value" in told[0]
