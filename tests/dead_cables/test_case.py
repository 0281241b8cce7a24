"""A case of dead cable goes step by step; nothing is skipped, every clock ends at the end of a day."""

from __future__ import annotations

from datetime import date, timedelta

import psycopg2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisreg.access.actor import PersonRole
from gisreg.clock import today
from gisreg.database.address import Role
from gisreg.database.connection import Actor, transaction
from gisreg.dead_cables.case import About, Recovered, open_case, take_step
from gisreg.dead_cables.register import cases, trail
from gisreg.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    UsageError,
)
from gisreg.flagging import thresholds
from tests.dead_cables.conftest import AUTHORITY, insider
from tests.support.carriers import answers, span
from tests.support.network import Network
from tests.support.towns import FEW

FIRST = today() - timedelta(days=400)
NOTICE_DAYS = 30

# The text: suspected -> claimed or ownerless -> public notice -> removal authorised -> recovered -> disposed.
# An owner may turn up until the removal is authorised; what is in service after all is dismissed.
NEXT = {
    "suspected": {"claimed", "ownerless", "dismissed"},
    "ownerless": {"noticed", "claimed", "dismissed"},
    "noticed": {"claimed", "authorised", "dismissed"},
    "claimed": {"authorised", "dismissed"},
    "authorised": {"recovered"},
    "recovered": {"disposed"},
    "disposed": set(),
    "dismissed": set(),
}
STEPS = st.sampled_from(sorted(set(NEXT) - {"suspected"}))
TAKEN = Recovered(120.5, 30.0)


def went(state: str, since: date, notice: date | None, step: str, day: date, quantities: bool) -> bool:
    """Return whether the text lets a case take a step on a day."""
    if step not in NEXT[state] or day < since or (step == "recovered") != quantities:
        return False
    if (state, step) == ("noticed", "authorised"):
        assert notice is not None
        return (day - notice).days > NOTICE_DAYS
    return True


@FEW
@given(
    st.lists(
        st.tuples(STEPS, st.sampled_from([-1, 0, 1, NOTICE_DAYS, NOTICE_DAYS + 1]), st.booleans()),
        max_size=12,
    )
)
def test_no_step_is_skipped(street: Network, tries: list[tuple[str, int, bool]]) -> None:
    with transaction(Role.APP, AUTHORITY) as own:
        number = open_case(own, About(cable_id=street.ids["cable", "v"]), AUTHORITY, "đứt", FIRST)
        state, since, notice = "suspected", FIRST, None
        path = [state]
        for step, later, wrong in tries:
            day = since + timedelta(days=later)
            quantities = (step == "recovered") != wrong
            try:
                take_step(
                    own, number, step, AUTHORITY, "vì", day, TAKEN if quantities else None,
                    street.ids["organisation", "VTL"],
                )  # fmt: skip
                taken = True
            except (InvalidInputError, UsageError):
                taken = False
            assert taken == went(state, since, notice, step, day, quantities), (state, step, later)
            if taken:
                state, since = step, day
                notice = day if step == "noticed" else notice
                path.append(step)
        assert [row["to_state"] for row in trail(own, number)] == path
        (case,) = cases(own, ids=[number])
        assert (case["state"], case["state_since"], case["notice_on"]) == (state, since, notice)
        own.rollback()


def to_notice(own: psycopg2.extensions.connection, about: About, day: date) -> int:
    number = open_case(own, about, AUTHORITY, "đứt", day)
    for step in ("ownerless", "noticed"):
        take_step(own, number, step, AUTHORITY, "vì", day)
    return number


@pytest.mark.parametrize(("after", "runs_out"), [(30, False), (31, True)])
def test_the_notice_runs_to_the_end_of_its_last_day(street: Network, after: int, runs_out: bool) -> None:
    """On the thirtieth day cable can still be claimed; on the next the rule finds it and it may be removed."""
    notice = today() - timedelta(days=after)
    segment = street.part("v", "AB").id
    with transaction(Role.APP, AUTHORITY) as own:
        number = to_notice(own, About(segment_id=segment), notice)
        with own.cursor() as cursor:
            cursor.execute("SELECT measured_value, outcome FROM registry.finding WHERE rule_id = 'D04'")
            assert cursor.fetchall() == ([(31, "fail")] if runs_out else [])
        if runs_out:
            assert take_step(own, number, "authorised", AUTHORITY, "vì") == "authorised"
        else:
            with pytest.raises(InvalidInputError, match="can be claimed until"):
                take_step(own, number, "authorised", AUTHORITY, "vì")
        own.rollback()


def test_the_province_sets_the_notice(street: Network) -> None:
    with transaction(Role.APP, AUTHORITY) as own:
        thresholds.set_value(own, "dead_cable_notice_days", 10, "d", FIRST, reason="thử")
        number = to_notice(own, About(cable_id=street.ids["cable", "v"]), today() - timedelta(days=11))
        take_step(own, number, "authorised", AUTHORITY, "vì")
        own.rollback()


def test_a_case_counts_in_the_rules(street: Network) -> None:
    segment, other = street.part("v", "AB").id, street.part("v", "BC").id
    found = "SELECT object_id, outcome FROM registry.finding WHERE rule_id = 'D01' AND object_id = ANY (%s)"
    with transaction(Role.APP, AUTHORITY) as own, own.cursor() as cursor:
        number = open_case(own, About(segment_id=segment), AUTHORITY, "đứt", FIRST)
        take_step(own, number, "claimed", AUTHORITY, "vì", FIRST, claimant=street.ids["organisation", "VNPT"])
        cursor.execute(found, ([segment, other],))
        assert dict(cursor.fetchall()) == {segment: "fail", other: "borderline"}
        take_step(own, number, "authorised", AUTHORITY, "vì", FIRST)
        take_step(own, number, "recovered", AUTHORITY, "vì", FIRST, Recovered(30, 4.5))
        cursor.execute(found, ([segment, other],))
        assert dict(cursor.fetchall()) == {other: "borderline"}
        own.rollback()


def test_counted_cables_have_cases_as_many_as_there_are(street: Network) -> None:
    number = span(street, "A", "B")
    with transaction(Role.APP, AUTHORITY) as own:
        open_case(own, About(span_id=number, cable_count=3), AUTHORITY, "đứt")
        with pytest.raises(InvalidInputError, match="3 of them have a case; 2 more cannot"):
            open_case(own, About(span_id=number, cable_count=2), AUTHORITY, "đứt")
        last = open_case(own, About(span_id=number), AUTHORITY, "đứt")
        take_step(own, last, "dismissed", AUTHORITY, "đếm nhầm")
        open_case(own, About(span_id=number), AUTHORITY, "đứt")
        own.rollback()
    assert answers(street, "D01S", today())[number] == 4
    with transaction(Role.APP, AUTHORITY) as own, own.cursor() as cursor:
        case = open_case(own, About(span_id=number, cable_count=4), AUTHORITY, "đứt", FIRST)
        for step in ("ownerless", "noticed"):
            take_step(own, case, step, AUTHORITY, "vì", FIRST)
        cursor.execute("SELECT rule_id FROM registry.finding WHERE object_id = %s ORDER BY 1", (number,))
        assert cursor.fetchall() == [("D01S",), ("D04S",)]
        take_step(own, case, "authorised", AUTHORITY, "vì", FIRST + timedelta(days=31))
        take_step(own, case, "recovered", AUTHORITY, "vì", recovered=Recovered(120, 20))
        cursor.execute("SELECT rule_id FROM registry.finding WHERE object_id = %s", (number,))
        assert cursor.fetchall() == []
        own.rollback()


def test_a_case_follows_its_segment_when_it_is_cut_anew(street: Network) -> None:
    own = street.connection
    segment = street.part("v", "AB").id
    ((case,),) = street.sql(
        "INSERT INTO registry.dead_cable (cable_id, segment_id, state_since) VALUES (%s, %s, %s) RETURNING id",
        street.ids["cable", "v"], segment, FIRST,
    )  # fmt: skip
    street.pole("M", (15, 0))
    street.build()
    parts = {street.part("v", "AM").id, street.part("v", "MB").id}
    places = street.sql("SELECT segment_id FROM registry.dead_cable_place WHERE dead_cable_id = %s", case)
    assert {number for (number,) in places} == parts
    own.rollback()


def test_one_case_at_a_time(street: Network) -> None:
    with transaction(Role.APP, AUTHORITY) as own:
        open_case(own, About(segment_id=street.part("v", "AB").id), AUTHORITY, "đứt")
        open_case(own, About(segment_id=street.part("v", "BC").id), AUTHORITY, "đứt")
        for about in (About(segment_id=street.part("v", "AB").id), About(cable_id=street.ids["cable", "v"])):
            with pytest.raises(ConflictError, match="is open for this cable"):
                open_case(own, about, AUTHORITY, "đứt")
        own.rollback()


@pytest.mark.parametrize(
    ("about", "reason", "day", "error"),
    [
        (About(), "đứt", None, UsageError),
        (About(cable_id=1, span_id=1), "đứt", None, UsageError),
        (About(cable_id=1), "đứt", None, NotFoundError),
        (About(segment_id=1), "đứt", None, NotFoundError),
        (About(span_id=1), "đứt", None, NotFoundError),
        (About(cable_id=1), " ", None, UsageError),
        (About(cable_id=1), "đứt", today() + timedelta(days=2), UsageError),
    ],
)
def test_what_cannot_be_opened(
    street: Network, about: About, reason: str, day: date | None, error: type[Exception]
) -> None:
    with transaction(Role.APP, AUTHORITY) as own, pytest.raises(error):
        open_case(own, about, AUTHORITY, reason, day)


def test_an_owner_claims_for_himself_alone(street: Network) -> None:
    vnpt, vtl = insider(street, "VNPT"), insider(street, "VTL", PersonRole.COORDINATOR)
    with transaction(Role.APP, vnpt) as own:
        number = open_case(own, About(cable_id=street.ids["cable", "v"]), vnpt, "của tôi")
    with transaction(Role.APP, vtl) as own:
        for step in ("ownerless", "dismissed"):
            with pytest.raises(ForbiddenError):
                take_step(own, number, step, vtl, "vì")
        with pytest.raises(ForbiddenError):
            take_step(own, number, "claimed", vtl, "vì", claimant=vnpt.organisation_id)
        assert trail(own, number) == [], "steps name people; this case is another's"
    with transaction(Role.APP, vtl) as own:
        assert take_step(own, number, "claimed", vtl, "của chúng tôi") == "claimed"
        assert [row["to_state"] for row in trail(own, number)] == ["suspected", "claimed"]
    with transaction(Role.APP, vtl) as own, pytest.raises(ForbiddenError):
        take_step(own, number, "authorised", vtl, "vì")
    with transaction(Role.APP, AUTHORITY) as own:
        take_step(own, number, "authorised", AUTHORITY, "vì")
    with transaction(Role.APP, vnpt) as own, pytest.raises(ForbiddenError):
        take_step(own, number, "recovered", vnpt, "vì", recovered=TAKEN)
    with transaction(Role.APP, vtl) as own:
        take_step(own, number, "recovered", vtl, "đã thu hồi", recovered=TAKEN)
        (case,) = cases(own, ids=[number])
        assert (case["owner"], case["metres"], case["kg"]) == ("VTL", 120.5, 30.0)
    with transaction(Role.APP, AUTHORITY) as own:
        take_step(own, number, "disposed", AUTHORITY, "vì")


@pytest.mark.parametrize(
    "role", [PersonRole.VIEWER, PersonRole.COORDINATOR, PersonRole.ADMINISTRATOR, PersonRole.AUTHORITY]
)
def test_who_may_open(street: Network, role: PersonRole) -> None:
    who = Actor("Thử", roles=frozenset({role}))
    about = About(cable_id=street.ids["cable", "v"])
    with transaction(Role.APP, who) as own:
        if role is PersonRole.AUTHORITY:
            open_case(own, about, who, "đứt")
        else:
            with pytest.raises(ForbiddenError):
                open_case(own, about, who, "đứt")
        own.rollback()


def test_a_hidden_cables_case_is_as_hidden(street: Network) -> None:
    inspector = Actor("Dung", roles=frozenset({PersonRole.INSPECTOR}))
    about = About(cable_id=street.ids["cable", "h"])
    with transaction(Role.APP, inspector) as own, pytest.raises(NotFoundError):
        open_case(own, about, inspector, "đứt")
    with transaction(Role.APP, AUTHORITY) as own:
        number = open_case(own, about, AUTHORITY, "đứt")
    for who in (inspector, insider(street, "VTL"), None):
        with transaction(Role.APP, who) as own:
            assert cases(own, ids=[number]) == []
            assert trail(own, number) == []
            with own.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM history.dead_cable WHERE id = %s", (number,))
                assert cursor.fetchone() == (0,)
    with transaction(Role.APP, inspector) as own, pytest.raises(NotFoundError):
        take_step(own, number, "ownerless", inspector, "vì")
    blind = insider(street, "VTL")
    with transaction(Role.APP, blind) as own, own.cursor() as cursor:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute(
                "INSERT INTO registry.dead_cable_event"
                " (dead_cable_id, from_state, to_state, happened_on, person, organisation_id, reason)"
                " VALUES (%s, 'suspected', 'claimed', current_date, 'x', %s, 'x')",
                (number, blind.organisation_id),
            )
        own.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry.dead_cable SET state = 'disposed'",
        "DELETE FROM registry.dead_cable",
        "DELETE FROM registry.dead_cable_event",
        "UPDATE registry.dead_cable_event SET reason = 'x'",
        "INSERT INTO registry.dead_cable_event (dead_cable_id, from_state, to_state, happened_on, person, reason)"
        " SELECT id, 'noticed', 'authorised', current_date, 'x', 'x' FROM registry.dead_cable",
        "INSERT INTO registry.dead_cable_event (dead_cable_id, to_state, happened_on, person, reason)"
        " SELECT id, 'suspected', current_date, 'x', 'x' FROM registry.dead_cable",
    ],
)
def test_nobody_goes_around_the_steps(street: Network, statement: str) -> None:
    with transaction(Role.APP, AUTHORITY) as own, own.cursor() as cursor:
        open_case(own, About(segment_id=street.part("v", "AB").id), AUTHORITY, "đứt")
        try:
            cursor.execute(statement)
            assert cursor.rowcount == 0
        except (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.CheckViolation):
            pass
        own.rollback()
