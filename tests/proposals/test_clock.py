"""The clock: proposals have until the end of their last day; then the authority has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from gisreg.clock import now
from gisreg.contacts.notices import mine
from gisreg.database.connection import Role, transaction
from gisreg.proposals.clock import Escalation, escalate
from gisreg.proposals.read import Wanted, proposals
from gisreg.settings import get_settings
from tests.proposals.world import BOSS, World

Clock = Callable[[str], None]


@pytest.fixture
def clock() -> Iterator[Clock]:
    with pytest.MonkeyPatch.context() as patch:

        def put(moment: str) -> None:
            patch.setenv("GISREG_NOW", moment)
            get_settings.cache_clear()

        patch.setenv("GISREG_PROPOSAL_DUE_DAYS", "3")
        yield put
    get_settings.cache_clear()


def run() -> Escalation:
    with transaction(Role.WORKER) as own:
        return escalate(own, now())


def overdue() -> list[dict[str, Any]]:
    with transaction(Role.APP, BOSS) as own:
        return proposals(own, Wanted(overdue=True))[0]


def test_the_last_day_is_the_owners_to_its_end(world: World, clock: Clock) -> None:
    clock("2026-05-04T23:59:59+07:00")
    number = world.propose("P0", height_m=9)
    # 7 May in Vietnam ends when it is 17:00 in Greenwich.
    clock("2026-05-07T16:59:59+00:00")
    assert (run(), overdue()) == (Escalation(0, 0), [])
    clock("2026-05-07T17:00:00+00:00")
    assert [row["id"] for row in overdue()] == [number]
    assert (run(), run()) == (Escalation(1, 0), Escalation(0, 0))
    assert world.state(number) == "escalated"
    assert [row["is_overdue"] for row in overdue()] == [True]
    with transaction(Role.APP, BOSS) as own:
        told = [notice["title_en"] for notice in mine(own) if notice["addressee"] == "authority"]
    assert told == ["A proposal was escalated to the authority"]
    assert world.decide(number) == {number: "confirmed"}


def test_a_day_later_begins_a_day_later(world: World, clock: Clock) -> None:
    clock("2026-05-05T00:00:00+07:00")
    number = world.propose("P0", height_m=9)
    clock("2026-05-08T23:59:59+07:00")
    assert run() == Escalation(0, 0)
    clock("2026-05-09T00:00:00+07:00")
    assert run() == Escalation(1, 0)
    assert world.state(number) == "escalated"


def test_what_is_decided_is_never_overdue(world: World, clock: Clock) -> None:
    clock("2026-05-05T08:00:00+07:00")
    number = world.propose("P0", height_m=9)
    world.decide(number, decision="dispute", note="sai")
    clock("2026-06-05T08:00:00+07:00")
    assert (run(), overdue()) == (Escalation(0, 0), [])


def test_two_clocks_at_once_escalate_once(world: World, clock: Clock) -> None:
    clock("2026-05-05T08:00:00+07:00")
    world.propose("P0", height_m=9)
    world.propose("P1", height_m=9)
    clock("2026-06-05T08:00:00+07:00")
    with transaction(Role.WORKER) as one, transaction(Role.WORKER) as other:
        assert (escalate(one, now()), escalate(other, now())) == (Escalation(2, 0), Escalation(0, 0))


def test_a_proposal_ends_with_its_object(world: World, clock: Clock) -> None:
    clock("2026-05-05T08:00:00+07:00")
    number = world.propose("Q0", height_m=9)
    other = world.propose("P1", height_m=9)
    world.sql("DELETE FROM registry.pole WHERE id = %s", world.poles["Q0"])
    assert (run(), run()) == (Escalation(0, 1), Escalation(0, 0))
    assert (world.state(number), world.state(other)) == ("superseded", "open")


def test_deciding_settles_what_the_owner_was_told(world: World, clock: Clock) -> None:
    clock("2026-05-05T08:00:00+07:00")
    number = world.propose("P0", height_m=9)

    def settled() -> list[bool]:
        rows = world.sql(
            "SELECT is_settled FROM registry.notice WHERE about = 'proposal' AND about_id = %s", number
        )
        return [bool(row[0]) for row in rows]

    assert settled() == [False]
    world.decide(number)
    assert settled() == [True]


def test_a_moment_is_local_wherever_it_was_taken(world: World, clock: Clock) -> None:
    clock("2026-05-05T08:00:00+07:00")
    number = world.propose("P0", height_m=9)
    with transaction(Role.WORKER) as own:
        late = datetime.fromisoformat("2026-05-08T17:00:00+00:00")
        assert escalate(own, late - timedelta(seconds=1)) == Escalation(0, 0)
        assert escalate(own, late) == Escalation(1, 0)
    assert world.state(number) == "escalated"
