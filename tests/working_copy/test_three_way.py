"""Whatever two people do to a row: nothing is lost, nothing is invented."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gisreg.working_copy.three_way import CLEAR, merge

NAMES = ("a", "b", "c")
VALUES = st.sampled_from([None, 1, 2.5, "x", "y", True])
ROWS = st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES))
GIVEN = st.dictionaries(st.sampled_from(NAMES), st.sampled_from([None, 1, 2.5, "x", "y", True, CLEAR]))


@given(base=ROWS, mine=GIVEN, theirs=ROWS)
def test_every_field_is_kept_taken_or_a_clash(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    merged = merge(base, mine, theirs)
    clashed = {clash.field: clash for clash in merged.clashes}
    assert not clashed.keys() & merged.changes.keys()
    for name in NAMES:
        after = merged.changes.get(name, theirs[name])
        meant = None if mine.get(name) == CLEAR else mine.get(name, base[name])
        touched = mine.get(name) is not None and meant != base[name]
        if not touched:
            assert after == theirs[name]
        elif name in clashed:
            clash = clashed[name]
            assert (clash.base, clash.mine, clash.theirs) == (base[name], meant, theirs[name])
            assert after == theirs[name]
            assert base[name] != theirs[name] != meant
        else:
            assert after == meant


@given(base=ROWS, mine=GIVEN)
def test_what_nobody_else_touched_never_clashes(base: dict[str, Any], mine: dict[str, Any]) -> None:
    assert merge(base, mine, base).clashes == []


@given(base=ROWS, mine=GIVEN, theirs=ROWS)
def test_merging_again_changes_nothing_more(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    first = merge(base, mine, theirs)
    again = merge(base, mine, theirs | first.changes)
    assert again.changes == {}
    assert again.clashes == first.clashes


def test_shapes_that_a_program_rounded_are_the_same() -> None:
    one = "0101000000" + "0000000000005a40" + "0000000000803440"
    other = "0101000000" + "0100000000005a40" + "0000000000803440"
    assert merge({"geometry": one}, {"geometry": other}, {"geometry": one}).changes == {}
