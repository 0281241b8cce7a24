"""Thresholds: values of the rules as dated, sourced data; the ones that ship and those of a province."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from importlib import resources

import psycopg2.extensions

from gisreg.clock import today
from gisreg.database.queries import load_queries
from gisreg.editions import refusal
from gisreg.errors import InvalidInputError, NotFoundError

PgConnection = psycopg2.extensions.connection

queries = load_queries(__file__, "thresholds.sql")


@dataclass(frozen=True)
class Shipped:
    """A threshold that ships: its texts, its value (None: not known) with unit and source."""

    key: str
    vi: str
    en: str
    unit: str
    source: str
    confidence: str
    value: float | None = None
    article: str | None = None


@cache
def shipped() -> Mapping[str, Shipped]:
    """Return the thresholds that ship with the program, by key."""
    text = resources.files("gisreg.flagging").joinpath("thresholds.toml").read_text("utf-8")
    return {key: Shipped(key=key, **entry) for key, entry in tomllib.loads(text).items()}


def store(connection: PgConnection) -> None:
    """Write the shipped thresholds to the table `threshold`; what people entered there stays."""
    for entry in shipped().values():
        queries.store(
            connection,
            key=entry.key,
            value=entry.value,
            unit=entry.unit,
            source=entry.source,
            article=entry.article,
            confidence=entry.confidence,
            vi=entry.vi,
            en=entry.en,
        )


def values(connection: PgConnection, day: date) -> dict[str, float | None]:
    """Return the value of every threshold on a day; the province's own before the national one."""
    return dict(queries.values(connection, day=day))


@dataclass(frozen=True)
class Entry:
    """A value of a threshold as it stands in the registry, with unit, source, days and reason.

    `revision` counts the changes that this threshold ever had, whichever of its values they met.
    """

    id: int
    key: str
    vi: str
    en: str
    value: float | None
    unit: str
    source: str
    article: str | None
    confidence: str
    scope: str
    valid_from: date
    valid_to: date | None
    reason: str | None
    holds: bool
    revision: int


def entries(connection: PgConnection, day: date, key: str | None = None) -> list[Entry]:
    """Return every value that was ever entered, by key; `holds` marks the one that rules use on a day.

    Raises:
        NotFoundError: there is no threshold of this key.
    """
    found = [Entry(*row) for row in queries.entries(connection, day=day, key=key)]
    if key is not None and not found:
        raise _unknown(key)
    return found


def require_revision(connection: PgConnection, key: str, revision: int) -> None:
    """Refuse where a threshold was changed after somebody saw it; nobody else changes it until the end.

    Raises:
        StaleVersionError: `detail["seen"]` has its values as they were then, `detail["current"]` as they are.
        NotFoundError: there is no threshold of this key.
    """
    queries.hold(connection, key=key)
    present = entries(connection, today(), key)
    current = present[0].revision
    if current != revision:
        seen = [row[0] for row in queries.entries_then(connection, key=key, revision=revision)]
        stale = {
            "id": key,
            "your_version": revision,
            "current_version": current,
            "seen": seen,
            "current": [asdict(entry) for entry in present],
        }
        raise refusal("threshold", [stale], 1)


def _unknown(key: str) -> NotFoundError:
    return NotFoundError(f"There is no threshold '{key}'.", hint=f"There are: {', '.join(shipped())}.")


def end_value(connection: PgConnection, key: str, day: date, reason: str) -> None:
    """Let the province's own value end on a day (the first on which it no longer holds).

    From then on the national value holds again. What has not begun by then is removed; its history stays.

    Args:
        connection: with an actor of the authority.
        key: of a threshold that ships.
        day: the first day on which it no longer holds.
        reason: why it ends; kept in the history.

    Raises:
        NotFoundError: there is no such threshold, or the province has no value that holds until then.
        InvalidInputError: no reason.
    """
    if key not in shipped():
        raise _unknown(key)
    if not reason.strip():
        raise InvalidInputError(f"Why '{key}' ends is not said.", hint="Give the reason; it is kept.")
    if not queries.end_value(connection, key=key, day=day, reason=reason):
        raise NotFoundError(
            f"The province has no value of '{key}' that holds on {day}.",
            hint=f"See its values with: gisreg threshold show {key}",
        )


def set_value(
    connection: PgConnection,
    key: str,
    value: float | None,
    unit: str,
    valid_from: date,
    valid_to: date | None = None,
    source: str = "",
    article: str | None = None,
    reason: str = "",
) -> int:
    """Enter the province's own value of a threshold from a day on and return the row's id.

    Args:
        connection: with an actor of the authority.
        key: of a threshold that ships.
        value: None switches off the rules that cannot do without it.
        unit: must be the threshold's own, so that nobody enters centimetres for metres.
        valid_from: the first day on which it holds.
        valid_to: the first day on which it no longer holds; None for until further notice.
        source: the decision it rests on.
        article: its article.
        reason: why it is changed; kept in the history.

    Raises:
        NotFoundError: there is no such threshold.
        InvalidInputError: another unit, a negative value, days the wrong way round, no reason, or days
            on which the province has a value already.
    """
    known = shipped().get(key)
    if known is None:
        raise _unknown(key)
    if unit != known.unit:
        raise InvalidInputError(
            f"The threshold '{key}' is in {known.unit}, not in {unit or 'no unit'}.",
            hint=f"Convert the value and give the unit {known.unit}.",
        )
    if value is not None and not 0 <= value < float("inf"):
        raise InvalidInputError(f"The threshold '{key}' cannot be {value}.", hint="Give a number from 0 on.")
    if valid_to is not None and valid_to <= valid_from:
        raise InvalidInputError(
            f"'{key}' would end on {valid_to}, before it begins on {valid_from}.",
            hint="Give an end after the beginning.",
        )
    if not reason.strip():
        raise InvalidInputError(f"Why '{key}' changes is not said.", hint="Give the reason; it is kept.")
    if taken := queries.overlapping(connection, key=key, valid_from=valid_from, valid_to=valid_to):
        raise InvalidInputError(
            f"The province has a value of '{key}' from {taken[0]} to {taken[1] or 'further notice'} already.",
            hint="End that one first, or choose other days.",
        )
    number: int = queries.insert(
        connection,
        key=key,
        value=value,
        unit=unit,
        valid_from=valid_from,
        valid_to=valid_to,
        source=source or known.source,
        article=article,
        vi=known.vi,
        en=known.en,
        reason=reason,
    )
    return number
