"""Groups as pages show them, against the matches themselves; bulk merges whose findings the worker does."""

from __future__ import annotations

import pytest

from gisreg.access.actor import Actor, PersonRole
from gisreg.database.connection import PgConnection, Role, transaction
from gisreg.errors import ForbiddenError, UsageError
from gisreg.flagging.run import run as flag
from gisreg.matching import asking, decide
from gisreg.matching.groups import Wanted, counts, groups, merges
from gisreg.matching.propose import propose
from gisreg.matching.read import matches
from tests.matching.conftest import Street
from tests.proposals.world import BOSS
from tests.support.worked import run_jobs


def _double(street: Street) -> None:
    """Put a second pole of B's beside B4, and a row of C's beside A2 and B2."""
    street.sql(
        "INSERT INTO registry.pole (code, owner_id, height_m, geom)"
        " SELECT 'B4x', owner_id, 10, ST_Translate(geom, 0.00001, 0) FROM registry.pole WHERE code = 'B4'"
    )
    street.sql(
        "INSERT INTO registry.pole (code, owner_id, height_m, geom)"
        " SELECT 'C2', %s, 8, ST_Translate(geom, 0, 0.00001) FROM registry.pole WHERE code = 'A2'",
        street.ids["C"],
    )
    with transaction(Role.WORKER) as own:
        propose(own)


def test_groups_hold_the_matches_and_their_rows(street: Street, boss: PgConnection) -> None:
    _double(street)
    found = groups(boss, Wanted(most=500))
    listed = {match["id"] for group in found for match in group["matches"]}
    assert listed == {one.id for one in matches(boss, most=1_000)}
    codes = [{pole["code"] for pole in group["poles"]} for group in found]
    assert {"A2", "B2", "C2"} in codes
    assert len(found) == 5
    for group in found:
        assert group["certainty"] == min(match["certainty"] for match in group["matches"])
        owners = [pole["owner_id"] for pole in group["poles"]]
        assert len(owners) == len(set(owners))
        ends = {end for match in group["matches"] for end in (match["first_id"], match["second_id"])}
        assert ends == {pole["id"] for pole in group["poles"]}
    two = next(group for group in found if len(group["poles"]) == 3)
    assert {pole["code"]: (pole["cables"], pole["height_m"]) for pole in two["poles"]} == {
        "A2": (1, 8), "B2": (1, 8), "C2": (0, 8),
    }  # fmt: skip


def test_doubles_come_last_and_the_surest_first(street: Street, boss: PgConnection) -> None:
    _double(street)
    found = groups(boss, Wanted())
    order = [(group["beside_double"], -group["certainty"]) for group in found]
    assert order == sorted(order)
    assert [group["beside_double"] for group in found].count(True) == 1
    assert groups(boss, Wanted(beside_double=True)) == found[-1:]
    assert groups(boss, Wanted(beside_double=False)) == found[:-1]
    sure = found[1]["certainty"]
    assert groups(boss, Wanted(sure=sure)) == [one for one in found if one["certainty"] >= sure]


def test_a_page_a_box_and_an_owner(street: Street, boss: PgConnection) -> None:
    _double(street)
    found = groups(boss, Wanted())
    assert groups(boss, Wanted(most=2)) + groups(boss, Wanted(skipped=2)) == found
    west = (106.3299, 20.4399, 106.3304, 20.4402)  # A0, B0, A1, B1
    there = [{pole["code"] for pole in group["poles"]} for group in groups(boss, Wanted(box=west))]
    assert sorted(map(sorted, there)) == [["A0", "B0"], ["A1", "B1"]]
    (only,) = groups(boss, Wanted(owner=street.ids["C"]))
    assert {pole["code"] for pole in only["poles"]} == {"A2", "B2", "C2"}


def test_counts_are_those_of_the_lists(street: Street) -> None:
    _double(street)
    with transaction(actor=BOSS) as own:
        open_ = [one for one in matches(own) if not one.beside_double]
        decide.refuse(own, [open_[0].id])
    with transaction(actor=BOSS) as own:
        counted = counts(own)
        for state in ("open", "refused"):
            found = groups(own, Wanted(state=state))
            assert counted[state]["groups"] == len(found)
            assert counted[state]["matches"] == len(matches(own, state=state))
            assert counted[state]["beside_double"] == sum(group["beside_double"] for group in found)


def test_an_owner_sees_the_groups_of_his_own_poles(street: Street) -> None:
    _double(street)
    with transaction(actor=street.c) as own:
        (only,) = groups(own, Wanted())
        # The match between A's and B's rows is none of C's business, nor is it listed.
        assert {pole["code"] for pole in only["poles"]} == {"A2", "B2", "C2"}
        assert all(
            street.poles["A2"] in pair or street.poles["B2"] in pair
            for pair in ((match["first_id"], match["second_id"]) for match in only["matches"])
        )
        assert len(only["matches"]) == 2
        assert counts(own)["open"]["groups"] == 1
    with transaction(actor=Actor("x", roles=frozenset({PersonRole.VIEWER}))) as own:
        assert groups(own, Wanted()) == []


def test_there_is_no_such_state(boss: PgConnection) -> None:
    with pytest.raises(UsageError, match="no state 'mở'"):
        groups(boss, Wanted(state="mở"))


def test_merges_are_listed_until_they_are_undone(street: Street) -> None:
    ids = [one.id for one in street.matches().values()]
    with transaction(actor=BOSS) as own:
        decide.merge(own, BOSS, ids[:2])
    with transaction(actor=BOSS) as own:
        first, second = merges(own)
        assert first["merged_by"] == BOSS.person
        assert (first["lon"], first["lat"]) != (second["lon"], second["lat"])
        assert merges(own, most=1, skipped=1) == [second]
        assert merges(own, undone=True) == []
        decide.split(own, first["id"])
    with transaction(actor=BOSS) as own:
        assert [one["id"] for one in merges(own)] == [second["id"]]
        assert [one["id"] for one in merges(own, undone=True)] == [first["id"]]


def test_after_many_merges_the_worker_does_the_findings(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(Role.WORKER) as own:
        flag(own)
    monkeypatch.setattr(decide, "FEW", 2)
    ids = [one.id for one in street.matches().values()]
    with transaction(actor=BOSS) as own:
        assert len(decide.merge(own, BOSS, ids)) == 5
    # The cables lie on the poles that stayed at once; only findings wait.
    went = {row[0] for row in street.sql("SELECT absorbed_id FROM registry.pole_merge")}
    assert not went & {row[1] for row in street.state()["supports"]}
    run_jobs()
    with transaction(Role.WORKER) as own:
        done = flag(own)
    assert (done.fresh, done.gone, done.changed) == (0, 0, 0)


def test_the_authority_asks_for_looking_again(street: Street) -> None:
    assert street.sql("SELECT count(*) FROM registry.pole_match") == [(0,)]
    with pytest.raises(ForbiddenError), transaction(actor=street.a) as own:
        asking.ask(own, street.a, None)
    with transaction(actor=BOSS) as own:
        asking.ask(own, BOSS, (106.3299, 20.4399, 106.3304, 20.4402))
    run_jobs()
    with transaction(actor=BOSS) as own:
        assert {one.first_code for one in matches(own)} | {one.second_code for one in matches(own)} == {
            "A0", "B0", "A1", "B1",
        }  # fmt: skip
