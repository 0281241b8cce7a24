"""The mess of real life is all there, and none of it is everywhere."""

from __future__ import annotations

from collections import Counter

import pytest
import shapely

from tests.demo.conftest import Tables


@pytest.mark.parametrize(
    ("state", "least"),
    [("dead", 60), ("suspect", 50), ("ownerless", 30), ("unknown", 20), ("in_service", 900)],
)
def test_cable_states(tables: Tables, state: str, least: int) -> None:
    assert sum(row["state"] == state for row in tables["cable"]) >= least


def test_ownerless_cable_has_neither_owner_nor_number(tables: Tables) -> None:
    ownerless = [row for row in tables["cable"] if row["state"] == "ownerless"]
    assert all(row["owner_id"] is None and row["code"] is None for row in ownerless)


def test_roles_media_and_owners(tables: Tables) -> None:
    roles = Counter(row["role"] for row in tables["cable"])
    assert roles["drop"] > roles["distribution"] > roles["trunk"] > 30
    assert {"fibre", "copper", "coax"} <= {row["medium"] for row in tables["cable"]}
    assert {0, 1, 2, 3, 4, 5, None} == {row["owner_id"] for row in tables["cable"]}


def test_drops_go_over_the_road(tables: Tables) -> None:
    streets = shapely.STRtree([row["geom"] for row in tables["street"]])
    drops = [row["geom"] for row in tables["cable"] if row["role"] == "drop"]
    crossing = {int(i) for i in streets.query(drops, predicate="crosses")[0]}
    assert 100 < len(crossing) < len(drops)


def test_leaning_poles(tables: Tables) -> None:
    leaning = [row["lean_deg"] for row in tables["pole"] if (row["lean_deg"] or 0) > 5]
    assert 60 < len(leaning) < 400
    assert any(lean > 10 for lean in leaning)


def test_most_measurements_are_missing(tables: Tables) -> None:
    assert sum(row["lean_deg"] is None for row in tables["pole"]) > 3000
    assert sum(row["height_m"] is None for row in tables["pole"]) > 300
    assert sum(row["lowest_power_height_m"] is None for row in tables["pole"]) > 3000


def test_boxes_unused_broken_ownerless_and_too_many(tables: Tables) -> None:
    boxes = [row for row in tables["fitting"] if row["kind"] == "box"]
    states = Counter(row["state"] for row in boxes)
    assert states["unused"] > 50
    assert states["broken"] > 30
    assert states["ownerless"] > 20
    of_one = Counter((row["pole_id"], row["owner_id"]) for row in boxes if row["owner_id"] is not None)
    assert sum(count > 1 for count in of_one.values()) > 20


def test_tags_missing_wrong_or_without_a_phone(tables: Tables) -> None:
    tags = [row for row in tables["fitting"] if row["kind"] == "tag"]
    assert any(row["tag_colour"] != "yellow" for row in tags)
    assert any(row["tag_phone"] is None for row in tags)
    tagged = {row["pole_id"] for row in tags}
    assert len(tagged) < 2500


def test_old_poles_stand_beside_new_ones(tables: Tables) -> None:
    new = [row for row in tables["pole"] if row["code"] is not None and row["code"].endswith("M")]
    assert len(new) > 20
    assert sum(row["status"] == "disused" for row in tables["pole"]) >= len(new)


def test_poles_have_owners_and_second_numbers(tables: Tables) -> None:
    owners = Counter(row["owner_id"] for row in tables["pole"])
    assert owners[6] > 3000
    assert owners[0] > 300
    assert owners[None] > 20
    codes = tables["pole_code"]
    assert len(codes) > 1500
    assert len({(row["organisation_id"], row["code"]) for row in codes}) == len(codes)
    assert max(Counter(row["pole_id"] for row in codes).values()) >= 3
    own = [(row["owner_id"], row["code"]) for row in tables["pole"] if row["code"] is not None]
    assert len(set(own)) == len(own)


@pytest.mark.parametrize("table", ["pole", "cable"])
@pytest.mark.parametrize("visibility", ["secret", "agency", "public", "partner"])
def test_every_visibility_occurs(tables: Tables, table: str, visibility: str) -> None:
    assert any(row["visibility"] == visibility for row in tables[table])


def test_what_hangs_on_a_secret_pole_is_secret(tables: Tables) -> None:
    secret = {i for i, row in enumerate(tables["pole"]) if row["visibility"] == "secret"}
    on_secret = [row for row in tables["fitting"] if row["pole_id"] in secret]
    assert all(row["visibility"] == "secret" for row in on_secret)


def test_private_columns_are_filled(tables: Tables) -> None:
    assert any(row["rent_vnd_per_year"] for row in tables["pole_private"])
    assert all(row["cable_capacity"] for row in tables["pole_private"])
    assert any(row["contract_ref"] for row in tables["cable_private"])
    fibres = [row for row in tables["cable_private"] if row["fibre_count"] is not None]
    assert len(fibres) > 800
    assert all(row["fibres_used"] <= row["fibre_count"] for row in fibres)


def test_towers_of_two_owners_stand_close(tables: Tables) -> None:
    rows = tables["tower"]
    metres = [shapely.transform(row["geom"], lambda xy: xy * (104_400.0, 110_700.0)) for row in rows]
    near = [
        float(shapely.distance(metres[a], metres[b]))
        for a in range(len(rows))
        for b in range(a)
        if rows[a]["owner_id"] != rows[b]["owner_id"]
    ]
    assert any(58 < distance < 62 for distance in near)
    assert sum(distance < 100 for distance in near) >= 2
    assert sum(distance < 500 for distance in near) >= 5
    tenants = Counter(row["tower_id"] for row in tables["tower_tenancy"])
    assert set(tenants) == set(range(60))
    assert max(tenants.values()) == 3


def test_some_cables_lie_in_ducts(tables: Tables) -> None:
    below = [row for row in tables["cable"] if row["deployment"] == "underground"]
    assert 20 < len(below) < 100
    assert len(tables["manhole"]) > 50
    assert len(tables["duct"]) > 50
