"""Five carriers' copies of one network: the same poles are found, and none beside another is merged unseen."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from psycopg2.extras import execute_values

from gisreg.database.connection import Actor, PgConnection, Role, transaction
from gisreg.demo import pole_lines, town
from gisreg.demo.plan import stream
from gisreg.matching.propose import propose
from gisreg.matching.read import Match, matches
from tests.matching.copies import Copies, copies
from tests.support.databases import Database

POLES = 1_500


def network(seed: int, poles: int = POLES) -> np.ndarray:
    """Return places in metres of a made-up town's poles (n, 2)."""
    plan = town.made_up(seed)
    return np.asarray(pole_lines.lay(stream(seed, "pole lines"), plan.streets, plan.centre, poles).xy)


def draw(connection: PgConnection, rows: Copies, srid: int) -> dict[int, int]:
    """Insert the copies; return the true pole of each row's id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry.organisation (code, name, kind) SELECT 'C' || i, 'C' || i, 'carrier'"
            " FROM generate_series(0, 4) AS i RETURNING id"
        )
        owners = [number for (number,) in cursor.fetchall()]
        found = execute_values(
            cursor,
            "INSERT INTO registry.pole (code, owner_id, height_m, kind, geom) VALUES %s RETURNING id",
            [
                (f"c{place}", owners[owner], None if np.isnan(height) else height, x, y)
                for place, (owner, height, (x, y)) in enumerate(
                    zip(rows.owner.tolist(), rows.height.tolist(), rows.xy.tolist(), strict=True)
                )
            ],
            template=f"(%s, %s, %s, 'telecom', ST_Transform(ST_SetSRID(ST_MakePoint(%s, %s), {srid}), 4326))",
            fetch=True,
            page_size=5_000,
        )
    return dict(zip([number for (number,) in found], rows.truth.tolist(), strict=True))


@pytest.fixture(scope="module", params=[1, 2])
def proposed(
    request: pytest.FixtureRequest, fresh_database: Database
) -> tuple[list[Match], dict[int, int], Copies]:
    rows = copies(network(7), seed=request.param)
    with transaction(Role.WORKER, Actor("tester")) as connection:
        truth = draw(connection, rows, town.made_up(7).srid)
        propose(connection)
        found = matches(connection, most=1_000_000)
        connection.rollback()
    return found, truth, rows


def test_precision_and_recall(proposed: tuple[list[Match], dict[int, int], Copies]) -> None:
    found, truth, _ = proposed
    right = sum(truth[one.first_id] == truth[one.second_id] for one in found)
    _, times = np.unique(list(truth.values()), return_counts=True)
    assert right / len(found) >= 0.99
    assert right / (times * (times - 1) // 2).sum() >= 0.95


def test_no_pole_beside_another_is_merged_unseen(
    proposed: tuple[list[Match], dict[int, int], Copies],
) -> None:
    found, truth, rows = proposed
    wrong = [one for one in found if frozenset((truth[one.first_id], truth[one.second_id])) in rows.twins]
    assert not [one for one in wrong if not one.beside_double]
    # Alleys with poles on both sides count as well; two thirds can be merged in bulk.
    assert sum(one.beside_double for one in found) < len(found) / 3


def test_no_organisation_has_two_poles_in_a_group(
    proposed: tuple[list[Match], dict[int, int], Copies],
) -> None:
    found, _, _ = proposed
    owners: dict[int, dict[int, int | None]] = {}
    for one in found:
        group = owners.setdefault(one.group_id, {})
        group |= {one.first_id: one.first_owner_id, one.second_id: one.second_owner_id}
    for group in owners.values():
        assert all(a != b for a, b in combinations(group.values(), 2))
