"""What people decide about a single finding: waivers of the authority, and notes of inspectors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gisreg.access.actor import Actor
from gisreg.clock import today
from gisreg.database.connection import PgConnection
from gisreg.database.queries import load_queries
from gisreg.errors import ForbiddenError, InvalidInputError, NotFoundError
from gisreg.flagging.all_rules import all_rules
from gisreg.flagging.subject import Subject
from gisreg.said import both
from layers import LAYERS

queries = load_queries(__file__, "decisions.sql")

_GIVE_REASON = both("Hãy nêu lý do; lý do được lưu lại.", "Give the reason; it is kept.")

NOTED = ("segment", "pole", "span", "tower")
"""Layers whose objects can bear a note by hand."""


@dataclass(frozen=True)
class Waiver:
    """What the authority lets pass: rule, object (and zone), why, by whom, from when until when."""

    id: int
    rule_id: str
    object_id: int
    zone_id: int | None
    reason: str
    legal_ref: str | None
    granted_by: str
    valid_from: date
    valid_to: date | None
    version: int


def grant(
    connection: PgConnection,
    actor: Actor,
    rule_id: str,
    subject: Subject,
    reason: str,
    valid_to: date | None,
    valid_from: date | None = None,
    zone_id: int | None = None,
    legal_ref: str | None = None,
) -> int:
    """Let a finding pass for a time and return the waiver's id. It stays to be seen, as waived.

    Args:
        connection: of the authority (policies refuse everybody else).
        actor: who grants it.
        rule_id: of a rule that looks at the object's layer.
        subject: the object.
        reason: why; kept for ever.
        valid_to: the first day on which it no longer holds; None for until further notice.
        valid_from: its first day, today by default.
        zone_id: only for this zone; None for the object wherever it lies.
        legal_ref: the decision it rests on.

    Raises:
        NotFoundError: there is no such rule.
        InvalidInputError: the rule looks at other objects, no reason, days the wrong way round, or a
            waiver of the same holds already.
    """
    rule = all_rules().get(rule_id)
    if rule is None:
        raise NotFoundError(
            both(f"Không có quy tắc '{rule_id}'.", f"There is no rule '{rule_id}'."),
            hint=both(f"Có: {', '.join(all_rules())}.", f"There are: {', '.join(all_rules())}."),
        )
    if rule.layer != subject.layer:
        raise InvalidInputError(
            both(
                f"Quy tắc {rule_id} xét {LAYERS[rule.layer].vi.lower()}; {subject.id} là "
                f"{LAYERS[subject.layer].vi.lower()}.",
                f"{rule_id} looks at {rule.layer}s; {subject.id} is a {subject.layer}.",
            ),
            hint=both("Hãy chọn đối tượng thuộc lớp ấy.", "Name an object of that layer."),
        )
    begin = valid_from or today()
    if not reason.strip():
        raise InvalidInputError(
            both("Chưa nêu lý do miễn trừ.", "Why the finding is waived is not said."), hint=_GIVE_REASON
        )
    if valid_to is not None and valid_to <= begin:
        raise InvalidInputError(
            both(
                f"Miễn trừ sẽ hết ngày {valid_to:%d/%m/%Y}, trước khi bắt đầu ngày {begin:%d/%m/%Y}.",
                f"The waiver would end on {valid_to}, before it begins on {begin}.",
            ),
            hint=both("Hãy ghi ngày hết hiệu lực sau ngày bắt đầu.", "Give an end after the beginning."),
        )
    same = {"rule_id": rule_id, "object_id": subject.id, "zone_id": zone_id}
    days = {"valid_from": begin, "valid_to": valid_to}
    if standing := queries.standing(connection, **same, **days):
        until = standing[2] or "further notice"
        until_vi = f"{standing[2]:%d/%m/%Y}" if standing[2] else "khi có thông báo"
        raise InvalidInputError(
            both(
                f"Đã có miễn trừ {standing[0]} như vậy từ {standing[1]:%d/%m/%Y} đến {until_vi}.",
                f"Waiver {standing[0]} of the same holds from {standing[1]} to {until}.",
            ),
            hint=both(
                f"Hãy kết thúc miễn trừ ấy trước: gisreg waiver end {standing[0]}",
                f"End that one first: gisreg waiver end {standing[0]}",
            ),
        )
    number = queries.grant(
        connection, **same, **days, reason=reason, legal_ref=legal_ref, granted_by=actor.person
    )
    queries.decided(connection, objects=[subject.id])
    return int(number)


def end(connection: PgConnection, waiver_id: int, day: date | None = None) -> None:
    """Let a waiver end; its finding returns at once where the day has come, else with the run of that day.

    Args:
        connection: of the authority.
        waiver_id: the waiver; one that has not begun on that day is removed (its history stays).
        day: the first day on which it no longer holds, today by default.

    Raises:
        NotFoundError: there is no such waiver, or it has ended by then.
    """
    found = queries.end_waiver(connection, id=waiver_id, day=day or today())
    if found is None:
        raise NotFoundError(
            both(
                f"Không có miễn trừ {waiver_id} còn hiệu lực đến ngày ấy.",
                f"There is no waiver {waiver_id} that holds until then.",
            ),
            hint=both("Xem danh sách: gisreg waiver list", "See them with: gisreg waiver list"),
        )
    queries.decided(connection, objects=[found[0]])


def waivers(connection: PgConnection, day: date | None = None) -> list[Waiver]:
    """Return the waivers that hold on a day or later (None: all that ever were), the next to end first."""
    return [Waiver(*row) for row in queries.waivers(connection, day=day)]


def note(connection: PgConnection, actor: Actor, subject: Subject, text: str) -> int:
    """Note a finding that no rule finds and return the note's id; runs leave it until somebody closes it.

    Args:
        connection: of inspection (in its communes) or the authority; policies refuse everybody else.
        actor: who saw it.
        subject: a segment, pole, span or tower.
        text: what is wrong.

    Raises:
        InvalidInputError: no text, or an object of another layer.
    """
    if subject.layer not in NOTED:
        raise InvalidInputError(
            both(
                f"Không ghi nhận trên {LAYERS[subject.layer].vi.lower()} được.",
                f"Nothing can be noted on a {subject.layer}.",
            ),
            hint=both(
                f"Hãy chọn đối tượng thuộc lớp {', '.join(LAYERS[one].vi.lower() for one in NOTED)}.",
                f"Name one of: {', '.join(NOTED)}.",
            ),
        )
    if not text.strip():
        raise InvalidInputError(
            both("Chưa nêu thấy gì sai.", "What is wrong is not said."),
            hint=both("Hãy mô tả bằng một câu.", "Describe it in a sentence."),
        )
    number = queries.note(
        connection, layer=subject.layer, object_id=subject.id, text=text, noted_by=actor.person
    )
    queries.decided(connection, objects=[subject.id])
    return int(number)


def close(connection: PgConnection, actor: Actor, note_id: int, reason: str) -> None:
    """Close a note; its finding goes with the last open note of the object.

    Raises:
        InvalidInputError: no reason.
        ForbiddenError: the actor sees the note but may not close it.
        NotFoundError: there is no such note, or it is closed.
    """
    if not reason.strip():
        raise InvalidInputError(
            both("Chưa nêu lý do đóng ghi nhận.", "Why the note is closed is not said."), hint=_GIVE_REASON
        )
    object_id = queries.close_note(connection, id=note_id, closed_by=actor.person, reason=reason)
    if object_id is None:
        if queries.note_seen(connection, id=note_id):
            raise ForbiddenError(
                both(
                    f"Tài khoản này không đóng được ghi nhận {note_id}.",
                    f"Note {note_id} is not yours to close.",
                ),
                hint=both(
                    "Thanh tra đóng ghi nhận trong địa bàn của mình.",
                    "Inspection closes notes in its communes.",
                ),
            )
        raise NotFoundError(
            both(f"Không có ghi nhận {note_id} đang mở.", f"There is no open note {note_id}."),
            hint=both("Xem các ghi nhận: gisreg why OBJECT", "See them with: gisreg why OBJECT"),
        )
    queries.decided(connection, objects=[object_id])
