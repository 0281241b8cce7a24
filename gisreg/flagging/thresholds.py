"""Thresholds: values of the rules as dated, sourced data; the ones that ship and those of a province."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources

import psycopg2.extensions

from gisreg.clock import today
from gisreg.database.queries import load_queries
from gisreg.editions import refusal
from gisreg.errors import InvalidInputError, NotFoundError
from gisreg.flagging.words import CONFIDENCES
from gisreg.said import both

PgConnection = psycopg2.extensions.connection

queries = load_queries(__file__, "thresholds.sql")

OWN_SOURCE = "Giá trị do tỉnh đặt, chưa nêu văn bản"
"""What stands as the source of a province's value that names none."""

_GIVE_REASON = both("Hãy nêu lý do; lý do được lưu lại.", "Give the reason; it is kept.")


@dataclass(frozen=True)
class Shipped:
    """A threshold that ships: its texts, its value (None: not known) with unit and source.

    `most` is the largest value that it can have, where there is one: a share is no percentage.
    """

    key: str
    vi: str
    en: str
    unit: str
    source: str
    confidence: str
    value: float | None = None
    article: str | None = None
    most: float | None = None


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
        raise refusal(both("ngưỡng", "threshold"), [stale], 1)


@dataclass(frozen=True)
class Change:
    """Something that was done to a threshold's values: when, by whom (as far as one may know), why, and what.

    `operation` is I (entered), U (changed: it got an end) or D (taken away before it began).
    """

    recorded_at: datetime
    person: str | None
    operation: str
    value: float | None
    valid_from: date
    valid_to: date | None
    scope: str
    source: str
    article: str | None
    confidence: str
    reason: str | None


def changes(connection: PgConnection, key: str) -> list[Change]:
    """Return everything that was ever done to a threshold's values, the latest first.

    Raises:
        NotFoundError: there is no threshold of this key.
    """
    if key not in shipped():
        raise _unknown(key)
    return [Change(*row) for row in queries.changes(connection, key=key)]


def require(key: str) -> Shipped:
    """Return the threshold of a key. Raises NotFoundError."""
    if key not in shipped():
        raise _unknown(key)
    return shipped()[key]


def check_value(key: str, value: float | None) -> None:
    """Refuse a value that a threshold cannot have.

    Raises:
        NotFoundError: there is no such threshold.
        InvalidInputError: a negative or endless value, or a percentage where a share is meant.
    """
    known = require(key)
    if value is None:
        return
    if not 0 <= value < float("inf"):
        raise InvalidInputError(
            both(f"Ngưỡng '{key}' không thể là {value}.", f"The threshold '{key}' cannot be {value}."),
            hint=both("Hãy ghi một số từ 0 trở lên.", "Give a number from 0 on."),
        )
    if known.most is not None and value > known.most:
        raise InvalidInputError(
            both(
                f"Ngưỡng '{key}' nhiều nhất là {known.most:g}, không thể là {value:g}.",
                f"The threshold '{key}' is at most {known.most:g}, it cannot be {value:g}.",
            ),
            hint=both("Hãy ghi tỷ lệ từ 0 đến 1 (50 % là 0,5).", "Write a share from 0 to 1 (50 % is 0.5)."),
        )


def _unknown(key: str) -> NotFoundError:
    return NotFoundError(
        both(f"Không có ngưỡng '{key}'.", f"There is no threshold '{key}'."),
        hint=both(f"Có các ngưỡng: {', '.join(shipped())}.", f"There are: {', '.join(shipped())}."),
    )


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
    require(key)
    if not reason.strip():
        raise InvalidInputError(
            both(f"Chưa nêu lý do kết thúc '{key}'.", f"Why '{key}' ends is not said."), hint=_GIVE_REASON
        )
    if not queries.end_value(connection, key=key, day=day, reason=reason):
        raise NotFoundError(
            both(
                f"Tỉnh không có giá trị riêng của '{key}' vào ngày {day:%d/%m/%Y}.",
                f"The province has no value of '{key}' that holds on {day}.",
            ),
            hint=both(
                f"Xem các giá trị: gisreg threshold show {key}",
                f"See its values: gisreg threshold show {key}",
            ),
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
    confidence: str | None = None,
    *,
    succeed: bool = False,
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
        confidence: how sure it is. By default confirmed where a source is named, else to be verified: a
            number that rests on nothing is not confirmed by being entered.
        succeed: let the province's value that holds before end on the day from which this one holds.

    Raises:
        NotFoundError: there is no such threshold.
        InvalidInputError: another unit, a value that it cannot have, days the wrong way round, no reason,
            confirmed without a source, or days on which the province has a value already.
    """
    known = require(key)
    if unit != known.unit:
        raise InvalidInputError(
            both(
                f"Ngưỡng '{key}' tính bằng {known.unit}, không phải {unit or '(không đơn vị)'}.",
                f"The threshold '{key}' is in {known.unit}, not in {unit or 'no unit'}.",
            ),
            hint=both(
                f"Hãy đổi giá trị ra {known.unit} và ghi đơn vị {known.unit}.",
                f"Convert the value and give the unit {known.unit}.",
            ),
        )
    check_value(key, value)
    if valid_to is not None and valid_to <= valid_from:
        raise InvalidInputError(
            both(
                f"'{key}' sẽ hết hiệu lực ngày {valid_to:%d/%m/%Y}, trước khi bắt đầu ngày "
                f"{valid_from:%d/%m/%Y}.",
                f"'{key}' would end on {valid_to}, before it begins on {valid_from}.",
            ),
            hint=both("Hãy ghi ngày hết hiệu lực sau ngày bắt đầu.", "Give an end after the beginning."),
        )
    if not reason.strip():
        raise InvalidInputError(
            both(f"Chưa nêu lý do đổi '{key}'.", f"Why '{key}' changes is not said."), hint=_GIVE_REASON
        )
    sure = confidence or ("confirmed" if source.strip() else "to_be_verified")
    if sure not in CONFIDENCES:
        raise InvalidInputError(
            both(f"Không có mức kiểm chứng '{sure}'.", f"There is no confidence '{sure}'."),
            hint=both(
                f"Hãy chọn một trong: {', '.join(CONFIDENCES)}.", f"Use one of: {', '.join(CONFIDENCES)}."
            ),
        )
    if sure == "confirmed" and not source.strip():
        raise InvalidInputError(
            both(
                f"Giá trị của '{key}' chưa có căn cứ thì chưa thể là đã đối chiếu.",
                f"A value of '{key}' that rests on no source is not confirmed.",
            ),
            hint=both(
                "Hãy ghi số văn bản, hoặc chọn cần kiểm chứng.",
                "Name the decision, or say that it is to be verified.",
            ),
        )
    queries.alone(connection)
    taken = queries.overlapping(connection, key=key, valid_from=valid_from, valid_to=valid_to)
    if taken and succeed and taken[0] < valid_from:
        end_value(connection, key, valid_from, reason)
        taken = queries.overlapping(connection, key=key, valid_from=valid_from, valid_to=valid_to)
    if taken:
        until_vi = f"{taken[1]:%d/%m/%Y}" if taken[1] else "khi có thông báo"
        raise InvalidInputError(
            both(
                f"Tỉnh đã có giá trị của '{key}' từ {taken[0]:%d/%m/%Y} đến {until_vi}.",
                f"The province has a value of '{key}' from {taken[0]} to {taken[1] or 'further notice'}"
                " already.",
            ),
            hint=both(
                "Hãy kết thúc giá trị ấy trước, hoặc chọn ngày khác.",
                "End that one first, or choose other days.",
            ),
        )
    number: int = queries.insert(
        connection,
        key=key,
        value=value,
        unit=unit,
        valid_from=valid_from,
        valid_to=valid_to,
        source=source.strip() or OWN_SOURCE,
        article=article,
        confidence=sure,
        vi=known.vi,
        en=known.en,
        reason=reason,
    )
    return number
