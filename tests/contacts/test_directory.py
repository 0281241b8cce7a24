"""Who answers: in order, for a place and a subject, with deputies for the absent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gisreg.clock import now
from gisreg.contacts import directory
from gisreg.contacts.directory import who_answers
from gisreg.database.connection import Actor, Role, transaction
from gisreg.errors import ForbiddenError, InvalidInputError, NotFoundError, UsageError
from tests.contacts.conftest import Later, coordinator


def names(organisations: dict[str, int], subject: str = "incident", commune: int | None = None) -> list[str]:
    with transaction(Role.WORKER) as own:
        return [one.name for one in who_answers(own, organisations["A"], commune, subject, now())]


def test_deputies_come_in_order_and_absent_ones_are_left_out(
    organisations: dict[str, int], contacts: list[int], later: Later
) -> None:
    with transaction(Role.APP, coordinator(organisations)) as own:
        directory.absent(own, contacts[0], date(2026, 5, 5), date(2026, 5, 6))
    assert names(organisations) == ["Mot", "Hai", "Ba"]
    # The last second before the absence, its first and its last, the first one after; Vietnam's days.
    for hours, first in ((15.999, "Mot"), (16, "Hai"), (63.999, "Hai"), (64, "Mot")):
        later(timedelta(hours=hours))
        assert names(organisations)[0] == first, hours


def test_a_place_of_its_own_and_a_subject_of_its_own_come_first(
    organisations: dict[str, int], contacts: list[int]
) -> None:
    with transaction(Role.WORKER) as own, own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.admin_unit (gso_code, level, kind, name, valid_from, geom) VALUES"
            " ('77', 'commune', 'xa', 'Xã', '2020-01-01', ST_Multi(ST_MakeEnvelope(106, 20, 107, 21, 4326)))"
            " RETURNING id"
        )
        ((commune,),) = cursor.fetchall()
    with transaction(Role.APP, coordinator(organisations)) as own:
        a = organisations["A"]
        directory.add(own, a, "Chung", phone="0220 123", rank=1)
        directory.add(own, a, "Xã", phone="0220 124", subject="incident", commune_id=commune, rank=5)
    assert names(organisations) == ["Mot", "Hai", "Ba", "Chung"]
    assert names(organisations, commune=commune) == ["Xã", "Mot", "Hai", "Ba", "Chung"]
    assert names(organisations, "billing", commune) == ["Chung"]
    with pytest.raises(UsageError, match="no subject"):
        names(organisations, "weather")


def test_who_is_retired_answers_no_more(organisations: dict[str, int], contacts: list[int]) -> None:
    with transaction(Role.APP, coordinator(organisations)) as own:
        directory.retire(own, contacts[0])
    assert names(organisations) == ["Hai", "Ba"]
    with pytest.raises(NotFoundError), transaction(Role.APP, coordinator(organisations)) as own:
        directory.retire(own, contacts[0])


def test_others_cannot_keep_an_organisations_contacts(
    organisations: dict[str, int], contacts: list[int]
) -> None:
    other = coordinator(organisations, "B")
    with pytest.raises(ForbiddenError), transaction(Role.APP, other) as own:
        directory.add(own, organisations["A"], "Giả", phone="0220 1")
    with pytest.raises(ForbiddenError), transaction(Role.APP, other) as own:
        directory.retire(own, contacts[0])
    with pytest.raises(ForbiddenError), transaction(Role.APP, other) as own:
        directory.absent(own, contacts[0], date(2026, 5, 5), date(2026, 5, 6))
    with pytest.raises(NotFoundError), transaction(Role.APP, other) as own:
        directory.add(own, organisations["B"], "Giả", login="kythuat")
    with transaction(Role.APP) as own, pytest.raises(NotFoundError):
        directory.retire(own, contacts[0])


@pytest.mark.parametrize(
    "given",
    [
        {"name": " ", "email": "a@b.vn"},
        {"name": "Lan\r\nBcc: x@y.vn", "email": "a@b.vn"},
        {"name": "Lan"},
        {"name": "Lan", "email": "a@b.vn\nBcc: x@y.vn"},
        {"name": "Lan", "email": "a@b.vn, c@d.vn"},
        {"name": "Lan", "email": "Lan <a@b.vn>"},
        {"name": "Lan", "phone": "call me"},
        {"name": "Lan", "phone": "0220 1", "rank": 0},
    ],
)
def test_what_reaches_nobody_is_refused(organisations: dict[str, int], given: dict[str, object]) -> None:
    with transaction(Role.APP, coordinator(organisations)) as own, pytest.raises(InvalidInputError):
        directory.add(own, organisations["A"], **given)  # type: ignore[arg-type]


def test_every_fault_is_said_in_both_languages(organisations: dict[str, int]) -> None:
    with transaction(Role.APP, coordinator(organisations)) as own, pytest.raises(InvalidInputError) as caught:
        directory.add(own, organisations["A"], "Lan", phone="call me", rank=0)
    assert caught.value.said.en == (
        "The contact cannot be taken: phone must be a phone number; rank must lie between 1 and 99."
    )
    assert caught.value.said.vi == (
        "Không nhận được đầu mối này: phone phải là số điện thoại; rank phải từ 1 đến 99."
    )
    assert caught.value.detail["errors"] == [
        {"field": "phone", "message": "must be a phone number", "message_vi": "phải là số điện thoại"},
        {"field": "rank", "message": "must lie between 1 and 99", "message_vi": "phải từ 1 đến 99"},
    ]


def test_visitors_see_no_contact(organisations: dict[str, int], contacts: list[int]) -> None:
    for actor, number in ((None, 0), (Actor("Ai"), 0), (coordinator(organisations, "B"), 3)):
        with transaction(Role.APP, actor) as own:
            assert len(directory.contacts(own)) == number
