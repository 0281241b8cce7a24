"""Who hangs on a pole and who stands on a tower."""

from __future__ import annotations

from datetime import date
from typing import Any

from gisreg.sharing.occupancy import count_tenants, occupancy, tenants
from tests.sharing.test_candidates import carriers, mast
from tests.support.network import Network


def test_cables_on_a_pole_by_organisation(network: Network) -> None:
    owners = carriers(network)
    network.pole("A", (0, 0))
    network.pole("B", (30, 0))
    for n, (owner, role) in enumerate((("one", "trunk"), ("one", "trunk"), ("two", "drop"), (None, "drop"))):
        network.cable(f"k{n}", [(0, 0), (30, 0)], owner_id=owners[owner], role=role, medium="fibre")
    network.cable("again", [(0, 0), (30, 0), (0, 1)], owner_id=owners["two"], role="drop", medium="fibre")
    network.build()
    found = occupancy(network.connection, network.ids["pole", "A"])
    assert [(row["organisation"], row["role"], row["cables"]) for row in found] == [
        ("one", "trunk", 2),
        ("two", "drop", 2),
        (None, "drop", 1),
    ]
    state = network.sql(
        "SELECT cable_count, carrier_count FROM registry.pole_state WHERE pole_id = %s",
        network.ids["pole", "A"],
    )
    assert state == [(5, 2)]


def tenancy(network: Network, tower: int, owner: int | None, first: str, **columns: Any) -> None:
    names = ["tower_id", "owner_id", "valid_from", *columns]
    network.sql(
        f"INSERT INTO registry.tower_tenancy ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})",
        tower,
        owner,
        first,
        *columns.values(),
    )


def test_tenants_of_a_tower_present_ones_first(network: Network) -> None:
    owners = carriers(network)
    tower = mast(network, "T", (0, 0), owner_id=owners["one"])
    tenancy(network, tower, owners["two"], "2020-01-01", valid_to=date(2024, 1, 1), status="removed")
    tenancy(network, tower, owners["three"], "2021-01-01", antenna_height_m=28)
    found = tenants(network.connection, tower)
    assert [(row["organisation"], row["valid_to"], row["antenna_height_m"]) for row in found] == [
        ("three", None, 28),
        ("two", date(2024, 1, 1), None),
    ]


def test_only_present_tenants_that_partners_may_know_are_counted(network: Network) -> None:
    owners = carriers(network)
    tower = mast(network, "T", (0, 0), owner_id=owners["one"])
    tenancy(network, tower, owners["one"], "2020-01-01")
    tenancy(network, tower, owners["two"], "2020-01-01", valid_to=date(2024, 1, 1), status="removed")
    tenancy(network, tower, owners["three"], "2020-01-01", visibility="secret")
    for _ in range(2):
        count_tenants(network.connection)
        assert network.sql("SELECT tenant_count FROM registry.tower_state") == [(1,)]
