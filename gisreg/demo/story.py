"""Twelve weeks of tidying: some streets done, some under way, some only planned."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

import numpy as np
import psycopg2.extensions

from gisreg.clock import now
from gisreg.database.connection import Actor
from gisreg.database.queries import load_queries
from gisreg.tidying.state import set_state

PgConnection = psycopg2.extensions.connection
queries = load_queries(__file__)

CHAIN = ("planned", "in_progress", "reported", "accepted")
FIRST_WEEK = {"planned": 12.0, "in_progress": 9.5, "reported": 7.0, "accepted": 5.0}
"""Weeks before today when the first street reached a state; the last one follows some weeks later."""

STREETS_PER_STATE = {"accepted": 9, "reported": 5, "in_progress": 6, "planned": 7}
LEAST_SEGMENTS = 12

ACTORS = {
    "planned": Actor("Trần Thị Bình (minh hoạ)", "Sở Khoa học và Công nghệ"),
    "in_progress": Actor("Lê Văn Cường (minh hoạ)", "Viễn thông Thái Bình (VNPT)"),
    "reported": Actor("Lê Văn Cường (minh hoạ)", "Viễn thông Thái Bình (VNPT)"),
    "accepted": Actor("Phạm Thị Dung (minh hoạ)", "Sở Khoa học và Công nghệ"),
}


def tell(
    connection: PgConnection, rng: np.random.Generator, street_of_pole: dict[int, int]
) -> dict[str, int]:
    """Move flagged segments along, street by street, with dates over the past twelve weeks.

    Args:
        street_of_pole: for each pole's id the number of its street.

    Returns:
        How many segments ended in each state.
    """
    segments: dict[int, list[int]] = defaultdict(list)
    weight: dict[int, float] = defaultdict(float)
    for number, pole, priority, _ in queries.flagged(connection):
        if pole in street_of_pole:
            street = street_of_pole[pole]
            segments[street].append(number)
            weight[street] += priority
    streets = [street for street in segments if len(segments[street]) >= LEAST_SEGMENTS]
    streets.sort(key=lambda street: (-weight[street] / len(segments[street]), street))
    streets = _spread(streets)
    ended: dict[str, int] = defaultdict(int)
    position = 0
    for goal, count in STREETS_PER_STATE.items():
        for rank, street in enumerate(streets[position : position + count]):
            for state, moved in _advance(
                connection, rng, segments[street], goal, rank / max(count - 1, 1)
            ).items():
                ended[state] += moved
        position += count
    return dict(ended)


def _spread(streets: list[int]) -> list[int]:
    """Return the most pressing streets first, but every third one from all over the town."""
    first, rest = streets[:18], streets[18:]
    elsewhere = rest[:: max(1, len(rest) // 9)][:9]
    mixed: list[int] = []
    for number in range(0, len(first), 2):
        mixed += [*first[number : number + 2], *elsewhere[number // 2 : number // 2 + 1]]
    return mixed


def _advance(
    connection: PgConnection, rng: np.random.Generator, segments: list[int], goal: str, lateness: float
) -> dict[str, int]:
    """Take a street's segments step by step to a state; a few stay one or more steps behind."""
    ended: dict[str, int] = {}
    left = list(segments)
    reached = CHAIN[: CHAIN.index(goal) + 1]
    for state in reached:
        stay = len(left) // 12 if len(left) > LEAST_SEGMENTS and state != "planned" else 0
        lagging = left[len(left) - stay :]
        left = left[: len(left) - stay]
        if lagging:
            before = CHAIN[CHAIN.index(state) - 1]
            ended[before] = ended.get(before, 0) + len(lagging)
        set_state(connection, left, state, ACTORS[state], "Dữ liệu minh hoạ", _moment(rng, state, lateness))
    ended[goal] = ended.get(goal, 0) + len(left)
    if goal == "accepted" and lateness == 0 and len(left) > 4:
        set_state(
            connection, left[:4], "in_progress", ACTORS["planned"],
            "Phát hiện còn cáp sau nghiệm thu (minh hoạ)", now() - timedelta(days=2),
        )  # fmt: skip
        ended[goal] -= 4
        ended["in_progress"] = ended.get("in_progress", 0) + 4
    return ended


def _moment(rng: np.random.Generator, state: str, lateness: float) -> datetime:
    """Return a working hour some weeks ago; later streets follow up to four weeks after the first."""
    weeks = FIRST_WEEK[state] - 4.3 * lateness
    day = now() - timedelta(days=round(weeks * 7 + float(rng.uniform(-1, 1))))
    return day.replace(
        hour=int(rng.integers(8, 17)), minute=int(rng.integers(0, 60)), second=0, microsecond=0
    )
