"""The alerts: listed for the authority, closed with what was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gisreg.access.actor import Actor
from gisreg.alerts.record import TITLES, Kind, queries
from gisreg.clock import now
from gisreg.database.connection import PgConnection
from gisreg.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from gisreg.said import both

MOST = 500


@dataclass(frozen=True)
class Alert:
    """An alert with what became of it."""

    id: int
    kind: str
    raised_at: datetime
    subject: str
    message_vi: str
    message_en: str
    closed_at: datetime | None
    closed_by: str | None
    closed_note: str | None
    version: int

    @property
    def title(self) -> tuple[str, str]:
        """Return what its kind is called, in Vietnamese and English."""
        return TITLES[Kind(self.kind)] if self.kind in set(Kind) else (self.kind, self.kind)


def alerts(connection: PgConnection, *, closed: bool = False, limit: int = 100) -> list[Alert]:
    """Return the alerts that the actor may see, the newest first; with `closed` those closed already too."""
    return [Alert(*row) for row in queries.listed(connection, closed=closed, most=min(limit, MOST))]


def close(connection: PgConnection, actor: Actor, alert_id: int, note: str) -> None:
    """Close an alert; nobody needs to be told of it any more.

    Args:
        connection: a transaction of the actor's.
        actor: somebody of the authority.
        alert_id: the alert.
        note: what he found; kept for ever.

    Raises:
        InvalidInputError: nothing is said.
        NotFoundError: there is no such alert for him.
        ConflictError: it is closed.
        ForbiddenError: it is about what he took himself.
    """
    if not note.strip():
        raise InvalidInputError(
            both("Chưa ghi kết quả tìm hiểu.", "What was found is not said."),
            hint=both("Hãy ghi trong một câu; câu này được lưu lại.", "Say it in a sentence; it is kept."),
        )
    found = queries.one(connection, id=alert_id)
    if found is None:
        raise NotFoundError(
            both(f"Không có cảnh báo {alert_id}.", f"There is no alert {alert_id}."),
            hint=both("Xem `gisreg alert list`.", "See `gisreg alert list`."),
        )
    if found[0] is not None:
        raise ConflictError(
            both(
                f"Cảnh báo {alert_id} đã do {found[0]} đóng.",
                f"The alert {alert_id} was closed by {found[0]}.",
            ),
            hint=both("Xem ghi chú của cảnh báo.", "See its note."),
        )
    if not queries.close(connection, id=alert_id, moment=now(), person=actor.person, note=note.strip()):
        raise ForbiddenError(
            both(
                "Cảnh báo này về dữ liệu do chính tài khoản này xuất.",
                "This alert is about what you exported yourself.",
            ),
            hint=both(
                "Người khác của cơ quan quản lý đóng cảnh báo này.",
                "Somebody else of the authority closes it.",
            ),
        )
