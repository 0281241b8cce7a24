"""The rules on sharing and on the quality of data against their oracles, over a demo town; and `why` for each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from psycopg2.extensions import connection as PgConnection  # noqa: N812 - psycopg2 calls the class so

from gisreg.access.actor import operator
from gisreg.clock import today
from gisreg.database.connection import Role, transaction
from gisreg.demo.build import build
from gisreg.flagging.rule import rules
from gisreg.flagging.run import run
from gisreg.flagging.subject import numbered
from gisreg.flagging.why import why
from tests.flagging.oracle_quality import quality
from tests.flagging.oracle_sharing import sharing
from tests.flagging.test_quality_towns import MINE, Told, compare
from tests.support.databases import Database
from tests.support.network import Network
from tests.support.rows import Rows


@pytest.fixture(scope="module")
def town(fresh_database: Database) -> Iterator[PgConnection]:
    build(seed=2026, poles=1500, cables=420, towers=24)
    with transaction(Role.WORKER) as connection:
        run(connection)
    with closing(psycopg2.connect(fresh_database.urls[Role.WORKER])) as own:
        yield own


@pytest.fixture(scope="module")
def told(town: PgConnection) -> Told:
    rows = Rows(town, today())
    return sharing(rows) | {(rule, number, None): v for (rule, number), v in quality(rows).items()}


def test_the_town_is_as_the_oracles_say(town: PgConnection, told: Told) -> None:
    assert {rule for rule, _, _ in told} == set(MINE)
    compare(Network(town), told, today())


@pytest.mark.parametrize("rule", sorted(rule for rule in rules() if rule[0] in "SQ"))
def test_why_answers_for_one_object_of_each_outcome(town: PgConnection, told: Told, rule: str) -> None:
    """`why` says of an object what the run said, with the words that ask for what is missing."""
    of_outcome = {v.outcome: (number, zone) for (r, number, zone), v in told.items() if r == rule}
    with transaction(Role.WORKER, operator()) as connection:
        for outcome, (number, zone) in of_outcome.items():
            if outcome == "unclear":
                continue
            (answer,) = [
                one
                for one in why(connection, numbered(connection, number), today())
                if one["rule"] == rule and (one["zone"] and one["zone"]["id"]) == zone
            ]
            assert answer["outcome"]["key"] == outcome.replace(" ", "_")
            assert (answer["missing"] is not None) == (outcome == "not evaluable")
            assert answer["missing"] is None or (answer["missing"]["vi"] and answer["missing"]["en"])
            assert answer["legal"]
