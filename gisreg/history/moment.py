"""Moments as people and programs give them: RFC 3339 instants."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from gisreg.errors import UsageError
from gisreg.said import both
from gisreg.settings import get_settings


def parse_moment(text: str, name: str = "datetime", *, begins_day: bool = False) -> datetime:
    """Return an instant; a time without zone is the registry's.

    A date alone is the end of that day, or its begin with `begins_day`.

    Raises:
        UsageError: it is none, or it is an interval.
    """
    if "/" in text:
        raise UsageError(
            both(
                f"Tham số {name} ở đây nhận một thời điểm, không nhận khoảng thời gian.",
                f"The parameter {name} takes one moment here, not an interval.",
            ),
            hint=both(
                "Hỏi quá khứ ở một thời điểm: 2026-01-31T10:00:00+07:00. Những gì thay đổi giữa hai thời"
                " điểm xem ở /changes?from=...&to=...",
                "The past can be asked at a moment: 2026-01-31T10:00:00+07:00. What changed between two"
                " moments is at /changes?from=...&to=...",
            ),
        )
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            both(
                f"Tham số {name} không phải thời điểm: {text[:40]!r}.",
                f"The parameter {name} is no moment: {text[:40]!r}.",
            ),
            hint=both(
                "Hãy ghi theo RFC 3339: 2026-01-31T10:00:00+07:00 (dấu + trong địa chỉ ghi là %2B).",
                "Write it as RFC 3339 says: 2026-01-31T10:00:00+07:00 (a + in an address is %2B).",
            ),
        ) from None
    if len(text) <= 10 and not begins_day:
        moment = datetime.combine(moment.date(), time.max)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(get_settings().timezone))
    return moment
