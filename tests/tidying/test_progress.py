"""Progress: every breakdown adds up to the same totals, and these are those of the segments."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from gisreg.clock import now
from gisreg.database.connection import Actor
from gisreg.errors import UsageError
from gisreg.tidying.progress import progress
from gisreg.tidying.state import set_state
from tests.support.network import Network

LAN = Actor("Nguyễn Thị Lan")
FIGURES = ("segments", "flagged_m", "underway_m", "reported_m", "accepted_m")
WAY = ("planned", "in_progress", "reported", "accepted")


@pytest.fixture
def mixed(town: Network, segments: list[int]) -> Network:
    """Return the town with every segment somewhere on its way, over several weeks."""
    chance = random.Random(33)  # noqa: S311 - the same town every time, nothing secret
    for number in segments:
        for done, step in enumerate(WAY[: chance.randint(0, 4)]):
            moment = now() - timedelta(days=chance.randint(1, 3) * 9 - done)
            set_state(town.connection, [number], step, LAN, happened_at=moment)
    return town


@pytest.mark.parametrize("by", ["ward", "carrier", "week"])
def test_breakdowns_add_up_to_what_the_segments_say(mixed: Network, by: str) -> None:
    rows = progress(mixed.connection, by)
    assert len(rows) > 1
    length = "coalesce(sum(s.length_m) FILTER (WHERE t.tidying_state = ANY (%s)), 0)"
    ((count, *metres),) = mixed.sql(
        f"SELECT count(*), {length}, {length}, {length}, {length}"
        " FROM registry.segment_state AS t JOIN registry.segment AS s ON s.id = t.segment_id",
        ["flagged", *WAY],
        ["planned", "in_progress"],
        ["reported", "accepted"],
        ["accepted"],
    )
    totals = [sum(row[name] for row in rows) for name in FIGURES]
    assert totals[0] == count
    assert totals[1:] == pytest.approx(metres, rel=1e-9)


@pytest.mark.parametrize("by", ["ward", "carrier", "week"])
def test_shares_are_of_the_metres(mixed: Network, by: str) -> None:
    for row in progress(mixed.connection, by):
        assert row["share_accepted"] == pytest.approx(row["accepted_m"] / row["flagged_m"])
        assert 0 <= row["share_accepted"] <= row["share_reported"] <= 1


def test_cable_outside_all_wards_and_without_an_owner_is_counted_too(mixed: Network) -> None:
    for by in ("ward", "carrier"):
        last = progress(mixed.connection, by)[-1]
        assert last["key"] is None
        assert last["segments"] > 0


def test_weeks_are_mondays(mixed: Network) -> None:
    rows = mixed.sql(
        "SELECT extract(isodow FROM key::date) FROM unnest(%s::text[]) AS key",
        [row["key"] for row in progress(mixed.connection, "week")],
    )
    assert {row[0] for row in rows} == {1}


def test_another_breakdown_is_refused(mixed: Network) -> None:
    with pytest.raises(UsageError, match="street"):
        progress(mixed.connection, "street")
