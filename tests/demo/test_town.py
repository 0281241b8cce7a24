"""The made-up town: big enough, the same for the same seed, valid, and labelled as made up."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import shapely

from gisreg.demo import town
from gisreg.demo.load import NO_ID, ORDER
from tests.demo.conftest import Tables

WITHOUT_LABEL = tuple(table for table in ORDER if table.endswith("_private"))


def digest(tables: Tables) -> str:
    """Return a digest of every value of every row."""
    text = hashlib.sha256()
    for table in sorted(tables):
        for row in tables[table]:
            for name in sorted(row):
                value = row[name]
                text.update(
                    shapely.to_wkb(value) if isinstance(value, shapely.Geometry) else repr(value).encode()
                )
    return text.hexdigest()


def small(seed: int) -> Tables:
    rows, _ = town.populate(town.made_up(seed), seed, 400, 120, 12)
    return rows


def test_the_same_seed_gives_the_same_town() -> None:
    assert digest(small(7)) == digest(small(7))


def test_another_seed_gives_another_town() -> None:
    assert digest(small(7)) != digest(small(8))


@pytest.mark.parametrize(
    ("table", "count"), [("pole", 6000), ("tower", 60), ("organisation", 9), ("cable", 1500), ("zone", 5)]
)
def test_counts(tables: Tables, table: str, count: int) -> None:
    assert len(tables[table]) == count


def test_there_are_sixty_named_streets_and_many_alleys(tables: Tables) -> None:
    names = [row["name"] for row in tables["street"]]
    assert len(set(names)) == len(names)
    streets = [row for row in tables["street"] if row["street_class"] != "alley"]
    alleys = [row for row in tables["street"] if row["street_class"] == "alley"]
    assert len(streets) >= 60
    assert {"Lý Bôn", "Quang Trung", "Hai Bà Trưng", "Võ Nguyên Giáp"} <= {row["name"] for row in streets}
    assert len(alleys) > 100
    assert all(row["name"].startswith("Ngõ ") and row["carriageway_width_m"] <= 4 for row in alleys)


def test_everything_says_that_it_is_generated(tables: Tables) -> None:
    for table, rows in tables.items():
        if table in WITHOUT_LABEL:
            continue
        assert {row["source"] for row in rows} == {"generated"}, table
        if table not in NO_ID:
            assert {row["position_method"] for row in rows} == {"generated"}, table
    assert all("minh hoạ" in row["decision_no"] for row in tables["zone"])


def test_geometry_is_valid_simple_enough_and_in_the_town(tables: Tables) -> None:
    town_box = shapely.box(106.27, 20.40, 106.39, 20.49)
    for table, rows in tables.items():
        geoms = np.array([row["geom"] for row in rows if row.get("geom") is not None])
        if len(geoms) == 0:
            continue
        assert shapely.is_valid(geoms).all(), table
        assert not shapely.is_empty(geoms).any(), table
        assert shapely.contains(town_box, geoms).all(), table


def test_text_is_in_nfc(tables: Tables) -> None:
    def texts(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            for item in value:
                yield from texts(item)

    for rows in tables.values():
        for row in rows:
            for value in row.values():
                assert all(unicodedata.is_normalized("NFC", text) for text in texts(value))


def test_rows_of_a_table_have_the_same_columns(tables: Tables) -> None:
    for table, rows in tables.items():
        assert all(list(row) == list(rows[0]) for row in rows), table


def test_poles_stand_beside_the_carriageway_at_usual_distances(tables: Tables) -> None:
    to_metres = np.array([104_400.0, 110_700.0])
    xy = shapely.get_coordinates([row["geom"] for row in tables["pole"]]) * to_metres
    middle = [
        (shapely.transform(row["geom"], lambda points: points * to_metres), row["carriageway_width_m"] / 2)
        for row in tables["street"]
    ]
    tree = shapely.STRtree([line for line, _ in middle])
    half = np.array([width for _, width in middle])
    points = shapely.points(xy)
    pole, street = tree.query(points, predicate="dwithin", distance=12.0)
    on_road = shapely.distance(points[pole], tree.geometries[street]) < half[street] - 0.3
    assert not on_road.any()
    _, neighbour = shapely.STRtree(points).query_nearest(
        points, exclusive=True, return_distance=True, all_matches=False
    )
    old_and_new = round(6000 * town.DOUBLE_SHARE)
    assert (neighbour < 5).sum() == pytest.approx(2 * old_and_new, abs=4)
    assert 15 < np.median(neighbour) < 45
