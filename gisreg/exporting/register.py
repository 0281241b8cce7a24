"""The register of exports: who took what; held ones, their release or refusal. Only ever added to.

Every function wants a transaction of the application's role with the actor as who he really is; the
policies decide which lines he sees and writes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg2.extensions
from psycopg2 import errors as pg

from gisreg.access.actor import Actor, PersonRole
from gisreg.alerts.record import Kind, raise_alert
from gisreg.clock import now
from gisreg.database.queries import load_queries
from gisreg.errors import ConflictError, ForbiddenError, NotFoundError
from gisreg.said import Said, both
from gisreg.settings import get_settings
from layers import LAYERS

PgConnection = psycopg2.extensions.connection
queries = load_queries(__file__)

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

STATES = {
    "held": both("đang bị giữ, chờ duyệt", "held"),
    "released": both("đã duyệt", "released"),
    "refused": both("đã bị từ chối", "refused"),
    "expired": both("đã hết hạn lấy", "expired"),
    "given": both("đã giao ngay", "given"),
    "made": both("đã lấy", "made"),
}
"""What the states of an export are called."""


@dataclass(frozen=True)
class Asked:
    """What somebody asks for: a layer (or a map), format, reference system, conditions, and why."""

    subject: str
    form: str
    srid: int
    conditions: dict[str, list[str]]
    purpose: str | None = None


@dataclass(frozen=True)
class Line:
    """One line of the register. `state` is held, released, refused, expired, given or made."""

    id: int
    number: str
    person: str
    organisation: str | None
    asked_at: datetime
    request_id: str | None
    purpose: str | None
    subject: str
    format: str
    srid: int
    conditions: dict[str, list[str]]
    row_count: int
    state: str
    decided_by: str | None
    decision_note: str | None
    fetch_until: datetime | None
    made_at: datetime | None
    byte_count: int | None
    sha256: str | None

    def told(self) -> dict[str, Any]:
        """Return the line for JSON, without the internal id."""
        return {name: value for name, value in asdict(self).items() if name != "id"}


def number_of(export_id: int) -> str:
    """Return the number by which people name an export: 11 letters that cannot be mistaken for each other."""
    digits = ""
    for _ in range(11):
        export_id, digit = divmod(export_id, 32)
        digits = _LETTERS[digit] + digits
    return f"XK-{digits[:5]}-{digits[5:]}"


def enter(connection: PgConnection, actor: Actor, asked: Asked, row_count: int) -> Line:
    """Enter an export; it is held where the person took more today than the limit allows.

    People of the server's own command line are never held: they could release themselves. Their large
    exports raise an alert nevertheless.
    """
    really = actor.really
    moment = now()
    limit = get_settings().export.rows_per_day
    # Two exports of one person at once are counted one after the other.
    queries.wait_for_own(connection, person=really.person)
    taken = queries.rows_today(
        connection,
        person_id=really.person_id,
        person=really.person,
        since=moment.replace(hour=0, minute=0, second=0, microsecond=0),
    )
    is_large = taken + row_count > limit
    is_held = is_large and really.person_id is not None
    export_id = int(queries.new_id(connection))
    number = number_of(export_id)
    queries.enter(
        connection,
        id=export_id,
        number=number,
        person_id=really.person_id,
        person=really.person,
        organisation_id=really.organisation_id,
        organisation=really.organisation,
        asked_at=moment,
        request_id=actor.request_id,
        purpose=asked.purpose or (actor.reason if actor.true else None),
        subject=asked.subject,
        format=asked.form,
        srid=asked.srid,
        conditions=json.dumps(asked.conditions | ({"seen_as": [actor.organisation]} if actor.true else {})),
        row_count=row_count,
        is_held=is_held,
    )
    if is_large:
        what = LAYERS[asked.subject].vi.lower() if asked.subject in LAYERS else asked.subject
        raise_alert(
            connection,
            Kind.LARGE_EXPORT,
            number,
            f"{really.person} xuất {row_count} dòng {what} (hôm nay đã {taken}, mức {limit}), số {number}.",
            f"{really.person} exports {row_count} rows of {asked.subject} (already {taken} today,"
            f" limit {limit}), number {number}.",
            caused_by=really,
        )
    return line(connection, number)


def note_made(
    connection: PgConnection, actor: Actor, export: Line, row_count: int, byte_count: int, sha256: str
) -> None:
    """Note the file that was made of an export.

    Raises:
        ConflictError: a file was made of it already.
    """
    _note(connection, actor, export, "made", row_count=row_count, byte_count=byte_count, sha256=sha256)


def decide(connection: PgConnection, actor: Actor, number: str, *, release: bool, note: str | None) -> Line:
    """Release or refuse a held export, and return its line.

    Raises:
        NotFoundError: there is no such export.
        ForbiddenError: the actor is not of the authority, or asked for it himself.
        ConflictError: it is not held, or somebody has decided.
    """
    export = line(connection, number)
    if PersonRole.AUTHORITY not in actor.roles or actor.true is not None:
        raise ForbiddenError(
            both(
                "Chỉ cơ quan quản lý được duyệt hoặc từ chối lượt xuất.",
                "Only the authority releases or refuses exports.",
            ),
            hint=both("Hãy hỏi người của Sở.", "Ask somebody of the department."),
        )
    if queries.asked_by(connection, id=export.id) == actor.person_id:
        raise ForbiddenError(
            both(
                f"Lượt xuất {number} do chính tài khoản này yêu cầu.",
                f"You asked for the export {number} yourself.",
            ),
            hint=both(
                "Phải do người khác của cơ quan quản lý quyết định.",
                "Somebody else of the authority must decide.",
            ),
        )
    if export.state != "held":
        raise ConflictError(
            Said(
                "Lượt xuất {0} không ở trạng thái bị giữ: {1}.",
                "The export {0} is not held: it is {1}.",
                (number, STATES[export.state]),
            ),
            hint=both("Xem tại /exports.", "Look at /exports."),
        )
    until = now() + timedelta(hours=get_settings().export.fetch_hours) if release else None
    _note(connection, actor, export, "released" if release else "refused", note=note, fetch_until=until)
    return line(connection, number)


def line(connection: PgConnection, number: str) -> Line:
    """Return one line of the register.

    Raises:
        NotFoundError: there is none that the actor may see.
    """
    found = [
        _line(row) for row in queries.lines(connection, number=number, moment=now(), most=1, before=None)
    ]
    if not found:
        raise NotFoundError(
            both(f"Không có lượt xuất {number[:40]!r}.", f"There is no export {number[:40]!r}."),
            hint=both("Số có dạng XK-00000-000000.", "Numbers are written XK-00000-000000."),
        )
    return found[0]


def lines(connection: PgConnection, most: int = 100, before: datetime | None = None) -> list[Line]:
    """Return lines that the actor may see, the newest first."""
    return [
        _line(row) for row in queries.lines(connection, number=None, moment=now(), most=most, before=before)
    ]


def _line(row: tuple[Any, ...]) -> Line:
    return Line(*row)


def _note(connection: PgConnection, actor: Actor, export: Line, kind: str, **given: Any) -> None:
    really = actor.really
    values = dict.fromkeys(("note", "row_count", "byte_count", "sha256", "fetch_until")) | given
    try:
        queries.note(
            connection,
            export_id=export.id,
            kind=kind,
            moment=now(),
            person_id=really.person_id,
            person=really.person,
            **values,
        )
    except pg.UniqueViolation as error:
        raise ConflictError(
            Said(
                "Trong lúc đó lượt xuất {0} đã {1}.",
                "The export {0} was {1} in the meantime.",
                (
                    export.number,
                    both("được lấy", "fetched") if kind == "made" else both("được quyết định", "decided"),
                ),
            ),
            hint=both(
                "Xem tại /exports; cần thì yêu cầu lượt xuất mới.",
                "Look at /exports; ask for a new export where you need one.",
            ),
        ) from error
