"""Every scenario of the folder `scenarios`: what the rules say of a drawing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from itertools import groupby

import psycopg2
import pytest

from gisreg.database.address import Role
from gisreg.flagging.all_rules import all_rules
from tests.flagging.scenario import Scenario, Told, agrees, parse, read
from tests.flagging.stage import Stage
from tests.support.carriers import organisation
from tests.support.databases import Database
from tests.support.network import Network
from tests.support.side_by_side import Place

# The first test waits for all scenarios to be played.
pytestmark = pytest.mark.timeout(900)

SCENARIOS = read()
Key = tuple[str, date]
ALWAYS_KNOWN = {
    # What is asked for is in the drawing itself: the length of a span, a pole that is passed, points, a place.
    "P03", "Q02", "Q05M", "Q05T", "Q11", "Q11D",
    # What something refers to is there or is not.
    "Q04", "Q04S", "Q04U",
    # That something is not known is the fault.
    "Q06", "Q06C", "Q06D", "Q06F", "Q06M", "Q06T",
}  # fmt: skip
"""Rules that can never say `not evaluable`."""


def played(network: Network, some: list[Scenario]) -> Iterator[tuple[Key, Told]]:
    """Lay scenarios that ask for the same thresholds side by side, and ask on every day that one of them names."""
    for key, value in some[0].thresholds.items():
        network.sql("UPDATE registry.threshold SET value = %s WHERE key = %s", value, key)
    owners = {code: organisation(network, code) for code in ("VNPT", "VTL")}
    stages = [Stage(one, Place(network, number), owners) for number, one in enumerate(some)]
    for stage in stages:
        stage.draw()
    network.build()
    for stage in stages:
        stage.place.settle()
        stage.place.remember()
        stage.tell()
        stage.place.settle()
    for day in sorted({day for one in some for day in one.expected}):
        network.flag(day)
        for stage in stages:
            if day in stage.scenario.expected:
                yield (str(stage.scenario), day), stage.asked(day)


def together(scenarios: list[Scenario]) -> Iterator[list[Scenario]]:
    """Return scenarios that can share a registry: they ask for the same thresholds, and none says where the province is."""
    shared = [one for one in scenarios if not one.is_of_the_whole_registry]
    by_thresholds = sorted(shared, key=lambda one: sorted(one.thresholds.items()))
    for _, some in groupby(by_thresholds, key=lambda one: one.thresholds):
        yield list(some)
    yield from ([one] for one in scenarios if one.is_of_the_whole_registry)


@pytest.fixture(scope="module")
def told(database: Database) -> dict[Key, Told]:
    """Return what the rules say in every scenario."""
    found: dict[Key, Told] = {}
    for some in together(SCENARIOS):
        with closing(psycopg2.connect(database.urls[Role.WORKER])) as own:
            found |= dict(played(Network(own), some))
            own.rollback()
    return found


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_scenario(told: dict[Key, Told], scenario: Scenario) -> None:
    for day, expected in scenario.expected.items():
        found = told[str(scenario), day]
        assert agrees(found, expected), f"{day}: the rules say {found}"


def test_every_rule_has_a_scenario_in_which_it_passes_fails_and_knows_nothing() -> None:
    outcomes: dict[str, set[str]] = {}
    for one in SCENARIOS:
        for told in one.expected.values():
            shown = outcomes.setdefault(one.rule, set())
            shown |= {outcome.removeprefix(f"{one.rule} ") for outcome, _ in told.values()}
    lacking = {rule: missing for rule in all_rules() if (missing := wanted(rule) - outcomes.get(rule, set()))}
    assert lacking == {}


def wanted(rule: str) -> set[str]:
    """Return the outcomes that a rule's scenarios must show."""
    if rule.startswith("M"):
        return {"manual"}
    if rule.startswith("Z"):
        return {"fail"}
    return {"fail", "pass"} if rule in ALWAYS_KNOWN else {"fail", "pass", "not evaluable"}


@pytest.mark.parametrize("line", ["  -> k AB: perhaps", "  -> k AB fail"])
def test_a_line_that_is_not_understood_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        list(parse(f"Z01 a title\n{line}", "x.txt"))
