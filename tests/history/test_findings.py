"""Findings are their own history: the version that stands is written once, sealed, and kept when it goes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gisreg.database.address import Role
from gisreg.database.connection import transaction
from gisreg.history import chain
from gisreg.history.verify import Verdict, verify
from tests.history.conftest import Sql, change

PUT = (
    "INSERT INTO registry.finding"
    " (object_id, zone_id, run_id, first_seen_at, metres_inside, priority, rule_id, outcome, visibility)"
    " VALUES (%s, 5, 1, now(), 12.5, 12.5, 'Z01', 'fail', 'public')"
)
FINDINGS = "FROM history.finding WHERE object_id = %s ORDER BY history_id"


def checked() -> Verdict:
    with transaction(Role.WORKER) as connection:
        return verify(connection, ())


@pytest.fixture
def finding(owner: Sql) -> Iterator[int]:
    """Return the object of a sealed finding; it is taken away afterwards, and that sealed too."""
    ((number,),) = change("SELECT gisreg.new_id()")
    change(PUT, number)
    chain.seal()
    assert checked().broken is None
    yield int(number)
    change("DELETE FROM registry.finding WHERE object_id = %s", number)
    chain.seal()


def test_a_version_that_moves_to_the_past_keeps_its_seal(finding: int) -> None:
    change("UPDATE registry.finding SET metres_inside = 13 WHERE object_id = %s", finding)
    change("DELETE FROM registry.finding WHERE object_id = %s", finding)
    assert checked().broken is None
    chain.seal()
    assert checked().broken is None
    assert change(f"SELECT operation, metres_inside {FINDINGS}", finding) == [
        ("I", 12.5),
        ("U", 13.0),
        ("D", 13.0),
    ]
    assert len(set(change(f"SELECT change_set_id {FINDINGS}", finding))) == 3


def test_a_finding_that_stands_cannot_be_rewritten_unseen(finding: int, owner: Sql) -> None:
    ((row,),) = change(f"SELECT history_id {FINDINGS}", finding)
    owner("ALTER TABLE registry.finding DISABLE TRIGGER USER")
    try:
        owner("UPDATE registry.finding SET metres_inside = 1 WHERE object_id = %s", finding)
        broken = checked().broken
        owner("UPDATE registry.finding SET metres_inside = 12.5 WHERE object_id = %s", finding)
    finally:
        owner("ALTER TABLE registry.finding ENABLE TRIGGER USER")
    assert broken is not None
    assert (broken.table, broken.history_id) == ("finding", row)
    assert checked().broken is None


def test_a_past_version_cannot_be_rewritten_unseen(finding: int, owner: Sql) -> None:
    change("UPDATE registry.finding SET metres_inside = 13 WHERE object_id = %s", finding)
    chain.seal()
    owner("UPDATE gisreg.finding_past SET metres_inside = 1 WHERE object_id = %s", finding)
    broken = checked().broken
    owner("UPDATE gisreg.finding_past SET metres_inside = 12.5 WHERE object_id = %s", finding)
    assert broken is not None
    assert broken.table == "finding"
    assert checked().broken is None


@pytest.mark.parametrize("role", [Role.APP])
@pytest.mark.parametrize(
    "statement",
    [
        PUT % 1,
        "UPDATE registry.finding SET metres_inside = 1",
        "DELETE FROM registry.finding",
        "UPDATE gisreg.finding_past SET metres_inside = 1",
        "DELETE FROM gisreg.finding_past",
    ],
)
def test_the_application_writes_no_finding_of_its_own(finding: int, role: Role, statement: str) -> None:
    with pytest.raises(Exception, match="permission denied"), transaction(role) as connection:
        connection.cursor().execute(statement)
