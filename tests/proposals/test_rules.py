"""Whatever people do with proposals: the registry changes by confirming only, and then as by the owner."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
)

from gisreg.access.actor import Actor
from gisreg.database.connection import Role, transaction
from gisreg.errors import ConflictError, ForbiddenError, GisregError, InvalidInputError, NotFoundError
from gisreg.features import edit
from gisreg.features.details import details
from gisreg.history.changes import Wanted as Changes
from gisreg.history.changes import changes
from gisreg.proposals.read import Wanted, proposals
from tests.proposals.world import BOSS, POLE, START, STEP, World
from tests.support.databases import Database

POLES = ("P0", "P1", "P2", "P3")

patches = st.fixed_dictionaries(
    {},
    optional={
        "height_m": st.integers(5, 12).map(float),
        "kind": st.sampled_from(["telecom", "power_lv"]),
        "lean_deg": st.integers(0, 9).map(float),
        "at": st.tuples(
            st.integers(0, 8).map(lambda n: START[0] + n * STEP / 2),
            st.integers(-4, 4).map(lambda n: START[1] + n * 0.00001),
        ),
    },
).filter(bool)


def world_of(patch: dict[str, Any]) -> dict[str, Any]:
    """Return a patch as `World.patch` takes it."""
    return {"at": patch.get("at"), **{key: value for key, value in patch.items() if key != "at"}}


class Proposals(RuleBasedStateMachine):
    """Two carriers propose, the owner edits and decides; a model in memory says what must hold."""

    made = Bundle("made")

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.facts = self.world.facts()
        self.open: dict[int, tuple[str, set[str], Actor]] = {}

    @rule(target=made, pole=st.sampled_from(POLES), patch=patches, by_third=st.booleans())
    def propose(self, pole: str, patch: dict[str, Any], by_third: bool) -> Any:
        by = self.world.third if by_third else self.world.proposer
        try:
            number = self.world.propose(pole, by=by, **world_of(patch))
        except InvalidInputError:  # it is so already
            return multiple()
        members = self.members(number)
        for other, (where, what, who) in list(self.open.items()):
            if where == pole and who is by and what & members:
                del self.open[other]
                assert self.world.state(other) == "superseded"
        self.open[number] = (pole, members, by)
        return number

    def members(self, number: int) -> set[str]:
        ((proposed,),) = self.world.sql("SELECT proposed FROM registry.proposal WHERE id = %s", number)
        return set(proposed["properties"]) | ({"geometry"} & set(proposed))

    @rule(pole=st.sampled_from(POLES), patch=patches)
    def owner_edits(self, pole: str, patch: dict[str, Any]) -> None:
        self.world.edit(pole, self.world.owner, self.world.patch(**world_of(patch)))
        self.facts = self.world.facts()

    @rule(number=consumes(made), boss=st.booleans())
    def confirm(self, number: int, boss: bool) -> None:
        by = BOSS if boss else self.world.owner
        if number not in self.open:
            with pytest.raises(ConflictError):
                self.world.decide(number, by=by)
            return
        ((layer_patch, version, base_version),) = self.world.sql(
            "SELECT p.proposed, o.version, p.base_version FROM registry.proposal AS p"
            " JOIN registry.pole AS o ON o.id = p.object_id WHERE p.id = %s",
            number,
        )
        if version != base_version:
            with pytest.raises(ConflictError):
                self.world.decide(number, by=by)
        pole = self.open[number][0]
        expected = self.as_if_edited(pole, layer_patch)
        assert self.world.decide(number, by=by, although_outdated=True) == {number: "confirmed"}
        self.facts = self.world.facts()
        assert self.facts == expected
        del self.open[number]
        for other in [n for n in self.open if self.world.state(n) == "superseded"]:
            del self.open[other]

    def as_if_edited(self, pole: str, patch: dict[str, Any]) -> dict[str, Any]:
        """Return the facts after the same edit by the owner, which is undone again."""
        with transaction(Role.APP, self.world.owner) as own:
            edit.update(own, POLE, self.world.poles[pole], self.world.version(pole), patch)
            found = self.world.facts_in(own)
            own.rollback()
        return found

    @rule(number=made)
    def dispute(self, number: int) -> None:
        if number in self.open:
            self.world.decide(number, decision="dispute", note="sai")
            del self.open[number]
        with pytest.raises(ConflictError):
            self.world.decide(number, although_outdated=True)

    @rule(number=made)
    def withdraw(self, number: int) -> None:
        mine = self.world.sql("SELECT organisation_id FROM registry.proposal WHERE id = %s", number)
        if mine != [(self.world.ids["P"],)]:
            # The other proposer is a third carrier here: for him it does not exist.
            with pytest.raises(NotFoundError):
                self.world.withdraw(number)
        elif number in self.open:
            assert self.world.withdraw(number) == 1
            del self.open[number]
        else:
            with pytest.raises(ConflictError):
                self.world.withdraw(number)

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def bulk_with_one_that_is_decided(self, data: st.DataObject) -> None:
        decided = self.world.sql("SELECT id FROM registry.proposal WHERE state NOT IN ('open', 'escalated')")
        ids = data.draw(st.lists(st.sampled_from(sorted(self.open)), min_size=1, unique=True))
        for (number,) in decided[:1]:
            with pytest.raises(ConflictError):
                self.world.decide(*ids, number, although_outdated=True)
        with pytest.raises((NotFoundError, ForbiddenError)):
            self.world.decide(*ids, by=self.world.third, although_outdated=True)

    @invariant()
    def only_confirming_changes_the_registry(self) -> None:
        assert self.world.facts() == self.facts

    @invariant()
    def states_are_as_the_model_says(self) -> None:
        rows = self.world.sql("SELECT id FROM registry.proposal WHERE state IN ('open', 'escalated')")
        assert {number for (number,) in rows} == set(self.open)


@pytest.fixture(scope="module", autouse=True)
def _database(fresh_database: Database) -> None:
    """Let the machine below act in this module's database."""


class TestProposals(Proposals.TestCase):  # type: ignore[name-defined,misc]
    settings = settings(max_examples=6, stateful_step_count=14, deadline=None)


def answers(world: World, actor: Actor | None) -> list[Any]:
    """Return what a person is told of a pole in every way there is."""
    with transaction(Role.APP, actor) as own, own.cursor() as cursor:
        found: list[Any] = [details(own, POLE, world.poles["P1"]), proposals(own, Wanted())]
        since, until = world.sql("SELECT now() - interval '1 hour', now() + interval '1 hour'")[0]
        found.append([change.id for change in changes(own, Changes(since, until))])
        for table in ("proposal", "proposal_event", "notice"):
            for schema in ("registry", "history"):
                cursor.execute(f"SELECT count(*) FROM {schema}.{table}")
                found.append(cursor.fetchall())
        cursor.execute("SELECT sum(changes), max(number) FROM gisreg.revision")
        found.append(cursor.fetchall())
        return found


def test_no_third_carrier_sees_anything_of_it(world: World) -> None:
    before = [answers(world, actor) for actor in (world.third, None)]
    number = world.propose("P1", at=(START[0], START[1]), height_m=9)
    world.withdraw(number)
    world.decide(world.propose("P1", height_m=10), decision="dispute", note="sai")
    world.propose("P1", lean_deg=3, owner_id=world.ids["T"])
    assert [answers(world, actor) for actor in (world.third, None)] == before
    with pytest.raises(NotFoundError):
        world.decide(number, by=world.third)


def test_bulk_with_a_value_that_cannot_be_taken_any_more_changes_nothing(world: World) -> None:
    good = world.propose("P0", height_m=9)
    bad = world.propose("P1", owner_id=world.ids["P"])
    world.sql("UPDATE registry.pole SET code = 'P1' WHERE id = %s", world.poles["Q0"])
    world.sql("UPDATE registry.pole SET owner_id = %s WHERE id = %s", world.ids["P"], world.poles["Q0"])
    before = world.facts()
    with pytest.raises(GisregError, match="same owner_id and code"):
        world.decide(good, bad, by=BOSS, although_outdated=True)
    assert world.facts() == before
    assert (world.state(good), world.state(bad)) == ("open", "open")
