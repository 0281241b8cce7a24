"""What an object's findings were before, what hangs on it, what a waiver becomes, how sure a source is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from gisreg.access.actor import operator
from gisreg.clock import today
from gisreg.database.connection import Role, transaction
from gisreg.features.reasons import reasons
from gisreg.flagging import decisions, thresholds
from gisreg.flagging.finding_history import history
from gisreg.flagging.run import run
from gisreg.flagging.subject import Subject, called, numbered
from gisreg.flagging.told import everything
from gisreg.flagging.why import why
from tests.support.databases import Database
from tests.support.grid import Grid
from tests.support.network import Network

DAY = date(2026, 7, 1)


@pytest.fixture
def asked(database: Database) -> Iterator[Network]:
    """Return a network that the authority asks about; nothing is kept."""
    with transaction(Role.WORKER, operator()) as connection:
        yield Network(connection)
        connection.rollback()


def test_a_pole_tells_what_hangs_on_it_and_a_cable_is_called_by_its_code(asked: Network) -> None:
    asked.draw(Grid("A....B"), k="A B", l="A B")
    asked.sql("UPDATE registry.support SET is_wound = true WHERE cable_id = %s", asked.ids["cable", "k"])
    run(asked.connection, DAY)
    told = everything(asked.connection, called(asked.connection, "A"))
    assert told["title"]["vi"] == "Cột A"
    wound = {part["name"]: outcome_of(part, "A02") for part in told["parts"]}
    assert wound == {"A / k": "fail", "A / l": "not_evaluable"}
    for part in told["parts"]:
        assert everything(asked.connection, numbered(asked.connection, part["id"]))["rules"] == part["rules"]
    assert called(asked.connection, "k").layer == "cable"


def outcome_of(told: dict[str, Any], rule: str) -> str:
    (found,) = [row["outcome"]["key"] for row in told["rules"] if row["rule"] == rule]
    return str(found)


def test_a_finding_that_is_measured_again_closes_by_itself_and_keeps_its_history(asked: Network) -> None:
    asked.pole("P", (0, 0), lean_deg=7.0)
    subject = called(asked.connection, "P")
    for degrees in (7.0, 12.0, 2.0, 8.0):
        asked.set("pole", "P", "lean_deg", degrees)
        run(asked.connection, DAY)
    told = [
        (row["measured_value"], row["threshold_value"], row["closed"], row["until"] is None)
        for row in history(asked.connection, [subject.id])
        if row["rule"] == "P02"
    ]
    assert sorted(told) == [(7.0, 5.0, False, False), (8.0, 5.0, False, True), (12.0, 5.0, True, False)]
    # What a note says is no run's to close.
    decisions.note(asked.connection, operator(), subject, "nứt chân cột")
    asked.set("pole", "P", "lean_deg", 1.0)
    run(asked.connection, DAY)
    # What the pole's fields lack (Q06) stands beside it.
    stand = asked.sql("SELECT rule_id FROM registry.finding WHERE object_id = %s ORDER BY 1", subject.id)
    assert stand == [("M02",), ("Q06",)]
    standing = [row["rule"] for row in history(asked.connection, [subject.id]) if row["until"] is None]
    assert sorted(standing) == ["M02", "Q06"]


def test_a_waiver_goes_with_what_its_segment_becomes(asked: Network) -> None:
    asked.zone("Z", [[(-20, -20), (200, -20), (200, 20), (-20, 20)]])
    asked.draw(Grid("A....B"), k="A B")
    old = asked.part("k", "AB").id
    run(asked.connection, DAY)
    until = DAY + timedelta(days=30)
    decisions.grant(asked.connection, operator(), "Z01", Subject("segment", old), "chờ dự án", until, DAY)
    asked.pole("M", (25, 0))
    asked.build()
    run(asked.connection, DAY)
    parts = {asked.part("k", "AM").id, asked.part("k", "MB").id}
    found = dict(asked.sql("SELECT object_id, outcome FROM registry.finding WHERE rule_id = 'Z01'"))
    assert found == dict.fromkeys(parts, "waived")
    held = {(one.object_id, one.valid_to, one.reason) for one in decisions.waivers(asked.connection, DAY)}
    assert held >= {(part, until, "chờ dự án") for part in parts}


def test_the_confidence_is_the_lower_one_of_rule_and_limit(asked: Network) -> None:
    """H01 rests on a text that was read; a province's value that names no decision makes it doubtful."""
    asked.street("s", [(0, -20), (0, 20)], street_class="primary")
    asked.draw(Grid("A....B"), k="A B")

    def sure() -> str:
        run(asked.connection, today())
        segment = asked.part("k", "AB").id
        (row,) = [r for r in why(asked.connection, Subject("segment", segment)) if r["rule"] == "H01"]
        (shown,) = [r for r in reasons(asked.connection, [segment])[segment] if r["rule"] == "H01"]
        assert shown["confidence"] == row["confidence"]
        assert shown["tolerance"] == row["tolerance"]
        return str(row["confidence"]["key"])

    asked.redraw("cable", "k", [(-25, 0), (25, 0)])
    asked.redraw("pole", "A", [(-25, 0)])
    asked.redraw("pole", "B", [(25, 0)])
    asked.build()
    asked.sql("UPDATE registry.span SET lowest_height_m = 5.2, height_method = 'laser'")
    assert sure() == "confirmed"
    thresholds.set_value(
        asked.connection, "height_over_carriageway_m", 5.6, "m", today(), reason="thử", source=""
    )
    assert sure() == "to_be_verified"
