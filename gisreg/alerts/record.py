"""One call that records what the authority should look at, and tells it."""

from __future__ import annotations

from enum import StrEnum

from gisreg.access.actor import Actor
from gisreg.clock import now
from gisreg.contacts.notices import Message, notify
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries

queries = load_queries(__file__)


class Kind(StrEnum):
    """What was noticed."""

    LARGE_EXPORT = "large-export"
    CHAIN_BROKEN = "chain-broken"
    HEAD_LATE = "head-late"
    ZONE_NOT_REBUILT = "zone-not-rebuilt"


TITLES: dict[Kind, tuple[str, str]] = {
    Kind.LARGE_EXPORT: ("Lượng dữ liệu xuất lớn bất thường", "Unusually much was exported"),
    Kind.CHAIN_BROKEN: ("Chuỗi lịch sử bị đứt", "The chain of the history is broken"),
    Kind.HEAD_LATE: ("Đầu chuỗi lịch sử chưa đến nơi", "The head of the history has not arrived"),
    Kind.ZONE_NOT_REBUILT: ("Khu vực không lập lại được", "A zone could not be built anew"),
}
"""What people call the kinds, in Vietnamese and English."""

SUBJECT = "data"
"""Subject of contacts to which alerts belong."""


def raise_alert(
    connection: PgConnection, kind: Kind, subject: str, vi: str, en: str, caused_by: Actor | None = None
) -> bool:
    """Record something that the authority should look at and tell it, here and by mail.

    Nothing is recorded twice while it is open. The mail names the kind only: what it is about is for those
    who may see the alert.

    Args:
        connection: a transaction with an actor, or of the worker.
        kind: what was noticed.
        subject: what it is about, such as the number of an export.
        vi: the sentence in Vietnamese.
        en: the sentence in English.
        caused_by: who acts in this transaction; None for the registry itself.

    Returns:
        Whether it is a new one.
    """
    number = int(queries.new_number(connection))
    fresh = queries.record(
        connection, id=number, kind=kind.value, moment=now(), subject=subject, vi=vi, en=en
    )
    if not fresh:
        return False
    title_vi, title_en = TITLES[kind]
    notify(
        connection,
        Message(
            subject=SUBJECT,
            about="alert",
            about_id=number,
            title_vi=f"Cảnh báo: {title_vi}",
            title_en=f"Alert: {title_en}",
            text_vi="Xem trang Cảnh báo, tìm hiểu rồi đóng cảnh báo với kết quả.",
            text_en="See the page of alerts, look into it, and close the alert with what you found.",
        ),
        organisation_id=None,
        caused_by=caused_by,
    )
    return True
