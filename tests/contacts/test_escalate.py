"""Unread and bounced notices go on, a step at a time, until somebody reads one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from gisreg.access.actor import Actor, PersonRole
from gisreg.clock import now
from gisreg.contacts import directory
from gisreg.contacts.escalate import escalate
from gisreg.contacts.notices import mark_read, mine
from gisreg.contacts.outbox import deliver
from gisreg.database.connection import Role, transaction
from gisreg.errors import ForbiddenError, NotFoundError
from tests.contacts.conftest import Later, Mailbox, coordinator, rows, tell

BOSS = Actor("Sở", roles=frozenset({PersonRole.AUTHORITY}))


def passed_on() -> int:
    with transaction(Role.WORKER) as own:
        return escalate(own, now())


def addressees() -> list[Any]:
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(c.name, n.addressee) FROM registry.notice AS n"
            " LEFT JOIN registry.contact AS c ON c.id = n.contact_id ORDER BY n.created_at"
        )
        return [name for (name,) in cursor.fetchall()]


def test_an_unread_notice_goes_up_to_the_authority(
    organisations: dict[str, int], contacts: list[int], later: Later
) -> None:
    tell(organisations)
    later(timedelta(hours=47.99))
    assert passed_on() == 0
    for step in range(1, 8):
        later(timedelta(hours=48 * step))
        assert (passed_on(), passed_on()) == ((1, 0) if step < 5 else (0, 0))
    assert addressees() == ["Mot", "Hai", "Ba", "coordinators", "authority"]
    assert len(set(rows("thread_id"))) == 1
    with transaction(Role.APP, BOSS) as own:
        assert len(mine(own)) == 5


def test_reading_any_of_them_ends_it(
    organisations: dict[str, int], contacts: list[int], later: Later
) -> None:
    tell(organisations)
    later(timedelta(hours=48))
    passed_on()
    engineer = Actor(
        "Kỹ thuật", "Đơn vị A", organisation_id=organisations["A"], roles=frozenset({PersonRole.ENGINEER})
    )
    with transaction(Role.APP, engineer) as own:
        # The first contact has an account of his own; the deputy has none, so his organisation reads for him.
        (notice,) = mine(own)
        assert mark_read(own, engineer, [notice["id"]]) == 1
        assert mark_read(own, engineer, [notice["id"]]) == 0
    later(timedelta(hours=500))
    assert passed_on() == 0


def test_a_bounce_goes_on_at_once_to_who_is_present(
    organisations: dict[str, int], contacts: list[int], mailbox: Mailbox
) -> None:
    mailbox.answers["mot@a.example"] = "550 no such mailbox"
    tell(organisations)
    with transaction(Role.APP, coordinator(organisations)) as own:
        directory.absent(own, contacts[1], date(2026, 5, 1), date(2026, 5, 9))
    assert passed_on() == 0
    with transaction(Role.WORKER) as own:
        deliver(own)
    assert passed_on() == 1
    with transaction(Role.WORKER) as own:
        deliver(own)
    assert [mail["To"] for mail in mailbox.mails] == ["ba@a.example"]


def test_coordinators_are_told_by_mail(
    organisations: dict[str, int], contacts: list[int], mailbox: Mailbox, later: Later
) -> None:
    with transaction(Role.APP, coordinator(organisations)) as own:
        for contact in contacts:
            directory.retire(own, contact)
    tell(organisations)
    with transaction(Role.WORKER) as own:
        deliver(own)
    later(timedelta(hours=48))
    passed_on()
    with transaction(Role.WORKER) as own:
        deliver(own)
    assert [mail["To"] for mail in mailbox.mails] == ["dieuphoi@a.example", "so@so.example"]


def test_nobody_is_asked_twice_under_another_line(
    organisations: dict[str, int], contacts: list[int], later: Later
) -> None:
    with transaction(Role.APP, coordinator(organisations)) as own:
        directory.add(own, organisations["A"], "Mot again", subject="incident", rank=2, email="mot@a.example")
        for contact in contacts[1:]:
            directory.retire(own, contact)
    tell(organisations)
    later(timedelta(hours=48))
    passed_on()
    assert addressees() == ["Mot", "coordinators"]


def test_two_escalations_at_once_go_one_step(
    organisations: dict[str, int], contacts: list[int], later: Later
) -> None:
    tell(organisations)
    later(timedelta(hours=48))
    with transaction(Role.WORKER) as one, transaction(Role.WORKER) as other:
        assert (escalate(one, now()), escalate(other, now())) == (1, 0)
    assert addressees() == ["Mot", "Hai"]


def test_a_notice_is_for_whom_it_names(organisations: dict[str, int], contacts: list[int]) -> None:
    tell(organisations)
    ((number,),) = rows("id")
    roles = frozenset({PersonRole.ENGINEER})
    for organisation in "AB":
        other = Actor("Khác", organisation, organisation_id=organisations[organisation], roles=roles)
        with transaction(Role.APP, other) as own:
            assert mine(own) == []
            with pytest.raises(NotFoundError):
                mark_read(own, other, [number])
    # Coordinators oversee what their organisation is told, but do not read for others.
    overseer = coordinator(organisations)
    with transaction(Role.APP, overseer) as own:
        assert [notice["id"] for notice in mine(own)] == [number]
        with pytest.raises(ForbiddenError):
            mark_read(own, overseer, [number])
    with transaction(Role.APP, None) as own:
        assert mine(own) == []
