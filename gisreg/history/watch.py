"""The chain looked at every night: a break, or a head that did not arrive, becomes an alert."""

from __future__ import annotations

from datetime import timedelta

from gisreg.alerts.record import Kind, raise_alert
from gisreg.clock import local, now
from gisreg.database.connection import PgConnection
from gisreg.errors import InvalidInputError, NotFoundError
from gisreg.history import heads
from gisreg.history.export import queries
from gisreg.history.verify import Break, verify
from gisreg.said import listed
from gisreg.settings import get_settings

LATE = timedelta(hours=26)
"""A head that was to be written down is missed after this long: tried again every hour, it had a day."""


def watch(connection: PgConnection) -> bool:
    """Verify the whole chain against the heads that can be read here, and look for heads that are late.

    Args:
        connection: a transaction of the worker's role.

    Returns:
        False: there is never more to do.
    """
    verdict = verify(connection, _written_down(connection))
    if verdict.broken is not None:
        tell_broken(connection, verdict.broken)
    for kind, target, day in list(queries.late(connection, before=now() - LATE)):
        raise_alert(
            connection,
            Kind.HEAD_LATE,
            f"{kind} {target}",
            f"Đầu chuỗi lịch sử ngày {day:%d/%m/%Y} chưa đến {target} ({kind}).",
            f"The head of the history of {day} has not arrived at {target} ({kind}).",
        )
    return False


def tell_broken(connection: PgConnection, broken: Break) -> bool:
    """Raise an alert of a broken chain; return whether it is a new one."""
    place = f"link {broken.number}" if broken.number is not None else broken.table or "chain"
    return raise_alert(
        connection,
        Kind.CHAIN_BROKEN,
        place,
        f"Lịch sử không còn như khi niêm phong ({local(now()):%d/%m/%Y %H:%M}, {place}): {broken.told.vi}",
        f"The history is not as it was sealed ({place}): {broken.told.en}",
    )


def _written_down(connection: PgConnection) -> list[heads.Exported]:
    folder = get_settings().heads.folder
    if folder is None or not folder.is_dir():
        return []
    try:
        return heads.read(folder)
    except (InvalidInputError, NotFoundError) as error:
        told = listed([one for one in (error.said, error.advice) if one], " ")
        # Somebody touched the proof itself: that is to be looked at, and the rest is verified without it.
        raise_alert(connection, Kind.CHAIN_BROKEN, f"heads {folder}", told.vi, told.en)
        return []
