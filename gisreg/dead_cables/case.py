"""A case of dead cable: opened on a suspicion, then step by step to the disposal, each with who and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import psycopg2.extensions

from gisreg.access.actor import Actor
from gisreg.clock import today
from gisreg.database.queries import load_queries
from gisreg.dead_cables.clock import NOTICE_DAYS, STATES, due_on
from gisreg.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError, UsageError
from gisreg.flagging import thresholds
from gisreg.flagging.run import after_edit
from gisreg.said import both

PgConnection = psycopg2.extensions.connection

queries = load_queries(__file__)

_ON_THE_MAP = both("Hãy tìm id trên bản đồ.", "Look up its id on the map.")


@dataclass(frozen=True)
class About:
    """What a case is about: a whole cable, one segment, or so many counted cables of a span."""

    cable_id: int | None = None
    segment_id: int | None = None
    span_id: int | None = None
    cable_count: int = 1


@dataclass(frozen=True)
class Recovered:
    """What was taken down: metres of cable and its weight."""

    metres: float
    kg: float


def open_case(
    connection: PgConnection,
    about: About,
    actor: Actor,
    reason: str,
    day: date | None = None,
    source: str = "unknown",
) -> int:
    """Open a case on a suspicion and return its id.

    Args:
        connection: an open transaction of the actor.
        about: what hangs there.
        actor: who suspects; whoever surveys, or the authority.
        reason: what he saw; kept with the step for ever.
        day: when, today by default.
        source: where the case comes from.

    Raises:
        UsageError: not exactly one of cable, segment and span; no reason; a day in the future.
        NotFoundError: there is no such thing, or the actor does not see it.
        ConflictError: a case is open for it already.
        InvalidInputError: on the span fewer such cables were counted beyond the drawn ones.
        ForbiddenError: the actor may not open cases.
    """
    happened = _day(day, reason)
    if sum(one is not None for one in (about.cable_id, about.segment_id, about.span_id)) != 1:
        raise UsageError(
            both(
                "Hồ sơ là về đúng một cáp, một đoạn cáp hoặc một khoảng cột.",
                "A case of dead cable is about one cable, one segment or one span.",
            ),
            hint=both("Hãy chọn một trong các đối tượng ấy.", "Name one of them."),
        )
    cable_id = owner_id = None
    if about.span_id is None:
        found = queries.cable_of(connection, cable_id=about.cable_id, segment_id=about.segment_id)
        if found is None:
            raise NotFoundError(
                both("Không có cáp, đoạn cáp ấy.", "There is no such cable or segment."),
                hint=_ON_THE_MAP,
            )
        cable_id, owner_id = found
        _require_may(connection, about.segment_id or cable_id)
        if taken := queries.open_of_cable(connection, cable_id=cable_id, segment_id=about.segment_id):
            raise ConflictError(
                both(f"Đã có hồ sơ {taken} cho cáp này.", f"Case {taken} is open for this cable already."),
                hint=both("Hãy làm tiếp hoặc bỏ hồ sơ ấy.", "Go on with that one, or dismiss it."),
            )
    else:
        _require_counted(connection, about)
    number: int = queries.open(
        connection,
        cable_id=cable_id,
        segment_id=about.segment_id,
        span_id=about.span_id,
        cable_count=about.cable_count,
        owner_id=owner_id,
        day=happened,
        source=source,
    )
    _write(connection, number, None, "suspected", happened, actor, reason, None)
    return number


def take_step(
    connection: PgConnection,
    case_id: int,
    to_state: str,
    actor: Actor,
    reason: str,
    day: date | None = None,
    recovered: Recovered | None = None,
    claimant: int | None = None,
) -> str:
    """Bring a case one step further and return its new state.

    Args:
        connection: an open transaction of the actor.
        case_id: id of the case.
        to_state: claimed, ownerless, noticed, authorised, recovered, disposed or dismissed.
        actor: who does it: the authority; an organisation claims its own and reports what it recovered.
        reason: why; kept with the step for ever.
        day: when it happened, today by default.
        recovered: metres and weight; with the step `recovered` and with no other.
        claimant: organisation that claims, the actor's own by default.

    Raises:
        NotFoundError: there is no such case, or the actor does not see it.
        UsageError: unknown state, no reason, a day in the future or before the last step.
        InvalidInputError: the step would skip another, comes before the notice ran out, or lacks quantities.
        ForbiddenError: the actor may not take this step.
    """
    happened = _day(day, reason)
    steps = list(queries.steps(connection))
    if to_state not in {after for _, after in steps}:
        known = ", ".join(sorted({after for _, after in steps}))
        raise UsageError(
            both(
                f"'{to_state}' không phải là một bước của hồ sơ cáp không sử dụng.",
                f"'{to_state}' is no step of a dead cable.",
            ),
            hint=both(f"Hãy dùng một trong: {known}.", f"Use one of: {known}."),
        )
    found = queries.case(connection, id=case_id)
    if found is None:
        raise NotFoundError(
            both(
                f"Không có hồ sơ cáp không sử dụng {case_id}.", f"There is no case {case_id} of dead cable."
            ),
            hint=both("Hãy xem danh sách hồ sơ trước.", "List the cases first."),
        )
    state, since, _, notice_on = found
    owner = (claimant or actor.organisation_id) if to_state == "claimed" else actor.organisation_id
    if not queries.may_step(connection, id=case_id, to_state=to_state, claimant=owner):
        raise ForbiddenError(
            both(
                f"Tài khoản này không chuyển được hồ sơ sang '{_called(to_state)}'.",
                f"You may not bring this case to '{to_state}'.",
            ),
            hint=both(
                "Chủ cáp nhận và báo thu hồi; còn lại do cơ quan quản lý.",
                "Owners claim for themselves and report what they recovered; the authority does the rest.",
            ),
        )
    if (state, to_state) not in steps:
        allowed = [after for before, after in steps if before == state]
        raise InvalidInputError(
            both(
                f"Hồ sơ đang '{_called(state)}' không thể sang '{_called(to_state)}'.",
                f"A case that is '{state}' cannot become '{to_state}'.",
            ),
            hint=both(
                f"Có thể sang: {', '.join(f'{_called(one)} ({one})' for one in allowed)}.",
                f"It can become: {', '.join(allowed)}.",
            )
            if allowed
            else both("Hồ sơ đã kết thúc.", "It has ended."),
        )
    if happened < since:
        raise UsageError(
            both(
                f"Hồ sơ '{_called(state)}' từ {since:%d/%m/%Y}, sau ngày {happened:%d/%m/%Y}.",
                f"The case is '{state}' since {since}, after {happened}.",
            ),
            hint=both("Hãy ghi ngày từ đó trở đi.", "Give a day from then on."),
        )
    if to_state == "claimed" and owner is None:
        raise UsageError(
            both("Chưa nêu đơn vị nhận cáp.", "Who claims the cable is not said."),
            hint=both("Hãy chọn đơn vị.", "Name the organisation."),
        )
    if (to_state == "recovered") != (recovered is not None):
        raise InvalidInputError(
            both(
                "Số mét và ki lô gam ghi khi thu hồi, và chỉ khi đó.",
                "Metres and kilograms are told when cable is recovered, then and only then.",
            ),
            hint=both("Hãy ghi cả hai ở bước thu hồi (recovered).", "Give both with the step 'recovered'."),
        )
    if state == "noticed" and to_state == "authorised":
        _require_run_out(connection, notice_on, happened)
    _write(connection, case_id, state, to_state, happened, actor, reason, recovered, owner)
    return to_state


def _require_may(connection: PgConnection, object_id: int | None) -> None:
    if not queries.may_suspect(connection, object_id=object_id):
        raise ForbiddenError(
            both(
                "Tài khoản này không mở được hồ sơ cáp không sử dụng, hoặc không phải ở đây.",
                "You may not open cases of dead cable, or not here.",
            ),
            hint=both(
                "Kỹ sư, cơ quan quản lý mở; thanh tra, giám sát phường mở trong địa bàn của mình.",
                "Engineers and the authority do, inspectors and ward supervisors in their communes.",
            ),
        )


def _called(state: str) -> str:
    return STATES[state][0] if state in STATES else state


def _require_counted(connection: PgConnection, about: About) -> None:
    found = queries.counted(connection, span_id=about.span_id)
    if found is None:
        raise NotFoundError(
            both(f"Không có khoảng cột {about.span_id}.", f"There is no span {about.span_id}."),
            hint=_ON_THE_MAP,
        )
    _require_may(connection, about.span_id)
    _, counted, taken = found
    if about.cable_count < 1 or about.cable_count + taken > counted:
        raise InvalidInputError(
            both(
                f"Trên khoảng cột {about.span_id} đếm được {counted} cáp không sử dụng chưa vẽ, {taken} cáp "
                f"đã có hồ sơ; không thể thêm {about.cable_count}.",
                f"On span {about.span_id} {counted} cables not in service were counted that are not drawn,"
                f" {taken} of them have a case; {about.cable_count} more cannot.",
            ),
            hint=both(
                "Hãy nhập số đếm của khoảng cột trước; cáp đã vẽ thì chọn cáp.",
                "Enter the count of the span first; for a drawn cable name the cable.",
            ),
        )


def next_steps(connection: PgConnection, case_id: int, actor: Actor) -> list[tuple[str, date | None]]:
    """Return the steps that the actor may take now with a case, each with the first day on which it may be
    taken.

    Without a day it may be taken at once. Claims are those of the actor's own organisation; the authority
    claims for any.
    """
    found = queries.case(connection, id=case_id)
    if found is None:
        return []
    state, _, _, notice_on = found
    steps = []
    for before, after in queries.steps(connection):
        if before != state:
            continue
        owner = actor.organisation_id
        if not queries.may_step(connection, id=case_id, to_state=after, claimant=owner):
            continue
        first = _first_day(connection, notice_on) if (before, after) == ("noticed", "authorised") else None
        steps.append((after, first))
    return steps


def _first_day(connection: PgConnection, notice_on: date) -> date | None:
    last = due_on("noticed", notice_on, notice_on, thresholds.values(connection, today()))
    return None if last is None else last + timedelta(days=1)


def _require_run_out(connection: PgConnection, notice_on: date, day: date) -> None:
    limits = thresholds.values(connection, day)
    last = due_on("noticed", notice_on, notice_on, limits)
    if last is None:
        raise InvalidInputError(
            both(
                f"Chưa quy định số ngày nhận cáp sau thông báo ({NOTICE_DAYS}).",
                f"How long cable can be claimed after a notice is not laid down ({NOTICE_DAYS}).",
            ),
            hint=both("Hãy đặt ngưỡng ấy trước.", "Enter the threshold first."),
        )
    if day <= last:
        raise InvalidInputError(
            both(
                f"Còn nhận được đến hết {last:%d/%m/%Y}: thông báo ngày {notice_on:%d/%m/%Y},"
                f" thời hạn {limits[NOTICE_DAYS]:g} ngày.",
                f"The cable can be claimed until {last}: notice was given on {notice_on},"
                f" for {limits[NOTICE_DAYS]:g} days.",
            ),
            hint=both(
                f"Cho tháo dỡ từ ngày {last + timedelta(days=1):%d/%m/%Y}.",
                f"Authorise the removal from {last + timedelta(days=1)} on.",
            ),
        )


def _day(day: date | None, reason: str) -> date:
    if not reason.strip():
        raise UsageError(
            both("Chưa nêu lý do.", "Why is not said."),
            hint=both(
                "Hãy nêu lý do; lý do được lưu cùng bước.", "Give the reason; it is kept with the step."
            ),
        )
    if day is not None and day > today():
        raise UsageError(
            both(f"Ngày {day:%d/%m/%Y} còn chưa tới.", f"{day} lies in the future."),
            hint=both("Hãy ghi ngày đã diễn ra.", "Give the day on which it happened."),
        )
    return day or today()


def _write(
    connection: PgConnection,
    number: int,
    before: str | None,
    after: str,
    day: date,
    actor: Actor,
    reason: str,
    recovered: Recovered | None,
    owner: int | None = None,
) -> None:
    queries.step(
        connection,
        id=number,
        from_state=before,
        to_state=after,
        day=day,
        person=actor.person,
        organisation=actor.organisation,
        organisation_id=owner if after == "claimed" else actor.organisation_id,
        reason=reason,
        metres=recovered.metres if recovered else None,
        kg=recovered.kg if recovered else None,
    )
    after_edit(connection, "dead_cable", [number])
