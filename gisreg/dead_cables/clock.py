"""Until when a case of dead cable must go on: each state has its days, as thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

NOTICE_DAYS = "dead_cable_notice_days"
"""Key of the threshold: days in which cable can be claimed after the public notice (rule D04)."""

CLOCKS = {
    "suspected": "dead_cable_suspected_days",
    "ownerless": "dead_cable_ownerless_days",
    "noticed": NOTICE_DAYS,
    "claimed": "dead_cable_claimed_days",
    "authorised": "dead_cable_removal_days",
}
"""Threshold of the days that a case may stay in a state; states that are not named have no clock."""

STATES: dict[str, tuple[str, str]] = {
    "suspected": ("Nghi ngờ", "Suspected"),
    "claimed": ("Có chủ nhận", "Claimed"),
    "ownerless": ("Vô chủ", "Ownerless"),
    "noticed": ("Đã thông báo công khai", "Public notice given"),
    "authorised": ("Cho tháo dỡ", "Removal authorised"),
    "recovered": ("Đã thu hồi", "Recovered"),
    "disposed": ("Đã xử lý", "Disposed"),
    "dismissed": ("Đang dùng, bỏ nghi ngờ", "In service after all"),
}
"""What the states of a case are called, in the order in which it goes."""


def due_on(
    state: str, since: date, notice_on: date | None, limits: Mapping[str, float | None]
) -> date | None:
    """Return the last day on which a case may be in its state.

    Args:
        state: the case's.
        since: the day from which it is so.
        notice_on: the day of the public notice, from which the clock of claims runs.
        limits: thresholds by key.

    Returns:
        None where the state has no clock, or its threshold no value.
    """
    days = limits.get(CLOCKS.get(state, ""))
    if days is None:
        return None
    begin = notice_on if state == "noticed" and notice_on is not None else since
    return begin + timedelta(days=int(days))
