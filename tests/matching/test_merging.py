"""Merging, who may, and undoing it."""

from __future__ import annotations

import pytest
from psycopg2.errors import InsufficientPrivilege

from gisreg.access.actor import Actor
from gisreg.database.connection import Role, transaction
from gisreg.errors import ConflictError, NotFoundError, UsageError
from gisreg.features.search import search
from gisreg.flagging.run import run as flag
from gisreg.matching.decide import agree, merge, refuse, split
from gisreg.matching.propose import propose
from gisreg.matching.read import matches, merges
from tests.matching.conftest import Street
from tests.proposals.world import BOSS


def _merge(street: Street, *codes: str, actor: Actor = BOSS, **how: object) -> dict[int, int]:
    found = street.matches()
    with transaction(actor=actor) as own:
        return merge(own, actor, [found[code].id for code in codes], **how)  # type: ignore[arg-type]


def _split(actor: Actor = BOSS) -> None:
    with transaction(actor=BOSS) as own:
        number = next(one.id for one in merges(own) if one.undone_at is None)
    with transaction(actor=actor) as own:
        split(own, number)


def test_neighbours_along_the_street_are_proposed(street: Street) -> None:
    found = street.matches()
    assert sorted(found) == ["A0", "A1", "A2", "A3", "A4"]
    for code, one in found.items():
        assert {one.first_code, one.second_code} == {code, code.replace("A", "B")}
        assert not one.beside_double
        assert one.map_path is not None


def test_what_hangs_on_a_pole_follows_to_the_one_that_stays(street: Street) -> None:
    a2, b2 = street.poles["A2"], street.poles["B2"]
    assert _merge(street, "A2", keep=[a2]) == {b2: a2}
    after = street.state()
    assert (a2, street.ids["B"], "B2") in after["codes"]
    assert after["fittings"] == [(a2, "box")]
    assert b2 not in {row[0] for row in after["poles"]}
    on = {row[0]: row[2] for row in after["supports"] if row[1] == a2}
    assert len(on) == 2
    assert 5.5 in on.values()
    assert all(b2 not in row for row in after["segments"])
    with transaction(actor=BOSS) as own:
        assert [hit["id"] for hit in search(own, "B2")] == [a2]


def test_a_merge_is_undone_out_of_the_history(street: Street) -> None:
    before = street.state()
    _merge(street, "A1", "A2", "A3")
    for count in (8, 9, 10):
        _split()
        assert len(street.state()["poles"]) == count
    assert street.state() == before
    assert street.matches(state="open").keys() == {"A0", "A4"}  # who split them knows better


def test_after_merging_and_splitting_findings_are_those_of_a_whole_run(street: Street) -> None:
    with transaction(Role.WORKER) as own:
        flag(own)
    _merge(street, "A1", "A2")
    with transaction(Role.WORKER) as own:
        done = flag(own)
    assert (done.fresh, done.gone, done.changed) == (0, 0, 0)
    _split()
    with transaction(Role.WORKER) as own:
        done = flag(own)
    assert (done.fresh, done.gone, done.changed) == (0, 0, 0)


def test_both_owners_agree_before_one_of_them_merges(street: Street) -> None:
    one = street.matches()["A2"].id
    with transaction(actor=street.a) as own:
        assert agree(own, [one]) == 0
    with pytest.raises(ConflictError), transaction(actor=street.a) as own:
        merge(own, street.a, [one])
    with transaction(actor=street.b) as own:
        assert agree(own, [one]) == 1
    with transaction(actor=street.a) as own:
        assert len(merge(own, street.a, [one])) == 1


def test_a_third_organisation_sees_and_decides_nothing(street: Street) -> None:
    one = street.matches()["A2"].id
    with transaction(actor=street.c) as own:
        assert matches(own) == []
    for deed in (agree, refuse):
        with pytest.raises(NotFoundError), transaction(actor=street.c) as own:
            deed(own, [one])
    with transaction(actor=street.a) as own:
        assert len(matches(own)) == 5
    # Past the check of what he sees, the database refuses on its own.
    with pytest.raises(InsufficientPrivilege), transaction(actor=street.c) as own, own.cursor() as cursor:
        cursor.execute(
            "SELECT gisreg.merge_poles(ARRAY[%s], ARRAY[%s], ARRAY[%s]::bigint[])",
            (street.poles["A2"], street.poles["B2"], one),
        )


def test_refused_is_not_proposed_again(street: Street) -> None:
    found = street.matches()
    with transaction(actor=street.b) as own:
        assert refuse(own, [found["A2"].id], "khác cột") == 1
    assert "A2" not in street.matches(state="open")


def test_two_poles_of_one_organisation_are_never_merged(street: Street) -> None:
    street.sql(
        "INSERT INTO registry.pole (code, owner_id, height_m, geom) SELECT 'A2x', owner_id, 10,"
        " ST_Translate(geom, 0.00001, 0) FROM registry.pole WHERE code = 'A2'"
    )
    with transaction(Role.WORKER) as own:
        propose(own)
    with transaction(actor=BOSS) as own:
        near = [one for one in matches(own) if one.beside_double]
        assert [{one.first_code, one.second_code} & {"A2", "A2x"} != set() for one in near] == [True]
        with pytest.raises(UsageError, match="side by side"):
            merge(own, BOSS, [near[0].id])
        assert len(merge(own, BOSS, [near[0].id], seen=True)) == 1


def test_secret_poles_are_not_proposed(street: Street) -> None:
    street.sql("UPDATE registry.pole SET visibility = 'secret' WHERE code = 'B2'")
    assert "A2" not in street.matches()


def test_why_a_merge_cannot_be_undone_twice_is_said_in_both_languages(street: Street) -> None:
    _merge(street, "A2")
    with transaction(actor=BOSS) as own:
        number = merges(own)[0].id
        split(own, number)
    with pytest.raises(ConflictError) as caught, transaction(actor=BOSS) as own:
        split(own, number)
    assert caught.value.said.vi.startswith(f"Không hủy được lần gộp {number}: Lần gộp này đã được hủy")
    assert caught.value.said.en.startswith(f"The merge {number} cannot be undone: The merge was undone")
