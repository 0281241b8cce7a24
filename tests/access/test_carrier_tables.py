"""Approvals are between two organisations; plans and licences are seen like what they are about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import Role, transaction
from tests.support.carriers import organisation, row
from tests.support.databases import Database
from tests.support.network import DAY, Network

OWNED = ("attachment_approval", "attachment_approval_private")


@pytest.fixture(scope="module")
def world(fresh_database: Database) -> Iterator[Network]:
    """Return POWER's pole on which VTL hangs with a contract, a secret cable with a licence, a secret street."""
    with closing(psycopg2.connect(fresh_database.urls[Role.WORKER])) as own:
        made = Network(own)
        power, vtl = organisation(made, "POWER"), organisation(made, "VTL")
        organisation(made, "FPT")
        pole = made.pole("A", (0, 0), owner_id=power)
        number = row(
            made, "attachment_approval", pole_id=pole, owner_id=vtl, state="approved", valid_from=DAY
        )
        made.sql("INSERT INTO registry.attachment_approval_private VALUES (%s, 'HĐ 7', NULL)", number)
        cable = made.cable("c", [(0, 0), (30, 0)], visibility="secret", owner_id=vtl)
        row(made, "temporary_licence", cable_id=cable, valid_from=DAY)
        street = made.street("s", [(0, -5), (30, -5)])
        made.set("street", "s", "visibility", "secret")
        row(made, "plan_street", street_id=street, plan_no="1", kind="bundle", starts_on=DAY)
        own.commit()
        yield made


def counts(world: Network, role: PersonRole | None, code: str | None) -> dict[str, int]:
    """Return how many rows somebody sees, in the table and in its history alike."""
    who = role and Actor(
        "Thử",
        code,
        organisation_id=world.ids["organisation", code] if code else None,
        roles=frozenset({role}),
    )
    seen = {}
    with transaction(Role.APP, who) as own, own.cursor() as cursor:
        for table in (*OWNED, "temporary_licence", "plan_street"):
            cursor.execute(
                f"SELECT (SELECT count(*) FROM registry.{table}), (SELECT count(*) FROM history.{table})"
            )
            (now, past) = cursor.fetchone() or (0, 0)
            assert now == past, table
            seen[table] = now
    return seen


@pytest.mark.parametrize(
    ("role", "code", "approvals", "licences", "plans"),
    [
        (None, None, 0, 0, 0),
        (PersonRole.VIEWER, None, 0, 0, 0),
        (PersonRole.VIEWER, "VTL", 0, 1, 0),
        (PersonRole.ENGINEER, "VTL", 1, 1, 0),
        (PersonRole.COORDINATOR, "POWER", 1, 0, 0),
        (PersonRole.ENGINEER, "FPT", 0, 0, 0),
        (PersonRole.INSPECTOR, None, 0, 0, 0),
        (PersonRole.AUTHORITY, None, 1, 1, 1),
    ],
)
def test_who_sees(
    world: Network, role: PersonRole | None, code: str | None, approvals: int, licences: int, plans: int
) -> None:
    assert counts(world, role, code) == {
        "attachment_approval": approvals,
        "attachment_approval_private": approvals,
        "temporary_licence": licences,
        "plan_street": plans,
    }


@pytest.mark.parametrize(
    ("role", "code", "writes"),
    [
        (PersonRole.ENGINEER, "POWER", 1),
        (PersonRole.COORDINATOR, "POWER", 0),
        (PersonRole.ENGINEER, "VTL", 0),
        (PersonRole.ENGINEER, "FPT", 0),
        (PersonRole.AUTHORITY, None, 1),
    ],
)
def test_who_approves(world: Network, role: PersonRole, code: str | None, writes: int) -> None:
    number = world.ids["organisation", code] if code else None
    who = Actor("Thử", code, organisation_id=number, roles=frozenset({role}))
    with transaction(Role.APP, who) as own, own.cursor() as cursor:
        cursor.execute("UPDATE registry.attachment_approval SET state = 'ended'")
        assert cursor.rowcount == writes
        cursor.execute("UPDATE registry.attachment_approval_private SET note = 'x'")
        assert cursor.rowcount == writes
        own.rollback()


def test_an_organisation_does_not_approve_itself(world: Network) -> None:
    who = Actor(
        "Thử",
        "VTL",
        organisation_id=world.ids["organisation", "VTL"],
        roles=frozenset({PersonRole.ENGINEER}),
    )
    with transaction(Role.APP, who) as own, own.cursor() as cursor:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute(
                "INSERT INTO registry.attachment_approval (pole_id, owner_id, state, valid_from)"
                " VALUES (%s, %s, 'approved', %s)",
                (world.ids["pole", "A"], world.ids["organisation", "VTL"], DAY),
            )
        own.rollback()
