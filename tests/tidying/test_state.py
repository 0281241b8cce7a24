"""Steps of tidying: which may follow which, who took them and when, and two people at once."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest

from gisreg.access.actor import PersonRole
from gisreg.clock import now
from gisreg.database.connection import Actor, transaction
from gisreg.errors import GisregError, InvalidInputError, UsageError
from gisreg.tidying.state import PREDECESSORS, set_state
from tests.support.network import Network

STATES = ("none", "flagged", "planned", "in_progress", "reported", "accepted")
AUTHORITY = frozenset({PersonRole.AUTHORITY})
LAN = Actor("Nguyễn Thị Lan", "Sở Khoa học và Công nghệ")

ALLOWED = {
    ("flagged", "planned"),
    ("planned", "flagged"),
    ("flagged", "in_progress"),
    ("planned", "in_progress"),
    ("planned", "reported"),
    ("in_progress", "planned"),
    ("in_progress", "reported"),
    ("reported", "in_progress"),
    ("reported", "accepted"),
    ("accepted", "in_progress"),
}


def put(town: Network, number: int, state: str) -> None:
    town.sql("UPDATE registry.segment_state SET tidying_state = %s WHERE segment_id = %s", state, number)


def state(town: Network, number: int) -> str:
    ((found,),) = town.sql("SELECT tidying_state FROM registry.segment_state WHERE segment_id = %s", number)
    return str(found)


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_steps(town: Network, segments: list[int], before: str, after: str) -> None:
    number = segments[0]
    put(town, number, before)
    if (before, after) in ALLOWED:
        assert set_state(town.connection, [number], after, LAN) == 1
        assert state(town, number) == after
    else:
        with pytest.raises((InvalidInputError, UsageError)):
            set_state(town.connection, [number], after, LAN)
        assert state(town, number) == before


def test_acceptance_always_follows_on_a_report() -> None:
    assert PREDECESSORS["accepted"] == ("reported",)


def test_who_and_when_are_kept(town: Network, segments: list[int]) -> None:
    moment = now() - timedelta(hours=3)
    assert set_state(town.connection, segments[:2], "planned", LAN, "Đợt 2", moment) == 2
    rows = town.sql(
        "SELECT segment_id, from_state, to_state, person, organisation, note, happened_at, recorded_at > happened_at"
        " FROM registry.tidying_event WHERE segment_id = ANY (%s) ORDER BY segment_id",
        segments[:2],
    )
    expected = ("flagged", "planned", LAN.person, LAN.organisation, "Đợt 2", moment, True)
    assert rows == [(number, *expected) for number in segments[:2]]
    since = town.sql("SELECT tidying_since FROM registry.segment_state WHERE segment_id = %s", segments[0])
    assert since == [(moment,)]


def test_all_or_none(town: Network, segments: list[int]) -> None:
    put(town, segments[1], "accepted")
    with pytest.raises(InvalidInputError, match="1 of 3 segments") as caught:
        set_state(town.connection, segments[:3], "planned", LAN)
    assert caught.value.detail["refused"] == [{"segment_id": segments[1], "state": "accepted"}]
    assert [state(town, number) for number in segments[:3]] == ["flagged", "accepted", "flagged"]
    assert town.sql("SELECT count(*) FROM registry.tidying_event WHERE segment_id = %s", segments[0]) == [
        (0,)
    ]


def test_a_segment_named_twice_moves_once(town: Network, segments: list[int]) -> None:
    assert set_state(town.connection, [segments[0]] * 2, "planned", LAN) == 1


@pytest.mark.parametrize("numbers", [[], list(range(1, 10_002))])
def test_none_or_too_many_are_refused(town: Network, numbers: list[int]) -> None:
    with pytest.raises(UsageError, match="segments were named"):
        set_state(town.connection, numbers, "planned", LAN)


def test_an_unknown_segment_is_refused(town: Network, segments: list[int]) -> None:
    with pytest.raises(InvalidInputError, match="not a flagged segment"):
        set_state(town.connection, [1], "planned", LAN)


def test_the_future_is_refused(town: Network, segments: list[int]) -> None:
    moment: datetime = now() + timedelta(minutes=5)
    with pytest.raises(UsageError, match="future"):
        set_state(town.connection, segments[:1], "planned", LAN, happened_at=moment)


def test_of_two_at_once_only_one_wins(town: Network, segments: list[int]) -> None:
    number, start, outcomes = segments[5], threading.Barrier(2), []

    def step(person: str) -> None:
        try:
            with transaction(actor=Actor(person, roles=AUTHORITY)) as connection:
                start.wait(timeout=20)
                set_state(connection, [number], "planned", Actor(person))
                outcomes.append("done")
        except GisregError as error:
            outcomes.append(error.code)

    with ExitStack() as stack:
        for person in ("Lan", "Minh"):
            thread = threading.Thread(target=step, args=(person,))
            thread.start()
            stack.callback(thread.join, 30)
    assert sorted(outcomes) == ["done", "invalid-input"]
    town.connection.rollback()
    rows = town.sql("SELECT to_state FROM registry.tidying_event WHERE segment_id = %s", number)
    assert rows == [("planned",)]


def test_the_application_cannot_rewrite_what_happened(town: Network, segments: list[int]) -> None:
    with transaction() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('registry.tidying_event', 'UPDATE'),"
            " has_table_privilege('registry.tidying_event', 'DELETE')"
        )
        assert cursor.fetchone() == (False, False)
