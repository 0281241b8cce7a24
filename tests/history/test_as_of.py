"""The past is what it was: every moment of it equals a copy that was kept beside."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.address import Role
from gisreg.database.connection import transaction
from gisreg.errors import UsageError
from gisreg.features import cursor as cursors
from gisreg.history.as_of import items_as_of
from gisreg.history.moment import parse_moment
from layers import LAYERS
from tests.history.conftest import LAN, Sql, change, pole, recorded
from tests.support.databases import Database
from tests.support.towns import FEW

POLE = LAYERS["pole"]
SECOND = timedelta(seconds=1)


def seen(
    at: datetime, known_at: datetime | None = None, actor: Actor | None = None, **more: Any
) -> dict[int, dict[str, Any]]:
    """Return the poles of a moment by id, as the application reads them."""
    with transaction(Role.APP, actor) as connection:
        page = items_as_of(connection, POLE, at, known_at, limit=more.pop("limit", 1000), **more)
    features = json.loads(f"[{page.features}]")
    assert [one["id"] for one in features] == sorted(one["id"] for one in features)
    return {one["id"]: one["properties"] | {"geometry": one["geometry"]} for one in features}


@dataclass(frozen=True)
class Event:
    """What a transaction did to one pole, and the moments for which it counts."""

    recorded: datetime
    happened: datetime
    order: int
    pole: int
    height_m: float | None


def shadow(events: list[Event], at: datetime, known_at: datetime) -> dict[int, float]:
    """Return heights by pole as they must have been: the copy that is kept in Python."""
    state: dict[int, tuple[tuple[datetime, int], float | None]] = {}
    for event in events:
        if event.recorded <= known_at and event.happened <= at:
            key = (event.happened, event.order)
            if event.pole not in state or key > state[event.pole][0]:
                state[event.pole] = (key, event.height_m)
    return {number: height for number, (_, height) in state.items() if height is not None}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "change", "change", "remove"]),
        st.integers(0, 2),
        # Recorded at once, or so many hours after it happened.
        st.sampled_from([0, 0, 1, 5, 24]),
    ),
    min_size=1,
    max_size=8,
)


@FEW
@given(steps=STEPS)
def test_every_moment_equals_a_copy(
    fresh_database: Database, owner: Sql, steps: list[tuple[str, int, int]]
) -> None:
    events: list[Event] = []
    standing: dict[int, int] = {}
    mine: set[int] = set()
    for order, (what, which, hours) in enumerate(steps):
        happened = datetime.now(UTC) - timedelta(hours=hours) if hours else None
        actor = replace(LAN, happened_at=happened)
        height: float | None = order + 3.0
        if what == "put" and which not in standing:
            standing[which] = pole("shadow", actor)
            height = None
        elif what == "change" and which in standing:
            change(
                "UPDATE registry.pole SET height_m = %s WHERE id = %s", height, standing[which], actor=actor
            )
        elif what == "remove" and which in standing:
            change("DELETE FROM registry.pole WHERE id = %s", standing[which], actor=actor)
        else:
            continue
        number = standing[which] if what != "remove" else standing.pop(which)
        mine.add(number)
        moment = recorded()
        kept = None if what == "remove" else (-1.0 if height is None else height)
        events.append(Event(moment, happened or moment, order, number, kept))
    moments = sorted({event.recorded for event in events} | {event.happened for event in events})
    for at in [one + shift for one in moments for shift in (-timedelta(microseconds=1), timedelta(0))]:
        for known_at in {event.recorded for event in events} | {at}:
            found = {
                number: -1.0 if row["height_m"] is None else row["height_m"]
                for number, row in seen(at, known_at, LAN).items()
                if number in mine
            }
            assert found == shadow(events, at, known_at)
    change("DELETE FROM registry.pole WHERE id = ANY (%s)", list(mine))


def test_what_was_secret_then_is_not_shown_nor_what_it_was_before(fresh_database: Database) -> None:
    number = pole("turns", owner=None)
    public = recorded()
    change("UPDATE registry.pole SET visibility = 'secret', height_m = 7 WHERE id = %s", number)
    secret = recorded()
    change("UPDATE registry.pole SET visibility = 'public' WHERE id = %s", number)
    again = recorded()
    assert number in seen(public)
    assert number not in seen(secret)
    assert seen(secret, actor=LAN)[number]["height_m"] == 7
    assert number in seen(again)
    assert number not in seen(public - SECOND, actor=LAN)


def test_what_is_secret_now_has_no_public_past(fresh_database: Database) -> None:
    number = pole("hides", owner=None)
    public = recorded()
    assert number in seen(public)
    change("UPDATE registry.pole SET visibility = 'secret' WHERE id = %s", number)
    assert number not in seen(public)
    assert number in seen(public, actor=LAN)
    change("DELETE FROM registry.pole WHERE id = %s", number)
    assert number not in seen(public), "it was deleted while it was secret"
    other = pole("goes", owner=None)
    public = recorded()
    change("DELETE FROM registry.pole WHERE id = %s", other)
    assert other in seen(public)


def test_a_former_owner_keeps_his_private_past(fresh_database: Database) -> None:
    mine = Actor("Minh", "VNPT", organisation_id=77, roles=frozenset({PersonRole.ENGINEER}))
    rival = Actor("Hoa", "Viettel", organisation_id=78, roles=frozenset({PersonRole.ENGINEER}))
    number = pole("sold", visibility="partner", owner=77)
    change("INSERT INTO registry.pole_private (pole_id, contract_ref) VALUES (%s, 'HĐ-77')", number)
    change("UPDATE registry.pole SET owner_id = 78 WHERE id = %s", number)
    change("UPDATE registry.pole_private SET contract_ref = 'HĐ-78' WHERE pole_id = %s", number)

    def contracts(actor: Actor) -> set[str]:
        with transaction(actor=actor) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT contract_ref FROM history.pole_private WHERE pole_id = %s", (number,))
            return {text for (text,) in cursor.fetchall()}

    assert (contracts(mine), contracts(rival)) == ({"HĐ-77"}, {"HĐ-78"})


def test_an_owner_sees_his_own_past(fresh_database: Database) -> None:
    mine = Actor("Minh", "VNPT", organisation_id=77, roles=frozenset({PersonRole.ENGINEER}))
    rival = Actor("Hoa", "Viettel", organisation_id=78, roles=frozenset({PersonRole.ENGINEER}))
    number = pole("owned", visibility="secret", owner=77)
    moment = recorded()
    assert number in seen(moment, actor=mine)
    assert number not in seen(moment, actor=rival)
    assert number not in seen(moment)


def test_pages_and_boxes(fresh_database: Database) -> None:
    numbers = {pole(f"paged-{n}") for n in range(7)}
    moment = recorded()
    change("UPDATE registry.pole SET height_m = 12 WHERE id = ANY (%s)", list(numbers))
    change("DELETE FROM registry.pole WHERE id = ANY (%s)", list(numbers))
    found: list[int] = []
    cursor = None
    while True:
        part = seen(moment, limit=3, cursor=cursor)
        found += part
        if len(part) < 3:
            break
        cursor = cursors.encode("pole", max(part))
    assert numbers <= set(found)
    assert len(found) == len(set(found))
    assert numbers <= set(seen(moment, bbox="106.2,20.3,106.4,20.5"))
    assert not seen(moment, bbox="107.2,20.3,107.4,20.5")
    assert not numbers & set(seen(recorded()))


@pytest.mark.parametrize("text", ["2026-01-01/2026-02-01", "../..", "yesterday", "2026-13-01", ""])
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(UsageError):
        parse_moment(text)


def test_moments_without_a_zone_are_local() -> None:
    assert parse_moment("2026-01-31T10:00").utcoffset() == timedelta(hours=7)
    assert parse_moment("2026-01-31") > parse_moment("2026-01-31T23:59:59")
    assert parse_moment("2026-01-31", begins_day=True) == parse_moment("2026-01-31T00:00+07:00")
