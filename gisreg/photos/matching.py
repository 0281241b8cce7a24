"""Which pole a photo shows: by a number in its name, by its position, by photos of the same moment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.said import Said, both

QUERIES = load_queries(__file__)

WITHIN_M = 15.0
"""Photos are taken from the road; farther poles are not meant."""

CLEAR_LEAD_M = 5.0
"""A pole is meant where the next one is at least so much farther away."""

SAME_MOMENT = timedelta(seconds=30)
"""A photo without a position was taken where the one before or after it was."""


_NO_CLUE = both(
    "tên ảnh không phải số cột, ảnh không có tọa độ", "its name is no pole's number, and it has no position"
)


@dataclass(frozen=True)
class Taken:
    """A photo that looks for its pole."""

    name: str
    taken_at: datetime | None
    position: tuple[float, float] | None


@dataclass(frozen=True)
class Match:
    """The pole of a photo, or (`pole_id` None) why there is none."""

    pole_id: int | None
    by: str | None = None
    distance_m: float | None = None
    why: Said | None = None


def match(connection: PgConnection, photos: Sequence[Taken], within_m: float = WITHIN_M) -> list[Match]:
    """Return the match of each photo.

    Args:
        connection: sees the poles that may be meant.
        photos: names and what cameras say.
        within_m: farthest pole that a position can mean, in metres.
    """
    return [_one(connection, photo, _place(photo, photos), within_m) for photo in photos]


def numbers_in(name: str) -> list[str]:
    """Return the numbers that a file's name may begin with, the longest first.

    `A-01_2.jpg` may be of `A-01_2` or `A-01`; a beginning without a digit is no number.
    """
    stem = name.rpartition("/")[2].rpartition(".")[0].strip()
    ends = [found.start() for found in re.finditer(r"[_\s().,-]", stem)]
    found = [stem, *(stem[:end] for end in reversed(ends))]
    return [one for one in dict.fromkeys(found) if any(letter.isdigit() for letter in one)]


def _place(photo: Taken, photos: Sequence[Taken]) -> tuple[tuple[float, float], str] | None:
    if photo.position is not None:
        return photo.position, "position"
    moment = photo.taken_at
    if moment is None:
        return None
    near = [
        (abs(other.taken_at - moment), other.position)
        for other in photos
        if other.position is not None
        and other.taken_at is not None
        and abs(other.taken_at - moment) <= SAME_MOMENT
    ]
    return (min(near)[1], "time") if near else None


def _one(
    connection: PgConnection,
    photo: Taken,
    place: tuple[tuple[float, float], str] | None,
    within_m: float,
) -> Match:
    lon, lat = (None, None) if place is None else place[0]
    for number in numbers_in(photo.name):
        named = list(QUERIES.named(connection, number=number, lon=lon, lat=lat))
        if len(named) == 1:
            return Match(named[0][0], "name", named[0][1])
        if named:
            near = [one for one in named if one[1] is not None and one[1] <= within_m]
            if len(near) == 1:
                return Match(near[0][0], "name", near[0][1])
            why = Said("có {0} cột mang số {1}", "{0} poles have the number {1}", (len(named), number))
            return Match(None, why=why)
    if place is None:
        return Match(None, why=_NO_CLUE)
    found = list(QUERIES.near(connection, lon=lon, lat=lat, metres=within_m + CLEAR_LEAD_M))
    if not found or found[0][2] > within_m:
        why = both(
            f"không có cột nào trong vòng {within_m:g} m quanh nơi chụp",
            f"no pole within {within_m:g} m of where it was taken",
        )
        return Match(None, why=why)
    if len(found) > 1 and found[1][2] - found[0][2] < CLEAR_LEAD_M:
        names = ", ".join(str(one[1] or one[0]) for one in found[:5])
        return Match(
            None, why=Said("nhiều cột gần như nhau: {0}", "several poles are as near: {0}", (names,))
        )
    return Match(found[0][0], place[1], found[0][2])
