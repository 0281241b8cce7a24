"""Edits of which each is committed, as the service makes them: afterwards a whole run has nothing left to do.

What an edit needs not tie again is told from what an earlier transaction left, so these edits need transactions of
their own, and a registry that the module may keep.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import psycopg2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisreg.database.address import Role
from gisreg.flagging import run as flagging
from gisreg.topology import build as topology
from tests.support.carriers import organisation
from tests.support.databases import Database
from tests.support.network import Network
from tests.support.towns import FEW

EVERYWHERE = [[(-50.0, -50.0), (150.0, -50.0), (150.0, 50.0), (-50.0, 50.0)]]
CABLES = {"k": [(0.0, 0.3), (80.0, 0.3)], "m": [(0.0, -0.3), (80.0, -0.3)]}
VALUES = {
    "state": ["in_service", "suspect", "dead"],
    "role": ["trunk", "distribution", "drop"],
    "medium": ["fibre", "copper", "coax"],
    "visibility": ["public", "partner", "agency", "secret"],
    "owner": ["VNPT", "VTL"],
    "position_accuracy_m": [None, 0.5, 3.0],
    "diameter_mm": [8.0, 12.0],
    "deployment": ["aerial", "underground"],
}


@pytest.fixture(scope="module")
def street(fresh_database: Database) -> Iterator[Network]:
    """Return two cables over five poles in a zone, tied, flagged and committed."""
    with closing(psycopg2.connect(fresh_database.urls[Role.WORKER])) as own:
        made = Network(own)
        for code in VALUES["owner"]:
            organisation(made, str(code))
        made.zone("z", EVERYWHERE)
        for n, name in enumerate("ABCDE"):
            made.pole(name, (n * 20.0, 0.0))
        for name, points in CABLES.items():
            made.cable(name, points, owner_id=made.ids["organisation", "VNPT"])
        made.build()
        made.flag(datetime.now(UTC).date())
        own.commit()
        yield made


CHANGES = st.dictionaries(st.sampled_from(sorted(VALUES)), st.integers(0, 3), min_size=1, max_size=3)
EDITS = st.one_of(
    st.tuples(st.sampled_from(sorted(CABLES)), CHANGES),
    st.tuples(st.sampled_from(sorted(CABLES)), st.floats(-2.0, 2.0)),
    st.tuples(st.sampled_from("ABCDE"), st.floats(-2.0, 2.0)),
)


def edit(network: Network, name: str, change: dict[str, int] | float) -> None:
    """Write one edit and all that follows from it, and commit."""
    layer = "cable" if name in CABLES else "pole"
    ids = [network.ids[layer, name]]
    flagging.before_edit(network.connection, layer, ids)
    if isinstance(change, dict):
        for column, choice in change.items():
            value = VALUES[column][choice % len(VALUES[column])]
            if column == "owner":
                column, value = "owner_id", network.ids["organisation", str(value)]
            network.set(layer, name, column, value)
    elif layer == "cable":
        network.redraw(layer, name, [(x, y + change) for x, y in CABLES[name]])
    else:
        network.redraw(layer, name, [("ABCDE".index(name) * 20.0, change)])
    topology.after_edit(network.connection, layer, ids)
    flagging.after_edit(network.connection, layer, ids)
    network.connection.commit()


@FEW
@given(edits=st.lists(EDITS, min_size=1, max_size=4))
def test_a_whole_run_after_committed_edits_changes_nothing(
    street: Network, edits: list[tuple[str, dict[str, int] | float]]
) -> None:
    for name, change in edits:
        edit(street, name, change)
    built = street.build()
    assert (built.fresh, built.gone, built.changed) == (0, 0, 0)
    flagged = street.flag(datetime.now(UTC).date())
    assert (flagged.fresh, flagged.gone, flagged.changed) == (0, 0, 0)
    street.connection.rollback()


@pytest.mark.parametrize(("column", "value"), [("state", "dead"), ("role", "trunk"), ("medium", "coax")])
def test_segments_take_what_they_copy_and_are_written_once(street: Network, column: str, value: str) -> None:
    edit(street, "k", {"deployment": 0, "state": 0, "role": 1, "medium": 0, "visibility": 0})
    before = {part.id: part.line for part in street.parts("k")}
    ((latest,),) = street.sql("SELECT max(history_id) FROM history.segment")
    edit(street, "k", {column: VALUES[column].index(value)})
    assert {part.id: part.line for part in street.parts("k")} == before
    written = street.sql(
        f"SELECT id, operation, {column} FROM history.segment WHERE history_id > %s ORDER BY id", latest
    )
    assert written == [(number, "U", value) for number in sorted(before)]
    supports = street.sql(
        "SELECT count(*) FROM history.support WHERE change_set_id = (SELECT max(id) FROM gisreg.change_set)"
    )
    assert supports == [(0,)]
